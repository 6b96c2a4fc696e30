"""Made-up cases for the measurements, in memory and in databases of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ehcp_flow.engine.event import ASSIGNED, Event
from ehcp_flow.made_up.shapes import MadeUpCase
from ehcp_flow.made_up.stream import make_up_histories
from ehcp_flow.services.add_cases import NewCase, add_cases
from ehcp_flow.services.initialise import initialise
from ehcp_flow.services.make_up import make_up
from ehcp_flow.services.office import Office
from ehcp_flow.settings import Settings, read_settings
from ehcp_flow.today import today

SEED = 2026


def office_at(path: Path) -> Office:
    """An office with an SQLite database of its own at `path`, made if it is not there."""
    settings = read_settings({"EHCP_USER": "benchmark"})
    office = Office(Settings(f"sqlite:///{path}", settings.workflows, None, settings.authority, settings.user))
    if not path.exists():
        initialise(office)
    return office


def demo_database(folder: Path) -> tuple[str, str]:
    """The address of a database like the demonstration's, and a case in it."""
    office = office_at(folder / "demo.db")
    made = make_up(office, today())
    office.database.close()
    return office.settings.database_url, made.cases[len(made.cases) // 2].case_ref


def histories(cases: int) -> list[tuple[str, list[Event]]]:
    """So many journals, each with its workflow's name."""
    return [(case.workflow, entries_of(case)) for case in make_up_histories(SEED, cases)]


def filled_database(path: Path, cases: int) -> Office:
    """An office whose database holds so many made-up cases."""
    office = office_at(path)
    with office.database.write() as connection:
        add_cases(office, connection, _new_cases(cases))
    return office


def _new_cases(cases: int) -> Iterator[NewCase]:
    for case in make_up_histories(SEED, cases):
        facts = {"case_ref": case.case_ref, "workflow": case.workflow, "authority": "Exampleshire"}
        yield NewCase(facts, entries_of(case))


def entries_of(case: MadeUpCase) -> list[Event]:
    """The case's journal in the order typed in, ending with who holds it."""
    typed = sorted(case.events, key=lambda event: event.recorded_at)
    entries = [
        Event(case.case_ref, seq, each.name, each.happened_on, each.recorded_at, each.recorded_by, each.details)
        for seq, each in enumerate(typed, 1)
    ]
    last = entries[-1]
    holder = {"officer": case.officer, "team": case.team}
    said = ASSIGNED, last.happened_on, last.recorded_at, last.recorded_by, holder
    return [*entries, Event(case.case_ref, len(entries) + 1, *said)]
