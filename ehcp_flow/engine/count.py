"""Counting days: the only place that adds time to a date.

The law says "within N weeks of" an event: the day of the event is not counted and the last day is still
in time (R (JSC) v Cambridgeshire [2026] EWHC 68 (Admin)). It says "beginning with" or "starting with"
a day where that day is day 1. `counting` says which; nothing is implied. Weeks, days and months never
move for weekends or bank holidays; only working days look at a calendar.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from ehcp_flow.law.duration import Duration, FixedDay

if TYPE_CHECKING:
    from ehcp_flow.engine.working_days import WorkingDays

Counting = Literal["next_day", "first_day"]

DAYS_IN_WEEK = 7
MONTHS_IN_YEAR = 12


def last_day(start: date, limit: Duration, counting: Counting, calendar: WorkingDays | None = None) -> date:
    """The last day of a period of `limit` that runs from `start`. Raises OverflowError past year 9999.

    >>> last_day(date(2025, 4, 2), Duration(20, "weeks"), "next_day")  # the request in JSC
    datetime.date(2025, 8, 20)
    >>> last_day(date(2019, 1, 1), Duration(12, "months"), "first_day")
    datetime.date(2019, 12, 31)
    >>> last_day(date(2024, 2, 29), Duration(12, "months"), "first_day")
    datetime.date(2025, 2, 28)
    """
    match limit.unit:
        case "days":
            return _after_days(start, limit.amount, counting)
        case "weeks":
            return _after_days(start, limit.amount * DAYS_IN_WEEK, counting)
        case "months":
            return _after_months(start, limit.amount, counting)
        case "years":
            return _after_months(start, limit.amount * MONTHS_IN_YEAR, counting)
    if calendar is None:
        raise ValueError("Working days need a calendar.")
    return calendar.add(start, limit.amount, counting)


def _after_days(start: date, amount: int, counting: Counting) -> date:
    return start + timedelta(days=amount - (counting == "first_day"))


def _after_months(start: date, months: int, counting: Counting) -> date:
    """The corresponding date, or the month's last day where there is none; the day before when `start` is day 1.

    A period beginning with 29 February ends on 28 February: with no 29th to stop short of, the month's
    last day is already the day before it.

    >>> _after_months(date(2024, 1, 31), 1, "next_day"), _after_months(date(2024, 1, 31), 1, "first_day")
    (datetime.date(2024, 2, 29), datetime.date(2024, 2, 29))
    """
    years, month = divmod(start.month - 1 + months, MONTHS_IN_YEAR)
    longest = monthrange(start.year + years, month + 1)[1]
    if start.day > longest:
        return date(start.year + years, month + 1, longest)
    corresponding = date(start.year + years, month + 1, start.day)
    return day_before(corresponding) if counting == "first_day" else corresponding


def next_fixed_day(start: date, fixed: FixedDay) -> date:
    """The last day in time for a fixed day of the year, the first one on or after `start`.

    >>> next_fixed_day(date(2025, 9, 1), FixedDay.read("before 15 February"))
    datetime.date(2026, 2, 14)
    """
    last = _fixed_in(start.year, fixed)
    return last if last >= start else _fixed_in(start.year + 1, fixed)


def _fixed_in(year: int, fixed: FixedDay) -> date:
    day = date(year, fixed.month, fixed.day)
    return day_before(day) if fixed.before else day


def first_warning_day(due_on: date, warn_from: Duration, calendar: WorkingDays | None = None) -> date:
    """The day from which a clock due on `due_on` is shown as coming."""
    if warn_from.unit in ("months", "years"):
        months = warn_from.amount * (MONTHS_IN_YEAR if warn_from.unit == "years" else 1)
        return _after_months(due_on, -months, "next_day")
    if warn_from.unit == "working_days" and calendar is not None:
        return calendar.add(due_on, -warn_from.amount, "next_day")
    return due_on - timedelta(days=_days(warn_from))


def shifted(day: date, by: Duration, sign: Literal[1, -1]) -> date:
    """`day` moved by a number of days or weeks, later (1) or earlier (-1); at most to the calendar's ends.

    A last day of 9999-12-31 is how some systems write that there is none yet.
    """
    moved = day.toordinal() + sign * _days(by)
    return date.fromordinal(min(max(moved, date.min.toordinal()), date.max.toordinal()))


def lasts(first: date, last: date, shortest: Duration) -> bool:
    """Whether the days from `first` to `last`, both counted, make up at least `shortest`.

    >>> lasts(date(2026, 7, 22), date(2026, 8, 18), Duration(4, "weeks"))
    True
    >>> lasts(date(2026, 7, 22), date(2026, 8, 17), Duration(4, "weeks"))
    False
    """
    return last >= last_day(first, shortest, "first_day")


def _days(length: Duration) -> int:
    return length.amount * (DAYS_IN_WEEK if length.unit == "weeks" else 1)


def days_between(first: date, second: date) -> int:
    """Calendar days from `first` to `second`; the first day is not counted; negative if it comes later."""
    return (second - first).days


def day_before(day: date) -> date:
    """The calendar day before."""
    return day - timedelta(days=1)


def day_after(day: date) -> date:
    """The calendar day after."""
    return day + timedelta(days=1)


def days_on(day: date, number: int) -> date:
    """The day `number` calendar days after `day` (before it, if negative)."""
    return day + timedelta(days=number)


def is_under(age: int, born: date, on: date) -> bool:
    """Whether somebody born on `born` has not yet reached `age` on `on`; an age is reached on the birthday.

    >>> is_under(5, date(2021, 3, 1), date(2026, 2, 28)), is_under(5, date(2021, 3, 1), date(2026, 3, 1))
    (True, False)
    """
    return _after_months(born, age * MONTHS_IN_YEAR, "next_day") > on
