"""Open a case: who it is about, the process, and the event that begins it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from ehcp_flow.engine.count import is_under
from ehcp_flow.engine.event import ASSIGNED, Event
from ehcp_flow.errors import BadInput, NotAllowed, UnknownName
from ehcp_flow.services.assign import assignment
from ehcp_flow.services.check_event import check_day, check_details, event_rule
from ehcp_flow.services.find_case import CaseFile
from ehcp_flow.services.record_event import Recorded, append_checked
from ehcp_flow.services.write_case import write_entries
from ehcp_flow.storage import journal, people
from ehcp_flow.storage.tables import Case, Person
from ehcp_flow.today import now, today

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from ehcp_flow.law.event_rule import EventRule
    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.services.office import Office

_CASE_REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,39}")


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A child or young person to be added with the case."""

    given_name: str = ""
    family_name: str = ""
    date_of_birth: date | None = None
    upn: str | None = None
    nhs_number: str | None = None
    sex: str | None = None
    postcode: str | None = None
    looked_after: bool = False


def open_case(
    office: Office,
    workflow_name: str,
    event: str,
    happened_on: date,
    details: Mapping[str, str] | None = None,
    *,
    case_ref: str | None = None,
    person: NewPerson | str | None = None,
    officer: str | None = None,
    team: str | None = None,
    follows: str | None = None,
    note: str | None = None,
) -> Recorded:
    """Open a case by the event that begins it; `person` is a new one or the reference of one we know.

    Without `case_ref` the next free reference of the year is taken (`NA-2026-0042`). A case that `follows`
    another is about the same person and plan, and held by the same officer, unless others are named.
    Raises UnknownName, BadInput, NotAllowed, Conflict or DatabaseTrouble.
    """
    workflow = office.workflow(workflow_name)
    rule = event_rule(workflow, event)
    if rule not in workflow.opening_events:
        openers = ", ".join(each.id for each in workflow.opening_events)
        raise NotAllowed(f"{event} does not open a case.", f"{workflow.title} is opened by: {openers}.")
    check_day(event, happened_on, today(), None)
    with office.database.write() as connection:
        ref = _free_ref(connection, workflow, happened_on, case_ref)
        before = _followed(connection, follows)
        if before is not None:
            person, officer, team = person or before.person_ref, officer or before.officer, team or before.team
        person_ref, born = _person(connection, ref, person)
        said = _with_age(rule, dict(details or {}), born, happened_on)
        check_details(workflow, rule, said)
        case = {
            "case_ref": ref,
            "workflow": workflow_name,
            "person_ref": person_ref,
            "plan_ref": before.plan_ref if before is not None else None,
            "authority": office.settings.authority,
            "follows": follows,
        }
        people.add(connection, Case, [case])
        file = CaseFile(ref, workflow, case, [], journal.FIRST_HASH)
        entry = Event(ref, 1, event, happened_on, now(), office.user, said, note)
        recorded = append_checked(office, connection, file, entry)
        if officer or team:
            _assign(office, connection, workflow, entry, officer, team)
        return recorded


def _free_ref(connection: Connection, workflow: Workflow, happened_on: date, wanted: str | None) -> str:
    if wanted is None:
        prefix = f"{workflow.case_prefix}-{happened_on.year}-"
        return f"{prefix}{people.last_number(connection, prefix) + 1:04d}"
    if not _CASE_REF.fullmatch(wanted):
        raise BadInput(
            f"{wanted!r} cannot be a case reference.",
            next="Use letters, digits and - _ . / only, 40 at most.",
        )
    if people.case_of(connection, wanted) is not None:
        raise NotAllowed(f"There is a case {wanted} already.", next=f"Look at it with: ehcp show {wanted}")
    return wanted


def _followed(connection: Connection, follows: str | None) -> Row[Any] | None:
    """The case that this one follows on from: it lends its person, plan and holder where none is named."""
    if follows is None:
        return None
    found = people.case_with_holder(connection, follows)
    if found is None:
        raise UnknownName(f"There is no case {follows} for this one to follow.")
    return found


def _person(connection: Connection, case_ref: str, person: NewPerson | str | None) -> tuple[str | None, date | None]:
    if person is None:
        return None, None
    if isinstance(person, str):
        known = people.person_of(connection, person)
        if known is None:
            raise UnknownName(f"There is no person {person}.", next="Give the name and date of birth of a new one.")
        return person, known.date_of_birth
    person_ref = f"P-{case_ref}"
    people.add(connection, Person, [{"person_ref": person_ref, "flags": [], **asdict(person)}])
    return person_ref, person.date_of_birth


def _with_age(rule: EventRule, details: dict[str, str], born: date | None, happened_on: date) -> dict[str, str]:
    """The details with those filled in that the date of birth answers (`yes_if_under`)."""
    for name, detail in rule.details.items():
        if detail.yes_if_under is not None and name not in details and born is not None:
            details[name] = "yes" if is_under(detail.yes_if_under, born, happened_on) else "no"
    return details


def _assign(
    office: Office,
    connection: Connection,
    workflow: Workflow,
    first: Event,
    officer: str | None,
    team: str | None,
) -> None:
    details = assignment(connection, officer, team)
    entry = Event(first.case_ref, 2, ASSIGNED, first.happened_on, now(), office.user, details)
    entries, last_hash = journal.events_of(connection, first.case_ref)
    write_entries(office, connection, workflow, entries, last_hash, [entry])
