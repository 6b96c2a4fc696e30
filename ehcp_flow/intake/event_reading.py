"""The events of a row: which date means which event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from operator import itemgetter
from typing import NamedTuple

from ehcp_flow.intake.cells import Row, comparable, is_blank, text_of
from ehcp_flow.intake.details_reading import DetailsReader, details_reader
from ehcp_flow.intake.mapping import EventColumns
from ehcp_flow.intake.person_reading import NO
from ehcp_flow.intake.planned import PlannedEvent
from ehcp_flow.intake.row_reading import RowReading, is_filled, shown
from ehcp_flow.intake.table import Heading

_Parts = list[tuple[str, EventColumns]]


class EventStep(NamedTuple):
    """One event that a date column may mean, if the answers asked for in `when` stand in the row."""

    name: str
    details: DetailsReader | None
    when: dict[Heading, frozenset[str]]


class DateColumn:
    """A column of dates, the events it may mean, and the columns that decide which."""

    def __init__(self, heading: Heading, steps: tuple[EventStep, ...], only_here: tuple[Heading, ...]) -> None:
        self.heading, self.steps, self.only_here = heading, steps, only_here
        self.asked = tuple(dict.fromkeys(asked for step in steps for asked in step.when))
        self._known: dict[tuple[str, ...], tuple[EventStep, ...]] = {}

    def fitting(self, cells: Row) -> tuple[EventStep, ...]:
        """The events that the answers of a row allow. Few differ, so each is settled once."""
        said = tuple([text_of(cells[heading.index]) for heading in self.asked])
        steps = self._known.get(said)
        if steps is None:
            answers = dict(zip(self.asked, map(comparable, said), strict=True))
            steps = self._known[said] = tuple(
                step for step in self.steps if all(answers[asked] in wanted for asked, wanted in step.when.items())
            )
        return steps

    def answers(self, cells: Row) -> str:
        """What the deciding columns say, in words."""
        return " and ".join(f"'{text_of(cells[each.index])[:40]}' in column {each.letter}" for each in self.asked)


def date_columns(reading: RowReading, events: Mapping[str, tuple[EventColumns, ...]]) -> tuple[DateColumn, ...]:
    """The events of a wide mapping, gathered by the column that holds their date."""
    by_heading: dict[Heading, _Parts] = {}
    for name, all_columns in events.items():
        for columns in all_columns:
            by_heading.setdefault(reading.columns[columns.date], []).append((name, columns))
    return tuple(_date_column(reading, heading, by_heading) for heading in by_heading)


def _date_column(reading: RowReading, heading: Heading, by_heading: Mapping[Heading, _Parts]) -> DateColumn:
    parts = by_heading[heading]
    others = [part for other, each in by_heading.items() if other != heading for part in each]
    elsewhere = {
        *_detail_columns(reading, others),
        *_when_columns(reading, others),
        *_when_columns(reading, parts),
    }
    only_here = [each for each in _detail_columns(reading, parts) if each not in elsewhere]
    return DateColumn(heading, tuple(_step(reading, *part) for part in parts), tuple(only_here))


def _detail_columns(reading: RowReading, parts: _Parts) -> list[Heading]:
    values = [value for _, columns in parts for value in columns.details.values()]
    return list(dict.fromkeys(reading.columns[value.column] for value in values if value.column is not None))


def _when_columns(reading: RowReading, parts: _Parts) -> set[Heading]:
    return {reading.columns[column] for _, columns in parts for column in columns.when}


def _step(reading: RowReading, name: str, columns: EventColumns) -> EventStep:
    when = {reading.columns[column]: frozenset(map(comparable, answers)) for column, answers in columns.when.items()}
    return EventStep(name, details_reader(reading, name, columns.details), when)


def events_of_row(reading: RowReading, columns: tuple[DateColumn, ...], cells: Row, row: int) -> list[PlannedEvent]:
    """The events that a row of a wide tracker speaks of, in the order of their dates."""
    events: list[PlannedEvent] = []
    began, today = reading.began, reading.today
    for column in columns:
        heading = column.heading
        cell = cells[heading.index]
        if type(cell) is not date and is_blank(cell):
            if column.asked or column.only_here:
                _check_without_date(reading, column, cells, row)
            continue
        steps = column.fitting(cells) if column.asked else column.steps
        if not steps:
            _say_unused(reading, column, cells, row)
            continue
        # Nearly every cell is a sound date, not worth a call.
        if type(cell) is date and began <= cell <= today:
            day: date | None = cell
        else:
            day = reading.event_date(cell, row, heading)
        if day is None:
            continue
        for name, read_details, _ in steps:
            details = read_details(cells, row) if read_details else {}
            events.append(PlannedEvent(name, day, details, row, heading.letter))
    events.sort(key=itemgetter(1))
    return events


def _say_unused(reading: RowReading, column: DateColumn, cells: Row, row: int) -> None:
    """A date that no event takes is never lost in silence, unless it is no date at all."""
    cell = cells[column.heading.index]
    if is_filled(cell):
        message = f"was not used: {column.answers(cells)} fits no event of the mapping."
        reading.problem("warning", row, column.heading, shown(cell), message)


def _check_without_date(reading: RowReading, column: DateColumn, cells: Row, row: int) -> None:
    """Answers and details without the date they belong to are not lost in silence either."""
    if any(step.when for step in column.fitting(cells)):
        message = f"is empty, although there is {column.answers(cells)}."
        reading.problem("warning", row, column.heading, "", message)
        return
    for heading in column.only_here:
        cell = cells[heading.index]
        if is_filled(cell) and comparable(text_of(cell)) not in NO:
            message = f"was not used: there is no date in {column.heading}."
            reading.problem("warning", row, heading, text_of(cell)[:40], message)
