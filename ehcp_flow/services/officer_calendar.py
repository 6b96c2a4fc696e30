"""An officer's due dates as a calendar file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ehcp_flow.errors import BadInput
from ehcp_flow.notices.calendar_file import Due, calendar_file
from ehcp_flow.services.find_officer import known_officer
from ehcp_flow.services.gather_morning import title_of
from ehcp_flow.storage import clock_table

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office


@dataclass(frozen=True, slots=True)
class OfficerCalendar:
    """The file, and how many due dates it holds."""

    content: bytes
    dues: int


def officer_calendar(office: Office, username: str, made_at: datetime) -> OfficerCalendar:
    """The due dates of every limit that an officer's open cases have to meet, those overdue included.

    Limits that an exception lifts and cases that have ended are left out. Raises UnknownName for the officer.
    """
    with office.database.read() as connection:
        known_officer(connection, username)
        rows = clock_table.open_clocks(connection, date.max, officer=username)
    dues = [
        Due(
            (row.case_ref, row.clock, row.subject, str(row.period)),
            row.case_ref,
            title_of(office, row.workflow, row.clock, row.subject),
            row.due_on,
        )
        for row in rows
        if not row.is_excepted and not row.in_ended_case
    ]
    return OfficerCalendar(calendar_file(f"EHCP due dates: {username}", dues, made_at), len(dues))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that whoever fetches it meanwhile gets the old one or the new one, never half of it.

    Raises BadInput if it cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise BadInput(
            f"{path} cannot be written ({error.strerror}).", next="Choose another place with --out."
        ) from None
