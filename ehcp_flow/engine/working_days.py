"""Working days in England: Monday to Friday, bank holidays left out, from a table built once.

The bank holidays come from the `holidays` package (England), with an override file for days proclaimed
later; a snapshot in the tests shows when an upgrade would move one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Literal

FIRST_YEAR, LAST_YEAR = 2000, 2060
_SATURDAY = 5


class WorkingDays:
    """Counts working days by two look-ups in a table of every day from 2000 to 2060.

    `holidays` maps a day to its name; days outside the table raise ValueError.
    """

    def __init__(self, holidays: Mapping[date, str], version: str = "") -> None:
        self.holidays = dict(holidays)
        self.version = version
        end = date(LAST_YEAR, 12, 31).toordinal() + 1
        shut = {day.toordinal() for day in self.holidays}
        self._worked: list[date] = []
        self._before: dict[int, int] = {}
        for ordinal in range(date(FIRST_YEAR, 1, 1).toordinal(), end):
            self._before[ordinal] = len(self._worked)
            if (ordinal + 6) % 7 < _SATURDAY and ordinal not in shut:
                self._worked.append(date.fromordinal(ordinal))
        self._before[end] = len(self._worked)

    def add(self, start: date, amount: int, counting: Literal["next_day", "first_day"] = "next_day") -> date:
        """The last of `amount` working days, the first being `start` itself or the next one.

        Under next_day a start on a day off counts from the working day that follows, as under first_day.
        """
        ordinal = start.toordinal()
        if amount > 0:
            index = self._at(ordinal + (counting == "next_day"), start) + amount - 1
        else:
            index = self._at(ordinal, start) + amount
        if not 0 <= index < len(self._worked):
            raise ValueError(f"{amount} working days from {start}: outside the calendar ({FIRST_YEAR} to {LAST_YEAR}).")
        return self._worked[index]

    def _at(self, ordinal: int, day: date) -> int:
        try:
            return self._before[ordinal]
        except KeyError:
            raise ValueError(f"{day} is outside the calendar ({FIRST_YEAR} to {LAST_YEAR}).") from None

    def is_worked(self, day: date) -> bool:
        """Whether `day` is a working day."""
        ordinal = day.toordinal()
        return self._at(ordinal + 1, day) > self._at(ordinal, day)

    def between(self, first: date, last: date) -> int:
        """Working days after `first` up to and including `last`."""
        return self._at(last.toordinal() + 1, last) - self._at(first.toordinal() + 1, first)


@lru_cache(maxsize=4)
def england(closed: tuple[tuple[date, str], ...] = (), worked: frozenset[date] = frozenset()) -> WorkingDays:
    """England's working days, with days `closed` and `worked` by override."""
    from importlib.metadata import version

    import holidays  # loaded only where working days are counted: it takes longer than the rest of a command

    days: dict[date, str] = dict(holidays.country_holidays("GB", subdiv="ENG", years=range(FIRST_YEAR, LAST_YEAR + 1)))
    days.update(closed)
    for day in worked:
        days.pop(day, None)
    return WorkingDays(days, version=f"holidays {version('holidays')}")


class Calendar:
    """England's working days with the council's overrides, built only when a clock asks for them."""

    def __init__(self, closed: Iterable[tuple[date, str]] = (), worked: Iterable[date] = ()) -> None:
        self._closed, self._worked = tuple(sorted(closed)), frozenset(worked)

    @property
    def closed(self) -> tuple[tuple[date, str], ...]:
        """The days closed by override, each with its name, in order."""
        return self._closed

    @property
    def worked(self) -> tuple[date, ...]:
        """The days worked by override although they are bank holidays, in order."""
        return tuple(sorted(self._worked))

    @property
    def working_days(self) -> WorkingDays:
        """The table itself."""
        return england(self._closed, self._worked)
