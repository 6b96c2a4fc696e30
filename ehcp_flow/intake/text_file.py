"""Text tables: which encoding, which delimiter, and the rows."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import cast

from ehcp_flow.errors import BadInput
from ehcp_flow.intake.cells import Row
from ehcp_flow.intake.file_kind import is_bare_utf16
from ehcp_flow.intake.sheet import Sheet

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "upright bars"}

_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ENCODING_TITLES = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
}
_SAMPLE_LINES = 60


def read_text_file(file: str, content: bytes) -> Sheet:
    """The rows of a text table. Raises BadInput if it cannot be cut into rows."""
    text, notes = _decoded(file, content)
    text, delimiter, named = _delimiter(text)
    if not named:
        notes.append(f"Its columns are divided by {DELIMITERS.get(delimiter, repr(delimiter))}.")
    rows, odd_quotes = _rows(file, text, delimiter)
    if odd_quotes:
        notes.append("Some quotation marks are not doubled as CSV asks; they were kept as they stand.")
    return Sheet(name="", rows=_of_one_length(rows), notes=tuple(notes))


def _decoded(file: str, content: bytes) -> tuple[str, list[str]]:
    """The text, and a note on its encoding unless it is plain ASCII or says what it is."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _decode(file, content, encoding), []
    bare = is_bare_utf16(content)
    if bare:
        return _decode(file, content, bare), ["The file is UTF-16."]
    try:
        return content.decode("utf-8"), [] if content.isascii() else ["The file is UTF-8."]
    except UnicodeDecodeError:
        return _old_encoding(content)


def _decode(file: str, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{file} is damaged.",
            f"It begins as {_ENCODING_TITLES[encoding]} text, but byte {error.start + 1} cannot be read.",
            "It may have been cut short: export it again.",
        ) from None


def _old_encoding(content: bytes) -> tuple[str, list[str]]:
    """Not UTF-8: in an English council that is Windows-1252, unless it has bytes which that has not."""
    try:
        return content.decode("cp1252"), [_guessed("Windows-1252")]
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(content).best()
        encoding = best.encoding if best else "latin-1"
        return content.decode(encoding, errors="replace"), [_guessed(encoding)]


def _guessed(encoding: str) -> str:
    return f"The file was read as {encoding}. If names with accents look wrong, save it as CSV UTF-8."


def _delimiter(text: str) -> tuple[str, str, bool]:
    """The text without Excel's `sep=;` line, its delimiter, and whether the file named it."""
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.rstrip("\r")) == len("sep=;"):
        return rest, first[4], True
    return text, _most_regular_delimiter(text), False


def _most_regular_delimiter(text: str) -> str:
    """The delimiter that cuts most lines of the sample into the same, large, number of columns."""
    sample = "\n".join(text[: 1 << 18].splitlines()[:_SAMPLE_LINES])
    return max(DELIMITERS, key=lambda delimiter: _regularity(sample, delimiter))


def _regularity(sample: str, delimiter: str) -> float:
    try:
        rows = [row for row in csv.reader(io.StringIO(sample), delimiter=delimiter) if any(row)]
    except csv.Error:
        return 0
    if not rows:
        return 0
    width, lines = Counter(map(len, rows)).most_common(1)[0]
    return (width - 1) * lines / len(rows)


def _rows(file: str, text: str, delimiter: str) -> tuple[list[list[str]], bool]:
    """The rows, and whether they have quotation marks where CSV allows none."""
    try:
        return _all_rows(file, text, delimiter, strict=True), False
    except _OddQuotes:
        rows = _all_rows(file, text, delimiter, strict=False)
    if rows and any("\n" in cell and cell.count(delimiter) >= len(rows[0]) for cell in rows[-1]):
        raise _never_closed(file, len(rows))
    return rows, True


class _OddQuotes(Exception):
    """The strict reader met a quotation mark where none may be."""


def _all_rows(file: str, text: str, delimiter: str, *, strict: bool) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict))
    except csv.Error as error:
        if "end of data" in str(error) or "field limit" in str(error):
            raise _never_closed(file, len(rows) + 1) from None
        if strict:
            raise _OddQuotes from None
        raise BadInput(f"{file} cannot be cut into rows.", f"{error}.", "Save it again from Excel.") from None
    return rows


def _never_closed(file: str, row: int) -> BadInput:
    return BadInput(
        f"{file} cannot be cut into rows.",
        f"A quotation mark opened in row {row} is never closed.",
        "Close or remove it, or save the file again from Excel.",
    )


def _of_one_length(rows: list[list[str]]) -> list[Row]:
    """The same rows, the short ones filled up: no copy is made of a file of a million rows."""
    width = max(map(len, rows), default=0)
    for row in rows:
        if len(row) < width:
            row.extend([""] * (width - len(row)))
    return cast("list[Row]", rows)
