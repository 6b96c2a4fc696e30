"""One figure as a file: its table as CSV for a program or a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_table import Cell, FigureTable

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(table: FigureTable) -> bytes:
    """The table, unrounded, in UTF-8 with the mark that Excel looks for. No text in it begins to calculate."""
    content = io.StringIO(newline="")
    write = csv.writer(content).writerow
    write([_safe(column.title) for column in table.columns])
    for row in table.rows:
        write([_cell(each) for each in row])
    return content.getvalue().encode("utf-8-sig")


def _cell(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    return _safe(cell) if isinstance(cell, str) else cell


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_BEGINS_FORMULA) else text
