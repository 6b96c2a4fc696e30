"""What a change of the calendar would move: due dates under both calendars, side by side, before anybody approves it.

Only limits in working days can move (design D2). A day concerns a limit only while it runs, so only those cases are
derived again, and the cost follows what is touched, not the number of cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from ehcp_flow.services.derive import derive
from ehcp_flow.storage import clock_table, journal

if TYPE_CHECKING:
    from ehcp_flow.engine.working_days import Calendar
    from ehcp_flow.services.office import Office

_CASES_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class MovedDueDate:
    """A due date that would move. `is_open`: the limit is still to be met."""

    case_ref: str
    workflow: str
    clock: str
    subject: str
    officer: str | None
    team: str | None
    due_before: date
    due_after: date
    is_open: bool


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """What would be different: the days, the due dates, the cases looked at, and the clocks that count working days."""

    days: tuple[date, ...]
    moved: tuple[MovedDueDate, ...]
    cases: tuple[str, ...]
    clocks: tuple[tuple[str, str], ...]


def preview_calendar_change(office: Office, after: Calendar) -> CalendarChange:
    """What would move if `after` took the place of the office's calendar. Writes nothing. Raises DatabaseTrouble."""
    days = changed_days(office.calendar, after)
    clocks = clocks_in_working_days(office)
    moved: list[MovedDueDate] = []
    cases: tuple[str, ...] = ()
    if days and clocks:
        with office.database.read() as connection:
            names = sorted({clock for _, clock in clocks})
            cases = tuple(clock_table.cases_with_clocks_over(connection, names, days[0], days[-1]))
            for start in range(0, len(cases), _CASES_AT_A_TIME):
                refs = cases[start : start + _CASES_AT_A_TIME]
                for _, workflow, entries in journal.all_histories(connection, refs):
                    process = office.workflow(workflow)
                    before = derive(process, entries, office.calendar).rows
                    moved.extend(_moved(before, derive(process, entries, after).rows))
    moved.sort(key=lambda each: (not each.is_open, each.due_before, each.case_ref, each.clock))
    return CalendarChange(days, tuple(moved), cases, clocks)


def changed_days(before: Calendar, after: Calendar) -> tuple[date, ...]:
    """The days that are worked in one calendar and not in the other, in order."""
    closed_before, closed_after = before.working_days.holidays, after.working_days.holidays
    changed = closed_before.keys() ^ closed_after.keys()
    return tuple(
        sorted(day for day in changed if before.working_days.is_worked(day) != after.working_days.is_worked(day))
    )


def clocks_in_working_days(office: Office) -> tuple[tuple[str, str], ...]:
    """The workflow and name of every clock, one of whose lengths is in working days."""
    return tuple(
        (workflow.workflow, rule.id)
        for workflow in office.workflows.values()
        for rule in workflow.clocks.values()
        if any(dated.limit.unit == "working_days" for dated in rule.limits)
    )


def _moved(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> Iterator[MovedDueDate]:
    now_due = {(row["clock"], row["subject"], row["period"]): row for row in after}
    for row in before:
        other = now_due.get((row["clock"], row["subject"], row["period"]))
        if other is not None and other["due_on"] != row["due_on"]:
            yield MovedDueDate(
                row["case_ref"],
                row["workflow"],
                row["clock"],
                row["subject"],
                row["officer"],
                row["team"],
                row["due_on"],
                other["due_on"],
                is_open=bool(other["is_open"] and not other["in_ended_case"]),
            )
