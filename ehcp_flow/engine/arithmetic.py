"""The sum behind a due date, step by step; working days are counted out one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ehcp_flow.engine.count import DAYS_IN_WEEK, day_after, days_between
from ehcp_flow.engine.words import long_date
from ehcp_flow.law.duration import Duration, FixedDay

if TYPE_CHECKING:
    from ehcp_flow.engine.clock import Clock
    from ehcp_flow.engine.working_days import Calendar

_SATURDAY = 5


def arithmetic(clock: Clock, calendar: Calendar | None = None) -> list[str]:
    """Sentences that lead from the start to the due date."""
    limit = clock.limit
    if isinstance(limit, FixedDay):
        return [f"{limit}, the first on or after {long_date(clock.started_on)}: {long_date(clock.due_on)}."]
    if limit.unit == "working_days":
        return list(_day_by_day(clock, calendar)) if calendar else []
    return [*_in_one_go(clock, limit), *_days_that_do_not_move(clock, calendar)]


def _in_one_go(clock: Clock, limit: Duration) -> Iterator[str]:
    first_day = clock.rule.counting == "first_day"
    yield f"Starts on {long_date(clock.started_on)}, " + (
        "which is day 1." if first_day else "which is not counted (day 0)."
    )
    in_days = f" = {limit.amount * DAYS_IN_WEEK} days" if limit.unit == "weeks" else ""
    number = days_between(clock.started_on, clock.due_on) + first_day
    yield f"{limit}{in_days}; day {number} is {long_date(clock.due_on)}."


def _days_that_do_not_move(clock: Clock, calendar: Calendar | None) -> Iterator[str]:
    name = calendar.working_days.holidays.get(clock.due_on) if calendar else None
    if name or clock.due_on.weekday() >= _SATURDAY:
        what = f"a bank holiday ({name})" if name else f"a {long_date(clock.due_on).split()[0]}"
        yield f"That is {what}. A limit in weeks, days or months does not move for it; aim for the working day before."


def _day_by_day(clock: Clock, calendar: Calendar) -> Iterator[str]:
    table = calendar.working_days
    day, number = clock.started_on, 0
    if clock.rule.counting == "next_day":
        yield f"Starts on {long_date(day)}, which is not counted."
        day = day_after(day)
    while day <= clock.due_on:
        if table.is_worked(day):
            number += 1
            yield f"Working day {number}: {long_date(day)}."
        else:
            yield f"Not counted: {long_date(day)}" + (f" ({table.holidays[day]})." if day in table.holidays else ".")
        day = day_after(day)
