"""How a clock stands on a day: running, in time, breach, excepted or dropped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ehcp_flow.engine.clock import Clock
from ehcp_flow.engine.count import days_between
from ehcp_flow.law.citation import citation_text

Outcome = Literal["running", "in_time", "breach", "excepted", "dropped"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A clock judged for one day.

    `days_taken` are calendar days from the start to the stop (or drop, or `as_of`), the day of the start
    not counted. `days_left` is to the due date while the clock is open, negative when past it, else None.
    `days_late` is shown also where an exception lifts the limit, or where
    the duty was dropped after its due date. `under` cites that exception.
    `is_final` says that nothing recorded later for later days can change the outcome.
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
    end = clock.stopped_on or clock.dropped_on or as_of
    is_open = clock.stopped_on is None and clock.dropped_on is None
    late = days_late(clock, end)
    outcome = _outcome(clock, as_of, late)
    excepted = clock.excepted_by if outcome == "excepted" else None
    return Verdict(
        clock=clock,
        as_of=as_of,
        outcome=outcome,
        days_taken=days_between(clock.started_on, end),
        days_left=days_between(as_of, clock.due_on) if is_open else None,
        days_late=late if outcome in ("breach", "excepted") or (outcome == "dropped" and clock.rule.lapses) else 0,
        under=citation_text(excepted.use.cite) if excepted and excepted.use else None,
        is_final=not is_open or (clock.rule.leaves_time and outcome != "running"),
    )


def days_late(clock: Clock, end: date) -> int:
    """Days past the due date on `end`; for a period to be left, how many of its days were not left."""
    if clock.rule.leaves_time:
        return 0 if clock.stopped_on is None else max(days_between(clock.stopped_on, clock.due_on) + 1, 0)
    return max(days_between(clock.due_on, end), 0)


def _outcome(clock: Clock, as_of: date, late: int) -> Outcome:
    rule = clock.rule
    if clock.dropped_by is not None:
        return "dropped"
    if clock.stopped_by is not None:
        return _if_late(clock) if late else "in_time"
    if rule.leaves_time:
        return "in_time" if as_of > clock.due_on else "running"
    return _if_late(clock) if late and rule.lapses else "running"


def _if_late(clock: Clock) -> Outcome:
    return "excepted" if clock.excepted_by else "breach"
