"""From a case's journal to the rows kept beside it: where it stands, and its clocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ehcp_flow.engine.clocks import clocks
from ehcp_flow.engine.compiled import compiled
from ehcp_flow.engine.count import first_warning_day
from ehcp_flow.engine.event import ADMINISTRATIVE, ASSIGNED
from ehcp_flow.engine.history import corrected, history
from ehcp_flow.engine.replay import final_state

if TYPE_CHECKING:
    from ehcp_flow.engine.clock import Clock
    from ehcp_flow.engine.event import Event
    from ehcp_flow.engine.working_days import Calendar
    from ehcp_flow.law.workflow import Workflow


@dataclass(frozen=True, slots=True)
class Derived:
    """Everything derived for one case from all that is recorded."""

    standing: dict[str, Any]
    clocks: tuple[Clock, ...]
    rows: list[dict[str, Any]]


def derive(workflow: Workflow, entries: Sequence[Event], calendar: Calendar) -> Derived:
    """Derive one case's standing and clock rows from its whole journal."""
    return derive_seen(workflow, entries, history(entries, date.max), calendar)


def derive_seen(
    workflow: Workflow,
    entries: Sequence[Event],
    seen: Sequence[Event],
    calendar: Calendar,
    known_at: datetime | None = None,
) -> Derived:
    """Derive from the part of a case's journal that is `seen` (see `history`); who holds it, as at `known_at`."""
    law = compiled(workflow)
    state, findings = final_state(workflow, seen)
    officer, team = holder(entries, known_at)
    found = clocks(workflow, seen, calendar)
    facts = [event for event in seen if event.name not in ADMINISTRATIVE] or list(entries)
    standing = {
        "case_ref": entries[0].case_ref,
        "state": state,
        "is_ended": state in law.ended,
        "opened_on": opened_on(workflow, seen) or facts[0].happened_on,
        "last_happened_on": facts[-1].happened_on,
        "last_seq": entries[-1].seq,
        "findings": len(findings),
        "officer": officer,
        "team": team,
    }
    return Derived(standing, found, [clock_row(workflow, clock, standing, calendar) for clock in found])


def opened_on(workflow: Workflow, seen: Sequence[Event]) -> date | None:
    """The day of the first event of a case; an exception may have begun before it, and opens nothing."""
    beside = ADMINISTRATIVE | compiled(workflow).exception_events
    return next((event.happened_on for event in seen if event.name not in beside), None)


def holder(entries: Sequence[Event], known_at: datetime | None = None) -> tuple[str | None, str | None]:
    """Who holds the case: the officer and team of the last assignment recorded (by `known_at`)."""
    for entry in reversed(corrected(entries)):
        if entry.name == ASSIGNED and (known_at is None or entry.recorded_at <= known_at):
            return entry.details.get("officer") or None, entry.details.get("team") or None
    return None, None


def clock_row(workflow: Workflow, clock: Clock, standing: dict[str, Any], calendar: Calendar) -> dict[str, Any]:
    """A clock as it is kept in the clock table."""
    rule, kind, excepted = clock.rule, clock.rule.kind, clock.excepted_by
    return {
        "case_ref": standing["case_ref"],
        "clock": rule.id,
        "subject": clock.subject or "",
        "period": clock.period,
        "workflow": workflow.workflow,
        "kind": kind,
        "basis": clock.basis,
        "started_on": clock.started_on,
        "due_on": clock.due_on,
        "warn_on": warning_day(clock, calendar),
        "stopped_on": clock.stopped_on,
        "dropped_on": clock.dropped_on,
        "stop_event": clock.stopped_by.name if clock.stopped_by else None,
        "is_excepted": excepted is not None,
        "exception": excepted.rule.id if excepted and excepted.rule else None,
        "is_open": kind == "limit" and clock.stopped_by is None and clock.dropped_by is None,
        "in_ended_case": standing["is_ended"],
        "officer": standing["officer"],
        "team": standing["team"],
    }


def warning_day(clock: Clock, calendar: Calendar) -> date:
    """The day from which a clock is shown as coming: its due date, where its rule asks for no warning."""
    warn_from = clock.rule.warn_from
    if warn_from is None:
        return clock.due_on
    days = calendar.working_days if warn_from.unit == "working_days" else None
    return max(first_warning_day(clock.due_on, warn_from, days), clock.started_on)
