"""Officers: who can hold cases, in which team, and on which days they work."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from ehcp_flow.errors import BadInput
from ehcp_flow.services.absence import Away, planned_absences
from ehcp_flow.services.find_officer import known_officer
from ehcp_flow.storage import people, staff
from ehcp_flow.storage.tables import Officer, Team

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ehcp_flow.services.office import Office

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WHOLE_WEEK = "mon tue wed thu fri"
NO_DAYS = "none"
_DASH = re.compile(r"\s*[-–]\s*")


@dataclass(frozen=True, slots=True)
class OfficerLine:
    """An officer as the list shows them; `away` is the absence they are in or, failing that, the next one."""

    username: str
    name: str
    team: str | None
    works_on: tuple[str, ...]
    away: Away | None


def add_officer(office: Office, username: str, name: str, team: str | None, works_on: str = WHOLE_WEEK) -> None:
    """Add an officer, and the team if it is new. Raises BadInput if the username is taken or cannot be one."""
    if not username.strip() or username != "".join(username.split()):
        raise BadInput(f"{username!r} cannot be a username.", next="Write it without spaces: a.smith.")
    days = read_days(works_on)
    with office.database.write() as connection:
        if people.officer_named(connection, username) is not None:
            raise BadInput(f"There is an officer {username} already.", next="Change them with: ehcp users change")
        _add_team(connection, team)
        people.add(connection, Officer, [{"username": username, "name": name, "team": team, "works_on": days}])


def change_officer(
    office: Office, username: str, *, name: str | None = None, team: str | None = None, works_on: str | None = None
) -> OfficerLine:
    """Change an officer's name, team (made if it is new; empty for none) or working days; cases stay where they are.

    Raises UnknownName for an officer there is not, BadInput if nothing would change or the days cannot be read.
    """
    if name is None and team is None and works_on is None:
        raise BadInput("Nothing to change was given.", next="Give --name, --team or --works-on.")
    facts: dict[str, Any] = {}
    if name is not None:
        facts["name"] = name.strip() or username
    if team is not None:
        facts["team"] = team.strip() or None
    if works_on is not None:
        facts["works_on"] = read_days(works_on)
    with office.database.write() as connection:
        known_officer(connection, username)
        _add_team(connection, facts.get("team"))
        staff.change_officer(connection, username, facts)
        return _line(known_officer(connection, username), None)


def _add_team(connection: Connection, team: str | None) -> None:
    if team and team not in people.teams(connection):
        people.add(connection, Team, [{"name": team}])


def list_officers(office: Office, on: date) -> list[OfficerLine]:
    """All officers by name, with their teams, working days, and the absence they are in on a day or the next one."""
    with office.database.read() as connection:
        return officer_lines(connection, on)


def officer_lines(connection: Connection, on: date) -> list[OfficerLine]:
    """The same in the caller's transaction."""
    away = planned_absences(connection, on)
    return [_line(each, away.get(each.username)) for each in people.officers(connection)]


def _line(row: Any, away: Away | None) -> OfficerLine:
    return OfficerLine(row.username, row.name, row.team, tuple(row.works_on.split()), away)


def read_days(text: str) -> str:
    """Working days as they are kept: `mon tue wed`, in the order of the week; `none` for none.

    Full names, capitals, commas and spans (`mon-thu`) are understood. Raises BadInput.
    """
    words = _DASH.sub("-", text.lower().replace(",", " ")).split()
    if words == [NO_DAYS]:
        return ""
    worked = {day for word in words for day in _days_of(word, text)}
    if not worked:
        raise _not_days(text)
    return " ".join(day for day in WEEK if day in worked)


def _days_of(word: str, text: str) -> tuple[str, ...]:
    first, dash, last = word.partition("-")
    begins, ends = _day(first, text), _day(last, text) if dash else _day(first, text)
    if ends < begins:
        raise _not_days(text)
    return WEEK[begins : ends + 1]


def _day(word: str, text: str) -> int:
    if len(word) < 3 or word[:3] not in WEEK or not _FULL[word[:3]].startswith(word):
        raise _not_days(text)
    return WEEK.index(word[:3])


_FULL = {
    "mon": "monday",
    "tue": "tuesday",
    "wed": "wednesday",
    "thu": "thursday",
    "fri": "friday",
    "sat": "saturday",
    "sun": "sunday",
}


def _not_days(text: str) -> BadInput:
    return BadInput(f"“{text}” are not working days.", next="Write them as “mon tue wed”, or none.")
