"""An officer's due dates as a calendar file (RFC 5545): case reference and what is due, nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from icalendar import Calendar, Event

from ehcp_flow.engine.count import day_after

PRODUCT = "-//EHCP Flow//Due dates//EN"
_REFRESH = "PT12H"


@dataclass(frozen=True, slots=True)
class Due:
    """A day on which something is due. `key` tells the clock from every other, whatever its date becomes."""

    key: tuple[str, ...]
    case_ref: str
    title: str
    on: date


def calendar_file(name: str, dues: Iterable[Due], made_at: datetime) -> bytes:
    """The file for `name`: an all-day entry for each due date, which keeps its identity when the date moves."""
    calendar = Calendar()
    for key, value in (
        ("prodid", PRODUCT),
        ("version", "2.0"),
        ("method", "PUBLISH"),
        ("x-wr-calname", name),
        ("x-published-ttl", _REFRESH),
    ):
        calendar.add(key, value)
    for due in dues:
        calendar.add_component(_entry(due, made_at))
    content: bytes = calendar.to_ical()
    return content


def _entry(due: Due, made_at: datetime) -> Event:
    entry = Event()
    # A hash, because a clock may be for a setting whose name somebody typed in.
    entry.add("uid", f"{hashlib.sha256(repr(due.key).encode()).hexdigest()[:32]}@ehcp-flow")
    entry.add("dtstamp", made_at)
    entry.add("dtstart", due.on)
    entry.add("dtend", day_after(due.on))
    entry.add("summary", f"{due.case_ref}: {due.title}")
    entry.add("transp", "TRANSPARENT")  # the day is not taken up by it
    entry.add("class", "PRIVATE")
    return entry
