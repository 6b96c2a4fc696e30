"""Open, record and correct for another program: within its account's reach, and saying how many entries there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ehcp_flow.errors import BadInput, UnknownName
from ehcp_flow.services.access import OutOfReach, look_at_case
from ehcp_flow.services.correct_event import correct_event
from ehcp_flow.services.open_case import NewPerson, open_case
from ehcp_flow.services.policy import Actor, NotPermitted
from ehcp_flow.services.record_event import Recorded, record_event
from ehcp_flow.storage import access_log, clock_table

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office


@dataclass(frozen=True, slots=True)
class Written:
    """What a recording changed, and how many entries the case has now."""

    recorded: Recorded
    entries: int


def must_reach(office: Office, actor: Actor, case_ref: str, what: str | None = None) -> None:
    """Let a program at a case; see `look_at_case`. Raises UnknownName alike for a case of another team and for none.

    A person may learn whose case it is, to ask for leave; a program that guesses must not learn that it is there.
    """
    try:
        look_at_case(office, actor, case_ref, what)
    except (OutOfReach, UnknownName):
        raise UnknownName(f"There is no case {case_ref}.") from None


def entries_of(office: Office, case_ref: str) -> int:
    """How many entries the journal of a case has."""
    with office.database.read() as connection:
        standing = clock_table.standing_of(connection, case_ref)
    return standing.last_seq if standing else 0


def open_for(
    office: Office,
    actor: Actor,
    workflow: str,
    event: str,
    happened_on: date,
    details: Mapping[str, str],
    *,
    case_ref: str | None,
    person: NewPerson | str | None,
    officer: str | None,
    team: str | None,
    follows: str | None,
    note: str | None,
) -> Written:
    """Open a case. Whom and what it follows must be within the account's reach, and its team too.

    Raises NotPermitted for another team, UnknownName for a person or case out of reach, and what open_case raises.
    """
    if team is not None and not actor.reaches(team):
        raise NotPermitted(f"The account does not work for team {team}.", next="Leave the team out, or name another.")
    if follows is not None:
        must_reach(office, actor, follows)
    if isinstance(person, str):
        _must_reach_person(office, actor, person)
    recorded = open_case(
        office,
        workflow,
        event,
        happened_on,
        details,
        case_ref=case_ref,
        person=person,
        officer=officer,
        team=team,
        follows=follows,
        note=note,
    )
    return Written(recorded, entries_of(office, recorded.case_ref))


def _must_reach_person(office: Office, actor: Actor, person_ref: str) -> None:
    """Whoever opens a case for somebody known must be able to read one of their cases."""
    with office.database.read() as connection:
        holders = [access_log.holder_of(connection, ref) for ref in access_log.cases_of_person(connection, person_ref)]
    if not any(holder is not None and actor.reaches(holder.team, holder.officer) for holder in holders):
        raise UnknownName(f"There is no person {person_ref}.", next="Give the name and date of birth of a new one.")


def record_for(
    office: Office,
    case_ref: str,
    event: str,
    happened_on: date,
    details: Mapping[str, str],
    *,
    note: str | None,
    override: str | None,
    expected_entry: int | None,
) -> Written:
    """Record an event in a case. Raises what record_event raises."""
    recorded = record_event(
        office, case_ref, event, happened_on, details, note=note, override=override, expected_entry=expected_entry
    )
    return Written(recorded, recorded.entry.seq)


def correct_for(
    office: Office,
    case_ref: str,
    entry: int,
    *,
    happened_on: date | None,
    details: Mapping[str, str],
    retract: bool,
    reason: str,
    override: str | None,
    expected_entry: int | None,
) -> Written:
    """Correct or take back an entry. Raises what correct_event raises."""
    if retract and (happened_on is not None or details):
        raise BadInput("What is taken back has no other day and no details.")
    recorded = correct_event(
        office,
        case_ref,
        entry,
        happened_on=happened_on,
        details=details,
        retract=retract,
        reason=reason,
        override=override,
        expected_entry=expected_entry,
    )
    return Written(recorded, recorded.entry.seq)
