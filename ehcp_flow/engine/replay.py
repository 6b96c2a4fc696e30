"""The state of a case: the fold of its events, in a lawful order where there is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, permutations
from typing import TYPE_CHECKING

from ehcp_flow.engine.compiled import Compiled, compiled
from ehcp_flow.engine.count import day_after
from ehcp_flow.engine.event import ADMINISTRATIVE, LONG_AGO, Event, Finding
from ehcp_flow.engine.exceptions import read_date
from ehcp_flow.law.event_rule import NOT_STARTED

if TYPE_CHECKING:
    from ehcp_flow.law.event_rule import DetailRule
    from ehcp_flow.law.workflow import Workflow

LAST_UTC_HOUR = 23
MOST_EVENTS_TO_REORDER = 5
"""Of so many events on one day every order is tried (120); of more, only that of the file."""


@dataclass(frozen=True, slots=True)
class CaseState:
    """Where a case stands, what may lawfully happen next, and what looks wrong in its history."""

    state: str
    is_ended: bool
    next_events: tuple[str, ...]
    findings: tuple[Finding, ...]


def replay(workflow: Workflow, history: Sequence[Event]) -> CaseState:
    """The state after `history` (as `history()` gives it). Never raises for what is in the history.

    An event out of order is still a fact: the case is taken to stand where it leads, with a finding.
    """
    state, findings = final_state(workflow, history)
    law = compiled(workflow)
    return CaseState(
        state=state,
        is_ended=state in law.ended,
        next_events=tuple(name for name in law.rank if (state, name) in law.moves),
        findings=(*findings, *_doubts(workflow, history)),
    )


def final_state(workflow: Workflow, history: Sequence[Event]) -> tuple[str, list[Finding]]:
    """Only the state and what was out of order: the part of `replay` that bulk work needs."""
    law = compiled(workflow)
    lawful = _state_after(law, history)
    if lawful is not None:
        return lawful, []
    state, findings = NOT_STARTED, []
    for event in in_lawful_order(workflow, history):
        following = law.steps[state].get(event.name)
        if following is None:
            finding, state = _out_of_order(workflow, state, event)
            findings.append(finding)
        else:
            state = following
    return state, findings


def _state_after(law: Compiled, history: Iterable[Event]) -> str | None:
    """The state after `history` in the order recorded, None if a step of it is not lawful."""
    steps, state = law.steps, NOT_STARTED
    try:
        for event in history:
            state = steps[state][event.name]
    except KeyError:
        return None
    return state


def in_lawful_order(workflow: Workflow, history: Sequence[Event]) -> Sequence[Event]:
    """The history's workflow events; those of one day in the order recorded, or else in a lawful one.

    Only the day counts in law, so two events of one day may have been typed in either way round. The
    order recorded is kept where every step of it is lawful; otherwise the order with the fewest unlawful
    steps is taken, and of equally good ones that nearest to the file's, which is the statute's.
    """
    law = compiled(workflow)
    events = [event for event in history if event.name not in ADMINISTRATIVE]
    if _state_after(law, events) is not None:
        return events
    state, ordered = NOT_STARTED, []
    for _, group in groupby(events, key=lambda event: event.happened_on):
        day = _best_order(law, state, list(group))
        state = _walk(law, state, day)[0]
        ordered.extend(day)
    return ordered


def _best_order(law: Compiled, state: str, day: list[Event]) -> list[Event]:
    wrong = _walk(law, state, day)[1] if len(day) > 1 else 0
    if not wrong:
        return day
    by_file = sorted(day, key=lambda event: law.rank.get(event.name, len(law.rank)))
    if len(day) <= MOST_EVENTS_TO_REORDER:
        return list(min(permutations(by_file), key=lambda order: _walk(law, state, order)[1]))
    return by_file if _walk(law, state, by_file)[1] <= wrong else day


def _walk(law: Compiled, state: str, events: Iterable[Event]) -> tuple[str, int]:
    wrong = 0
    for event in events:
        following = law.steps[state].get(event.name)
        wrong += following is None
        state = following or law.leads_to.get(event.name) or state
    return state, wrong


def _out_of_order(workflow: Workflow, state: str, event: Event) -> tuple[Finding, str]:
    rule = workflow.events.get(event.name)
    where = f"{event.name} on {event.happened_on}"
    if rule is None:
        return Finding("impossible", where, f"{workflow.workflow} has no such event; it was left out."), state
    stood = workflow.state_title(state).lower()
    following = rule.to or state
    message = f"out of order: the case stood at “{stood}”, where it is not lawful."
    return Finding("impossible", where, message), following


def _doubts(workflow: Workflow, history: Sequence[Event]) -> Iterator[Finding]:
    for event in history:
        where = f"{event.name} on {event.happened_on}"
        if event.happened_on < workflow.covers_from:
            yield Finding(
                "doubtful",
                where,
                f"is before {workflow.covers_from}, the first day this workflow says the law for.",
            )
        if _recorded_before_it_happened(event):
            yield Finding("impossible", where, f"was recorded on {event.recorded_at.date()}, before it happened.")
        rule = workflow.events.get(event.name)
        for name, detail in rule.details.items() if rule else ():
            doubt = _doubt_about(workflow, name, detail, event.details.get(name))
            if doubt:
                yield Finding("doubtful", where, doubt)


def _doubt_about(workflow: Workflow, name: str, detail: DetailRule, value: str | None) -> str | None:
    if not value:
        return None if detail.optional else f"does not say `{name}` ({detail.title})."
    if not detail.allows(value):
        return f"`{name}` is {value}; it should be one of: {', '.join(detail.one_of or ('yes', 'no'))}."
    if detail.is_ == "exception" and value not in workflow.exceptions:
        return f"`{name}` is {value}; there is no such exception, so nothing was excepted."
    if detail.is_ == "clock" and value.partition("[")[0] not in workflow.clocks:
        return f"`{name}` is {value}; there is no such clock, so nothing was excepted."
    if detail.is_ == "date" and read_date(value) is None:
        return f"`{name}` is {value}; it should be a date such as 2026-02-16, and was left out."
    return None


def _recorded_before_it_happened(event: Event) -> bool:
    if event.recorded_at == LONG_AGO or event.recorded_at.date() >= event.happened_on:
        return False
    # 00:30 in England in summer is 23:30 UTC the day before
    past_midnight_in_summer = event.recorded_at.hour == LAST_UTC_HOUR
    return not (past_midnight_in_summer and day_after(event.recorded_at.date()) == event.happened_on)
