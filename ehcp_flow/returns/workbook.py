"""The pack's workbook: a cover, one sheet for each table with its chart, and the definitions."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ehcp_flow.returns.cell_text import is_number
from ehcp_flow.returns.facts import PROGRAM, Facts, heading_of
from ehcp_flow.returns.workbook_cells import Styles, width_of, write_cell, write_text
from ehcp_flow.returns.workbook_chart import insert_chart

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_table import FigureTable

COVER, DEFINITIONS = "Cover", "Definitions"
EMPTY = "An empty cell: there was nothing to take a share of."
EMPTY_OR_WITHHELD = "An empty cell: there was nothing to take a share of, or it is withheld for too few are counted."
_HEAD = 5
_LONGEST_NAME = 31
_LINE, _ROOM = 15, 6
_LEFT, _RIGHT = 62, 92


def workbook(facts: Facts, tables: Sequence[FigureTable], principal: Sequence[str] = ()) -> bytes:
    """The workbook as bytes, the same for the same tables and facts; nothing in it calculates."""
    import xlsxwriter

    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties(
            {
                "title": facts.title,
                "author": facts.authority or PROGRAM,
                "comments": f"As it stood on {facts.as_of}, as recorded by {facts.known_here}.",
                "created": facts.known_at.replace(tzinfo=None),
            }
        )
        styles, names = Styles(book), sheet_names(tables)
        sheets = [book.add_worksheet(name) for name in (COVER, *names, DEFINITIONS)]
        _cover(sheets[0], styles, facts, principal, list(zip(names, tables, strict=True)))
        for sheet, name, table in zip(sheets[1:], names, tables, strict=False):
            _table(book, sheet, styles, name, table)
        _definitions(sheets[-1], styles, tables)
        for sheet in sheets:
            _paper(sheet, facts)
    return content.getvalue()


def sheet_names(tables: Sequence[FigureTable]) -> list[str]:
    """A name for each table's sheet: short enough for Excel, without its forbidden letters, and no two alike."""
    taken = {COVER.lower(), DEFINITIONS.lower(), "history"}
    found = []
    for table in tables:
        plain = " ".join(re.sub(r"[\[\]:*?/\\']", " ", table.title).split()) or table.id
        name, number = _cut(plain, _LONGEST_NAME), 1
        while name.lower() in taken:
            number += 1
            name = f"{_cut(plain, _LONGEST_NAME - 3)} {number}"
        taken.add(name.lower())
        found.append(name)
    return found


def _cut(text: str, most: int) -> str:
    """The text to the last whole word that fits."""
    if len(text) <= most:
        return text
    return text[: most + 1].rsplit(" ", 1)[0][:most].rstrip(" ,;–-")


def _cover(
    sheet: Any, styles: Styles, facts: Facts, principal: Sequence[str], listed: Sequence[tuple[str, FigureTable]]
) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, _LEFT)
    sheet.set_column(1, 1, _RIGHT)
    sheet.write_string(0, 0, facts.title, styles.title)
    sheet.set_row(0, 28)
    row = _pairs(sheet, styles, 2, facts.lines())
    row = _block(sheet, styles, row + 1, "In words", principal)
    row = _block(sheet, styles, row + 1, "What to know about the data", facts.data_quality)
    row = _contents(sheet, styles, row + 1, listed)
    sheet.write_string(row + 1, 0, "Made from", styles.heading)
    sheet.write_blank(row + 1, 1, None, styles.heading)
    row = _pairs(sheet, styles, row + 2, facts.origin())
    said = (
        "Who signed this pack off, and when, stands beside it in signed_off.json; `ehcp return check` says whether "
        "anything was changed since."
    )
    sheet.write_string(row + 1, 0, said, styles.soft)
    sheet.merge_range(row + 1, 0, row + 1, 1, said, styles.soft)


def _pairs(sheet: Any, styles: Styles, row: int, pairs: Sequence[tuple[str, str]]) -> int:
    for label, said in pairs:
        write_text(sheet, row, 0, label, styles, styles.label)
        write_text(sheet, row, 1, said, styles)
        sheet.set_row(row, _height((label, _LEFT), (said, _RIGHT)))
        row += 1
    return row


def _height(*cells: tuple[str, int]) -> float:
    """How high a row must be for texts in columns so wide, in points: only Excel finds that out by itself."""
    return _LINE * max((1 + (len(text) - 1) // (width - _ROOM) for text, width in cells if text), default=1)


def _block(sheet: Any, styles: Styles, row: int, title: str, sentences: Sequence[str]) -> int:
    if not sentences:
        return row - 1
    sheet.write_string(row, 0, title, styles.heading)
    sheet.write_blank(row, 1, None, styles.heading)
    for row, sentence in enumerate(sentences, row + 1):  # noqa: B020, PLR1704 the row goes on
        sheet.merge_range(row, 0, row, 1, "", styles.text)
        write_text(sheet, row, 0, sentence, styles)
        sheet.set_row(row, _LINE * (1 + len(sentence) // (_LEFT + _RIGHT - _ROOM)))
    return row + 1


def _contents(sheet: Any, styles: Styles, row: int, listed: Sequence[tuple[str, FigureTable]]) -> int:
    sheet.write_string(row, 0, "Sheets", styles.heading)
    sheet.write_blank(row, 1, None, styles.heading)
    for row, (name, table) in enumerate(listed, row + 1):  # noqa: B020, PLR1704 the row goes on
        sheet.write_url(row, 0, f"internal:'{name}'!A1", styles.link, heading_of(table))
        write_text(sheet, row, 1, table.message, styles)
        sheet.set_row(row, _height((heading_of(table), _LEFT), (table.message, _RIGHT)))
    return row + 1


def _table(book: Any, sheet: Any, styles: Styles, name: str, table: FigureTable) -> None:
    width = max(len(table.columns), 5)
    sheet.hide_gridlines(2)
    write_text(sheet, 0, 0, heading_of(table), styles, styles.title)
    sheet.set_row(0, 26)
    for row, text, style in ((1, table.message, styles.message), (2, table.meaning, styles.text)):
        sheet.merge_range(row, 0, row, width - 1, "", style)
        write_text(sheet, row, 0, text, styles, style)
        sheet.set_row(row, 16 * (1 + len(text) // 85))
    sheet.write_url(3, 0, f"internal:'{COVER}'!A1", styles.link, "Back to the cover")
    _write_cells(sheet, styles, table)
    target = _write_target(sheet, styles, table)
    if table.rows:
        _as_excel_table(sheet, styles, table)
        insert_chart(book, sheet, table, name, _HEAD, target)
    else:
        sheet.write_string(_HEAD + 1, 0, "There is nothing to list for this period.", styles.soft)
    _notes(sheet, styles, table, _HEAD + max(len(table.rows), 1) + 2, width)
    sheet.freeze_panes(_HEAD + 1, 1)
    sheet.repeat_rows(_HEAD)


def _write_cells(sheet: Any, styles: Styles, table: FigureTable) -> None:
    widths = []
    for place, (column, title) in enumerate(zip(table.columns, headings(table), strict=True)):
        style = styles.head_number if is_number(column) else styles.head_text
        sheet.write_string(_HEAD, place, title, style)
        cells = [row[place] for row in table.rows]
        widths.append(int(width_of(title, cells, column.kind)))
        sheet.set_column(place, place, widths[-1])
        for row, cell in enumerate(cells, _HEAD + 1):
            write_cell(sheet, row, place, cell, column.kind, styles)
    for row, values in enumerate(table.rows, _HEAD + 1):
        texts = [(value, width + _ROOM) for value, width in zip(values, widths, strict=True) if isinstance(value, str)]
        sheet.set_row(row, _height(*texts))


def headings(table: FigureTable) -> list[str]:
    """The columns' titles, no two alike whatever their case, as Excel's tables want them.

    A title that comes again (the ends of a second interval) is told by the column of the share before it.
    """
    found: list[str] = []
    share = ""
    for column in table.columns:
        title, number = column.title or column.name, 1
        if is_taken(title, found):
            title = f"{share}: {title}"
        while is_taken(title, found):
            number += 1
            title = f"{column.title} {number}"
        if column.kind == "percent" and not column.name.endswith(("low", "high")):
            share = title
        found.append(title)
    return found


def is_taken(title: str, titles: Sequence[str]) -> bool:
    """Whether a title is among others, as Excel compares them."""
    return title.lower() in {each.lower() for each in titles}


def _as_excel_table(sheet: Any, styles: Styles, table: FigureTable) -> None:
    """Make the cells a table that can be filtered. Its headings are written by the table itself, once more."""
    columns = [
        {"header": title, "header_format": styles.head_number if is_number(column) else styles.head_text}
        for column, title in zip(table.columns, headings(table), strict=True)
    ]
    last = _HEAD + len(table.rows)
    name = "t_" + re.sub(r"\W", "_", table.id)
    options = {"columns": columns, "name": name, "style": "Table Style Light 1", "banded_rows": True}
    sheet.add_table(_HEAD, 0, last, len(columns) - 1, options)


def _write_target(sheet: Any, styles: Styles, table: FigureTable) -> int | None:
    """The level to reach beside the table, a cell for each row, so that a chart can draw it; gives its column."""
    chart = table.chart
    if chart is None or chart.target is None or not table.rows or chart.kind not in ("lines", "steps"):
        return None
    place = len(table.columns)
    sheet.write_string(_HEAD, place, "Target", styles.head_number)
    kind = table.columns[table.column(chart.y[0])].kind
    for row in range(len(table.rows)):
        write_cell(sheet, _HEAD + 1 + row, place, chart.target, kind, styles)
    return place


def _notes(sheet: Any, styles: Styles, table: FigureTable, row: int, width: int) -> None:
    has_empty = any(cell is None for cells in table.rows for cell in cells)
    for note in (*table.notes, *([EMPTY_OR_WITHHELD if table.withheld else EMPTY] if has_empty else [])):
        sheet.merge_range(row, 0, row, width - 1, "", styles.soft)
        write_text(sheet, row, 0, note, styles, styles.soft)
        sheet.set_row(row, _LINE * (1 + len(note) // 85))
        row += 1


def _definitions(sheet: Any, styles: Styles, tables: Sequence[FigureTable]) -> None:
    titles = ("Figure", "Meaning", "Counted", "Out of", "Left out", "Source", "Basis")
    widths = (34, 60, 40, 40, 40, 34, 10)
    for place, (title, width) in enumerate(zip(titles, widths, strict=True)):
        sheet.write_string(0, place, title, styles.head_text)
        sheet.set_column(place, place, width)
    for row, table in enumerate(tables, 1):
        said = (table.title, table.meaning, table.numerator, table.denominator, table.left_out, table.source)
        for place, text in enumerate((*said, table.basis)):
            write_text(sheet, row, place, text, styles, styles.label if place == 0 else None)
        sheet.set_row(row, _height(*zip(said, widths, strict=False)))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(tables), 1), len(titles) - 1)
    sheet.repeat_rows(0)


def _paper(sheet: Any, facts: Facts) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    authority = facts.authority.replace("&", "&&")
    sheet.set_footer(f"&L{authority}&C{facts.title}&RPage &P of &N")
