"""Counts that know their cases: every number of a table opens down to what it counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ehcp_flow.analytics.figure_table import Cell, Column
from ehcp_flow.analytics.proportions import percent, wilson


class Tally:
    """What was counted, by row and column."""

    def __init__(self) -> None:
        self._refs: defaultdict[tuple[Cell, str], list[str]] = defaultdict(list)

    def add(self, row: Cell, column: str, case_ref: str) -> None:
        """Count a case once more in a row and a column."""
        self._refs[row, column].append(case_ref)

    def count(self, row: Cell, column: str) -> int:
        """How many were counted there. A case counts as often as it was added: advice is owed by several providers."""
        return len(self._refs.get((row, column), ()))

    def total(self, column: str) -> int:
        """How many were counted in a column, in all rows together."""
        return sum(len(refs) for (_, name), refs in self._refs.items() if name == column)

    def total_row(self, label: Cell) -> None:
        """Add a row in which everything is counted that is in any other."""
        for key in [key for key in self._refs if key[0] == label]:
            del self._refs[key]
        for (_, column), refs in list(self._refs.items()):
            self._refs[label, column].extend(refs)

    @property
    def rows(self) -> set[Cell]:
        """The rows in which anything was counted."""
        return {row for row, _ in self._refs}

    def cases(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """The references behind every number, as a table carries them."""
        return {(str(row), column): tuple(sorted(set(refs))) for (row, column), refs in self._refs.items()}


def share_columns(
    name: str, numerator: Column, denominator: Column, title: str, meaning: str = ""
) -> tuple[Column, ...]:
    """The columns of a share: what it is a share of, the percentage, and the ends of its 95% interval."""
    rests_on = (numerator.name, denominator.name)
    return (
        numerator,
        denominator,
        Column(f"{name}_percent", title, "percent", meaning, rests_on=rests_on),
        Column(f"{name}_low", "from", "percent", "lower end of the 95% interval (Wilson)", rests_on=rests_on),
        Column(f"{name}_high", "to", "percent", "upper end of the 95% interval (Wilson)", rests_on=rests_on),
    )


def share_cells(numerator: int, denominator: int) -> tuple[Cell, ...]:
    """The values of `share_columns`."""
    return (numerator, denominator, percent(numerator, denominator), *wilson(numerator, denominator))


def counts(tally: Tally, row: Cell, columns: Iterable[str]) -> tuple[int, ...]:
    """How many were counted in several columns of a row."""
    return tuple(tally.count(row, column) for column in columns)
