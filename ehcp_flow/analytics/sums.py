"""How the counts of a table hang together: which are sums of which, and what is left of each share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ehcp_flow.analytics.figure_table import FigureTable

Place = tuple[int, str]
"""A cell: the number of its row, and the name of its column; of what a table does not show, a name of our own."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A count that is the sum of others."""

    total: Place
    parts: tuple[Place, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """All counts that hang together in it."""
        return (self.total, *self.parts)


def sums_of(table: FigureTable) -> tuple[dict[Place, int], list[Sum]]:
    """The counts of a table, what is left of its shares among them, and all the sums between them."""
    values = dict(_counts(table))
    sums = [*_across(table, values), *_down(table, values)]
    for number in range(len(table.rows)):
        for part, whole in _shares(table):
            here, there = (number, part), (number, whole)
            if here in values and there in values and values[here] <= values[there]:
                rest = (number, rest_of(part, whole))
                values[rest] = values[there] - values[here]
                sums.append(Sum(there, (here, rest)))
    return values, sums


def rest_of(part: str, whole: str) -> str:
    """The name of what is left of a whole without a part."""
    return f"{whole} - {part}"


def is_shown(place: Place) -> bool:
    """Whether a table shows a count, rather than letting it be reckoned."""
    return " - " not in place[1]


def _counts(table: FigureTable) -> Iterator[tuple[Place, int]]:
    for number, row in enumerate(table.rows):
        for column, cell in zip(table.columns, row, strict=True):
            if column.kind == "count" and isinstance(cell, int):
                yield (number, column.name), cell


def _across(table: FigureTable, values: dict[Place, int]) -> Iterator[Sum]:
    for column in table.columns:
        for number in range(len(table.rows)) if column.sum_of else ():
            parts = tuple((number, name) for name in column.sum_of)
            if all(place in values for place in ((number, column.name), *parts)):
                yield Sum((number, column.name), parts)


def _down(table: FigureTable, values: dict[Place, int]) -> Iterator[Sum]:
    last = len(table.rows) - 1
    for column in table.columns:
        if table.has_total and column.kind == "count" and (last, column.name) in values:
            parts = tuple((number, column.name) for number in range(last) if (number, column.name) in values)
            yield Sum((last, column.name), parts)


def _shares(table: FigureTable) -> set[tuple[str, str]]:
    """The numerators and denominators of the percentages."""
    shares = (column.rests_on for column in table.columns if column.kind == "percent")
    return {(each[0], each[1]) for each in shares if len(each) == 2}
