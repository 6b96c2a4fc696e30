"""Forms: dates read from three boxes or one, and what is wrong said beside the field and at the top.

A page reads its fields with `form = await read_form(request)`; `form.day("happened_on", "the day it happened")` and
`form.text(…)` note what is wrong; `form.errors` then goes into the page: `error_summary` and `error_of`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from starlette.datastructures import FormData

from ehcp_flow.today import EARLIEST, LATEST, today

if TYPE_CHECKING:
    from starlette.requests import Request

_LONGEST: Final = 4_000
_SEPARATED = re.compile(r"[\s/.-]+")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_THIS_CENTURY = 2000


class NotADay(ValueError):
    """What was typed is no day; the message says what is wrong with it."""


def read_day(text: str) -> date:
    """A day as people type it: 1/2/26, 01.02.2026, 2026-02-01, 1 Feb 2026, today. Raises NotADay.

    >>> read_day("1/2/26"), read_day("2026-02-01"), read_day("1 February 2026")
    (datetime.date(2026, 2, 1), datetime.date(2026, 2, 1), datetime.date(2026, 2, 1))
    """
    said = text.strip().lower()
    if said == "today":
        return today()
    parts = [part for part in _SEPARATED.split(said) if part]
    if len(parts) != 3:
        raise NotADay("must be a date, such as 27 3 2026")
    if len(parts[0]) == 4:
        parts.reverse()
    return day_from(*parts)


def day_from(day: str, month: str, year: str) -> date:
    """A day from its three parts as typed; a year of two digits is of this century. Raises NotADay."""
    try:
        whole = int(year) + (_THIS_CENTURY if len(year.strip()) == 2 else 0)
        found = date(whole, _month(month), int(day))
    except ValueError:
        raise NotADay("must be a real date, such as 27 3 2026") from None
    if not EARLIEST <= found <= LATEST:
        raise NotADay(f"must be between {EARLIEST.year} and {LATEST.year}")
    return found


def _month(text: str) -> int:
    name = text.strip().lower()[:3]
    return _MONTHS.index(name) + 1 if name in _MONTHS else int(text)


@dataclass
class Form:
    """What was sent, and what is wrong with it: `errors` by field, in the order in which they were found."""

    sent: FormData
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        """Whether nothing wrong was found so far."""
        return not self.errors

    def refuse(self, name: str, message: str) -> None:
        """Note what is wrong with a field; the first thing said of a field stands."""
        self.errors.setdefault(name, message)

    def raw(self, name: str) -> str:
        """What was typed into a field, to be shown again."""
        value = self.sent.get(name, "")
        return value if isinstance(value, str) else ""

    def all(self, name: str) -> list[str]:
        """Every value sent for a field, as of checkboxes."""
        return [value for value in self.sent.getlist(name) if isinstance(value, str)]

    def text(self, name: str, title: str, *, is_needed: bool = True, longest: int = _LONGEST) -> str:
        """A field's text, without spaces around it. `title` names it: “a reason”."""
        value = self.raw(name).strip()
        if is_needed and not value:
            self.refuse(name, f"Enter {title}")
        elif len(value) > longest:
            self.refuse(name, f"{_capital(title)} must be {longest:,} characters or fewer")
        elif "\x00" in value:
            self.refuse(name, f"{_capital(title)} holds a character that cannot be kept")
        return value

    def choice(self, name: str, title: str, choices: Any, *, is_needed: bool = True) -> str:
        """One of `choices`, or empty where none is needed."""
        value = self.raw(name)
        if (value or is_needed) and value not in choices:
            self.refuse(name, f"Select {title}")
        return value

    def day(self, name: str, title: str, *, is_needed: bool = True) -> date | None:
        """A day from the three boxes `name-day`, `name-month`, `name-year`, or the one box `name`.

        A whole date typed into the first box is understood too.
        """
        parts = [self.raw(f"{name}-{part}").strip() for part in ("day", "month", "year")]
        typed = self.raw(name).strip() or (parts[0] if not any(parts[1:]) else "")
        if not typed and not any(parts):
            if is_needed:
                self.refuse(name, f"Enter {title}")
            return None
        try:
            if typed:
                return read_day(typed)
            self._all_there(parts)
            return day_from(*parts)
        except NotADay as wrong:
            self.refuse(name, f"{_capital(title)} {wrong}")
            return None

    def _all_there(self, parts: list[str]) -> None:
        missing = [word for word, part in zip(("day", "month", "year"), parts, strict=True) if not part]
        if missing:
            raise NotADay(f"must include a {' and '.join(missing)}")

    def boxes(self, name: str, default: date | None = None) -> dict[str, str]:
        """What to show in the three boxes: what was typed, or else `default`."""
        typed = {part: self.raw(f"{name}-{part}") for part in ("day", "month", "year")}
        return typed if any(typed.values()) or default is None else boxes_of(default)

    @property
    def summary(self) -> list[dict[str, str]]:
        """The errors as the error summary component wants them, each leading to its field."""
        return [{"text": message, "href": f"#{name}"} for name, message in self.errors.items()]

    def error_of(self, name: str) -> dict[str, str] | None:
        """A field's error as the components want it."""
        return {"text": self.errors[name]} if name in self.errors else None


def boxes_of(day: date) -> dict[str, str]:
    """A day as the three boxes show it."""
    return {"day": str(day.day), "month": str(day.month), "year": str(day.year)}


def empty_form() -> Form:
    """A form in which nothing was typed yet."""
    return Form(FormData())


async def read_form(request: Request) -> Form:
    """The form that was sent."""
    return Form(await request.form())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
