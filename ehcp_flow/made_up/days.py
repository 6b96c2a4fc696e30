"""Days as whole numbers (`date.toordinal`), which makes millions of made-up dates cheap.

The periods named here are what the made-up officers aim at or miss. They are no rules: the law is in
`workflows/`, and nothing here is read by the engine.
"""

from __future__ import annotations

from datetime import date

Day = int

WEEK = 7
SIX_WEEKS = 6 * WEEK
SIXTEEN_WEEKS = 16 * WEEK
TWENTY_WEEKS = 20 * WEEK
A_YEAR_OF_WEEKS = 52 * WEEK
A_YEAR = 365

_SATURDAY, _SUNDAY = 5, 6
_CHRISTMAS = frozenset(
    date(year, month, day).toordinal() for year in range(1990, 2101) for month, day in ((12, 25), (12, 26), (1, 1))
)


def is_workday(day: Day) -> bool:
    """Whether offices are open: Monday to Friday, but not at Christmas or on New Year's Day.

    >>> is_workday(date(2026, 11, 25).toordinal()), is_workday(date(2026, 11, 28).toordinal())
    (True, False)
    """
    return (day + 6) % 7 < _SATURDAY and day not in _CHRISTMAS


def workday_from(day: Day) -> Day:
    """`day`, or the first workday after it."""
    while not is_workday(day):
        day += 1
    return day


def workday_until(day: Day) -> Day:
    """`day`, or the last workday before it."""
    while not is_workday(day):
        day -= 1
    return day


def years_before(day: date, years: int) -> date:
    """The same date some years earlier; 28 February stands in for a missing 29th.

    >>> years_before(date(2028, 2, 29), 3)
    datetime.date(2025, 2, 28)
    """
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def summer_closure(year: int) -> tuple[Day, Day]:
    """First and last day on which the made-up schools are closed in summer: a Thursday in late July to 1 September."""
    thursday = 3
    first = date(year, 7, 20).toordinal()
    while (first + 6) % 7 != thursday:
        first += 1
    return first, date(year, 9, 1).toordinal()


def closure_asked_within(day: Day) -> tuple[Day, Day] | None:
    """The closure that excuses advice asked of a school on `day`, or None.

    Asked for from a week before the closure until a week before the schools open again.
    """
    first, last = summer_closure(date.fromordinal(day).year)
    return (first, last) if first - WEEK <= day <= last + 1 - WEEK else None


def school_day_from(day: Day) -> Day:
    """`day`, or the first workday after it on which schools are open."""
    first, last = summer_closure(date.fromordinal(day).year)
    return workday_from(last + 1 if first <= day <= last else day)
