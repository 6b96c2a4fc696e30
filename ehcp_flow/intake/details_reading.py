"""The details of an event: what a row says beside its date."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ehcp_flow.intake.cells import Cell, Row, comparable
from ehcp_flow.intake.dates import read_date
from ehcp_flow.intake.mapping import Value
from ehcp_flow.intake.person_reading import NO, YES
from ehcp_flow.intake.read_mapping import allowed_values
from ehcp_flow.intake.row_reading import RowReading
from ehcp_flow.intake.table import Heading
from ehcp_flow.law.event_rule import DetailRule

DetailsReader = Callable[[Row, int], dict[str, str]]


def details_reader(reading: RowReading, event: str, details: Mapping[str, Value]) -> DetailsReader | None:
    """How to read the details of an event; None if it has none. Those it does not know are left out."""
    rules = reading.workflow.events[event].details
    known = {name: value for name, value in details.items() if name in rules}
    always = {name: value.always for name, value in known.items() if value.always is not None}
    readers = [
        (name, _detail_reader(reading, name, value, rules[name]), rules[name].optional)
        for name, value in known.items()
        if value.always is None
    ]
    if not readers:
        return (lambda _cells, _row: dict(always)) if always else None

    def read(cells: Row, row: int) -> dict[str, str]:
        said = dict(always)
        for name, get, is_optional in readers:
            text = get(cells, row)
            if text:
                said[name] = text
            elif not is_optional and not reading.failed:
                message = f"is empty, but `{event}` needs its {name}."
                reading.problem("error", row, reading.columns[details[name].column or ""], "", message)
        return said

    return read


def _detail_reader(reading: RowReading, name: str, value: Value, rule: DetailRule) -> Callable[[Row, int], str]:
    heading = reading.columns[value.column or ""]
    if rule.is_ == "date":
        return lambda cells, row: _date_detail(reading, cells[heading.index], row, heading)
    get = reading.text(value)
    assert get is not None  # noqa: S101 (a value with a column can always be taken)
    allowed = allowed_values(rule, reading.workflow)
    known = _spellings(rule, allowed)
    if not known:
        return get

    def read(cells: Row, row: int) -> str:
        text = get(cells, row)
        meaning = known.get(comparable(text), text)
        if text and allowed and meaning not in allowed:
            message = f"is not a value of {name}, which may be {', '.join(allowed)}."
            reading.problem("error", row, heading, text[:40], message)
        return meaning

    return read


def _spellings(rule: DetailRule, allowed: tuple[str, ...]) -> dict[str, str]:
    """Values by what people write for them: their name or their title."""
    titles = {comparable(title): name for name, title in rule.known_values.items()}
    names = {comparable(name): name for name in (*rule.known_values, *allowed)}
    answers = dict.fromkeys(YES, "yes") | dict.fromkeys(NO, "no") if rule.is_ == "yes_or_no" else {}
    return {**answers, **titles, **names}


def _date_detail(reading: RowReading, cell: Cell, row: int, heading: Heading) -> str:
    found = read_date(cell, day_zero=reading.table.day_zero)
    day = reading.taken(found, cell, row, heading)
    return day.isoformat() if day else ""
