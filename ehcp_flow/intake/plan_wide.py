"""Trackers with one row a case."""

from __future__ import annotations

from collections.abc import Callable

from ehcp_flow.intake.case_rows import Counts, case_rows, said_again
from ehcp_flow.intake.cells import Row
from ehcp_flow.intake.event_reading import date_columns, events_of_row
from ehcp_flow.intake.mapping import WideMapping
from ehcp_flow.intake.person_reading import check_age, person_reader
from ehcp_flow.intake.planned import PlannedCase
from ehcp_flow.intake.row_reading import RowReading

_CaseReader = Callable[[Row, int, str], PlannedCase | None]
_Found = tuple[int, Row, str, PlannedCase | None]
"""A row that is about a case: its number, cells and reference, and the case unless the row has an error."""


def plan_wide(reading: RowReading, mapping: WideMapping) -> tuple[list[PlannedCase], Counts]:
    """The cases of a wide tracker. Rows that say the same count once; if they differ, none is taken."""
    counts, read_case = Counts(), _case_reader(reading, mapping)
    first: dict[str, _Found] = {}
    repeated: dict[str, list[_Found]] = {}
    for row, cells, ref in case_rows(reading, mapping, counts):
        key, found = ref.casefold(), (row, cells, ref, read_case(cells, row, ref))
        if first.setdefault(key, found) is not found:
            repeated.setdefault(key, [first[key]]).append(found)
    merged: list[tuple[int, ...]] = []
    cases = []
    for key, (*_, case) in first.items():
        settled = _settled(reading, mapping, repeated[key], counts, merged) if key in repeated else case
        if settled is not None:
            cases.append(settled)
    counts.notes += said_again(merged)
    return cases, counts


def _case_reader(reading: RowReading, mapping: WideMapping) -> _CaseReader:
    columns, read_person = date_columns(reading, mapping.events), person_reader(reading, mapping.person)
    authority, officer, team = (
        reading.text(value) or _nothing for value in (mapping.authority, mapping.officer, mapping.team)
    )
    workflow, born_in = mapping.workflow, mapping.person.date_of_birth

    def read(cells: Row, row: int, ref: str) -> PlannedCase | None:
        events = events_of_row(reading, columns, cells, row)
        person = read_person(cells, row)
        if events:
            check_age(reading, person, events, born_in)
        elif not reading.failed:
            reading.problem("error", row, None, ref, "has no date of any event: there is nothing to import.")
        if reading.failed:
            return None
        said = authority(cells, row), person, officer(cells, row), team(cells, row)
        return None if reading.failed else PlannedCase(ref, workflow, *said, tuple(events), (row,))

    return read


def _nothing(_cells: Row, _row: int) -> str:
    return ""


def _settled(
    reading: RowReading,
    mapping: WideMapping,
    found: list[_Found],
    counts: Counts,
    merged: list[tuple[int, ...]],
) -> PlannedCase | None:
    """The one case that all these rows tell of; None, with an error for each of them, if they differ."""
    rows = tuple(row for row, *_ in found)
    if all(_says_the_same(found[0], other) for other in found[1:]):
        counts.duplicate += len(found) - 1
        merged.append(rows)
        case = found[0][-1]
        return case._replace(rows=rows) if case else None
    heading = reading.columns[mapping.case[0]]
    for row, _, ref, _ in found:
        others = " and ".join(f"row {other}" for other in rows if other != row)
        message = f"is also the reference of {others}, with other contents. Keep the right one."
        reading.problem("error", row, heading, ref, message)
    return None


def _says_the_same(one: _Found, other: _Found) -> bool:
    """Whether two rows plan the same, whatever stands in columns that are not used."""
    (_, cells, _, case), (_, other_cells, _, other_case) = one, other
    if case is None or other_case is None:
        return case is other_case and cells == other_cells
    return _content(case) == _content(other_case)


def _content(case: PlannedCase) -> tuple[object, ...]:
    events = tuple((event.name, event.happened_on, event.details) for event in case.events)
    return case.authority, case.person, case.officer, case.team, events
