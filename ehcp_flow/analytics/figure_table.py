"""A table of figures ready to be shown: in a terminal, on a page, in a workbook, in a report, as CSV.

Every figure that leaves the analytics is given in this one shape, so that whoever shows it needs to know nothing of
what it means, and so that no figure can be shown without its definition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Cell = str | int | float | date | None
"""A value as it is; None where there is none to give (no denominator, or suppressed: the table's notes say which)."""

Kind = Literal["text", "case", "day", "month", "count", "percent", "weeks", "days", "number"]
"""What a column holds. Percentages are 0–100 and weeks are decimal, both unrounded; who shows them rounds."""

ChartKind = Literal["lines", "bars", "stacked_bars", "steps"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name for programs, its title for people, what it holds, and what it means.

    `sum_of` are columns of counts that add up to this one. `rests_on` are the counts this value was reckoned from,
    for a percentage its numerator and its denominator: it is published only if they can be.
    """

    name: str
    title: str
    kind: Kind = "text"
    meaning: str = ""
    sum_of: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """How the table looks as a picture: which column runs along, which are drawn, and the band around the first.

    `target` is a level to draw across, in the unit of the columns drawn. `says` is the picture in words, for people
    who cannot see it.
    """

    kind: ChartKind
    x: str
    y: tuple[str, ...]
    low: str | None = None
    high: str | None = None
    target: float | None = None
    says: str = ""


@dataclass(frozen=True, slots=True)
class FigureTable:
    """Figures with their definition.

    `message` is what the table says, in one sentence, with no number that is not in the table. `cases` are the
    references behind a number, by the text of the row's first cell and the column's name. With `has_total` the last
    row is of all the rows above it together, and its counts are their sums. `withheld` are the places, by row and
    column, of what was taken out before publication; nothing is there.
    """

    id: str
    title: str
    message: str
    meaning: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numerator: str = ""
    denominator: str = ""
    left_out: str = ""
    source: str = ""
    basis: str = "law"
    notes: tuple[str, ...] = ()
    chart: Chart | None = None
    cases: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    has_total: bool = False
    withheld: frozenset[tuple[int, str]] = frozenset()

    def column(self, name: str) -> int:
        """Where a column stands. Raises ValueError if there is none of that name."""
        return [each.name for each in self.columns].index(name)

    def values(self, name: str) -> tuple[Cell, ...]:
        """A column, from the first row to the last."""
        place = self.column(name)
        return tuple(row[place] for row in self.rows)

    def cases_behind(self, row: int, column: str) -> tuple[str, ...]:
        """The cases behind the number in a row and a column; none where the number is not of cases."""
        return self.cases.get((str(self.rows[row][0]), column), ())
