"""Where the headings are: under title lines and blank lines, on one line or on two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ehcp_flow.intake.cells import Cell, Row, comparable, is_blank, text_of
from ehcp_flow.intake.sheet import Merge, Sheet

_LOOK_AT = 60
_VALUE = re.compile(r"[-+£]?[\d.,/:\- ]+%?|(?=.*\d{3})[\w/-]+|(?=.*\d.*\d)\d{1,2}\W?\w{3,9}\W?\d{2,4}.*|.*@.*")


class HeadingRows(NamedTuple):
    """The rows of the headings, counted from 0: `first` is `last` unless they stand on two lines."""

    first: int
    last: int

    @property
    def numbers(self) -> tuple[int, ...]:
        """The rows as the file counts them, from 1."""
        return tuple(range(self.first + 1, self.last + 2))

    def __str__(self) -> str:
        return f"row {self.last + 1}" if self.first == self.last else f"rows {self.first + 1} and {self.last + 1}"


def find_heading_rows(sheet: Sheet) -> HeadingRows | None:
    """The first rows that look like headings: words over most columns, with more below."""
    top = sheet.rows[:_LOOK_AT]
    widest = max((_filled(row) for row in top), default=0)
    enough = max(2, (widest + 1) // 2)
    for index, row in enumerate(top):
        if _filled(row) >= enough and _is_words(row) and _has_more_below(sheet.rows, index):
            return _with_second_line(sheet, index)
    return None


def _with_second_line(sheet: Sheet, index: int) -> HeadingRows:
    if index + 1 < len(sheet.rows) and _is_second_line(sheet, index, index + 1):
        return HeadingRows(index, index + 1)
    if index and _is_group_line(sheet, index - 1, index):
        return HeadingRows(index - 1, index)
    return HeadingRows(index, index)


def _is_second_line(sheet: Sheet, upper: int, lower: int) -> bool:
    """Whether `lower` carries headings that stand under groups or gaps of `upper`, not the first child."""
    above, below = sheet.rows[upper], sheet.rows[lower]
    if _filled(below) < 2 or not _is_words(below) or not _has_more_below(sheet.rows, lower):
        return False
    under_gap = [i for i, cell in enumerate(below) if not is_blank(cell) and is_blank(above[i])]
    groups = [merge for merge in sheet.merges if merge.top == merge.bottom == upper and merge.width > 1]
    if groups:
        return any(merge.left <= i <= merge.right for merge in groups for i in under_gap)
    single = sum(not is_blank(a) and is_blank(b) for a, b in zip(above, below, strict=True))
    return bool(under_gap) and single > 0


def _is_group_line(sheet: Sheet, upper: int, lower: int) -> bool:
    """Whether `upper` names groups of the columns of `lower`, rather than being the title of the sheet."""
    above, below = sheet.rows[upper], sheet.rows[lower]
    filled = _filled(above)
    if not filled or not _is_words(above):
        return False
    groups = [merge for merge in sheet.merges if merge.top == upper and merge.width > 1]
    if groups:
        return all(merge.width <= _filled(below) // 2 + 1 for merge in groups)
    is_title = filled == 1 and not is_blank(above[0])
    texts = [comparable(text_of(cell)) for cell in below if not is_blank(cell)]
    has_twins = len(set(texts)) < len(texts)
    fills_gap = any(is_blank(b) and not is_blank(a) for a, b in zip(above, below, strict=True))
    return not is_title and (has_twins or (fills_gap and filled > 1))


def _filled(row: Row) -> int:
    return sum(not is_blank(cell) for cell in row)


def _is_words(row: Row) -> bool:
    """Whether every cell is a heading by its looks: text, not a date, a number or a reference."""
    return all(is_blank(cell) or _is_heading(cell) for cell in row)


def _is_heading(cell: Cell) -> bool:
    return isinstance(cell, str) and not _VALUE.fullmatch(text_of(cell))


def _has_more_below(rows: Sequence[Row], index: int) -> bool:
    return any(_filled(row) for row in rows[index + 1 : index + 1 + _LOOK_AT])


def joined_headings(sheet: Sheet, found: HeadingRows) -> list[str]:
    """The heading over each column; two lines become one, a group's name before each of its columns."""
    lower = [text_of(cell) for cell in sheet.rows[found.last]]
    if found.first == found.last:
        return lower
    upper = _spread([text_of(cell) for cell in sheet.rows[found.first]], lower, sheet.merges, found.first)
    return [" ".join(part for part in pair if part) for pair in zip(upper, lower, strict=True)]


def _spread(upper: list[str], lower: list[str], merges: Sequence[Merge], row: int) -> list[str]:
    """The upper line with each group's name over all its columns."""
    result = list(upper)
    groups = [merge for merge in merges if merge.top == row and merge.width > 1]
    for merge in groups:
        result[merge.left : merge.right + 1] = [upper[merge.left]] * merge.width
    if groups:
        return result
    for index in range(1, len(result)):
        # Without merged cells, a name reaches as far as the columns below it have names of their own.
        if not upper[index] and lower[index] and lower[index - 1]:
            result[index] = result[index - 1]
    return result
