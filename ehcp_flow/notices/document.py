"""A message before it is text or HTML: what stands in it, in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from ehcp_flow.notices.lines import Line, Page, by_basis, counted, in_words
from ehcp_flow.notices.words import case_link, short_date, when

Tone = Literal["late", "today", "soon", "good", "plain"]

MOST_LINES = 20
"""How many lines of one basis a section lists; a message is read on a telephone, the rest in the program."""


@dataclass(frozen=True, slots=True)
class Row:
    """A case in a list."""

    case_ref: str
    link: str
    what: str
    day: str
    when: str
    who: str


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one basis, and how many more there are."""

    label: str
    number: int
    rows: tuple[Row, ...]

    @property
    def more(self) -> int:
        """How many are not listed."""
        return self.number - len(self.rows)


@dataclass(frozen=True, slots=True)
class Cases:
    """A list of cases, law and guidance apart."""

    kind: ClassVar[str] = "cases"
    title: str
    tone: Tone
    counts: str
    groups: tuple[Group, ...]
    note: str = ""
    day: str = "Due"


@dataclass(frozen=True, slots=True)
class Table:
    """Figures under headings; columns after the first `words` ones hold numbers."""

    kind: ClassVar[str] = "table"
    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    words: int = 1


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart, with its number in words; no share where there was nothing to count."""

    label: str
    percent: float | None
    says: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Shares out of a hundred, one bar each, under what is said of them."""

    title: str
    said: tuple[str, ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Charts:
    """Charts side by side, to be compared."""

    kind: ClassVar[str] = "charts"
    title: str
    charts: tuple[Chart, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A heading figure: a number for each basis, never one for all."""

    label: str
    tone: Tone
    numbers: tuple[tuple[str, str], ...]


Part = Cases | Table | Charts


@dataclass(frozen=True, slots=True)
class Days:
    """The columns of days: the heading of the first, the day of a line, and how the second words it."""

    heading: str
    of: Callable[[Line], date]
    says: Callable[[Line], str] = when


DUE = Days("Due", lambda line: line.due_on)


People = Callable[[Line], str]
"""Whom a list of cases names under each line."""


@dataclass(frozen=True, slots=True)
class Document:
    """A message: its subject, heading, first sentences, heading figures, parts, and who gets it and why."""

    subject: str
    title: str
    day: date
    lead: tuple[str, ...]
    tiles: tuple[Tile, ...]
    parts: tuple[Part, ...]
    why: str
    link: str = ""


def holders(names: Mapping[str, str]) -> People:
    """The officers who hold the cases, by their names where they are known."""
    return lambda line: names.get(line.officer or "", line.officer or "held by nobody")


def tile(label: str, tone: Tone, lines: Iterable[Line]) -> Tile:
    """A heading figure that counts lines."""
    numbers = counted(lines)
    return Tile(label, tone if any(number for _, number in numbers) else "plain", _texts(numbers))


def _texts(numbers: Sequence[tuple[str, int]]) -> tuple[tuple[str, str], ...]:
    return tuple((basis, f"{number:,}") for basis, number in numbers)


def cases(
    title: str,
    tone: Tone,
    lines: Sequence[Line],
    page: Page,
    *,
    note: str = "",
    people: People | None = None,
    days: Days = DUE,
) -> list[Part]:
    """A list of cases as a part of a message, or no part where there are no lines."""
    if not lines:
        return []
    groups = tuple(
        Group(
            basis.capitalize(),
            len(found),
            tuple(_row(line, page, people, days) for line in found[:MOST_LINES]),
        )
        for basis, found in by_basis(lines)
    )
    return [Cases(title, tone, in_words(lines), groups, note, days.heading)]


def _row(line: Line, page: Page, people: People | None, days: Days) -> Row:
    place = case_link(page.link, line.case_ref)
    who = people(line) if people else ""
    return Row(line.case_ref, place, line.title, short_date(days.of(line), page.day), days.says(line), who)
