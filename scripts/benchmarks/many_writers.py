"""P5, second half: thirty-two people record at once in one SQLite database; what matters is the longest wait."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier
from time import perf_counter

from ehcp_flow.services.office import Office
from ehcp_flow.services.open_case import open_case
from ehcp_flow.services.record_event import record_event
from scripts.benchmarks.made_up_data import office_at
from scripts.benchmarks.measuring import Effort, Measured, tell

WRITERS = 32
LONGEST_WAIT = 100
"""Milliseconds that nobody should have to wait longer than."""
_STEPS = (("assessment_agreed", date(2025, 2, 10)), ("plan_agreed", date(2025, 4, 7)))
_CASES_EACH = 12


def measure(effort: Effort) -> Iterator[Measured]:
    """The longest of all waits, and the one that ninety-nine in a hundred stay under."""
    with TemporaryDirectory() as folder:
        office = office_at(Path(folder) / "writers.db")
        tell(f"P5: {WRITERS} writers at once")
        waits = sorted(_all_at_once(office, effort.of(_CASES_EACH * 10) // 10))
        office.database.close()
    note = f"{len(waits):,} events by {WRITERS} threads without a pause"
    worst, usual = waits[-1] * 1_000, waits[len(waits) * 99 // 100] * 1_000
    yield Measured("P5", f"longest wait of {WRITERS} writers", worst, LONGEST_WAIT, "ms", "the aim itself", 1.0, note)
    yield Measured("P5", "99 in 100 wait no longer", usual, LONGEST_WAIT, "ms", "the aim itself", None, note)


def _all_at_once(office: Office, cases: int) -> list[float]:
    """Seconds that each recording took, from asking to being told."""
    start = Barrier(WRITERS)

    def work(writer: int) -> list[float]:
        refs = [f"W{writer}-{number}" for number in range(cases)]
        for ref in refs:
            open_case(office, "needs_assessment", "request_received", date(2025, 1, 6), case_ref=ref)
        start.wait()
        return [_seconds(office, ref, *step) for ref in refs for step in _STEPS]

    with ThreadPoolExecutor(WRITERS) as pool:
        return [wait for waits in pool.map(work, range(WRITERS)) for wait in waits]


def _seconds(office: Office, ref: str, event: str, day: date) -> float:
    began = perf_counter()
    record_event(office, ref, event, day)
    return perf_counter() - began
