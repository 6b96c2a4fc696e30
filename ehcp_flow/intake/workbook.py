"""Workbooks: their sheets, cell by cell, with what the fast reader leaves out put back."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ehcp_flow.errors import BadInput
from ehcp_flow.intake.cells import Row, column_index
from ehcp_flow.intake.dates import MAC_DAY_ZERO, WINDOWS_DAY_ZERO
from ehcp_flow.intake.old_container import is_cut_short
from ehcp_flow.intake.sheet import Merge, Sheet

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_MOST_BYTES = 2 << 30
_ENCRYPTED = tuple(name.encode("utf-16-le") for name in ("EncryptedPackage", "DRMEncryptedDataSpace"))
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_ATTRIBUTE = r'\b{}="([^"]*)"'
_MAC_DAYS = re.compile(rb'<(?:\w+:)?workbookPr\b[^>]*\bdate1904="(?:1|true)"')
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_ERROR_CELL = re.compile(
    rb'<(?:\w+:)?c r="([A-Z]{1,3})(\d{1,7})"(?=[^>]*\bt="e")[^>]*>(?:(?!</(?:\w+:)?c>).)*?'
    rb"<(?:\w+:)?v>([^<]{1,40})<",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Sheets:
    """The sheets of one workbook, read one by one as they are wanted."""

    file: str
    visible: tuple[str, ...]
    workbook: CalamineWorkbook
    package: zipfile.ZipFile | None

    def named(self, name: str) -> Sheet:
        """The sheet called `name`, hidden ones too. Raises BadInput if there is none."""
        by_name = {each.strip().casefold(): each for each in self.workbook.sheet_names}
        found = by_name.get(name.strip().casefold())
        if found is None:
            names = ", ".join(f"'{each}'" for each in self.workbook.sheet_names)
            raise BadInput(
                f"{self.file} has no sheet '{name}'.",
                f"Its sheets are {names}.",
                "Name one of these, or leave the sheet out to have it found.",
            )
        return self._read(found)

    def _read(self, name: str) -> Sheet:
        with _damage_in_words(self.file):
            sheet = self.workbook.get_sheet_by_name(name)
            rows: list[Row] = sheet.to_python(skip_empty_area=False)
            failed = _put_errors_back(rows, self.package, name) if self.package else 0
            merges, day_zero = _merges(sheet), self._day_zero()
        notes = (f"The sheet '{name}' has {failed} cells with a failed formula, such as #N/A.",) if failed else ()
        return Sheet(name, rows, merges, day_zero, notes)

    def _day_zero(self) -> date | None:
        """An old .xls hides this where we do not look; an OpenDocument file keeps no day numbers as dates."""
        if self.package is None or "xl/workbook.xml" not in self.package.namelist():
            return None
        is_mac = _MAC_DAYS.search(self.package.read("xl/workbook.xml"))
        return MAC_DAY_ZERO if is_mac else WINDOWS_DAY_ZERO


def read_sheets(file: str, content: bytes, *, is_zip: bool) -> Sheets:
    """Open a workbook. Raises BadInput if it is damaged, cut short or protected by a password."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    package = _package(file, content) if is_zip else None
    if package is None:
        _check_old_container(file, content)
    with _damage_in_words(file):
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    visible = tuple(
        each.name
        for each in workbook.sheets_metadata
        if each.visible == SheetVisibleEnum.Visible and each.typ == SheetTypeEnum.WorkSheet
    )
    return Sheets(file, visible, workbook, package)


@contextmanager
def _damage_in_words(file: str) -> Iterator[None]:
    """Whatever the reader throws at a broken file becomes one BadInput."""
    try:
        yield
    except (BadInput, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # noqa: BLE001 (a fault in the reader's Rust part is no Exception)
        if type(error).__name__ == "PasswordError":
            raise _protected(file) from None
        raise _damaged(file, str(error)) from None


def _check_old_container(file: str, content: bytes) -> None:
    if any(name in content for name in _ENCRYPTED):
        raise _protected(file)
    if is_cut_short(content):
        raise _damaged(file, "the file ends before its last part")


def _package(file: str, content: bytes) -> zipfile.ZipFile:
    with _damage_in_words(file):
        package = zipfile.ZipFile(io.BytesIO(content))
    size = sum(part.file_size for part in package.infolist())
    if size > _MOST_BYTES:
        raise BadInput(
            f"{file} is too large.",
            f"Unpacked it would take {size >> 20} MB.",
            "Save the sheet that is wanted as a workbook of its own.",
        )
    return package


def _protected(file: str) -> BadInput:
    return BadInput(
        f"{file} is protected.",
        "It opens only with a password or for signed-in people.",
        "Open it in Excel, remove the protection (File, Info, Protect Workbook), save and import that copy.",
    )


def _damaged(file: str, detail: str) -> BadInput:
    return BadInput(
        f"{file} is damaged or was cut short.",
        f"The reader says: {detail.splitlines()[0].rstrip('.') if detail else 'nothing more'}.",
        "Copy or download it again; if Excel can still open it, save it there under a new name.",
    )


def _merges(sheet: CalamineSheet) -> tuple[Merge, ...]:
    ranges = sheet.merged_cell_ranges or []
    return tuple(Merge(top, left, bottom, right) for (top, left), (bottom, right) in ranges)


def _put_errors_back(rows: list[Row], package: zipfile.ZipFile, name: str) -> int:
    """Write `#N/A` and its like where the reader left a blank: a failed formula is not an empty cell."""
    part = _part_of_sheet(package, name)
    xml = package.read(part) if part else b""
    if b't="e"' not in xml:
        return 0
    found = 0
    for letters, number, text in _ERROR_CELL.findall(xml):
        row, column = int(number) - 1, column_index(letters.decode())
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = text.decode("utf-8", errors="replace")
            found += 1
    return found


def _part_of_sheet(package: zipfile.ZipFile, name: str) -> str | None:
    """The part of the package that holds the cells of the sheet called `name`."""
    try:
        book = package.read("xl/workbook.xml")
        links = package.read("xl/_rels/workbook.xml.rels")
    except KeyError:
        return None
    ids = {_attribute(tag, "name"): _attribute(tag, r"\w+:id") for tag in _SHEET.findall(book)}
    targets = {_attribute(tag, "Id"): _attribute(tag, "Target") for tag in _RELATIONSHIP.findall(links)}
    target = targets.get(ids.get(name, ""), "")
    part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return part if part in package.namelist() else None


def _attribute(tag: bytes, name: str) -> str:
    from html import unescape

    found = re.search(_ATTRIBUTE.format(name).encode(), tag)
    return unescape(found[1].decode("utf-8", errors="replace")) if found else ""
