"""Say who holds a case. The hand-over is an entry in the journal; the clocks go with the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ehcp_flow.engine.event import ASSIGNED, Event
from ehcp_flow.errors import BadInput, UnknownName
from ehcp_flow.services.find_case import case_file
from ehcp_flow.services.write_case import write_entries
from ehcp_flow.storage import people
from ehcp_flow.storage.tables import Officer, Team
from ehcp_flow.today import now, today

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ehcp_flow.services.office import Office


def assign(
    office: Office, case_ref: str, officer: str | None, team: str | None = None, note: str | None = None
) -> dict[str, str]:
    """Give the case to `officer` (and their team, unless another is said); gives who holds it now.

    Raises UnknownName for an officer, team or case that does not exist.
    """
    with office.database.write() as connection:
        file = case_file(office, connection, case_ref)
        details = assignment(connection, officer, team)
        entry = Event(case_ref, len(file.entries) + 1, ASSIGNED, today(), now(), office.user, details, note)
        write_entries(office, connection, file.workflow, file.entries, file.last_hash, [entry])
        return details


def assignment(connection: Connection, officer: str | None, team: str | None) -> dict[str, str]:
    """The details of an assignment, checked against the officers and teams there are."""
    if officer is None and team is None:
        raise BadInput("Nobody was named to hold the case.", next="Give --to USERNAME, or --team NAME.")
    known = people.officer_named(connection, officer) if officer else None
    if officer and known is None:
        near = ", ".join(each.username for each in people.officers(connection)[:8])
        raise UnknownName(
            f"There is no officer {officer}.",
            next=f"There are: {near} …" if near else "Add one with: ehcp users add",
        )
    if team and team not in people.teams(connection):
        raise UnknownName(
            f"There is no team {team}.", next=f"There are: {', '.join(people.teams(connection)) or 'none'}."
        )
    found = team or (known.team if known else None)
    return {key: value for key, value in (("officer", officer), ("team", found)) if value}


def add_officer(office: Office, username: str, name: str, team: str | None) -> None:
    """Add an officer, and the team if it is new. Raises BadInput if the username is taken."""
    with office.database.write() as connection:
        if people.officer_named(connection, username) is not None:
            raise BadInput(f"There is an officer {username} already.")
        if team and team not in people.teams(connection):
            people.add(connection, Team, [{"name": team}])
        people.add(connection, Officer, [{"username": username, "name": name, "team": team}])


def list_officers(office: Office) -> list[dict[str, str | None]]:
    """All officers with their teams."""
    with office.database.read() as connection:
        return [
            {"username": each.username, "name": each.name, "team": each.team} for each in people.officers(connection)
        ]
