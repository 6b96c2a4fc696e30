"""A council's file as one table: its headings, its rows as they stand, and what was guessed on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ehcp_flow.errors import BadInput
from ehcp_flow.intake.cells import Row, column_letter, is_blank
from ehcp_flow.intake.collection import collection_paused
from ehcp_flow.intake.file_kind import FileKind, file_kind
from ehcp_flow.intake.heading_rows import HeadingRows, find_heading_rows, joined_headings
from ehcp_flow.intake.sheet import Sheet
from ehcp_flow.intake.text_file import read_text_file
from ehcp_flow.intake.workbook import Sheets, read_sheets

HeaderRow = int | tuple[int, int] | None
"""The row of the headings, counted from 1 as in the file; a pair if they stand on two lines."""

_NARROW = 2


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above one column. `text` is empty for a column that has values but no heading."""

    text: str
    index: int
    letter: str

    def __str__(self) -> str:
        return f"column {self.letter} ({self.text})" if self.text else f"column {self.letter}"


@dataclass(frozen=True, slots=True)
class Table:
    """The headings and rows of one sheet or text file.

    `rows[0]` is row `first_row` of the file, counted from 1 as a spreadsheet shows it; blank rows in between
    are kept so that this holds for all. Each row is as long as the widest. `day_zero` is the day on which the
    workbook starts to count, None if the file does not say.
    """

    file: str
    kind: str
    sheet: str
    headings: tuple[Heading, ...]
    heading_rows: tuple[int, ...]
    first_row: int
    rows: list[Row]
    day_zero: date | None
    notes: tuple[str, ...] = ()

    def numbered_rows(self) -> Iterator[tuple[int, Row]]:
        """Every row below the headings with its number in the file."""
        return enumerate(self.rows, self.first_row)


def read_table(path: Path, sheet: str | None = None, header_row: HeaderRow = None) -> Table:
    """Read a workbook (.xlsx, .xlsm, .xlsb, .xls, .ods) or a text table (.csv, .tsv, .txt) as it is.

    `sheet` and `header_row` are found if they are not given, and what was found is in the notes.
    Raises BadInput if the file is missing, damaged, protected, empty or something else than its name says.
    """
    content, kind = file_kind(path)
    with collection_paused():
        return _read(path.name, content, kind, sheet, header_row)


def _read(file: str, content: bytes, kind: FileKind, sheet: str | None, header_row: HeaderRow) -> Table:
    if kind.is_workbook:
        sheets = read_sheets(file, content, is_zip=kind.is_zip)
        found = sheets.named(sheet) if sheet else _first_with_a_table(file, sheets, header_row)
    else:
        found = read_text_file(file, content)
    return _table(file, found, kind.name, header_row)


def _first_with_a_table(file: str, sheets: Sheets, header_row: HeaderRow) -> Sheet:
    """The first sheet that looks like a tracker; one of two columns, perhaps of instructions, only if need be."""
    tables = (sheet for sheet in map(sheets.named, sheets.visible) if _has_table(sheet, header_row))
    narrow = None
    for sheet in tables:
        if sheet.width > _NARROW:
            return _with_sheet_note(sheet, sheets.visible)
        narrow = narrow or sheet
    if narrow is not None:
        return _with_sheet_note(narrow, sheets.visible)
    raise BadInput(
        f"{file} has no table in it.",
        "No sheet has a row of headings with rows below it.",
        "Check that it is the right file, or name the sheet and the row of the headings in the mapping.",
    )


def _has_table(sheet: Sheet, header_row: HeaderRow) -> bool:
    return find_heading_rows(sheet) is not None or (header_row is not None and bool(sheet.rows))


def _with_sheet_note(chosen: Sheet, names: tuple[str, ...]) -> Sheet:
    others = ", ".join(f"'{name}'" for name in names if name != chosen.name)
    return chosen.with_note(f"The sheet '{chosen.name}' was read; not read: {others}.") if others else chosen


def _table(file: str, sheet: Sheet, kind: str, header_row: HeaderRow) -> Table:
    found = _given(header_row, sheet, file) or find_heading_rows(sheet)
    if found is None:
        raise BadInput(
            f"No row of headings was found in {file}.",
            "It needs a row with a heading over each column, and rows below it.",
            "Check that it is the right file and sheet, or give the row with headings_in_row in the mapping.",
        )
    rows = _without_blank_end(sheet.rows[found.last + 1 :])
    headings = _headings(sheet, found, rows)
    notes = [*sheet.notes]
    if header_row is None:
        notes.append(f"The headings were found in {found}.")
    return Table(
        file=file,
        kind=kind,
        sheet=sheet.name,
        headings=headings,
        heading_rows=found.numbers,
        first_row=found.last + 2,
        rows=rows,
        day_zero=sheet.day_zero,
        notes=tuple(notes),
    )


def _given(header_row: HeaderRow, sheet: Sheet, file: str) -> HeadingRows | None:
    if header_row is None:
        return None
    first, last = header_row if isinstance(header_row, tuple) else (header_row, header_row)
    if not 1 <= first <= last <= len(sheet.rows) or last - first > 1:
        asked = f"row {first}" if first == last else f"rows {first} and {last}"
        raise BadInput(
            f"The headings of {file} cannot be in {asked}.",
            f"The sheet has {len(sheet.rows)} rows, and headings take one row or two that follow each other.",
            "Correct headings_in_row in the mapping, or leave it out to have the row found.",
        )
    return HeadingRows(first - 1, last - 1)


def _without_blank_end(rows: list[Row]) -> list[Row]:
    end = len(rows)
    while end and all(is_blank(cell) for cell in rows[end - 1]):
        end -= 1
    return rows[:end]


def _headings(sheet: Sheet, found: HeadingRows, rows: list[Row]) -> tuple[Heading, ...]:
    """The columns up to the last with a heading or a value."""
    headings = [Heading(text, index, column_letter(index)) for index, text in enumerate(joined_headings(sheet, found))]
    while headings and not headings[-1].text and _is_blank_column(rows, headings[-1].index):
        headings.pop()
    return tuple(headings)


def _is_blank_column(rows: list[Row], index: int) -> bool:
    return all(is_blank(row[index]) for row in rows)
