"""Add many new cases at once, each with its journal and derived rows; the caller's transaction holds them all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from ehcp_flow.services.derive import derive
from ehcp_flow.storage import bulk, clock_table, journal, people
from ehcp_flow.storage.tables import Case, JournalEntry, sql_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from ehcp_flow.engine.event import Event
    from ehcp_flow.services.office import Office

_CASES_AT_A_TIME = 1_000


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case that is not there yet: its fixed facts, and its journal in the order recorded."""

    facts: dict[str, Any]
    entries: Sequence[Event]


def add_cases(
    office: Office,
    connection: Connection,
    cases: Iterable[NewCase],
    told: Callable[[int], None] | None = None,
) -> int:
    """Add `cases`, a thousand at a time; gives how many. Their people and plans must be there already."""
    waiting, added = iter(cases), 0
    while batch := list(islice(waiting, _CASES_AT_A_TIME)):
        _add(office, connection, batch)
        added += len(batch)
        if told:
            told(added)
    return added


def _add(office: Office, connection: Connection, batch: Sequence[NewCase]) -> None:
    entries: list[dict[str, Any]] = []
    standings: list[dict[str, Any]] = []
    clocks: list[dict[str, Any]] = []
    for case in batch:
        derived = derive(office.workflow(case.facts["workflow"]), case.entries, office.calendar)
        entries.extend(journal.chained(case.entries)[0])
        standings.append(derived.standing)
        clocks.extend(derived.rows)
    people.add(connection, Case, [case.facts for case in batch])
    bulk.load(connection, sql_table(JournalEntry), entries)
    clock_table.add_rows(connection, standings, clocks)
