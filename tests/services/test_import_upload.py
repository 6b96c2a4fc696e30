"""Uploaded trackers: kept privately for their owner, refused when they are not handy, imported whole or not at all."""

from __future__ import annotations

import io
import os
import stat
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ehcp_flow.errors import BadFile, BadInput, Busy, UnknownName
from ehcp_flow.services.import_upload import (
    check_tracker,
    clean_name,
    column_uses,
    import_tracker,
    keep_tracker,
    save_mapping,
    tracker,
)
from ehcp_flow.services.keep_work import begin_work, kept_work, work_folder
from ehcp_flow.services.office import Office
from ehcp_flow.services.show_case import show_case
from ehcp_flow.services.work_aside import do_aside, state_of
from ehcp_flow.today import now

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
TRACKER = b"Case No,Surname,Request Rec'd,Final plan Sent\nU-1,Pretend,05/01/2026,25/05/2026\nU-2,Madeup,06/01/2026,\n"


@pytest.fixture(autouse=True)
def _private_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def wait_for(work, state: str = "done") -> dict:
    for _ in range(4_800):
        if state_of(work) not in ("running", "none"):
            break
        time.sleep(0.025)
    assert state_of(work) == state, work.read_state()
    return work.read_state()


def test_an_upload_is_described_checked_and_imported(office: Office) -> None:
    found = keep_tracker(office, "tracker.csv", TRACKER, NOW)
    assert "request_received: Request Rec'd" in found.mapping
    assert [use.uses for use in column_uses(office, found)] == [
        ("case reference",),
        ("family name",),
        ("Request for an EHC needs assessment received",),
        ("Final plan sent",),
    ]
    check_tracker(office, found)
    assert wait_for(found.work)["result"]["new_cases"] == 2
    with pytest.raises(UnknownName):
        show_case(office, "U-1", NOW.date())
    import_tracker(office, found, skip_errors=False)
    assert wait_for(found.work)["result"]["new_events"] == 3
    assert show_case(office, "U-1", NOW.date()).state.state == "issued"
    assert not found.path.exists(), "the file is removed with the import"
    with pytest.raises(UnknownName, match="no longer kept"):
        check_tracker(office, found)


def test_a_file_with_errors_is_imported_only_without_them_and_when_asked(office: Office) -> None:
    found = keep_tracker(office, "tracker.csv", TRACKER + b"U-3,Sham,31/06/2026,\n", NOW)
    import_tracker(office, found, skip_errors=False)
    assert "cannot be imported; nothing was" in wait_for(found.work, "failed")["trouble"]
    assert found.path.exists()
    import_tracker(office, found, skip_errors=True)
    result = wait_for(found.work)["result"]
    assert (result["new_cases"], result["errors"]) == (2, 1)
    assert found.problems_path.read_bytes().startswith(b"PK")


def test_only_whoever_uploaded_a_file_can_see_it(office: Office, office_at: Callable[..., Office]) -> None:
    found = keep_tracker(office, "tracker.csv", TRACKER, NOW)
    assert tracker(office, found.key).name == "tracker.csv"
    other = office_at(office.settings.database_url, user="bjones")
    for key in (found.key, "../../etc/passwd", "x" * 32, ""):
        with pytest.raises(UnknownName):
            tracker(other, key)
    with pytest.raises(UnknownName):
        kept_work(found.key, "asmith", "upkeep")


def test_what_is_kept_can_be_read_by_the_programs_own_account_only(office: Office) -> None:
    found = keep_tracker(office, "tracker.csv", TRACKER, NOW)
    for folder in (work_folder(), found.work.folder):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(found.path.stat().st_mode) == 0o600


def test_a_folder_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    (tmp_path / f"ehcp-flow-{os.getuid()}").mkdir(mode=0o755)
    with pytest.raises(BadInput, match="others may read it"):
        work_folder()


def test_what_is_older_than_two_hours_is_gone_when_the_next_work_begins(office: Office) -> None:
    found = keep_tracker(office, "tracker.csv", TRACKER, NOW)
    for path in (*found.work.folder.iterdir(), found.work.folder):
        os.utime(path, (NOW.timestamp() - 7_300, NOW.timestamp() - 7_300))
    fresh = begin_work("asmith", "upkeep", {}, NOW)
    os.utime(fresh.folder, (NOW.timestamp(), NOW.timestamp()))
    assert not found.work.folder.exists()
    assert fresh.folder.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/cron.d/x.csv", "x.csv"),
        ("C:\\Users\\a\\Tracker 24-26.XLSX", "Tracker 24-26.xlsx"),
        ("<script>.csv", "_script_.csv"),
        (".csv.xlsx", "csv.xlsx"),
        ("Ärger\n.csv", "_rger_.csv"),
    ],
)
def test_a_files_name_keeps_nothing_that_means_something_to_a_system(name: str, kept: str) -> None:
    assert clean_name(name) == kept


@pytest.mark.parametrize("name", ["", "tracker.exe", "tracker", "about.json", "a.csv.zip"])
def test_other_kinds_of_file_are_refused_by_name(name: str) -> None:
    with pytest.raises(BadInput, match=r"\.xlsx"):
        clean_name(name)


def test_a_workbook_that_is_far_larger_unpacked_is_refused(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ehcp_flow.services.import_upload.MOST_UNPACKED", 1_000_000)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 2_000_000)
    with pytest.raises(BadInput, match="far larger unpacked"):
        keep_tracker(office, "bomb.xlsx", content.getvalue(), NOW)
    assert list(work_folder().iterdir()) == []


def test_a_damaged_file_leaves_nothing_behind(office: Office) -> None:
    with pytest.raises(BadInput, match="not a workbook"):
        keep_tracker(office, "tracker.xlsx", b"\x00\x01\x02" * 100, NOW)
    assert list(work_folder().iterdir()) == []


def test_mistakes_in_the_columns_are_told_all_at_once_and_what_was_typed_is_kept(office: Office) -> None:
    found = keep_tracker(office, "tracker.csv", TRACKER, NOW)
    wrong = found.mapping.replace("Final plan Sent", "Finale plan").replace("case: Case No", "case: Case Nr")
    with pytest.raises(BadFile) as refused:
        save_mapping(office, found, wrong)
    assert len(refused.value.problems) == 2
    assert found.mapping == wrong


def test_two_pieces_of_work_on_one_file_at_once_are_one_too_many(office: Office) -> None:
    work = begin_work("asmith", "upkeep", {}, NOW)
    work.note_state({"state": "running", "at": now().timestamp(), "process": os.getpid()})
    with pytest.raises(Busy):
        do_aside(work, "again", lambda _: {})


def test_work_whose_process_is_gone_has_stopped() -> None:
    work = begin_work("asmith", "upkeep", {}, NOW)
    work.note_state({"state": "running", "at": now().timestamp(), "process": 2**22 + 1})
    assert state_of(work) == "stopped"


def test_an_unexpected_error_aside_is_told_without_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    work = begin_work("asmith", "upkeep", {}, NOW)

    def fail(_: object) -> dict:
        raise ValueError("Casey Pretend")

    do_aside(work, "fail", fail)
    said = wait_for(work, "failed")
    assert "should not" in said["trouble"]
    printed = capsys.readouterr()
    assert "Casey" not in str(said) + printed.out + printed.err
