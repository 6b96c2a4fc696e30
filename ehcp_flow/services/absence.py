"""Days an officer is away, and who looks after their cases meanwhile. Cases and clocks stay where they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ehcp_flow.engine.count import day_before
from ehcp_flow.engine.words import plain_date
from ehcp_flow.errors import BadInput, NotAllowed
from ehcp_flow.services.find_officer import known_officer
from ehcp_flow.storage import staff

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ehcp_flow.services.office import Office


@dataclass(frozen=True, slots=True)
class Away:
    """An officer's absence, both days counted, and who covers."""

    officer: str
    first_day: date
    last_day: date
    cover: str | None

    @property
    def days(self) -> str:
        """`from 1 December 2026 to 4 December 2026`."""
        return f"from {plain_date(self.first_day)} to {plain_date(self.last_day)}"


def away_on(connection: Connection, on: date) -> dict[str, Away]:
    """Who is away on a day, by username."""
    return {row.officer: Away(*tuple(row)) for row in staff.absences_from(connection, on, on)}


def officers_covered_by(connection: Connection, username: str, on: date) -> list[str]:
    """The officers who are away on a day and whose cases `username` looks after, by username."""
    return sorted(away.officer for away in away_on(connection, on).values() if away.cover == username)


def planned_absences(connection: Connection, on: date) -> dict[str, Away]:
    """The absence that each officer is in on a day or, failing that, the next one planned."""
    found: dict[str, Away] = {}
    for row in staff.absences_from(connection, on):
        found.setdefault(row.officer, Away(*tuple(row)))
    return found


def record_absence(
    office: Office, username: str, first_day: date | None, last_day: date | None, cover: str | None, today: date
) -> tuple[Away, bool]:
    """Note that an officer is away, and who covers; gives the absence, and whether one there was is changed by it.

    The absence that begins on `first_day` (without it, the one the officer is in today) gets the new last day, the
    new cover, or both; if there is none, a new one is noted. Raises UnknownName or BadInput.
    """
    with office.database.write() as connection:
        staff.lock_officers(connection, {username, cover or username})
        known_officer(connection, username)
        before = _absence(connection, username, first_day, today)
        last = last_day or (before.last_day if before else None)
        if last is None:
            raise BadInput(
                f"The last day {username} is away was not given.", next="Give --to DATE; it can be changed later."
            )
        begins = before.first_day if before else (first_day or today)
        away = Away(username, begins, last, cover or (before.cover if before else None))
        if before:
            staff.remove_absence(connection, username, before.first_day)
        _check(connection, away)
        staff.add_absence(connection, username, away.first_day, away.last_day, away.cover)
        return away, before is not None


def _absence(connection: Connection, username: str, first_day: date | None, today: date) -> Away | None:
    """The absence of an officer that begins on `first_day` or, without it, the one they are in today."""
    found = away_on(connection, first_day or today).get(username)
    return found if found and first_day in (None, found.first_day) else None


def _check(connection: Connection, away: Away) -> None:
    """Refuse days the wrong way round, overlapping absences, and cover by somebody who is not there."""
    if away.last_day < away.first_day:
        raise BadInput(f"The last day, {plain_date(away.last_day)}, is before the first, {plain_date(away.first_day)}.")
    if away.cover is not None:
        known_officer(connection, away.cover)
    if away.cover == away.officer:
        raise BadInput(f"{away.officer} cannot cover for themselves.", next="Name another officer with --cover.")
    meanwhile = [Away(*tuple(row)) for row in staff.absences_from(connection, away.first_day, away.last_day)]
    for other in meanwhile:
        if other.officer == away.officer:
            raise BadInput(
                f"{away.officer} is already away {other.days}.",
                next=f"Change that absence: ehcp users away {other.officer} --from {other.first_day} --to DATE",
            )
        if other.officer == away.cover:
            raise BadInput(
                f"{other.officer} cannot cover: they are away themselves {other.days}.",
                next="Name somebody else, or record the absence in parts.",
            )
        if other.cover == away.officer:
            raise BadInput(
                f"{away.officer} covers for {other.officer}, who is away {other.days}.",
                next=f"First: ehcp users away {other.officer} --from {other.first_day} --cover OTHER",
            )


def come_back(office: Office, username: str, today: date, first_day: date | None = None) -> Away:
    """End the absence an officer is in today, or take back the one that begins on `first_day`; gives it as it was.

    Raises UnknownName, or NotAllowed if there is none.
    """
    with office.database.write() as connection:
        known_officer(connection, username)
        ended = _absence(connection, username, first_day, today)
        if ended is None:
            raise _not_away(connection, username, first_day or today)
        staff.remove_absence(connection, username, ended.first_day)
        if ended.first_day < today:
            last_day = min(ended.last_day, day_before(today))
            staff.add_absence(connection, username, ended.first_day, last_day, ended.cover)
        return ended


def _not_away(connection: Connection, username: str, on: date) -> NotAllowed:
    later = planned_absences(connection, on).get(username)
    what = f"No absence of {username} is on, or begins on, {plain_date(on)}."
    if later is None:
        return NotAllowed(what)
    take_back = f"Take it back with: ehcp users away {username} --back --from {later.first_day}"
    return NotAllowed(what, f"There is one {later.days}.", take_back)
