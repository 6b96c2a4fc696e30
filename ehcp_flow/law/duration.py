"""Lengths of time and fixed days, as the law words them: `6 weeks`, `15 working days`, `before 15 February`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

Unit = Literal["days", "working_days", "weeks", "months", "years"]

_DURATION = re.compile(r"^(\d{1,3}) (working )?(day|week|month|year)s?$")
_FIXED_DAY = re.compile(r"^(before )?(\d{1,2}) ([A-Z][a-z]+)$")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_LONGEST_MONTH = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


@dataclass(frozen=True, slots=True)
class Duration:
    """An amount and its unit.

    >>> str(Duration.read("1 week")), str(Duration.read("15 working days"))
    ('1 week', '15 working days')
    """

    amount: int
    unit: Unit

    @classmethod
    def read(cls, text: str) -> Duration:
        """Read `6 weeks`; raises ValueError with what is expected."""
        match = _DURATION.match(str(text))
        if not match or int(match[1]) == 0:
            raise ValueError(f"`{text}` is not a length of time. Write for example 6 weeks, 15 days, 12 months.")
        unit: Unit = "working_days" if match[2] and match[3] == "day" else _unit(match[3])
        if match[2] and match[3] != "day":
            raise ValueError(f"`{text}`: only days can be working days.")
        return cls(int(match[1]), unit)

    def __str__(self) -> str:
        words = self.unit.replace("_", " ")
        return f"{self.amount} {words if self.amount != 1 else words[:-1]}"


def _unit(word: str) -> Unit:
    units: dict[str, Unit] = {"day": "days", "week": "weeks", "month": "months", "year": "years"}
    return units[word]


@dataclass(frozen=True, slots=True)
class FixedDay:
    """A day of the year by which something is due; `before` it means the day before is the last in time (D8).

    >>> str(FixedDay.read("before 15 February"))
    'before 15 February'
    """

    month: int
    day: int
    before: bool

    @classmethod
    def read(cls, text: str) -> FixedDay:
        """Read `31 March` or `before 31 March`; raises ValueError with what is expected."""
        match = _FIXED_DAY.match(str(text))
        if not match or match[3] not in MONTHS:
            raise ValueError(f"`{text}` is not a day of the year. Write for example 31 March, or before 15 February.")
        month, day = MONTHS.index(match[3]) + 1, int(match[2])
        if not 1 <= day <= _LONGEST_MONTH.get(month, 31) or (month, day) == (2, 29):
            raise ValueError(f"`{text}` does not come every year.")
        return cls(month, day, bool(match[1]))

    def __str__(self) -> str:
        return f"{'before ' if self.before else ''}{self.day} {MONTHS[self.month - 1]}"


def _as_duration(value: Any) -> Duration:
    return value if isinstance(value, Duration) else Duration.read(value)


def _as_fixed_day(value: Any) -> FixedDay:
    return value if isinstance(value, FixedDay) else FixedDay.read(value)


def _no_working_days(value: Duration) -> Duration:
    if value.unit == "working_days":
        raise ValueError(f"`{value}` cannot be used here: no calendar is looked at. Write days, weeks or months.")
    return value


def _days_or_weeks(value: Duration) -> Duration:
    if value.unit not in ("days", "weeks"):
        raise ValueError(f"`{value}` cannot be used here: write days or weeks.")
    return value


DurationText = Annotated[
    Duration,
    BeforeValidator(_as_duration),
    WithJsonSchema({"type": "string", "pattern": _DURATION.pattern}),
]
FixedDayText = Annotated[
    FixedDay,
    BeforeValidator(_as_fixed_day),
    WithJsonSchema({"type": "string", "pattern": _FIXED_DAY.pattern}),
]
CalendarDuration = Annotated[DurationText, AfterValidator(_no_working_days)]
"""A length that is the same whatever the bank holidays."""

DaysOrWeeks = Annotated[DurationText, AfterValidator(_days_or_weeks)]
"""A length by which a day can be moved to and fro."""
