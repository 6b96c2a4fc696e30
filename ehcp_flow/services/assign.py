"""Say who holds a case. The hand-over is an entry in the journal; the clocks go with the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ehcp_flow.engine.event import ASSIGNED, Event
from ehcp_flow.errors import BadInput
from ehcp_flow.services.find_case import case_file
from ehcp_flow.services.find_officer import known_officer, known_team
from ehcp_flow.services.write_case import write_entries
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
        details = assignment(connection, officer, team)
        assign_in(office, connection, case_ref, details, note)
        return details


def assign_in(office: Office, connection: Connection, case_ref: str, details: dict[str, str], note: str | None) -> None:
    """Append an assignment to a case, in the caller's transaction, and derive the case again."""
    file = case_file(office, connection, case_ref)
    entry = Event(case_ref, len(file.entries) + 1, ASSIGNED, today(), now(), office.user, details, note)
    write_entries(office, connection, file.workflow, file.entries, file.last_hash, [entry])


def assignment(connection: Connection, officer: str | None, team: str | None) -> dict[str, str]:
    """The details of an assignment, checked against the officers and teams there are."""
    if officer is None and team is None:
        raise BadInput("Nobody was named to hold the case.", next="Give --to USERNAME, or --team NAME.")
    known = known_officer(connection, officer) if officer else None
    found = known_team(connection, team) if team else (known.team if known else None)
    return {key: value for key, value in (("officer", officer), ("team", found)) if value}
