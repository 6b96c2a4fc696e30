"""Which rows of a tracker are about a case, and which case; the others are counted and named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ehcp_flow.intake.cells import Row, comparable, is_blank, text_of
from ehcp_flow.intake.mapping import Mapping
from ehcp_flow.intake.row_reading import RowReading
from ehcp_flow.intake.table import Heading

_SUM = r"(?:grand |sub-?)?totals?\b.*|(?:count|sum|average|mean|number of .*)[: ]*\d*"
_IS_SUM = re.compile(_SUM, re.IGNORECASE)
_IS_CASE = re.compile(rf"(?!(?:{_SUM})$)\D*\d", re.IGNORECASE)
"""Nearly every reference has a figure in it; what has none is looked at more closely."""

_MOST_NAMED = 5


@dataclass(slots=True)
class Counts:
    """Rows that made no case of their own, and notes about them."""

    blank: int = 0
    duplicate: int = 0
    notes: list[str] = field(default_factory=list)


def case_rows(reading: RowReading, mapping: Mapping, counts: Counts) -> Iterator[tuple[int, Row, str]]:
    """Every row that is about a case: its number in the file, its cells, and the reference of the case."""
    headings = tuple(reading.columns[column] for column in mapping.case)
    reference, prefix = _reference(headings), mapping.prefix
    for row, cells in reading.table.numbered_rows():
        reading.failed = False
        ref = reference(cells)
        if _IS_CASE.match(ref):
            yield row, cells, prefix + ref
            continue
        filled = [index for index, cell in enumerate(cells) if not is_blank(cell)]
        if not filled:
            counts.blank += 1
        elif what := _no_case(cells, filled, headings):
            counts.notes.append(f"Row {row} was left out: it looks like {what}.")
        elif ref:
            yield row, cells, prefix + ref
        else:
            reading.problem("error", row, headings[0], "", "is empty: without it the row belongs to no case.")


def _reference(headings: tuple[Heading, ...]) -> Callable[[Row], str]:
    """How to take the reference of a case; empty unless every column it is made of is filled."""
    if len(headings) == 1:
        index = headings[0].index
        return lambda cells: text_of(cells[index])

    def of_several(cells: Row) -> str:
        parts = [text_of(cells[heading.index]) for heading in headings]
        return "-".join(parts) if all(parts) else ""

    return of_several


def _no_case(cells: Row, filled: list[int], headings: tuple[Heading, ...]) -> str:
    """What a row is that looks like no case: the headings again, as on a new page, or a line of totals."""
    if all(_repeats(text_of(cells[heading.index]), heading) for heading in headings):
        return "the headings again"
    if filled[0] <= headings[0].index + 1 and _IS_SUM.fullmatch(text_of(cells[filled[0]])):
        return "a line of totals"
    return ""


def _repeats(text: str, heading: Heading) -> bool:
    """Whether a cell says what stands above it, all of it or the last of two lines."""
    return bool(text) and comparable(heading.text).endswith(comparable(text))


def said_again(rows: list[tuple[int, ...]]) -> list[str]:
    """A note on rows that say the same, naming the first few."""
    if not rows:
        return []
    named = "; ".join(" and ".join(map(str, each)) for each in rows[:_MOST_NAMED])
    more = f"; and {len(rows) - _MOST_NAMED} more" if len(rows) > _MOST_NAMED else ""
    return [f"Rows that say the same were taken once: {named}{more}."]
