"""What a message may say of a clock. There is no field here into which a child's name could slip."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

BASES = ("law", "guidance", "local")
"""In the order shown. What is counted is counted for each apart: the three are never added together."""


@dataclass(frozen=True, slots=True)
class Line:
    """One clock of one case; `days_left` is negative when it is late (if it is done, when it was done).

    `owed_by` is the advice-giver whose clock it is; `quiet_since` the day something was last recorded in the case.
    """

    case_ref: str
    title: str
    basis: str
    due_on: date
    days_left: int
    officer: str | None = None
    team: str | None = None
    owed_by: str | None = None
    stands: Literal["open", "done", "ended"] = "open"
    in_ended_case: bool = False
    quiet_since: date | None = None

    @property
    def days_late(self) -> int:
        """Days past the due date, 0 if it has not passed."""
        return max(0, -self.days_left)


Lines = tuple[Line, ...]

_GROUPS = ("broken", "cleared", "near", "overdue", "today", "week")


@dataclass(frozen=True, slots=True)
class Page:
    """What every part of a message needs: its day, and the address under which cases are opened."""

    day: date
    link: str = ""


@dataclass(frozen=True, slots=True)
class Morning:
    """What the digests of one morning are made from: the news since the last ones, and what is open.

    `broken`, `cleared` and `near` are what was flagged since; `overdue`, `today` and `week` (the next seven days)
    what is open on `day`, clocks of ended cases left out of the last two.
    """

    day: date
    since: date | None
    link: str = ""
    broken: Lines = ()
    cleared: Lines = ()
    near: Lines = ()
    overdue: Lines = ()
    today: Lines = ()
    week: Lines = ()

    def only(self, wanted: Callable[[Line], bool]) -> Morning:
        """The same morning with the lines that are wanted."""
        kept: dict[str, Any] = {name: tuple(filter(wanted, getattr(self, name))) for name in _GROUPS}
        return replace(self, **kept)

    @property
    def page(self) -> Page:
        """The day and the address, for the parts of a message."""
        return Page(self.day, self.link)

    @property
    def has_news(self) -> bool:
        """Whether anything happened or is due: an old backlog alone is no news."""
        return bool(self.broken or self.cleared or self.near or self.today or self.week)


def by_basis(lines: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    """The lines of each basis that has any, in one order."""
    found = list(lines)
    groups = [(basis, [line for line in found if line.basis == basis]) for basis in BASES]
    return [(basis, group) for basis, group in groups if group]


def counted(lines: Iterable[Line]) -> list[tuple[str, int]]:
    """How many lines of each basis; law and guidance always stand there, so that a nought shows."""
    numbers = Counter(line.basis for line in lines)
    return [(basis, numbers[basis]) for basis in BASES if numbers[basis] or basis != "local"]


def in_words(lines: Sequence[Line]) -> str:
    """`2 law, 1 guidance`; `none` where there are none.

    >>> in_words([])
    'none'
    """
    return ", ".join(f"{number:,} {basis}" for basis, number in counted(lines) if number) or "none"
