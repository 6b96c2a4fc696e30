"""Clocks from a history: which started, when each is due, and what stopped, dropped or revived it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ehcp_flow.engine.clock import Clock
from ehcp_flow.engine.compiled import Role, compiled
from ehcp_flow.engine.count import last_day, next_fixed_day
from ehcp_flow.engine.exceptions import judge
from ehcp_flow.engine.replay import in_lawful_order

if TYPE_CHECKING:
    from ehcp_flow.engine.event import Event
    from ehcp_flow.engine.working_days import Calendar
    from ehcp_flow.law.clock_rule import ClockRule
    from ehcp_flow.law.duration import Duration, FixedDay
    from ehcp_flow.law.workflow import Workflow

Key = tuple[str, str | None]


@dataclass(slots=True)
class _Period:
    """One run of a clock while the history is walked."""

    rule: ClockRule
    subject: str | None
    started_by: Event
    stopped_by: Event | None = None
    dropped_by: Event | None = None
    revived_by: Event | None = None

    @property
    def is_open(self) -> bool:
        return self.stopped_by is None and self.dropped_by is None


def clocks(workflow: Workflow, history: Sequence[Event], calendar: Calendar | None = None) -> tuple[Clock, ...]:
    """Every clock that `history` started, in the file's order.

    Pure: the same history gives the same clocks, whatever the day. A clock that started on a day for
    which the file does not say the law is left out (`replay` gives the finding).
    """
    law = compiled(workflow)
    periods: dict[Key, list[_Period]] = {}
    answers: dict[Key, Event] = {}
    risen: set[str] = set()
    claims: list[Event] = []
    for event in in_lawful_order(workflow, history):
        for role, rule in law.roles.get(event.name, ()):
            if role is Role.ARISE:
                risen.add(rule.id)
            elif role is Role.START:
                _start(workflow, periods, rule, event)
                _stop_if_answered(periods, answers, rule, event)
            else:
                _affect(periods, answers, role, rule, event)
        if event.name in law.exception_events:
            claims.append(event)
    result: list[Clock] = []
    for rule in workflow.clocks.values():
        if rule.arises_on and rule.id not in risen:
            continue
        for (name, _), runs in periods.items():
            if name == rule.id:
                result.extend(
                    _clock(workflow, run, number, history, claims, calendar) for number, run in enumerate(runs, 1)
                )
    return tuple(result)


def _start(workflow: Workflow, periods: dict[Key, list[_Period]], rule: ClockRule, event: Event) -> None:
    if event.happened_on < workflow.covers_from or not rule.in_force.covers(event.happened_on):
        return
    if any(event.details.get(name) != value for name, value in rule.only_when.items()):
        return
    key = _key(rule, event)
    runs = periods.setdefault(key, [])
    if rule.if_repeated == "restart" and runs and runs[-1].stopped_by is None:
        runs.pop()  # a new draft, say: the days the first one left no longer matter, nothing was done in them
    elif rule.if_repeated == "keep_first" and runs and runs[-1].dropped_by is None:
        return  # while the first duty stands, a reminder is no new one; after it was dropped, it is
    runs.append(_Period(rule, key[1], event))


def _key(rule: ClockRule, event: Event) -> Key:
    return rule.id, event.details.get(rule.one_for_each, "not said") if rule.one_for_each else None


def _stop_if_answered(
    periods: dict[Key, list[_Period]], answers: dict[Key, Event], rule: ClockRule, event: Event
) -> None:
    """Stop a clock that was answered on the day it started: only the day counts, not what was typed first."""
    answer = answers.pop(_key(rule, event), None)
    if answer is not None and answer.happened_on == event.happened_on:
        for run in _runs_of(periods, rule, event):
            run.stopped_by = run.stopped_by or answer


def _affect(
    periods: dict[Key, list[_Period]], answers: dict[Key, Event], role: Role, rule: ClockRule, event: Event
) -> None:
    runs = _runs_of(periods, rule, event)
    if role is Role.STOP and rule.one_for_each and not any(run.is_open for run in runs):
        answers[_key(rule, event)] = event  # the request it answers may have been typed after it
    for run in runs:
        if role is Role.REVIVE and _undoes(rule, event, run):
            run.stopped_by = run.dropped_by = None
            run.revived_by = event
        elif role is Role.STOP and run.is_open:
            run.stopped_by = event
        elif role is Role.DROP and run.is_open:
            run.dropped_by = event


def _undoes(rule: ClockRule, event: Event, run: _Period) -> bool:
    ended_by = run.stopped_by or run.dropped_by
    undone = rule.revived_on[event.name]
    return ended_by is not None and (not undone or ended_by.name in undone)


def _runs_of(periods: dict[Key, list[_Period]], rule: ClockRule, event: Event) -> list[_Period]:
    """The latest run of the clock for the event's subject, or of every subject where the event names none."""
    if rule.one_for_each and rule.one_for_each in event.details:
        keys: list[Key] = [(rule.id, event.details[rule.one_for_each])]
    else:
        keys = [key for key in periods if key[0] == rule.id]
    return [periods[key][-1] for key in keys if periods.get(key)]


def _clock(
    workflow: Workflow,
    run: _Period,
    number: int,
    history: Sequence[Event],
    claims: list[Event],
    calendar: Calendar | None,
) -> Clock:
    limit, due_on = due(run.rule, run.started_by.happened_on, calendar)
    clock = Clock(
        rule=run.rule,
        subject=run.subject,
        period=number,
        limit=limit,
        started_by=run.started_by,
        due_on=due_on,
        stopped_by=run.stopped_by,
        dropped_by=run.dropped_by,
        revived_by=run.revived_by,
    )
    if not claims:
        return clock
    return judge(workflow, clock, claims, history)


def due(rule: ClockRule, started_on: date, calendar: Calendar | None = None) -> tuple[Duration | FixedDay, date]:
    """The limit in force on the day the clock started (D7), and the last day in time under it."""
    if rule.by is not None:
        return rule.by, next_fixed_day(started_on, rule.by)
    limit = next(dated.limit for dated in rule.limits if dated.in_force.covers(started_on))
    counting = rule.counting or "next_day"
    days = calendar.working_days if calendar is not None and limit.unit == "working_days" else None
    return limit, last_day(started_on, limit, counting, days)
