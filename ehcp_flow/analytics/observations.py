"""One tidy row for each case, clock and subject, judged for a day: what every list and figure reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from ehcp_flow.engine.count import days_between
from ehcp_flow.engine.outcome import Outcome, outcome_on


@dataclass(frozen=True, slots=True)
class Observation:
    """A clock of a case as it stands on a day. The names and their order are a contract with analysts.

    `days_taken` are calendar days from the start, the day of the start not counted; `days_late` is 0 unless late.
    """

    case_ref: str
    authority: str
    workflow: str
    clock: str
    subject: str | None
    basis: str
    person_ref: str | None
    team: str | None
    officer: str | None
    opened_on: date
    started_on: date
    due_on: date
    stopped_on: date | None
    dropped_on: date | None
    is_excepted: bool
    exception: str | None
    days_taken: int
    days_late: int
    outcome: Outcome
    state: str
    stop_event: str | None
    period: int
    kind: str
    in_ended_case: bool

    @property
    def name(self) -> str:
        """`give_advice[school]`."""
        return f"{self.clock}[{self.subject}]" if self.subject else self.clock

    @property
    def days_left(self) -> int | None:
        """Days to the due date while the clock is open, negative when past it."""
        if self.stopped_on or self.dropped_on:
            return None
        return days_between(self.started_on, self.due_on) - self.days_taken

    @property
    def is_open(self) -> bool:
        """Whether it is a limit that somebody still has to meet."""
        return self.kind == "limit" and self.stopped_on is None and self.dropped_on is None


COLUMNS = tuple(field.name for field in fields(Observation))


def observe(row: Mapping[str, Any], as_of: date) -> Observation:
    """Judge a row of the clock table (with `opened_on`, `state`, `authority`, `person_ref`) for `as_of`."""
    stopped_on, dropped_on = row["stopped_on"], row["dropped_on"]
    outcome, late = outcome_on(
        as_of,
        kind=row["kind"],
        due_on=row["due_on"],
        stopped_on=stopped_on,
        dropped_on=dropped_on,
        is_excepted=row["is_excepted"],
    )
    return Observation(
        case_ref=row["case_ref"],
        authority=row["authority"],
        workflow=row["workflow"],
        clock=row["clock"],
        subject=row["subject"] or None,
        basis=row["basis"],
        person_ref=row["person_ref"],
        team=row["team"],
        officer=row["officer"],
        opened_on=row["opened_on"],
        started_on=row["started_on"],
        due_on=row["due_on"],
        stopped_on=stopped_on,
        dropped_on=dropped_on,
        is_excepted=row["is_excepted"],
        exception=row["exception"],
        days_taken=days_between(row["started_on"], stopped_on or dropped_on or as_of),
        days_late=late,
        outcome=outcome,
        state=row["state"],
        stop_event=row["stop_event"],
        period=row["period"],
        kind=row["kind"],
        in_ended_case=row["in_ended_case"],
    )
