"""`ehcp sweep`, `scheduler status`, `metrics`: what they say, and the exit codes that monitors read."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from ehcp_flow.cli.app import main
from ehcp_flow.cli.arguments import office as cli_office
from ehcp_flow.services.nights import do_nights, last_night_due, sweep_time
from ehcp_flow.services.office import Office
from ehcp_flow.storage.lock import only_one
from ehcp_flow.today import now, today
from tests.scheduler.nights import ledger, open_requests

Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ask(office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Ask]:
    """Runs a command as it is typed; gives its exit code, what it says, and what it says on the error stream."""
    monkeypatch.setenv("EHCP_DATABASE_URL", office.settings.database_url)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["ehcp", *arguments])
        cli_office.cache_clear()
        with pytest.raises(SystemExit) as ended:
            main()
        cli_office().database.close()
        captured = capsys.readouterr()
        return int(ended.value.code or 0), captured.out, captured.err

    yield run
    cli_office.cache_clear()


def test_sweep_says_one_line_for_each_night_it_makes_up(office: Office, ask: Ask) -> None:
    open_requests(office)
    assert ask("sweep", "--date", "2025-02-16")[0] == 0
    code, said, _ = ask("sweep", "--date", "2025-02-20")
    lines = said.splitlines()
    assert code == 0
    assert [line.split(":")[0] for line in lines[:4]] == [f"2025-02-{day}" for day in (17, 18, 19, 20)]
    assert lines[1].startswith("2025-02-18: 1 new breach, 0 come near, 1 fell due; 0.")
    assert lines[4].split() == ["3", "decide_whether_to_assess"]
    assert ask("sweep", "--date", "2025-02-20")[1] == "Nothing to do: the nights are done up to 2025-02-20.\n"


def test_sweep_as_json_gives_the_sum_and_each_night(office: Office, ask: Ask) -> None:
    open_requests(office)
    ask("sweep", "--date", "2025-02-16")
    said = json.loads(ask("sweep", "--date", "2025-02-19", "--json")[1])
    assert (said["business_date"], said["last_night"]) == ("2025-02-19", "2025-02-16")
    assert (said["new_breaches"], said["by_clock"]) == (2, {"decide_whether_to_assess": 2})
    assert [night["new_breaches"] for night in said["nights"]] == [0, 1, 1]


def test_sweep_in_one_go_writes_one_night(office: Office, ask: Ask) -> None:
    open_requests(office)
    ask("sweep", "--date", "2025-02-16")
    assert ask("sweep", "--date", "2025-02-22", "--only")[1].startswith("2025-02-22: 4 new breaches")
    assert ledger(office) == [date(2025, 2, 16), date(2025, 2, 22)]


def test_a_night_that_has_not_come_is_refused(ask: Ask) -> None:
    the_day_after = today() + timedelta(days=2)
    code, _, trouble = ask("sweep", "--date", str(the_day_after))
    assert code == 1
    assert f"{the_day_after} has not come" in trouble


def test_sweep_waits_and_then_says_that_another_is_at_it(
    office: Office, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ehcp_flow.cli.scheduler.WAIT_SECONDS", 0.2)
    with only_one(office.database):
        code, _, trouble = ask("sweep", "--date", "2025-02-16")
    assert code == 1
    assert "Another process is at work" in trouble


def test_the_status_is_1_while_a_night_is_missing_and_0_once_it_is_made_up(office: Office, ask: Ask) -> None:
    tonight = last_night_due(now(), sweep_time(office.settings))
    do_nights(office, tonight - timedelta(days=3))
    code, said, _ = ask("scheduler", "status")
    assert code == 1
    assert f"{tonight - timedelta(days=1)}" in said
    assert "ehcp scheduler run --once" in said
    code, said, _ = ask("scheduler", "status", "--json")
    assert code == 1
    assert len(json.loads(said)["missing_nights"]) in (2, 3)  # tonight's has its hour of grace
    assert ask("scheduler", "run", "--once")[0] == 0
    code, said, _ = ask("scheduler", "status", "--json")
    assert code == 0
    found = json.loads(said)
    assert (found["is_well"], found["missing_nights"], found["doubts"]) == (True, [], [])
    assert [job["job"] for job in found["jobs"]] == ["sweep", "housekeeping"]
    assert found["jobs"][0]["runs"][0]["business_date"] == str(tonight)


def test_the_status_of_a_database_that_is_not_there_is_1_in_one_line(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EHCP_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    code, said, trouble = ask("scheduler", "status")
    assert (code, said) == (1, "")
    assert trouble.count("\n") == 1


def test_metrics_go_to_a_file_whole_and_say_so_when_the_database_is_gone(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "ehcp.prom"
    assert ask("metrics", "--to", str(file))[:2] == (0, "")
    assert "ehcp_up 1.0" in file.read_text()
    monkeypatch.setenv("EHCP_DATABASE_URL", "sqlite:////no/such/folder/ehcp.db")
    assert ask("metrics", "--to", str(file))[0] == 1
    assert "ehcp_up 0.0" in file.read_text()


@pytest.mark.parametrize("hour", ["late", "25:00"])
def test_an_hour_that_is_none_stops_the_scheduler_at_once(ask: Ask, monkeypatch: pytest.MonkeyPatch, hour: str) -> None:
    monkeypatch.setenv("EHCP_SWEEP_AT", hour)
    code, _, trouble = ask("scheduler", "run")
    assert code == 1
    assert "EHCP_SWEEP_AT" in trouble


def test_the_schedulers_libraries_cost_the_other_commands_nothing() -> None:
    code = "import sys; import ehcp_flow.cli.app; print({'apscheduler', 'structlog', 'prometheus_client'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "set()\n"
