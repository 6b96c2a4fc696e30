"""The columns of a table as they are printed: a share with its numbers in one, the ends of its interval in another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ehcp_flow.returns.cell_text import NOTHING, WITHHELD, is_number, shown

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_table import Cell, Column, FigureTable


@dataclass(frozen=True, slots=True)
class PrintedColumn:
    """A printed column: its title, and how the text of a row is made."""

    title: str
    column: Column
    place: int
    numbers: tuple[int, int] | None = None
    high: int | None = None

    @property
    def is_right(self) -> bool:
        """Whether it stands to the right."""
        return is_number(self.column)

    def text(self, row: Sequence[Cell]) -> str:
        """What is printed of a row: `94.1% (16 of 17)`, `73.0–99.0`, or the cell alone."""
        said = shown(row[self.place], self.column.kind)
        if self.high is not None:
            return _interval(said, shown(row[self.high], self.column.kind))
        if self.numbers is None:
            return said
        numerator, denominator = (shown(row[place], "count") for place in self.numbers)
        return said if said in (NOTHING, WITHHELD) else f"{said} ({numerator} of {denominator})"


def _interval(low: str, high: str) -> str:
    missing = next((mark for mark in (WITHHELD, NOTHING) if mark in (low, high)), None)
    return missing or f"{low.rstrip('%')}–{high.rstrip('%')}"


def printed_columns(table: FigureTable) -> Iterator[PrintedColumn]:
    """The columns of the table, those that another tells as well left out."""
    inside = _told_by_shares(table)
    passed = -1
    for place, column in enumerate(table.columns):
        if column.name in inside or place == passed:
            continue
        after = table.columns[place + 1] if place + 1 < len(table.columns) else None
        if after is not None and is_interval(column, after):
            passed = place + 1
            yield PrintedColumn("95% interval", column, place, high=passed)
        else:
            yield PrintedColumn(column.title, column, place, _numbers(table, column))


def is_interval(low: Column, high: Column) -> bool:
    """Whether two columns are the ends of one interval."""
    return (
        low.kind == high.kind == "percent"
        and low.name.endswith("low")
        and low.name.removesuffix("low") == high.name.removesuffix("high")
    )


def is_end(column: Column) -> bool:
    """Whether a column is an end of an interval."""
    return column.kind == "percent" and column.name.endswith(("low", "high"))


def _numbers(table: FigureTable, column: Column) -> tuple[int, int] | None:
    if column.kind != "percent" or len(column.rests_on) != 2:
        return None
    numerator, denominator = column.rests_on
    return table.column(numerator), table.column(denominator)


def _told_by_shares(table: FigureTable) -> set[str]:
    """The columns whose numbers stand beside a share."""
    shares = [column for column in table.columns if not is_end(column) and _numbers(table, column)]
    return {name for column in shares for name in column.rests_on}
