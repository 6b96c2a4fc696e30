"""Days as the files write them, and the days on which a rule is law."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

_DAY = r"\d{4}-\d{2}-\d{2}"
_ONE_DAY = re.compile(_DAY)
_SHAPE = re.compile(rf"^(?:from )?({_DAY})(?: to ({_DAY}))?$|^to ({_DAY})$")


def a_day(text: str) -> date:
    """Read `2020-05-01`; raises ValueError with what is expected."""
    try:
        return date.fromisoformat(text if _ONE_DAY.fullmatch(text) else "")
    except ValueError:
        raise ValueError(f"`{text}` is not a date. Write it as 2020-05-01.") from None


def _as_day(value: Any) -> Any:
    return a_day(value) if isinstance(value, str) else value


Day = Annotated[date, BeforeValidator(_as_day), WithJsonSchema({"type": "string", "format": "date"})]


@dataclass(frozen=True, slots=True)
class InForce:
    """From the first to the last day in force, both included; None is open-ended.

    >>> InForce.read("2020-05-01 to 2020-09-25").covers(date(2020, 9, 25))
    True
    """

    first: date | None = None
    last: date | None = None

    @classmethod
    def read(cls, text: str) -> InForce:
        """Read `2020-05-01 to 2020-09-25`, `from 2015-04-01` or `to 2015-03-31`; raises ValueError."""
        match = _SHAPE.match(str(text))
        if not match:
            raise ValueError(f"`{text}` is not a time in force. Write 2020-05-01 to 2020-09-25, or from 2020-05-01.")
        first, last = match[1], match[2] or match[3]
        period = cls(a_day(first) if first else None, a_day(last) if last else None)
        if period.first and period.last and period.last < period.first:
            raise ValueError(f"`{text}` ends before it begins.")
        return period

    def covers(self, day: date) -> bool:
        """Whether the rule is law on `day`."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def __str__(self) -> str:
        if self.first and self.last:
            return f"{self.first} to {self.last}"
        if self.first:
            return f"from {self.first}"
        return f"to {self.last}" if self.last else "always"


ALWAYS = InForce()


def _as_in_force(value: Any) -> InForce:
    return value if isinstance(value, InForce) else InForce.read(value)


InForceText = Annotated[
    InForce,
    BeforeValidator(_as_in_force),
    WithJsonSchema({"type": "string", "pattern": _SHAPE.pattern}),
]
