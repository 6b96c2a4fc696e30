"""A disk that is full: one clear line, nothing half-written, and work goes on once there is room."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import date

import pytest

from ehcp_flow.errors import DatabaseTrouble
from ehcp_flow.services.initialise import initialise
from ehcp_flow.services.open_case import open_case
from ehcp_flow.services.rebuild import rebuild, verify
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.show_case import show_case

FULL = "The disk is full. Nothing was written."


@pytest.fixture
def small_disk(tmp_path):
    """A disk of two megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = shutil.which("mount") and os.geteuid() == 0
    if (
        not mounted
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place], capture_output=True).returncode
    ):
        pytest.skip("only the administrator can make a small disk")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def fill(disk):
    """Leaves no room at all; gives the file to remove to make room again."""
    path = disk / "filler"
    with path.open("wb", buffering=0) as filler:
        for size in (65536, 4096, 1):
            try:
                while True:
                    filler.write(b"x" * size)
            except OSError:
                continue
    return path


def record_for_ever(office, acknowledged):
    while True:
        provider = f"provider {len(acknowledged)} " + "x" * 500
        record_event(office, "X1", "advice_requested", date(2025, 4, 3), {"provider": provider})
        acknowledged.append(provider)


def test_whoever_records_on_a_full_disk_is_told_and_nothing_is_half_written(small_disk, sqlite_template, office_at):
    shutil.copy(sqlite_template, small_disk / "ehcp.db")
    office = office_at(f"sqlite:///{small_disk / 'ehcp.db'}")
    open_case(office, "needs_assessment", "request_received", date(2025, 4, 2), case_ref="X1")
    filler = fill(small_disk)
    acknowledged: list[str] = []
    with pytest.raises(DatabaseTrouble) as trouble:
        record_for_ever(office, acknowledged)
    assert str(trouble.value).startswith(FULL)

    assert len(show_case(office, "X1", date(2025, 5, 1)).lines) == 1 + len(acknowledged), "what is there can be read"
    found = verify(office)
    assert (found.entries, found.bad) == (1 + len(acknowledged), None)

    filler.unlink()
    record_event(office, "X1", "advice_requested", date(2025, 4, 3), {"provider": "school"})
    before = len(show_case(office, "X1", date(2025, 5, 1)).verdicts)
    rebuild(office)
    assert len(show_case(office, "X1", date(2025, 5, 1)).verdicts) == before
    assert verify(office).bad is None


def test_no_database_is_half_made_on_a_full_disk(small_disk, office_at):
    filler = fill(small_disk)
    office = office_at(f"sqlite:///{small_disk / 'ehcp.db'}")
    with pytest.raises(DatabaseTrouble) as trouble:
        initialise(office)
    assert "\n" not in str(trouble.value)
    office.database.close()
    filler.unlink()
    again = office_at(f"sqlite:///{small_disk / 'ehcp.db'}")
    initialise(again)
    assert open_case(again, "needs_assessment", "request_received", date(2025, 4, 2)).case_ref == "NA-2025-0001"
