"""P5: one writer records events, each in a durable transaction, beside the bare SQLite driver with the same rows."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TypeVar

from ehcp_flow.engine.event import ADMINISTRATIVE, Event
from ehcp_flow.errors import EhcpError
from ehcp_flow.made_up.stream import make_up_histories
from ehcp_flow.services.add_cases import NewCase, add_cases
from ehcp_flow.services.office import Office
from ehcp_flow.services.record_event import record_event
from scripts.benchmarks import many_writers
from scripts.benchmarks.made_up_data import SEED, entries_of, office_at
from scripts.benchmarks.measuring import Effort, Measured, by_turns, tell

WANTED = 0.4
_CASES, _AT_A_TIME = 1_500, 10

_ROWS_OF_CASE = {
    "journal": "SELECT * FROM journal WHERE case_ref = ?",
    "clock": "SELECT * FROM clock WHERE case_ref = ?",
    "standing": "SELECT * FROM standing WHERE case_ref = ?",
}
_ADD_ENTRY = "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_PUT_CLOCK = "INSERT OR REPLACE INTO clock VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_PUT_STANDING = "INSERT OR REPLACE INTO standing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_TAKE_CLOCK_AWAY = "DELETE FROM clock WHERE (case_ref, clock, subject, period) = (?, ?, ?, ?)"

Row = tuple[object, ...]
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Written:
    """The rows that recording one event adds or changes, as SQLite keeps them; and those it takes away."""

    journal: list[Row]
    clocks: list[Row]
    standing: list[Row]
    gone: list[Row]


def measure(effort: Effort) -> Iterator[Measured]:
    """Events recorded per second: validated, chained, clocks and flags brought up to date, and on the disk."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        tell("P5: making cases that lack their last event")
        waiting = _cases_before_their_last_event(folder / "before.db", effort.of(_CASES))
        waiting = _recordable(folder, waiting)
        written = _written(folder, waiting)
        for copy in ("ours.db", "peer.db"):
            shutil.copy(folder / "before.db", folder / copy)
        office, driver = office_at(folder / "ours.db"), _connected(folder / "peer.db")
        ours, peers = _batches(waiting), _batches(written)
        rounds = len(waiting) // _AT_A_TIME
        best = by_turns(
            "P5: recording",
            rounds,
            lambda: _record_all(office, next(ours)),
            lambda: _write_all(driver, next(peers)),
            clock=perf_counter,
        )
        office.database.close()
        driver.close()
    rates = [_AT_A_TIME / each for each in best]
    note = f"best {_AT_A_TIME} of {rounds * _AT_A_TIME:,}"
    yield Measured("P5", "record_event, one writer, durable", *rates, "/s", "sqlite3, the same rows", WANTED, note)
    yield from many_writers.measure(effort)


def _cases_before_their_last_event(path: Path, cases: int) -> list[Event]:
    """Fill a database with cases whose last event is still to be recorded, and give those events."""
    last: list[Event] = []
    new: list[NewCase] = []
    for case in make_up_histories(SEED, cases):
        *before, to_come = [each for each in entries_of(case) if each.name not in ADMINISTRATIVE]
        if before:
            facts = {"case_ref": case.case_ref, "workflow": case.workflow, "authority": "Exampleshire"}
            new.append(NewCase(facts, before))
            last.append(to_come)
    office = office_at(path)
    with office.database.write() as connection:
        add_cases(office, connection, new)
    _checkpoint(office, path)
    return last


def _batches(each: list[Thing]) -> Iterator[list[Thing]]:
    return (each[start : start + _AT_A_TIME] for start in range(0, len(each), _AT_A_TIME))


def _checkpoint(office: Office, path: Path) -> None:
    """Bring everything from the log into the file, so that the file alone can be copied."""
    office.database.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _recordable(folder: Path, events: list[Event]) -> list[Event]:
    """Those that may be recorded as they are: a few of the made-up histories are out of order on purpose."""
    shutil.copy(folder / "before.db", folder / "after.db")
    office = office_at(folder / "after.db")
    found = []
    for event in events:
        try:
            _record_all(office, (event,))
        except EhcpError:
            continue
        found.append(event)
    _checkpoint(office, folder / "after.db")
    return found


def _record_all(office: Office, events: Sequence[Event]) -> None:
    for event in events:
        record_event(office, event.case_ref, event.name, event.happened_on, event.details)


def _written(folder: Path, events: list[Event]) -> list[Written]:
    """What the recordings changed, taken from the databases before and after them."""
    with (
        closing(sqlite3.connect(folder / "before.db")) as before,
        closing(sqlite3.connect(folder / "after.db")) as after,
    ):
        return [_changed(before, after, event.case_ref) for event in events]


def _changed(before: sqlite3.Connection, after: sqlite3.Connection, case_ref: str) -> Written:
    there, now = (
        {table: set(connection.execute(query, (case_ref,))) for table, query in _ROWS_OF_CASE.items()}
        for connection in (before, after)
    )
    keys = {row[:4] for row in now["clock"]}
    return Written(
        journal=list(now["journal"] - there["journal"]),
        clocks=list(now["clock"] - there["clock"]),
        standing=list(now["standing"] - there["standing"]),
        gone=[row[:4] for row in there["clock"] if row[:4] not in keys],
    )


def _connected(path: Path) -> sqlite3.Connection:
    """The driver with the settings EHCP Flow uses."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _write_all(connection: sqlite3.Connection, written: Sequence[Written]) -> None:
    for each in written:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(_ADD_ENTRY, each.journal)
        connection.executemany(_TAKE_CLOCK_AWAY, each.gone)
        connection.executemany(_PUT_CLOCK, each.clocks)
        connection.executemany(_PUT_STANDING, each.standing)
        connection.execute("COMMIT")
