"""P2: replay by the compiled table beside transitions' own triggers; and the rebuild of all derived rows."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from transitions import MachineError

from ehcp_flow.engine.event import ADMINISTRATIVE, Event
from ehcp_flow.engine.history import history
from ehcp_flow.engine.machine import Cursor, machine
from ehcp_flow.engine.replay import final_state
from ehcp_flow.law.workflow import Workflow
from scripts.benchmarks.made_up_data import filled_database, histories, office_at
from scripts.benchmarks.measuring import Effort, Measured, by_turns, tell

WANTED = 20
REBUILD_WITHIN = 120
"""Seconds for a million cases."""

_REPLAYED, _REBUILT, _ALL_OF_ENGLAND = 2_000, 20_000, 1_000_000
_KIB, _MOST_MEGABYTES = 1024, 500

Histories = list[tuple[Workflow, tuple[Event, ...]]]


def measure(effort: Effort) -> Iterator[Measured]:
    """The replay's ratio, and what a rebuild of a million cases would take."""
    with TemporaryDirectory() as folder:
        yield _replay(effort, Path(folder))
        yield from _rebuild(effort, Path(folder))


def _replay(effort: Effort, folder: Path) -> Measured:
    tell("P2: making up histories")
    office = office_at(folder / "law.db")
    found = [(office.workflow(name), history(entries, date.max)) for name, entries in histories(effort.of(_REPLAYED))]
    events = sum(event.name not in ADMINISTRATIVE for _, each in found for event in each)
    ours, peer = by_turns("P2: replay", effort.rounds, lambda: _by_table(found), lambda: _by_triggers(found))
    what = "events replayed (state and findings)"
    return Measured("P2", what, events / ours, events / peer, "/s", "transitions' triggers", WANTED)


def _by_table(found: Histories) -> None:
    for workflow, each in found:
        final_state(workflow, each)


def _by_triggers(found: Histories) -> None:
    """What a program does that keeps one machine and moves an unregistered cursor, the fastest use there is."""
    for workflow, each in found:
        events, cursor = machine(workflow).events, Cursor()
        for event in each:
            if event.name not in ADMINISTRATIVE:
                try:
                    events[event.name].trigger(cursor)
                except MachineError:
                    cursor.state = workflow.events[event.name].to or cursor.state


def _rebuild(effort: Effort, folder: Path) -> Iterator[Measured]:
    cases = effort.of(_REBUILT)
    tell(f"P2: making a database of {cases:,} cases")
    office = filled_database(folder / "rebuild.db", cases)
    office.database.close()
    tell(f"P2: ehcp rebuild of {cases:,} cases")
    environment = {**os.environ, "EHCP_DATABASE_URL": office.settings.database_url}
    started = subprocess.Popen([".venv/bin/ehcp", "rebuild"], env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(started.pid, 0)
    if status:
        raise RuntimeError("ehcp rebuild failed")
    took = used.ru_utime + used.ru_stime
    note = f"measured on {cases:,} cases: {cases / took:,.0f} a second of one processor"
    projected = took * _ALL_OF_ENGLAND / cases
    yield Measured("P2", "ehcp rebuild of 1 M cases", projected, REBUILD_WITHIN, "s", "the aim itself", 1.0, note)
    megabytes = used.ru_maxrss * _KIB / 1e6
    note = "most memory held, in MB"
    yield Measured("P2", "memory of ehcp rebuild", megabytes, _MOST_MEGABYTES, "MB", "the aim itself", 1.0, note)
