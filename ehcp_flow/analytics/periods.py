"""Months, quarters and years, and the windows in which a month is usually reported."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ehcp_flow.engine.count import day_after

MONTHS_IN_QUARTER = 3
MONTHS_IN_YEAR = 12


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both counted, with a name for people."""

    name: str
    first: date
    last: date

    def has(self, day: date | None) -> bool:
        """Whether a day is in it."""
        return day is not None and self.first <= day <= self.last


def month_of(day: date) -> date:
    """The first day of the day's month."""
    return day.replace(day=1)


def end_of_month(day: date) -> date:
    """The last day of the day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_between(first: date, last: date) -> Iterator[date]:
    """The first days of the months that have a day in the period.

    >>> [str(day) for day in months_between(date(2025, 12, 31), date(2026, 2, 1))]
    ['2025-12-01', '2026-01-01', '2026-02-01']
    """
    month = month_of(first)
    while month <= last:
        yield month
        month = day_after(end_of_month(month))


def quarter_name(day: date) -> str:
    """`2026 Q4`, of the calendar year."""
    return f"{day.year} Q{(day.month - 1) // MONTHS_IN_QUARTER + 1}"


def year_name(day: date) -> str:
    """`2026`."""
    return str(day.year)


def month_name(day: date) -> str:
    """`October 2026`."""
    return f"{day:%B} {day.year}"


def usual_windows(last: date) -> tuple[Period, ...]:
    """The month that `last` is in, the year to date, 12 months, and the calendar year before: each up to `last`.

    >>> [(each.name, str(each.first)) for each in usual_windows(date(2026, 10, 31))][1:3]
    [('2026 to date', '2026-01-01'), ('12 months', '2025-11-01')]
    """
    year = last.replace(month=1, day=1)
    return (
        Period(month_name(last), month_of(last), last),
        Period(f"{last.year} to date", year, last),
        Period(f"{MONTHS_IN_YEAR} months", _twelve_months_before(last), last),
        Period(str(last.year - 1), date(last.year - 1, 1, 1), date(last.year - 1, 12, 31)),
    )


def with_months_before(first: date, last: date) -> Period:
    """The period; where it is within one month, the 12 months that end with it, so that a trend can be seen."""
    if month_of(first) == month_of(last):
        first = month_of(_twelve_months_before(end_of_month(last)))
    return Period(f"{first} to {last}", first, last)


def _twelve_months_before(last: date) -> date:
    """The first day of the 12 months that end on `last`."""
    after = day_after(last)
    longest = monthrange(after.year - 1, after.month)[1]
    return after.replace(year=after.year - 1, day=min(after.day, longest))
