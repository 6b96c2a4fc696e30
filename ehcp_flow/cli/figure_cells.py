"""The cells of a table of figures as text, and its columns in parts that fit the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_table import Cell, Column, FigureTable

WITHHELD = "c"
_GAP = 2
_WIDEST_FIRST = 40


@dataclass(frozen=True, slots=True)
class Shown:
    """A column as it is shown: `least` is how many characters it needs; `is_bound` to the one before it."""

    heading: str
    cells: tuple[str, ...]
    right: bool
    is_first: bool = False
    is_bound: bool = False

    @property
    def least(self) -> int:
        """The widest cell, or the longest word of the heading; the first column may be folded."""
        words = max(map(len, self.heading.split()), default=0)
        widest = max([words, *map(len, self.cells)])
        return min(widest, _WIDEST_FIRST) if self.is_first else widest


def shown_columns(table: FigureTable) -> list[Shown]:
    """The columns to show; the two ends of an interval are one column."""
    found: list[Shown] = []
    columns = table.columns
    for place, column in enumerate(columns):
        numbers = range(len(table.rows))
        cells = [_text(table, number, place) for number in numbers]
        if _is_upper_end(columns, place):
            found.pop()
            cells = [_interval(table, number, place) for number in numbers]
            found.append(Shown("95% sure", tuple(cells), right=True, is_bound=True))
        else:
            right = column.kind not in ("text", "case", "day", "month")
            bound = _is_bound(columns, place)
            found.append(Shown(column.title, tuple(cells), right, is_first=place == 0, is_bound=bound))
    return found


def _is_bound(columns: Sequence[Column], place: int) -> bool:
    """Whether a column is the whole, or the percentage, of a share that began before it."""
    for share in columns[place : place + 2]:
        if share.kind == "percent" and len(share.rests_on) > 1:
            before = [column.name for column in columns[max(0, place - 2) : place]]
            return share.rests_on[0] in before and columns[place].name in (share.name, share.rests_on[1])
    return False


def _is_upper_end(columns: Sequence[Column], place: int) -> bool:
    here, before = columns[place].name, columns[place - 1].name if place else ""
    return here.endswith("_high") and before == f"{here.removesuffix('_high')}_low"


def _interval(table: FigureTable, number: int, place: int) -> str:
    low, high = table.rows[number][place - 1 : place + 1]
    if isinstance(low, float) and isinstance(high, float):
        return f"{low:.0f}–{high:.0f}"
    return WITHHELD if (number, table.columns[place].name) in table.withheld else ""


def _text(table: FigureTable, number: int, place: int) -> str:
    column = table.columns[place]
    if (number, column.name) in table.withheld:
        return WITHHELD
    return _said(table.rows[number][place], column)


def _said(cell: Cell, column: Column) -> str:
    if cell is None:
        return "" if column.kind in ("text", "case", "day", "month") else "–"
    if isinstance(cell, date):
        return f"{cell:%b %Y}" if column.kind == "month" else cell.isoformat()
    if isinstance(cell, float):
        return f"{cell:,.1f}"
    return f"{cell:,}" if isinstance(cell, int) else cell


def widths(part: Sequence[Shown], room: int) -> list[int]:
    """How wide each column is: what it needs, and what is left over for headings that need not be folded then."""
    found = [column.least for column in part]
    spare = room - sum(found) - _GAP * len(part)
    for place, column in enumerate(part):
        natural = max(len(column.heading), *map(len, column.cells)) if column.cells else len(column.heading)
        more = max(0, min(natural - found[place], spare))
        found[place] += more
        spare -= more
    return found


def chunks(columns: Sequence[Shown], width: int) -> Iterator[list[Shown]]:
    """The columns in parts no wider than the terminal, each with the first column; a share stays with its interval."""
    first, rest = columns[0], list(columns[1:])
    part, used = [first], first.least + _GAP
    while rest:
        together = [rest.pop(0)]
        while rest and rest[0].is_bound:
            together.append(rest.pop(0))
        needed = sum(each.least + _GAP for each in together)
        if len(part) > 1 and used + needed > width:
            yield part
            part, used = [first], first.least + _GAP
        part += together
        used += needed
    yield part
