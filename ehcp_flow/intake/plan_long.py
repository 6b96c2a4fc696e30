"""Lists with one row an event."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

from ehcp_flow.intake.case_rows import Counts, case_rows, said_again
from ehcp_flow.intake.cells import Cell, Row, comparable, text_of
from ehcp_flow.intake.details_reading import details_reader
from ehcp_flow.intake.mapping import LongMapping, Value
from ehcp_flow.intake.person_reading import check_age, person_reader
from ehcp_flow.intake.planned import PlannedCase, PlannedEvent, PlannedPerson
from ehcp_flow.intake.row_reading import RowReading
from ehcp_flow.intake.table import Heading
from ehcp_flow.law.workflow import Workflow

_IGNORED = ""


class _Case:
    """A case while its rows come in. `about` is what the columns of its last row say of it, as they stand."""

    __slots__ = ("about", "events", "person", "places", "ref")

    def __init__(self, ref: str) -> None:
        self.ref = ref
        self.about: object = None
        self.person = PlannedPerson()
        self.places = ("", "", "")
        self.events: list[PlannedEvent] = []


def plan_long(reading: RowReading, mapping: LongMapping) -> tuple[list[PlannedCase], Counts]:
    """The cases of a list of events. An event said twice counts once; a row with an error is left out."""
    counts = Counts()
    found: dict[str, _Case] = {}
    read_event, read_about = _EventReader(reading, mapping), _about_reader(reading, mapping)
    for row, cells, ref in case_rows(reading, mapping, counts):
        event = read_event(cells, row)
        if event is None:
            continue
        case = found.get(ref)
        if case is None:
            # The same reference in small letters is the same case.
            case = found[ref] = found.setdefault(ref.casefold(), _Case(ref))
        read_about(case, cells, row)
        if not reading.failed:
            case.events.append(event)
    merged: list[tuple[int, ...]] = []
    cases = [_finished(reading, mapping, case, merged) for case in dict.fromkeys(found.values()) if case.events]
    counts.duplicate = len(merged)
    counts.notes += [*read_event.notes(), *said_again(merged)]
    return cases, counts


class _EventReader:
    """Takes the event from a row; None if the row has none, or is to be ignored."""

    def __init__(self, reading: RowReading, mapping: LongMapping) -> None:
        self.reading = reading
        self.said_in, self.dated_in = reading.columns[mapping.event], reading.columns[mapping.date]
        self.names = _event_names(reading.workflow, mapping)
        self.known: dict[Cell, str] = {}
        self.details = {name: details_reader(reading, name, mapping.details) for name in reading.workflow.events}
        self.ignored = 0

    def __call__(self, cells: Row, row: int) -> PlannedEvent | None:
        said = cells[self.said_in.index]
        name = self.known.get(said)
        if name is None:
            name = self._name(said, row)
        if not name:
            return None
        cell = cells[self.dated_in.index]
        day = self.reading.event_date(cell, row, self.dated_in)
        if day is None:
            self._say_undated(row)
            return None
        read_details = self.details[name]
        details = read_details(cells, row) if read_details else {}
        return None if self.reading.failed else PlannedEvent(name, day, details, row, self.dated_in.letter)

    def _name(self, said: Cell, row: int) -> str:
        """The event that a cell names. What it says is remembered, unless it is to be reported or counted."""
        text = text_of(said)
        name = self.names.get(comparable(text))
        if name:
            self.known[said] = name
        elif name == _IGNORED:
            self.ignored += 1
        else:
            message = "is no event of the mapping. Add it to `event_names:` or to `ignore_events:`."
            self.reading.problem("error", row, self.said_in, text[:40], message if text else "is empty.")
        return name or ""

    def _say_undated(self, row: int) -> None:
        if not self.reading.failed:
            message = "has no date, so the event is left out."
            self.reading.problem("error", row, self.dated_in, "", message)

    def notes(self) -> list[str]:
        return [f"{self.ignored} rows have an event that the mapping ignores."] if self.ignored else []


def _event_names(workflow: Workflow, mapping: LongMapping) -> dict[str, str]:
    """Every event by what it may be called: as in the mapping, or its own name or title."""
    names = {comparable(rule.title): name for name, rule in workflow.events.items()}
    names |= {comparable(name): name for name in workflow.events}
    names |= {comparable(said): _IGNORED for said in mapping.ignore_events}
    return names | {comparable(said): name for said, name in mapping.event_names.items()}


def _about_reader(reading: RowReading, mapping: LongMapping) -> Callable[[_Case, Row, int], None]:
    """How to take from a row what it says of the whole case; to say the same again costs little."""
    read_person = person_reader(reading, mapping.person)
    getters = [reading.text(value) for value in (mapping.authority, mapping.officer, mapping.team)]
    own = {"case", "event", "date", "details"}
    indexes = sorted({reading.columns[name].index for place, name in mapping.references() if place[0] not in own})
    as_it_stands = itemgetter(*indexes) if indexes else (lambda _cells: "")

    def read(case: _Case, cells: Row, row: int) -> None:
        about = as_it_stands(cells)
        if about == case.about:
            return
        person = read_person(cells, row)
        if reading.failed:
            return
        case.about = about
        case.person = _joined(reading, mapping, case.person, person, row)
        said = [get(cells, row) if get else "" for get in getters]
        authority, officer, team = (new or old for old, new in zip(case.places, said, strict=True))
        case.places = authority, officer, team

    return read


def _joined(
    reading: RowReading, mapping: LongMapping, old: PlannedPerson, new: PlannedPerson, row: int
) -> PlannedPerson:
    """What two rows say of one person; where they differ the earlier is kept, with a warning."""
    result: list[Any] = []
    for field, before, after in zip(PlannedPerson._fields, old, new, strict=True):
        if after not in {"", None} and before not in {"", None, after}:
            message = "differs from an earlier row of the same case, which is kept."
            reading.problem("warning", row, _column_of(reading, mapping, field), "", message)
        result.append(after if before in {"", None} else before)
    return PlannedPerson(*result)


def _column_of(reading: RowReading, mapping: LongMapping, field: str) -> Heading | None:
    value = getattr(mapping.person, field) or mapping.person.name
    column = value.column if isinstance(value, Value) else value
    return reading.columns[column] if column else None


def _finished(reading: RowReading, mapping: LongMapping, case: _Case, merged: list[tuple[int, ...]]) -> PlannedCase:
    rows = tuple(event.row for event in case.events)
    events = sorted(case.events, key=itemgetter(1))
    if len({event[:2] for event in events}) < len(events):
        events = _said_once(events, merged)
    check_age(reading, case.person, events, mapping.person.date_of_birth)
    return PlannedCase(case.ref, mapping.workflow, *_around(case), tuple(events), rows)


def _around(case: _Case) -> tuple[str, PlannedPerson, str, str]:
    authority, officer, team = case.places
    return authority, case.person, officer, team


def _said_once(events: list[PlannedEvent], merged: list[tuple[int, ...]]) -> list[PlannedEvent]:
    kept: dict[object, PlannedEvent] = {}
    for event in events:
        first = kept.setdefault((event.name, event.happened_on, *event.details.items()), event)
        if first is not event:
            merged.append((first.row, event.row))
    return list(kept.values())
