"""The child or young person of a row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from ehcp_flow.intake.cells import Row, comparable
from ehcp_flow.intake.dates import read_date
from ehcp_flow.intake.identifiers import read_nhs_number, read_postcode, read_upn
from ehcp_flow.intake.mapping import Person, Value
from ehcp_flow.intake.planned import PlannedEvent, PlannedPerson
from ehcp_flow.intake.row_reading import RowReading, shown
from ehcp_flow.intake.table import Heading

_EARLIEST_BIRTH = date(1980, 1, 1)
_OLDEST = 25
_SEXES = {"m": "M", "male": "M", "boy": "M", "1": "M", "f": "F", "female": "F", "girl": "F", "2": "F"}
YES = frozenset({"yes", "y", "true", "1", "x", "✓", "✔", "lac", "cla", "cic"})
NO = frozenset({"no", "n", "false", "0", "-", "n/a", "na"})
_LOOKED_AFTER = dict.fromkeys(YES, True) | dict.fromkeys(NO, False)

Taker = Callable[[Row, int], Any]
"""Takes a value that need not be text from a row with its number."""


def person_reader(reading: RowReading, person: Person) -> Callable[[Row, int], PlannedPerson]:
    """How to read the person of a row: one taker for each field of PlannedPerson, in their order."""
    given, family = _names(reading, person)
    takers: tuple[Taker, ...] = (
        reading.text(person.reference) or _empty,
        given,
        family,
        _birth(reading, person.date_of_birth),
        _checked(reading, person.upn, read_upn),
        _checked(reading, person.nhs_number, read_nhs_number),
        _one_of(reading, person.sex, _SEXES, ""),
        _checked(reading, person.postcode, read_postcode),
        _one_of(reading, person.looked_after, _LOOKED_AFTER, None),
    )
    return lambda cells, row: PlannedPerson(*[take(cells, row) for take in takers])


def _empty(_cells: Row, _row: int) -> str:
    return ""


def _names(reading: RowReading, person: Person) -> tuple[Taker, Taker]:
    whole = reading.text(person.name)
    if whole is None:
        return reading.text(person.given_name) or _empty, reading.text(person.family_name) or _empty
    return (lambda cells, row: _split(whole(cells, row))[0]), (lambda cells, row: _split(whole(cells, row))[1])


def _heading(reading: RowReading, value: Value) -> Heading | None:
    return reading.columns[value.column] if value.column else None


def _one_of(reading: RowReading, value: Value | None, words: dict[str, Any], nothing: Any) -> Taker:
    """A word of a short list; another comes with a warning and is left out."""
    get = reading.text(value)
    if value is None or get is None:
        return lambda _cells, _row: nothing
    heading = _heading(reading, value)

    def take(cells: Row, row: int) -> Any:
        text = get(cells, row)
        if not text:
            return nothing
        meaning = words.get(comparable(text))
        if meaning is None:
            reading.problem("warning", row, heading, text[:40], "is not understood and is left empty.")
            return nothing
        return meaning

    return take


def _checked(reading: RowReading, value: Value | None, check: Callable[[str], tuple[str, str]]) -> Taker:
    """An identifier, kept with a warning if it cannot be right. The warning does not repeat it."""
    get = reading.text(value)
    if value is None or get is None:
        return _empty
    heading = _heading(reading, value)

    def take(cells: Row, row: int) -> str:
        text = get(cells, row)
        if not text:
            return ""
        identifier, wrong = check(text)
        if wrong:
            reading.problem("warning", row, heading, "", wrong)
        return identifier

    return take


def _birth(reading: RowReading, column: str | None) -> Taker:
    """Two-digit years are of this century unless that would be in the future."""
    if column is None:
        return lambda _cells, _row: None
    heading, today = reading.columns[column], reading.today
    latest = date(today.year + 1, 12, 31)

    def take(cells: Row, row: int) -> date | None:
        cell = cells[heading.index]
        if type(cell) is date and _EARLIEST_BIRTH <= cell <= today:
            return cell
        found = read_date(cell, earliest=_EARLIEST_BIRTH, latest=latest, day_zero=reading.table.day_zero)
        born = reading.taken(found, cell, row, heading)
        if born is not None and born > today:
            reading.problem("warning", row, heading, shown(cell), "is a date of birth in the future.")
        return born

    return take


def check_age(reading: RowReading, person: PlannedPerson, events: list[PlannedEvent], column: str | None) -> None:
    """Warn of a person too old for a plan, or not yet born, on the day of the first of `events`."""
    born, first = person.date_of_birth, events[0]
    if born is None or not column or _could_be(born, first.happened_on):
        return
    heading = reading.columns[column]
    if first.happened_on < born:
        message = f"is after the first event, in column {first.column}."
    else:
        message = f"makes the person older than {_OLDEST} at the first event, in column {first.column}."
    reading.problem("warning", first.row, heading, "", message)


def _could_be(born: date, day: date) -> bool:
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return 0 <= age <= _OLDEST


def _split(name: str) -> tuple[str, str]:
    """Given and family name: 'Example, Jo' and 'Jo Example' both have the family name Example.

    >>> _split("van Example, Jo"), _split("Jo Ann Example")
    (('Jo', 'van Example'), ('Jo Ann', 'Example'))
    """
    if "," in name:
        family, _, given = name.partition(",")
    else:
        given, _, family = name.rpartition(" ")
    return given.strip(), family.strip()
