"""Whole columns whose days and months were swapped, as Excel does when its language is American."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ehcp_flow.intake.dates import read_date
from ehcp_flow.intake.planned import RowProblem
from ehcp_flow.intake.row_reading import RowReading
from ehcp_flow.intake.table import Heading

_LAST_MONTH = 12
_ENOUGH_REAL, _ENOUGH_TYPED = 8, 3


def swapped_days(reading: RowReading) -> list[RowProblem]:
    """A warning for each column of dates in which days and months may have been swapped."""
    problems = []
    for heading, row in reading.month_first.items():
        message = (
            f"has a date in row {row} with the month first. Others of this column may be month first too, "
            "and were read day first: look at those with a day up to 12."
        )
        problems.append(_problem(reading, heading, message))
    for heading in reading.typed_dates - reading.month_first.keys():
        if _looks_swapped(reading, heading):
            message = (
                "has real dates on days 1 to 12 only, and typed ones on days 13 to 31 only. Excel leaves "
                "that when it opens an English file with American settings: they are probably swapped."
            )
            problems.append(_problem(reading, heading, message))
    return problems


def _problem(reading: RowReading, heading: Heading, message: str) -> RowProblem:
    """It stands at the row of the headings, for it is about the whole column."""
    row = reading.table.heading_rows[-1]
    return RowProblem(row, heading.letter, heading.text, "", message, "warning")


def _looks_swapped(reading: RowReading, heading: Heading) -> bool:
    real, typed = 0, 0
    for is_typed, day in _days(reading, heading):
        if is_typed != (day.day > _LAST_MONTH):
            return False
        typed += is_typed
        real += not is_typed
    return real >= _ENOUGH_REAL and typed >= _ENOUGH_TYPED


def _days(reading: RowReading, heading: Heading) -> Iterator[tuple[bool, date]]:
    for row in reading.table.rows:
        cell = row[heading.index]
        day = read_date(cell).day if isinstance(cell, str | date) else None
        if day is not None:
            yield isinstance(cell, str), day
