"""Change the council's calendar file once somebody has seen what it moves, and bring the due dates up to date."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ehcp_flow.engine.working_days import FIRST_YEAR, LAST_YEAR, Calendar
from ehcp_flow.errors import BadInput, Conflict
from ehcp_flow.services.flagging import settle_flags
from ehcp_flow.services.metrics import write_whole
from ehcp_flow.services.preview_calendar_change import CalendarChange, preview_calendar_change
from ehcp_flow.services.rederive import rederive
from ehcp_flow.services.write_case import SWEEP
from ehcp_flow.storage import flags
from ehcp_flow.today import ENGLAND, now

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ehcp_flow.services.office import Office

_HEAD = "# Bank holidays changed by hand; docs/settings.md says how. Later changes are noted below."
_NOTE = "# Changed "


@dataclass(frozen=True, slots=True)
class Override:
    """One day changed by hand: `closed` with the holiday's name, or `worked` although it is a bank holiday."""

    day: date
    is_closed: bool
    name: str = ""


def overrides(calendar: Calendar) -> list[Override]:
    """The days a calendar changes by hand, in order."""
    found = [Override(day, is_closed=True, name=name) for day, name in calendar.closed]
    found += [Override(day, is_closed=False) for day in calendar.worked]
    return sorted(found, key=lambda each: each.day)


def calendar_of(wanted: Iterable[Override]) -> Calendar:
    """The calendar that these overrides make. Raises BadInput for a day twice, without a name, or out of range."""
    kept = list(wanted)
    for each in kept:
        if not FIRST_YEAR <= each.day.year <= LAST_YEAR:
            raise BadInput(f"{each.day} is outside the calendar.", f"It knows {FIRST_YEAR} to {LAST_YEAR}.")
        if each.is_closed and not each.name.strip():
            raise BadInput(f"The holiday on {each.day} needs a name.", next="For example: Extra bank holiday.")
    if len({each.day for each in kept}) < len(kept):
        raise BadInput("A day is changed twice.", next="Remove the old entry first.")
    return Calendar(
        [(each.day, " ".join(each.name.split())) for each in kept if each.is_closed],
        [each.day for each in kept if not each.is_closed],
    )


def calendar_text(calendar: Calendar, notes: Iterable[str] = ()) -> str:
    """The calendar as its file says it, with `notes` on earlier changes kept as comments."""
    content: dict[str, Any] = {}
    if calendar.closed:
        content["closed"] = {day.isoformat(): name for day, name in calendar.closed}
    if calendar.worked:
        content["worked"] = [day.isoformat() for day in calendar.worked]
    said = yaml.safe_dump(content, sort_keys=True, allow_unicode=True) if content else "{}\n"
    # YAML quotes what looks like a date; the reader takes it either way.
    return "\n".join([_HEAD, *notes, said])


def change_calendar(office: Office, after: Calendar, seen: str) -> int:
    """Write `after` to the calendar file and mend every due date it moves; gives how many moved.

    `seen` is the fingerprint of what was shown. Raises BadInput where no file is set or it cannot be written,
    Conflict if something else would move by now; then nothing is changed.
    """
    path = office.settings.calendar
    if path is None:
        raise BadInput("EHCP_CALENDAR is not set, so there is no file to change.", next="docs/settings.md explains it.")
    change = preview_calendar_change(office, after)
    if fingerprint(change) != seen:
        raise Conflict(
            "Something else would move by now than you were shown.", "Nothing was changed.", "Look at it again."
        )
    moment = now().astimezone(ENGLAND)
    note = f"{_NOTE}{moment:%Y-%m-%d %H:%M} by {office.user}: {len(change.moved)} due dates moved."
    write_whole(path, calendar_text(after, [*_earlier_notes(path), " ".join(note.split())]))
    with office.database.write() as connection:
        _mend(office, connection, change)
    return len(change.moved)


def fingerprint(change: CalendarChange) -> str:
    """What a person approves, the days and everything they move, in a few letters."""
    return hashlib.sha256(repr((change.days, change.moved)).encode()).hexdigest()


def _earlier_notes(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    return [line for line in lines if line.startswith(_NOTE)]


def _mend(office: Office, connection: Connection, change: CalendarChange) -> None:
    swept_until = flags.swept_until(connection, SWEEP)
    rows, _ = rederive(office, connection, change.cases)
    versions = {name: workflow.digest for name, workflow in office.workflows.items()}
    by_workflow: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_workflow.setdefault(row["workflow"], []).append(row)
    for found in by_workflow.values():
        settle_flags(connection, found, swept_until, now().astimezone(ENGLAND).date(), versions)
