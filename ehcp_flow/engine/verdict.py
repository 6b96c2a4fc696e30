"""How a clock stands on a day: running, in time, breach, excepted or dropped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ehcp_flow.engine.clock import Clock
from ehcp_flow.engine.count import days_between
from ehcp_flow.engine.outcome import Outcome, outcome_on
from ehcp_flow.law.citation import citation_text


@dataclass(frozen=True, slots=True)
class Verdict:
    """A clock judged for one day.

    `days_taken` are calendar days from the start to the stop (or drop, or `as_of`), the day of the start
    not counted. `days_left` is to the due date while the clock is open, negative when past it, else None.
    `days_late` is shown also where an exception lifts the limit, or where
    the duty was dropped after its due date. `under` cites that exception.
    `is_final` says that the clock no longer runs: time alone can change nothing, though a correction, a late
    entry or an event that revives it still can.
    """

    clock: Clock
    as_of: date
    outcome: Outcome
    days_taken: int
    days_left: int | None
    days_late: int
    under: str | None
    is_final: bool


def verdict(clock: Clock, as_of: date) -> Verdict:
    """Judge `clock` for `as_of`. The history it came from must have been cut at the same day."""
    outcome, late = outcome_on(
        as_of,
        kind=clock.rule.kind,
        due_on=clock.due_on,
        stopped_on=clock.stopped_on,
        dropped_on=clock.dropped_on,
        is_excepted=clock.excepted_by is not None,
    )
    excepted = clock.excepted_by if outcome == "excepted" else None
    is_open = clock.stopped_by is None and clock.dropped_by is None
    return Verdict(
        clock=clock,
        as_of=as_of,
        outcome=outcome,
        days_taken=days_between(clock.started_on, clock.stopped_on or clock.dropped_on or as_of),
        days_left=days_between(as_of, clock.due_on) if is_open else None,
        days_late=late,
        under=citation_text(excepted.use.cite) if excepted and excepted.use else None,
        is_final=not is_open or (clock.rule.leaves_time and outcome != "running"),
    )
