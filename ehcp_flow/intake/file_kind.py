"""What a file is by its content, compared with what its name says."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ehcp_flow.errors import BadInput

WORKBOOKS = {
    ".xlsx": "Excel workbook",
    ".xlsm": "Excel workbook with macros",
    ".xlsb": "binary Excel workbook",
    ".xls": "Excel 97-2003 workbook",
    ".ods": "OpenDocument spreadsheet",
}
TEXTS = {".csv": "text table", ".tsv": "text table", ".txt": "text table"}

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed file",
    b"7z\xbc\xaf": "a compressed file",
    b"Rar!": "a compressed file",
    b"SQLite format 3": "a database",
    b"MZ": "a program",
    b"\x7fELF": "a program",
}
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SAVE_AS = "Save it as an Excel workbook (.xlsx) or as CSV UTF-8 (.csv) and import that."


class FileKind(NamedTuple):
    """A kind of file we read, by the name people know."""

    name: str
    is_workbook: bool
    is_zip: bool


def file_kind(path: Path) -> tuple[bytes, FileKind]:
    """The content and the kind of the file at `path`. Raises BadInput if it is not what its name says."""
    suffix = path.suffix.lower()
    content = _content(path)
    if not content.strip(b"\0\r\n\t "):
        raise BadInput(f"{path.name} is empty.", "", "Export it again and check that it has rows in it.")
    if suffix in WORKBOOKS:
        return content, _workbook_kind(path.name, suffix, content)
    if suffix in TEXTS:
        _refuse_binary(path.name, suffix, content)
        return content, FileKind(TEXTS[suffix], is_workbook=False, is_zip=False)
    raise BadInput(
        f"{path.name} is not a kind of file we read.",
        f"We read {', '.join((*WORKBOOKS, *TEXTS))}.",
        _SAVE_AS,
    )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}.", "", "Check the name and the folder.") from None
    except IsADirectoryError:
        raise BadInput(f"{path} is a folder.", "", "Name the file in it.") from None
    except OSError as error:
        why = f"The system says: {error.strerror}."
        raise BadInput(f"{path} cannot be read.", why, "Close it in Excel and check who may read it.") from None


def _workbook_kind(name: str, suffix: str, content: bytes) -> FileKind:
    is_zip = content.startswith(_ZIP)
    if is_zip or content.startswith(_OLE):
        return FileKind(WORKBOOKS[suffix], is_workbook=True, is_zip=is_zip)
    if content.startswith(_UTF16) or b"\0" not in content[:4096]:
        what = "a web page" if b"<html" in content[:4096].lower() else "text"
        raise BadInput(
            f"{name} is {what} under the name of a workbook.",
            "Some systems export that and call it Excel.",
            "Open it in Excel and save it as an Excel workbook (.xlsx).",
        )
    raise BadInput(
        f"{name} is not a workbook.",
        f"It is {_other_kind(content) or 'damaged, or another kind of file under this name'}.",
        f"Export it again. {_SAVE_AS}",
    )


def _refuse_binary(name: str, suffix: str, content: bytes) -> None:
    if content.startswith((_ZIP, _OLE)):
        raise BadInput(
            f"{name} is not text.",
            f"It looks like an Excel workbook renamed to {suffix}.",
            "Give it back the ending .xlsx (or .xls), or save it from Excel as CSV UTF-8.",
        )
    what = _other_kind(content)
    if what or _has_binary(content):
        why = f"It is {what or 'a binary file'} renamed to {suffix}."
        raise BadInput(f"{name} is not text.", why, f"Check that it is the right file. {_SAVE_AS}")


def _other_kind(content: bytes) -> str:
    return next((what for start, what in _OTHERS.items() if content.startswith(start)), "")


def _has_binary(content: bytes) -> bool:
    """Whether there are characters no text has. (UTF-16 has a zero in every other byte.)"""
    start = content[: 1 << 16]
    if start.startswith(_UTF16):
        return False
    zeros = start.count(0)
    if zeros and not is_bare_utf16(start):
        return True
    odd = sum(start.count(code) for code in range(1, 32) if code not in b"\t\n\x0b\x0c\r\x1a\x1b")
    return odd > len(start) // 200


def is_bare_utf16(content: bytes) -> str | None:
    """The UTF-16 encoding of text that starts without saying so, told by where its zero bytes are."""
    start = content[:4096]
    even, odd = start[0::2].count(0), start[1::2].count(0)
    enough = len(start) // 4
    if odd > enough and not even:
        return "utf-16-le"
    if even > enough and not odd:
        return "utf-16-be"
    return None
