"""One figure as a workbook: its table on one sheet, what it means on another."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from ehcp_flow.returns.cell_text import is_number
from ehcp_flow.returns.facts import heading_of
from ehcp_flow.returns.workbook import headings
from ehcp_flow.returns.workbook_cells import Styles, width_of, write_cell, write_text

if TYPE_CHECKING:
    from datetime import datetime

    from ehcp_flow.analytics.figure_table import FigureTable

_HEAD = 4


def figure_workbook(table: FigureTable, asked: str, made_at: datetime) -> bytes:
    """The workbook as bytes; nothing in it calculates. `asked` says in words which period and day it is for."""
    import xlsxwriter

    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": table.title, "comments": asked, "created": made_at.replace(tzinfo=None)})
        styles = Styles(book)
        _table(book.add_worksheet("Figure"), styles, table, asked)
        _meaning(book.add_worksheet("What it means"), styles, table)
    return content.getvalue()


def _table(sheet: Any, styles: Styles, table: FigureTable, asked: str) -> None:
    for row, (text, style) in enumerate(
        ((heading_of(table), styles.title), (table.message, styles.message), (asked, styles.soft))
    ):
        sheet.merge_range(row, 0, row, max(len(table.columns), 6) - 1, "", style)
        write_text(sheet, row, 0, text, styles, style)
        sheet.set_row(row, 26 if row == 0 else 16 * (1 + len(text) // 80))
    for place, (column, title) in enumerate(zip(table.columns, headings(table), strict=True)):
        sheet.write_string(_HEAD, place, title, styles.head_number if is_number(column) else styles.head_text)
        cells = [row[place] for row in table.rows]
        sheet.set_column(place, place, width_of(title, cells, column.kind))
        for row, cell in enumerate(cells, _HEAD + 1):
            write_cell(sheet, row, place, cell, column.kind, styles)
    sheet.freeze_panes(_HEAD + 1, 1)


def _meaning(sheet: Any, styles: Styles, table: FigureTable) -> None:
    said = (
        ("Meaning", table.meaning),
        ("Counted", table.numerator),
        ("Out of", table.denominator),
        ("Left out", table.left_out),
        ("Source", table.source),
        ("Basis", table.basis),
        *((f"Column: {column.title}", column.meaning) for column in table.columns),
        *(("Note", note) for note in table.notes),
    )
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 92)
    for row, (label, text) in enumerate((label, text) for label, text in said if text):
        write_text(sheet, row, 0, label, styles, styles.label)
        write_text(sheet, row, 1, text, styles)
