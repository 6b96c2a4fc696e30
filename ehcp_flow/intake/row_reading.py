"""What all rows of one file share while they are read: columns, dates, and the problems found so far."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Literal

from ehcp_flow.intake.cells import Cell, Row, clean, comparable, is_blank, text_of
from ehcp_flow.intake.date_text import MONTHS, WEEKDAYS, DateReading, spoken
from ehcp_flow.intake.dates import read_date
from ehcp_flow.intake.mapping import Value
from ehcp_flow.intake.planned import RowProblem
from ehcp_flow.intake.table import Heading, Table
from ehcp_flow.law.workflow import Workflow

Getter = Callable[[Row, int], str]
"""Takes the value of a column from a row with its number."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_DATE_WORDS = {word.lower() for name in (*MONTHS, *WEEKDAYS) for word in (name, name[:3])}
_DATE_WORDS |= {
    "sept",
    "tues",
    "thur",
    "thurs",
    "st",
    "nd",
    "rd",
    "th",
    "am",
    "pm",
    "tbc",
    "tba",
    "at",
    "of",
    "and",
}


class RowReading:
    """Reads the rows of one table. `failed` says whether the present row has an error and is left out."""

    def __init__(self, table: Table, columns: dict[str, Heading], workflow: Workflow, today: date) -> None:
        self.table, self.columns, self.workflow, self.today = table, columns, workflow, today
        self.began = workflow.covers_from
        self.problems: list[RowProblem] = []
        self.failed = False
        self.no_dates: Counter[tuple[str, str]] = Counter()
        self.month_first: dict[Heading, int] = {}
        self.typed_dates: set[Heading] = set()
        self._sure: dict[str, date] = {}

    def problem(
        self,
        severity: Literal["error", "warning"],
        row: int,
        heading: Heading | None,
        value: str,
        message: str,
    ) -> None:
        """Note a problem; an error leaves the present row out."""
        letter, text = (heading.letter, heading.text) if heading else ("", "")
        self.problems.append(RowProblem(row, letter, text, value, message, severity))
        self.failed |= severity == "error"

    def event_date(self, cell: Cell, row: int, heading: Heading) -> date | None:
        """The day of an event, which cannot be in the future. None if there is none or it is refused."""
        if type(cell) is date and self.began <= cell <= self.today:
            return cell
        if isinstance(cell, str):
            known = self._sure.get(cell)
            if known is not None:
                return known
            self.typed_dates.add(heading)
        reading = read_date(cell, day_zero=self.table.day_zero)
        day = self.taken(reading, cell, row, heading)
        if day is None:
            return None
        return self._possible(day, cell, row, heading, is_sure=not reading.severity)

    def _possible(self, day: date, cell: Cell, row: int, heading: Heading, *, is_sure: bool) -> date | None:
        if day > self.today:
            message = f"is in the future: after {spoken(self.today)}, the day of this import."
            self.problem("error", row, heading, shown(cell), message)
            return None
        if day < self.began:
            message = f"is before {spoken(self.began)}, when this process began in law."
            self.problem("warning", row, heading, shown(cell), message)
        elif is_sure and isinstance(cell, str):
            self._sure[cell] = day
        return day

    def taken(self, reading: DateReading, cell: Cell, row: int, heading: Heading) -> date | None:
        """The day of a reading, after passing on what it says about itself."""
        if reading.severity == "note":
            self.no_dates[str(heading), text_of(cell)] += 1
        elif reading.severity:
            self.problem(reading.severity, row, heading, shown(cell), reading.message)
            if reading.is_month_first:
                self.month_first.setdefault(heading, row)
        return reading.day

    def text(self, value: Value | None) -> Getter | None:
        """How to take a value that the mapping describes; None if it describes none."""
        if value is None:
            return None
        if value.column is None:
            always = value.always or ""
            return lambda _cells, _row: always
        heading = self.columns[value.column]
        if value.is_ is not None:
            return self._translated(heading, value.is_)
        return _plain(heading.index)

    def _translated(self, heading: Heading, codes: dict[str, str]) -> Getter:
        known = {comparable(code): meaning for code, meaning in codes.items()}
        listed = ", ".join(codes)

        def get(cells: Row, row: int) -> str:
            text = text_of(cells[heading.index])
            if not text:
                return ""
            meaning = known.get(comparable(text))
            if meaning is None:
                self.problem("error", row, heading, text[:40], f"is not a code of the mapping, which has {listed}.")
            return meaning or ""

        return get


def _plain(index: int) -> Getter:
    def get(cells: Row, _row: int) -> str:
        cell = cells[index]
        return clean(cell) if type(cell) is str else text_of(cell)

    return get


def shown(cell: Cell) -> str:
    """The cell of a date column as it may be shown: other words than those of dates may be names of people.

    >>> shown("3 Apr 2025 - chased Mrs Example")
    '3 Apr 2025 - … … …'
    """
    text = f"{cell:%d/%m/%Y}" if isinstance(cell, date) else text_of(cell)
    return _WORD.sub(lambda word: word[0] if word[0].lower() in _DATE_WORDS else "…", text)[:40]


def is_filled(cell: Cell) -> bool:
    """Whether the cell says something: not blank, and not 'n/a' or '-'."""
    return not is_blank(cell) and read_date(cell).severity != "note"
