"""May an exception be relied on? Judged for each clock it is claimed against, with the paragraph (D3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from ehcp_flow.engine.clock import Clock, JudgedException
from ehcp_flow.engine.count import day_after, days_between, lasts, shifted
from ehcp_flow.law.citation import citation_text
from ehcp_flow.today import EARLIEST, LATEST

if TYPE_CHECKING:
    from ehcp_flow.engine.event import Event
    from ehcp_flow.law.exception_rule import AskedInWindow, ExceptionRule, ExceptionUse
    from ehcp_flow.law.workflow import Workflow


def judge(workflow: Workflow, clock: Clock, claims: Sequence[Event], history: Sequence[Event]) -> Clock:
    """`clock` with every exception claimed against it, each taken or not and why."""
    judged = tuple(_judged(workflow, clock, claim, history) for claim in claims if claimed_against(claim, clock))
    return replace(clock, exceptions=judged) if judged else clock


def claimed_against(claim: Event, clock: Clock) -> bool:
    """Whether the claim names this clock: by its id, or by id and subject (`give_advice[school]`)."""
    named = claim.details.get("clock", "")
    each = clock.rule.one_for_each
    if named == clock.rule.id and each and each in claim.details:
        return claim.details[each] == clock.subject
    return named in (clock.rule.id, clock.name)


def _judged(workflow: Workflow, clock: Clock, claim: Event, history: Sequence[Event]) -> JudgedException:
    name = claim.details.get("exception", "")
    rule, use = workflow.exceptions.get(name), clock.rule.unless.get(name)
    if rule is None:
        return JudgedException(claim, None, None, False, f"There is no exception called `{name}`.")
    if use is None:
        allowed = ", ".join(clock.rule.unless) or "none"
        reason = f"“{rule.title}” is not an exception this limit allows. It allows: {allowed}."
        return JudgedException(claim, rule, None, False, reason)
    objection = objection_to(rule, use, clock, claim, history)
    paragraph = citation_text(use.cite)
    if objection:
        return JudgedException(claim, rule, use, False, f"Not within {paragraph}: {objection}")
    return JudgedException(claim, rule, use, True, f"Within {paragraph}: {rule.meaning}")


def objection_to(
    rule: ExceptionRule, use: ExceptionUse, clock: Clock, claim: Event, history: Sequence[Event]
) -> str | None:
    """Why the exception may not be relied on for this clock, or None if it may."""
    first = claim.happened_on
    # What has no last day to ask for, such as a missed appointment, is over on the day it happened.
    last = read_date(claim.details.get("until", "")) if rule.until else first
    if use.in_force and not use.in_force.covers(first):
        return f"it was in force {use.in_force}, and this began on {first}."
    if first > clock.due_on:
        return f"it began on {first}, after the limit had passed on {clock.due_on}."
    if last is not None and last < first:
        return f"it is said to end on {last}, before it began on {first}."
    if last is not None and last < clock.started_on:
        return f"it ended on {last}, before the clock started on {clock.started_on}."
    return _too_short(rule, use, clock, first, last) or _not_asked(rule.asked_in_window, first, last, history)


def read_date(text: str) -> date | None:
    """The date in a detail such as `until`; None if it is empty or no date (`replay` gives the finding)."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def _too_short(rule: ExceptionRule, use: ExceptionUse, clock: Clock, first: date, last: date | None) -> str | None:
    shortest = use.lasts_at_least or rule.lasts_at_least
    if shortest is None:
        return None
    if last is None:
        return f"it must last at least {shortest}, and no last day was given (`until`)."
    if rule.measured == "in_the_period":
        first, last = max(first, clock.started_on), min(last, clock.due_on)
    if lasts(first, last, shortest):
        return None
    days = max(days_between(first, last) + 1, 0)
    where = " of it fall inside the period" if rule.measured == "in_the_period" else ""
    return f"it must last at least {shortest}; {days} days{where} ({first} to {last})."


def _not_asked(asked: AskedInWindow | None, first: date, last: date | None, history: Sequence[Event]) -> str | None:
    if asked is None or last is None:
        return None
    opens = shifted(first, asked.opens_before_start, -1)
    shuts = day_after(shifted(last, asked.shuts_before_end, -1))
    for event in history:
        if event.name == asked.event and opens <= event.happened_on <= shuts and _carries(event, asked):
            return None
    wanted = " or ".join(value for values in asked.where.values() for value in values)
    return f"no request for advice{f' to {wanted}' if wanted else ''} was recorded from {opens} to {shuts}."


def _carries(event: Event, asked: AskedInWindow) -> bool:
    return all(event.details.get(detail) in values for detail, values in asked.where.items())
