"""Which events count on a day, as far as was known at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    links = {event.seq: event.corrects for event in known}
    seen = [event for event in corrected(known) if event.happened_on <= as_of]
    seen.sort(key=lambda event: (event.happened_on, first_entry(event.seq, links)))
    return tuple(seen)


def corrected(events: Iterable[Event]) -> list[Event]:
    """The events that stand: those replaced or retracted by a later entry are left out, as are retractions.

    If several correct the same fact and none of them another, the latest stands.
    """
    entries = list(events)
    links = {event.seq: event.corrects for event in entries}
    replaced = set(links.values())
    last = {first_entry(seq, links): seq for seq in sorted(links) if seq not in replaced}
    standing = set(last.values())
    return [event for event in entries if event.seq in standing and event.name != RETRACTED]


def first_entry(seq: int, links: Mapping[int, int | None]) -> int:
    """The entry at the beginning of the chain of corrections that `seq` belongs to."""
    passed: set[int] = set()
    corrects = links.get(seq)
    while corrects is not None and corrects not in passed:
        passed.add(corrects)
        seq, corrects = corrects, links.get(corrects)
    return seq
