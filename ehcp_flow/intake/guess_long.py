"""A proposed mapping for a list with one row an event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ehcp_flow.intake.cells import comparable, text_of
from ehcp_flow.intake.column_looks import Look
from ehcp_flow.intake.guess_columns import guess_about
from ehcp_flow.intake.mapping_text import Names, beginning, ending, listed, quoted
from ehcp_flow.intake.table import Table
from ehcp_flow.intake.usual_words import EVENTS, fit, words_of
from ehcp_flow.law.workflow import Workflow

_MOST_VALUES = 80
_FEWEST_EVENTS = 3
_PROVIDER = "provider|agency|professional|service|body|giver"


@dataclass(frozen=True, slots=True)
class EventColumn:
    """The column that names the events, what its values mean, and the values that were not understood."""

    look: Look
    names: dict[str, str]
    unknown: list[str]


def event_column(table: Table, looks: Sequence[Look], workflow: Workflow) -> EventColumn | None:
    """The column whose values are events; None if the table is not a list of events."""
    found = []
    for look in looks:
        if look.kind not in {"codes", "words"} or look.is_unique:
            continue
        values = Counter(text_of(row[look.heading.index]) for row in table.rows)
        values = Counter({said: count for said, count in values.items() if said not in {"", look.heading.text}})
        if len(values) > _MOST_VALUES:
            continue
        means = {value: event for value in values if (event := _event_called(value, workflow))}
        if len(set(means.values())) >= _FEWEST_EVENTS:
            found.append(EventColumn(look, means, [value for value in values if value not in means]))
    return max(found, key=lambda each: len(each.names), default=None)


def _event_called(said: str, workflow: Workflow) -> str | None:
    """The event that a value names: by its name or title, or by the usual words."""
    for name, rule in workflow.events.items():
        if comparable(said) in {comparable(name), comparable(rule.title)}:
            return name
    words = words_of(said)
    fitting = [
        (fit(pattern, words), event) for event, pattern in EVENTS.get(workflow.workflow, ()) if not event.endswith("?")
    ]
    score, event = max(fitting, key=lambda each: each[0], default=(0, ""))
    return event if score else None


def long_mapping(table: Table, looks: Sequence[Look], workflow: Workflow, column: EventColumn) -> str:
    """The mapping as YAML text."""
    names = Names(table)
    about = guess_about([look for look in looks if look != column.look], [])
    dated = _date_column(looks, about.get("person.date_of_birth"))
    provider = next((look for look in looks if fit(_PROVIDER, look.words)), None)
    details = {"provider": provider} if provider else {}
    usable = {
        value: event
        for value, event in column.names.items()
        if all(rule.optional or name in details for name, rule in workflow.events[event].details.items())
    }
    used = [column.look, dated, *details.values(), *about.values()]
    lines = [
        *beginning(table, workflow.workflow, "long", names, about),
        f"event: {names.of(column.look.heading)}",
        f"date: {names.of(dated.heading)}" if dated else "date: …   # no column of dates was found",
        "event_names:" if usable else "event_names: {}",
        *(f"  {quoted(value)}: {event}" for value, event in usable.items()),
        *(
            f"  # {quoted(value)}: {event}   # needs a detail"
            for value, event in column.names.items()
            if value not in usable
        ),
    ]
    if column.unknown:
        lines += ["# Left out because they were not understood: move to event_names what is an event."]
        lines += [f"ignore_events: {listed(column.unknown)}"]
    if provider:
        lines += ["details:", f"  provider: {names.of(provider.heading)}"]
    lines += ending(names, [], [look for look in looks if look not in used])
    return "\n".join(lines) + "\n"


def _date_column(looks: Sequence[Look], birth: Look | None) -> Look | None:
    dates = [look for look in looks if look.kind == "dates" and look != birth]
    return max(dates, key=lambda look: (bool(look.words & {"date", "on", "when"}), look.filled), default=None)
