"""The units, the container and the least-privilege role do what docs/running.md says."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, text

from ehcp_flow.scheduler.run import run_once
from ehcp_flow.services.initialise import initialise
from ehcp_flow.services.night_status import night_status
from ehcp_flow.services.office import Office
from ehcp_flow.storage import notices
from ehcp_flow.today import now
from tests.scheduler.nights import ledger, office_at
from tests.test_docs import what_is_wrong

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = ("ehcp-scheduler.service", "ehcp-sweep.service", "ehcp-web.service", "ehcp-sweep.timer")
SERVICES = UNITS[:3]


def options(name: str) -> dict[str, list[str]]:
    """The options of a unit by name, each with its values."""
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / name).read_text(encoding="utf-8").splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(key, []).append(value)
    return found


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("no systemd here")
    for name in UNITS:
        said = (DEPLOY / name).read_text(encoding="utf-8").replace("/opt/ehcp/bin/ehcp", "/bin/true")
        (tmp_path / name).write_text(said)
    done = subprocess.run(
        [program, "verify", "--man=no", *(tmp_path / name for name in UNITS)], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", SERVICES)
def test_a_unit_may_do_no_more_than_it_must(name: str) -> None:
    said = options(name)
    for option in ("NoNewPrivileges", "PrivateTmp", "ProtectHome", "ProtectKernelModules", "RestrictSUIDSGID"):
        assert said[option] == ["yes"], option
    assert said["ProtectSystem"] == ["strict"]
    assert said["CapabilityBoundingSet"] == [""]
    assert said["User"] == ["ehcp"]
    assert said["UMask"] == ["0077"]


def test_all_units_are_hardened_alike() -> None:
    differ = {
        "Description",
        "Type",
        "ExecStart",
        "TimeoutStartSec",
        "TimeoutStopSec",
        "KillMode",
        "Restart",
        "RestartSec",
    }
    first, *others = (
        {key: value for key, value in options(name).items() if key not in differ | {"WantedBy"}} for name in SERVICES
    )
    assert others == [first, first]


@pytest.mark.parametrize("name", SERVICES)
def test_the_command_of_a_unit_is_one_the_program_takes(name: str) -> None:
    (command,) = options(name)["ExecStart"]
    assert what_is_wrong(command.replace("/opt/ehcp/bin/", ""), whole=True) is None


def test_the_example_of_settings_names_settings_there_are() -> None:
    listed = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    names = [name for name in options("environment.example") if name.startswith("EHCP_")]
    assert len(names) >= 4
    assert [name for name in names if f"`{name}`" not in listed] == []


def test_the_container_is_built_from_locked_files_and_runs_as_nobody_in_particular() -> None:
    said = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    _look, build, run = said.split("\nFROM ")[1:]
    assert "--require-hashes" in build
    assert "--no-index" in build
    assert "USER 10001:10001" in run
    assert "COPY . ." not in run
    for name in (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines():
        assert not name.startswith("!") or (ROOT / name[1:]).exists(), name


# ------------------------------------------------------------------------------- with the program's own role


@pytest.fixture
def with_its_own_role(postgres_server: Any) -> Iterator[Office]:
    owner = postgres_server.create_database()
    office = office_at(owner)
    initialise(office)
    with office.database.migrating() as connection:
        connection.exec_driver_sql((DEPLOY / "postgresql_roles.sql").read_text(encoding="utf-8"))
        connection.exec_driver_sql("DROP ROLE IF EXISTS the_nights")
        connection.exec_driver_sql("CREATE ROLE the_nights LOGIN IN ROLE ehcp_app")
    office.database.close()
    url = make_url(owner).set(username="the_nights", password=None).render_as_string(hide_password=False)
    made = office_at(url)
    yield made
    made.database.close()
    postgres_server.drop_database(owner)


def test_the_nights_need_no_owner_and_housekeeping_says_what_it_left(with_its_own_role: Office) -> None:
    assert run_once(with_its_own_role.settings)
    assert len(ledger(with_its_own_role)) == 1
    status = night_status(with_its_own_role)
    assert status.is_well
    assert "left to the server" in str(status.jobs[1].runs[0].report["skipped"])


def test_the_program_s_role_may_tidy_its_outbox(with_its_own_role: Office) -> None:
    with with_its_own_role.database.write() as connection:
        assert notices.forget_sent(connection, now()) == 0
        assert connection.execute(text("SELECT count(*) FROM notice")).scalar() == 0
