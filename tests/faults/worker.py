"""A process that works until it is killed. What it was told is done, it writes down before it goes on.

Run as: worker.py JOB ACKNOWLEDGED SEED, with EHCP_DATABASE_URL set. It prints `ready` before it begins.
"""

from __future__ import annotations

import itertools
import os
import random
import sys
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path

from ehcp_flow.engine.count import days_on
from ehcp_flow.services.import_events import import_file
from ehcp_flow.services.nights import last_night
from ehcp_flow.services.office import Office
from ehcp_flow.services.open_case import open_case
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.send_notices import LEASE_SECONDS, later, send_due
from ehcp_flow.services.sweep import sweep
from ehcp_flow.settings import read_settings
from ehcp_flow.today import now

MAPPING = """\
workflow: needs_assessment
layout: wide
case: Case
officer: Officer
events:
  request_received: Received
  assessment_agreed: Agreed
"""
CASES_IN_A_FILE = 100


class Acknowledged:
    """Lines that are on the disk before the next step begins."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def write(self, *words: object) -> None:
        os.write(self._file, (" ".join(map(str, words)) + "\n").encode())
        os.fsync(self._file)


def recording(office: Office, done: Acknowledged, seed: int) -> None:
    """Open cases and record events, each acknowledged by case, entry and event."""
    for number in itertools.count():
        ref = f"R-{seed}-{number}"
        opened = open_case(office, "needs_assessment", "request_received", date(2025, 1, 6), case_ref=ref)
        done.write("entry", ref, opened.entry.seq, opened.entry.name)
        for event, day in (("assessment_agreed", date(2025, 2, 10)), ("plan_agreed", date(2025, 4, 7))):
            recorded = record_event(office, ref, event, day)
            done.write("entry", ref, recorded.entry.seq, recorded.entry.name)


def importing(office: Office, done: Acknowledged, seed: int) -> None:
    """Import one file after another, each acknowledged whole."""
    folder = Path(os.environ["EHCP_FAULTS_FOLDER"])
    mapping = folder / "tracker.map.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    for number in itertools.count():
        name = f"I-{seed}-{number}"
        tracker = folder / f"{name}.csv"
        rows = (f"{name}-{row},06/01/2025,10/02/2025,Pat Example" for row in range(CASES_IN_A_FILE))
        tracker.write_text("Case,Received,Agreed,Officer\n" + "\n".join(rows) + "\n", encoding="utf-8")
        import_file(office, tracker, mapping)
        done.write("import", name)


def sweeping(office: Office, done: Acknowledged, seed: int) -> None:
    """Sweep every third business date, each in its own morning, so that its notices are written; then the last again."""
    while True:
        day = min(days_on(last_night(office) or date(2025, 2, 1), 3), date(2026, 6, 1))
        morning = datetime.combine(day, time(3), UTC)
        sweep(office, day, partial(lambda moment: moment, morning))
        done.write("sweep", day)


def sending(office: Office, done: Acknowledged, seed: int) -> None:
    """Send what waits, again and again, each round late enough for what a killed sender had in hand to be free."""
    for number in itertools.count():
        report = send_due(office, later(now(), (seed + number) * LEASE_SECONDS))
        done.write("round", report.sent)


JOBS = {"recording": recording, "importing": importing, "sweeping": sweeping, "sending": sending}


def main() -> None:
    """Do the job named on the command line for ever."""
    job, acknowledged, seed = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    random.seed(seed)
    office = Office(read_settings())
    office.workflows  # noqa: B018 read before the race begins
    with office.database.read():
        pass
    print("ready", flush=True)  # noqa: T201 the harness waits for it
    JOBS[job](office, Acknowledged(acknowledged), seed)


if __name__ == "__main__":
    main()
