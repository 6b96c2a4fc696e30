"""Fill an empty database with a made-up authority, to try things on. Nobody in it exists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

from ehcp_flow.engine.event import ASSIGNED, Event
from ehcp_flow.errors import NotAllowed
from ehcp_flow.made_up import MadeUpAuthority, MadeUpCase, make_up_authority
from ehcp_flow.services.add_cases import NewCase, add_cases
from ehcp_flow.storage import people
from ehcp_flow.storage.tables import Case, Officer, Person, Plan, Team

if TYPE_CHECKING:
    from collections.abc import Callable

    from ehcp_flow.services.office import Office

SEED = 2026


def make_up(
    office: Office, until: date, seed: int = SEED, progress: Callable[[int, int], None] | None = None
) -> MadeUpAuthority:
    """Fill the database with the authority drawn from `seed`, as its records would stand on `until`.

    One transaction. Raises NotAllowed if there are cases already: made-up ones never mix with real ones.
    """
    made = make_up_authority(seed, until)
    with office.database.write() as connection:
        if people.count(connection, Case):
            raise NotAllowed(
                "The database holds cases already.",
                "Made-up cases are never mixed with others.",
                "Choose an empty database with EHCP_DATABASE_URL.",
            )
        people.add(connection, Team, [{"name": name} for name in made.teams])
        people.add(connection, Officer, [asdict(officer) for officer in made.officers])
        people.add(connection, Person, [_person(each) for each in made.people])
        people.add(connection, Plan, _plans(made))
        total = len(made.cases)
        add_cases(office, connection, _cases(made), lambda done: progress(done, total) if progress else None)
    return made


def _person(each: object) -> dict[str, object]:
    facts = asdict(each)  # type: ignore[call-overload]
    return {"person_ref": facts.pop("ref"), "flags": [], **facts}


def _plans(made: MadeUpAuthority) -> list[dict[str, object]]:
    first_made: dict[str, date | None] = {}
    owner: dict[str, str] = {}
    for case in made.cases:
        if case.plan_ref is None:
            continue
        owner[case.plan_ref] = case.person_ref
        days = [event.happened_on for event in case.events if event.name in ("plan_first_made", "final_plan_sent")]
        first_made[case.plan_ref] = first_made.get(case.plan_ref) or (min(days) if days else None)
    return [{"plan_ref": ref, "person_ref": owner[ref], "first_made_on": first_made[ref]} for ref in owner]


def _cases(made: MadeUpAuthority) -> Iterator[NewCase]:
    for case in made.cases:
        facts = {
            "case_ref": case.case_ref,
            "workflow": case.workflow,
            "person_ref": case.person_ref,
            "plan_ref": case.plan_ref,
            "authority": made.name,
        }
        yield NewCase(facts, _entries(case))


def _entries(case: MadeUpCase) -> list[Event]:
    """The case's journal: its events in the order typed in, with its assignment as second entry."""
    typed = sorted(case.events, key=lambda event: event.recorded_at)
    first = typed[0]
    holder = {"officer": case.officer, "team": case.team}
    said = [(event.name, event.happened_on, event.recorded_at, event.recorded_by, event.details) for event in typed]
    said.insert(1, (ASSIGNED, first.happened_on, first.recorded_at, first.recorded_by, holder))
    return [
        Event(case.case_ref, seq, name, happened_on, recorded_at, recorded_by, details)
        for seq, (name, happened_on, recorded_at, recorded_by, details) in enumerate(said, 1)
    ]
