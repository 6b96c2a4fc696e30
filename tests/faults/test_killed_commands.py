"""Recording killed outright: what it acknowledged is there, what it did not is there whole or not at all."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from datetime import date

from ehcp_flow.services.open_case import open_case
from ehcp_flow.services.rebuild import verify
from ehcp_flow.services.show_case import show_case
from ehcp_flow.storage.clock_table import clocks_of

# Says when it is about to write, so that the blow falls while it does; then records until it is killed.
RECORDS = """
from datetime import date
from ehcp_flow.services.office import Office
from ehcp_flow.services.record_event import record_event
from ehcp_flow.settings import read_settings
office = Office(read_settings())
print("ready", flush=True)
number = 0
while True:
    done = record_event(office, "X1", "advice_requested", date(2025, 4, 3), {"provider": f"{office.user}-{number}"})
    print(done.entry.details["provider"], flush=True)
    number += 1
"""


def test_everything_acknowledged_is_there_after_a_kill(sqlite_template, tmp_path, office_at):
    path = tmp_path / "killed.db"
    shutil.copy(sqlite_template, path)
    office = office_at(f"sqlite:///{path}")
    open_case(office, "needs_assessment", "request_received", date(2025, 4, 2), case_ref="X1")
    draw, acknowledged = random.Random(5), []
    for time_round in range(6):
        environment = {**os.environ, "EHCP_DATABASE_URL": f"sqlite:///{path}", "EHCP_USER": f"round{time_round}"}
        running = subprocess.Popen([sys.executable, "-c", RECORDS], env=environment, stdout=subprocess.PIPE, text=True)
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        acknowledged.append(running.stdout.readline().strip())
        time.sleep(draw.uniform(0.02, 0.25))
        running.kill()
        acknowledged += running.communicate(timeout=120)[0].split()

        view = show_case(office, "X1", date(2025, 5, 1))
        recorded = [line.entry.details["provider"] for line in view.lines[1:]]
        assert set(acknowledged) <= set(recorded)
        assert len(recorded) == len(set(recorded)), "nothing is doubled"
        assert len(recorded) - len(acknowledged) <= time_round + 1, "at most the one under way each time"
        assert verify(office).bad is None
        with office.database.read() as connection:
            subjects = {row.subject for row in clocks_of(connection, "X1") if row.subject}
        assert subjects == set(recorded), "entry and clocks are written together"
    assert len(acknowledged) > 6
