"""A figure as people read it, the same in every file of a pack."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ehcp_flow.engine.words import plain_date

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_table import Cell, Column, Kind

NOTHING = "–"
"""Stands where there is no figure, for there was nothing to take a share of."""

WITHHELD = "[c]"
"""Stands where a figure is withheld from what is published."""

NUMBERS = frozenset({"count", "percent", "weeks", "days", "number"})
_LETTERS = 3


def shown(cell: Cell, kind: Kind) -> str:
    """A cell as text, rounded for reading.

    >>> shown(46.35, "percent"), shown(1234, "count"), shown(None, "weeks"), shown(date(2026, 10, 1), "month")
    ('46.4%', '1,234', '–', 'Oct 2026')
    """
    if cell is None:
        return NOTHING
    if isinstance(cell, date):
        return month_text(cell) if kind == "month" else plain_date(cell)
    if isinstance(cell, str):
        return month_text(cell) if kind == "month" else cell
    return _number(cell, kind)


def _number(number: float, kind: Kind) -> str:
    if kind == "percent":
        return f"{rounded(number):.1f}%"
    if kind == "weeks":
        return f"{rounded(number):,.1f}"
    if kind in ("count", "days") or float(number).is_integer():
        return f"{number:,.0f}"
    return f"{number:,.2f}"


def rounded(number: float) -> float:
    """To one decimal, halves up as the DfE prints them.

    A share such as 46.35 may be stored a hair below itself, so a hair is added first.

    >>> rounded(46.35), rounded(0.05), rounded(-1.25)
    (46.4, 0.1, -1.3)
    """
    tenths = abs(number) * 10 + 0.5 + 1e-9
    return int(tenths) / 10 * (1 if number >= 0 else -1)


def month_text(cell: str | date) -> str:
    """`Oct 2026` for a day of that month, or for `2026-10`; any other text as it is."""
    if isinstance(cell, date):
        _, month, year = plain_date(cell).split()
        return f"{month[:_LETTERS]} {year}"
    try:
        return month_text(date.fromisoformat(f"{cell}-01"))
    except ValueError:
        return cell


def is_number(column: Column) -> bool:
    """Whether a column holds numbers, which stand to the right."""
    return column.kind in NUMBERS
