"""Real processes: started, stopped, killed, and several at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from sqlalchemy import text

from ehcp_flow.scheduler.run import run_once
from ehcp_flow.services.nights import do_nights, last_night_due, sweep_time
from ehcp_flow.services.office import Office
from ehcp_flow.today import now
from tests.scheduler.nights import flags_of, ledger, open_requests

NIGHTS = 10


class Scheduler:
    """A scheduler's process, and the lines of its log as they come."""

    def __init__(self, office: Office, *arguments: str) -> None:
        self.database = office.database
        settings = {"EHCP_DATABASE_URL": office.settings.database_url, "EHCP_LOG": "json", "EHCP_USER": "tester"}
        settings["PGAPPNAME"] = "scheduler"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ehcp_flow", "scheduler", "run", *arguments],
            env={"PATH": os.environ["PATH"], **settings},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def lines(self) -> Iterator[dict[str, str]]:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            yield json.loads(line)

    def read_until(self, event: str, job: str | None = None) -> dict[str, str]:
        for line in self.lines():
            if line["event"] == event and job in (None, line.get("job")):
                return line
        pytest.fail(f"The scheduler ended before it said: {event}")

    def kill(self) -> None:
        """Kill it, and wait until the database has noticed: what it had sent may still be written after its death."""
        self.process.kill()
        self.process.communicate()
        if not self.database.is_sqlite:
            there = text("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'scheduler'")
            with self.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                while connection.execute(there).scalar():
                    time.sleep(0.05)

    def stop(self) -> list[dict[str, str]]:
        """Ask it to stop and give the rest of what it says."""
        self.process.send_signal(signal.SIGTERM)
        rest = list(self.lines())
        self.process.wait(timeout=120)
        return rest


@pytest.fixture
def behind(office: Office) -> tuple[Office, list[date]]:
    """An office whose last night was done ten days ago, with a limit that broke in each of the nights since."""
    tonight = last_night_due(now(), sweep_time(office.settings))
    nights = [tonight - timedelta(days=number) for number in range(NIGHTS - 1, -1, -1)]
    # A decision is due six weeks after the request, and flagged in the night after.
    open_requests(office, *(night - timedelta(days=43) for night in nights))
    open_requests(office, nights[0] - timedelta(days=1))  # news, so that the nights to come are no surprise
    do_nights(office, nights[0] - timedelta(days=1))
    return office, nights


def breaches(office: Office) -> list[date]:
    return [noticed_on for _, kind, noticed_on in flags_of(office) if kind == "breach"]


def test_it_makes_up_what_is_missing_serves_its_figures_and_stops_when_told(
    behind: tuple[Office, list[date]],
) -> None:
    office, nights = behind
    scheduler = Scheduler(office, "--metrics-port", "0")
    address = scheduler.read_until("figures served")["address"]
    assert scheduler.read_until("scheduler started")["next_night"] > str(nights[-1])
    done = [scheduler.read_until("night done", "sweep")["business_date"] for _ in nights]
    assert done == [str(night) for night in nights]
    with urlopen(address) as answer:
        assert "ehcp_nights_missing 0.0" in answer.read().decode()
    with urlopen(address.replace("metrics", "health")) as answer:
        assert json.load(answer) == {"is_well": True, "missing_nights": [], "doubts": [], "trouble": None}
    with pytest.raises(HTTPError, match="404"):
        urlopen(address.replace("metrics", "cases"))
    assert scheduler.stop()[-1]["event"] == "scheduler stopped"
    assert scheduler.process.returncode == 0
    assert breaches(office) == nights


def test_told_to_stop_half_way_it_finishes_the_night_under_way_and_goes_on_when_started_again(
    behind: tuple[Office, list[date]],
) -> None:
    office, nights = behind
    first = Scheduler(office)
    first.read_until("night done", "sweep")
    assert first.stop()[-1]["event"] == "scheduler stopped"
    assert first.process.returncode == 0
    done = ledger(office)[1:]
    assert done == nights[: len(done)]
    assert run_once(office.settings)
    assert breaches(office) == ledger(office)[1:] == nights


def test_killed_at_any_moment_it_loses_and_doubles_nothing(behind: tuple[Office, list[date]]) -> None:
    office, nights = behind
    for after in (2, 0):  # in the midst of its nights; then while it starts
        killed = Scheduler(office)
        for _ in range(after):
            killed.read_until("night done", "sweep")
        killed.kill()
        assert breaches(office) == ledger(office)[1:] == nights[: len(ledger(office)) - 1]
    assert run_once(office.settings)
    assert breaches(office) == ledger(office)[1:] == nights


def test_of_several_started_at_once_each_night_is_done_by_one(behind: tuple[Office, list[date]]) -> None:
    office, nights = behind
    several = [Scheduler(office, "--once") for _ in range(3)]
    said = [line for scheduler in several for line in scheduler.lines()]
    assert [scheduler.process.wait(timeout=120) for scheduler in several] == [0, 0, 0]
    done = Counter(line["business_date"] for line in said if line["event"] == "night done" and line["job"] == "sweep")
    assert done == Counter({str(night): 1 for night in nights})
    assert breaches(office) == ledger(office)[1:] == nights
