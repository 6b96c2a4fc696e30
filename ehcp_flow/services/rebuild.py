"""Remake the derived rows from the journal, and verify that the journal is as it was recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ehcp_flow.services.derive import derive
from ehcp_flow.storage import clock_table, journal, name_index

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office

Progress = Callable[[int, int], None]
"""Called with how many entries are done, and how many there are."""

_CASES_AT_A_TIME = 1_000


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild made."""

    cases: int
    entries: int
    clocks: int


def rebuild(office: Office, progress: Progress | None = None) -> Rebuilt:
    """Remake standings and clocks from the journal, and the words of names, in one transaction; memory stays flat."""
    tell = progress or _silent
    with office.database.write() as connection:
        total = journal.count_entries(connection)
        clock_table.clear(connection)
        cases = entries = clocks = 0
        standings: list[dict[str, Any]] = []
        rows: list[dict[str, Any]] = []
        for _, workflow, found in journal.all_histories(connection):
            derived = derive(office.workflow(workflow), found, office.calendar)
            standings.append(derived.standing)
            rows.extend(derived.rows)
            cases, entries, clocks = cases + 1, entries + len(found), clocks + len(derived.rows)
            if len(standings) == _CASES_AT_A_TIME:
                clock_table.add_rows(connection, standings, rows)
                standings, rows = [], []
                tell(entries, total)
        clock_table.add_rows(connection, standings, rows)
        name_index.rebuild(connection)
        tell(entries, total)
    return Rebuilt(cases, entries, clocks)


@dataclass(frozen=True, slots=True)
class Verified:
    """How many entries were read, and the first bad one."""

    entries: int
    bad: journal.BadEntry | None


def verify(office: Office, progress: Progress | None = None) -> Verified:
    """Walk the hash chain of every case; stops at the first entry that is not as it was recorded."""
    tell = progress or _silent
    with office.database.read() as connection:
        total = journal.count_entries(connection)
        done = 0
        for bad in journal.first_bad_entry(connection):
            if bad is not None:
                return Verified(done, bad)
            done += 1
            if done % _CASES_AT_A_TIME == 0:
                tell(done, total)
        tell(done, total)
    return Verified(done, None)


def _silent(_done: int, _total: int) -> None:
    """Say nothing."""
