"""What one cell of a tracker may hold, and its text as a person would read it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

Cell = str | float | int | bool | date | datetime | time | timedelta
"""A cell as read. An empty cell is the empty text."""

Row = list[Cell]

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_ONE_SPELLING = str.maketrans({"\u2018": "'", "\u2019": "'", "`": "'", "\u2013": "-", "\u2014": "-"})


def clean(text: str) -> str:
    r"""`text` without invisible characters, and with one space wherever it had blanks of any kind.

    >>> clean("  NA\u00a01042\n ")
    'NA 1042'
    """
    if not text.isascii():
        text = text.translate(_INVISIBLE)
    return " ".join(text.split())


def text_of(cell: Cell) -> str:
    """The cell's text, as Excel would show it: 1042.0 is a case number, so it is '1042'.

    >>> text_of(1042.0), text_of(True), text_of(date(2025, 4, 3))
    ('1042', 'Yes', '2025-04-03')
    """
    if isinstance(cell, str):
        return clean(cell)
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date):
        return cell.isoformat()[:10] if not _has_time(cell) else str(cell)
    return str(cell)


def _has_time(cell: date) -> bool:
    return isinstance(cell, datetime) and cell.time() != time()


def is_blank(cell: Cell) -> bool:
    """Whether nothing is to be seen in the cell."""
    return isinstance(cell, str) and not clean(cell)


def is_blank_row(cells: Row) -> bool:
    """Whether nothing is to be seen in the whole row."""
    return all(is_blank(cell) for cell in cells)


@lru_cache(maxsize=1 << 12)
def comparable(text: str) -> str:
    r"""`text` without what two people may write differently: case, blanks, kinds of quotation mark.

    >>> comparable("Date Req\nRec\u2019d") == comparable("date req rec'd ")
    True
    """
    return clean(text).translate(_ONE_SPELLING).casefold().rstrip(" :*")


def column_letter(index: int) -> str:
    """The letters above column `index`, counted from 0, in a spreadsheet.

    >>> column_letter(0), column_letter(25), column_letter(26), column_letter(701), column_letter(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """The place, counted from 0, of the column under `letters`; the reverse of `column_letter`.

    >>> column_index("A"), column_index("zz")
    (0, 701)
    """
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
