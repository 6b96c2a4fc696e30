"""Which events count on a day, as far as was known at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from ehcp_flow.engine.event import RETRACTED, Event


def history(events: Iterable[Event], as_of: date, known_at: datetime | None = None) -> tuple[Event, ...]:
    """The events that had happened by `as_of`, as recorded by `known_at`, corrections applied, oldest first.

    Events of one day keep the order in which they were recorded. A correction takes the place of the
    entry it corrects and falls on its own day; a retraction leaves nothing.

    >>> from datetime import date
    >>> opened = Event("X", 1, "request_received", date(2026, 1, 5))
    >>> fixed = Event("X", 2, "request_received", date(2026, 1, 8), corrects=1)
    >>> [event.happened_on.day for event in history([opened, fixed], date(2026, 2, 1))]
    [8]
    """
    known = [event for event in events if known_at is None or event.recorded_at <= known_at]
    if any(event.corrects is not None for event in known):
        return _after_corrections(known, as_of)
    seen = [event for event in known if event.happened_on <= as_of]
    seen.sort(key=lambda event: (event.happened_on, event.seq))
    return tuple(seen)


def _after_corrections(known: list[Event], as_of: date) -> tuple[Event, ...]:
    place: dict[int, int] = {}
    for event in sorted(known, key=lambda event: event.seq):
        place[event.seq] = event.seq if event.corrects is None else place.get(event.corrects, event.corrects)
    seen = [event for event in corrected(known) if event.happened_on <= as_of]
    seen.sort(key=lambda event: (event.happened_on, place[event.seq]))
    return tuple(seen)


def corrected(events: Iterable[Event]) -> list[Event]:
    """The events that stand: those replaced or retracted by a later entry are left out, as are retractions.

    If two entries correct the same one, the later one stands.
    """
    entries = list(events)
    latest = {event.corrects: event.seq for event in sorted(entries, key=lambda event: event.seq)}
    replaced = {event.corrects for event in entries}
    return [
        event
        for event in entries
        if event.seq not in replaced
        and event.name != RETRACTED
        and (event.corrects is None or latest[event.corrects] == event.seq)
    ]
