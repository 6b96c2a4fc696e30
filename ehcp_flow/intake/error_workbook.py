"""The rows that need a person, given back as a workbook that can be corrected and imported again."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from ehcp_flow.errors import BadInput
from ehcp_flow.intake.cells import Cell, column_index
from ehcp_flow.intake.planned import RowProblem
from ehcp_flow.intake.table import Table

_COLOURS = {"": None, "warning": "#FFE699", "error": "#F8A5A5"}
_KINDS = {"day": "dd/mm/yyyy", "moment": "dd/mm/yyyy hh:mm", "time": "hh:mm", "span": "[h]:mm", "other": "General"}
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_TEXT = 32_767
_FIRST_DAY = date(1900, 3, 1)
"""Before this day Excel counts one day too many; dates from before it are written as text."""

_ALL_PROBLEMS = ("Row", "Column", "Heading", "Value", "What to look at", "Imported")


def write_error_workbook(path: Path, table: Table, problems: Sequence[RowProblem]) -> None:
    """Write an .xlsx: the rows with problems as they stand, marked and explained, and a list of all problems.

    The columns stay where they were, so that the sheet can be corrected and imported with the same mapping.
    Nothing from the file becomes a formula. Raises BadInput if it cannot be written; then nothing is left
    behind.
    """
    import xlsxwriter

    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as workbook:
        styles = _Styles(workbook)
        _write_rows(workbook.add_worksheet("Rows to look at"), styles, table, problems)
        _write_problems(workbook.add_worksheet("All problems"), styles, problems)
    _save(path, content.getvalue())


class _Styles:
    """The formats of cells, made once each: a kind of value on a colour."""

    def __init__(self, workbook: Any) -> None:
        self.heading = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.text = workbook.add_format({"text_wrap": True, "valign": "top"})
        self._cells = {
            (kind, severity): workbook.add_format(_properties(kind, form, colour))
            for severity, colour in _COLOURS.items()
            for kind, form in {**_KINDS, "quoted": "General"}.items()
        }

    def cell(self, kind: str, severity: str) -> Any:
        return self._cells[kind, severity]


def _properties(kind: str, form: str, colour: str | None) -> dict[str, Any]:
    properties: dict[str, Any] = {"num_format": form, "valign": "top"}
    if colour:
        properties["bg_color"] = colour
    if kind == "quoted":
        properties["quote_prefix"] = True
    return properties


def _write_rows(sheet: Any, styles: _Styles, table: Table, problems: Sequence[RowProblem]) -> None:
    by_row: dict[int, list[RowProblem]] = {}
    for problem in problems:
        by_row.setdefault(problem.row, []).append(problem)
    width = len(table.headings)
    for heading in table.headings:
        sheet.write_string(0, heading.index, heading.text, styles.heading)
    sheet.write_string(0, width, "Row in the file", styles.heading)
    sheet.write_string(0, width + 1, "What to look at", styles.heading)
    line = 0
    for row, cells in table.numbered_rows():
        if row not in by_row:
            continue
        line += 1
        marked = _marked(by_row[row])
        for index in range(width):
            _write_cell(sheet, line, index, cells[index], styles, marked.get(index, marked.get(-1, "")))
        sheet.write_number(line, width, row)
        sheet.write_string(line, width + 1, _explained(by_row[row]), styles.text)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, width, 14)
    sheet.set_column(width + 1, width + 1, 70)


def _marked(problems: Sequence[RowProblem]) -> dict[int, str]:
    """The worst that is said of each column; -1 stands for the whole row."""
    marked: dict[int, str] = {}
    for problem in problems:
        index = column_index(problem.column) if problem.column else -1
        if marked.get(index) != "error":
            marked[index] = problem.severity
    return marked


def _explained(problems: Sequence[RowProblem]) -> str:
    return "\n".join(str(problem).partition(", ")[2] or str(problem) for problem in problems)[:_LONGEST_TEXT]


def _write_cell(sheet: Any, line: int, index: int, cell: Cell, styles: _Styles, severity: str) -> None:
    """Write a cell as what it is. Text is always text: a cell such as '=1+1' must not begin to calculate."""
    kind = _kind(cell)
    style = styles.cell(kind, severity)
    if isinstance(cell, bool):
        sheet.write_boolean(line, index, cell, style)
    elif isinstance(cell, float | int) and _is_finite(cell):
        sheet.write_number(line, index, cell, style)
    elif kind in {"day", "moment", "time", "span"}:
        sheet.write_datetime(line, index, cell, style)
    elif cell == "":
        sheet.write_blank(line, index, None, style)
    else:
        sheet.write_string(line, index, str(cell)[:_LONGEST_TEXT], style)


def _kind(cell: Cell) -> str:
    if isinstance(cell, str):
        return "quoted" if cell.lstrip().startswith(_BEGINS_FORMULA) else "other"
    if isinstance(cell, datetime):
        return "moment" if cell.date() >= _FIRST_DAY else "other"
    if isinstance(cell, date):
        return "day" if cell >= _FIRST_DAY else "other"
    if isinstance(cell, time):
        return "time"
    return "span" if isinstance(cell, timedelta) else "other"


def _is_finite(number: float) -> bool:
    return number - number == 0


def _write_problems(sheet: Any, styles: _Styles, problems: Sequence[RowProblem]) -> None:
    for index, title in enumerate(_ALL_PROBLEMS):
        sheet.write_string(0, index, title, styles.heading)
    for line, problem in enumerate(problems, 1):
        sheet.write_number(line, 0, problem.row)
        for index, text in enumerate((problem.column, problem.heading, problem.value, problem.message), 1):
            _write_cell(sheet, line, index, text, styles, "")
        is_imported = problem.severity == "warning"
        sheet.write_string(line, 5, "yes" if is_imported else "no", styles.cell("other", problem.severity))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(problems), 1), len(_ALL_PROBLEMS) - 1)
    sheet.set_column(1, 3, 18)
    sheet.set_column(4, 4, 90)


def _save(path: Path, content: bytes) -> None:
    """All or nothing: the file is written beside its place and then put there."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise BadInput(
            f"{path} cannot be written.",
            f"The system says: {error.strerror}.",
            "Close it in Excel, check the folder and the space on the disk, or name another file.",
        ) from None
