"""A backup brings everything back, on either database and from one to the other; a damaged one is refused."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlmodel import SQLModel

from ehcp_flow.errors import BadInput, DatabaseTrouble, EhcpError, NotAllowed
from ehcp_flow.services.backup import MANIFEST, backup, restore
from ehcp_flow.services.check_event import OVERRIDE
from ehcp_flow.services.correct_event import correct_event
from ehcp_flow.services.initialise import initialise, upgrade
from ehcp_flow.services.move import move
from ehcp_flow.services.office import Office
from ehcp_flow.services.officers import add_officer
from ehcp_flow.services.open_case import NewPerson, open_case
from ehcp_flow.services.rebuild import verify
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.sweep import sweep
from ehcp_flow.settings import Settings, shipped_workflows
from ehcp_flow.storage import journal
from ehcp_flow.storage.database import SCHEMA_VERSION


def office_at(url: str) -> Office:
    return Office(Settings(url, shipped_workflows(), None, "Exampleshire", "tester"))


@pytest.fixture
def filled(database_url: str) -> Iterator[Office]:
    """An office with a few cases: a correction, a follow-on case, an awkward name, a flag, an officer."""
    office = office_at(database_url)
    initialise(office)
    add_officer(office, "asmith", "A Smith", "North")
    person = NewPerson("Zoë “Bo\\b”", "O'Neill\nEXAMPLE", date(2018, 2, 28), upn="X000000000000", looked_after=True)
    open_case(
        office,
        "needs_assessment",
        "request_received",
        date(2025, 1, 6),
        case_ref="Z-1",
        person=person,
        officer="asmith",
    )
    record_event(office, "Z-1", "assessment_agreed", date(2025, 2, 17), note="tab\tand “quotes”, \\N and \\.")
    correct_event(office, "Z-1", 3, happened_on=date(2025, 2, 14), reason="typed the wrong day")
    record_event(office, "Z-1", "advice_requested", date(2025, 2, 20), {"provider": "school"})
    # Sorts before the case it follows, so that the order of loading matters.
    open_case(office, "annual_review", "plan_first_made", date(2025, 3, 1), case_ref="A-1", follows="Z-1")
    sweep(office, date(2025, 9, 1))
    yield office
    office.database.close()


def everything(office: Office) -> dict[str, list[str]]:
    """Every row of every table, derived ones included."""
    with office.database.read() as connection:
        return {
            table.name: sorted(repr(row) for row in connection.execute(select(table)))
            for table in SQLModel.metadata.sorted_tables
        }


def test_a_restored_copy_is_the_same_in_every_row_derived_ones_included(filled: Office, tmp_path: Path) -> None:
    made = backup(filled, tmp_path / "copy.zip")
    assert made.rows["journal"] == 7
    restored = office_at(f"sqlite:///{tmp_path / 'restored.db'}")
    _, proof = restore(restored, tmp_path / "copy.zip")
    assert proof.bad is None
    assert proof.entries == 7
    assert everything(restored) == everything(filled)


def test_a_backup_is_readable_by_its_owner_only(filled: Office, tmp_path: Path) -> None:
    backup(filled, tmp_path / "copy.zip")
    assert stat.S_IMODE((tmp_path / "copy.zip").stat().st_mode) == 0o600


def test_a_backup_never_replaces_a_file(filled: Office, tmp_path: Path) -> None:
    (tmp_path / "copy.zip").write_text("precious")
    with pytest.raises(BadInput, match="never replaces"):
        backup(filled, tmp_path / "copy.zip")
    assert (tmp_path / "copy.zip").read_text() == "precious"


def test_a_backup_that_cannot_be_written_leaves_nothing_behind(filled: Office, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be written"):
        backup(filled, tmp_path / "missing" / "copy.zip")
    assert not list(tmp_path.glob("**/*.part"))


def test_a_backup_is_not_restored_over_cases(filled: Office, tmp_path: Path) -> None:
    backup(filled, tmp_path / "copy.zip")
    before = everything(filled)
    with pytest.raises(NotAllowed, match="holds cases already"):
        restore(filled, tmp_path / "copy.zip")
    assert everything(filled) == before


@pytest.mark.parametrize("damage", ["cut short", "a letter changed", "a member missing", "no backup at all"])
def test_a_damaged_backup_is_refused_in_one_line_and_nothing_is_restored(
    filled: Office, tmp_path: Path, damage: str
) -> None:
    whole = tmp_path / "copy.zip"
    backup(filled, whole)
    spoilt = tmp_path / "spoilt.zip"
    if damage == "cut short":
        spoilt.write_bytes(whole.read_bytes()[:-400])
    elif damage == "no backup at all":
        spoilt.write_bytes(os.urandom(2_000))
    else:
        with zipfile.ZipFile(whole) as source, zipfile.ZipFile(spoilt, "w") as target:
            for name in source.namelist():
                content = source.read(name)
                if name == "journal.jsonl" and damage == "a member missing":
                    continue
                if name == "journal.jsonl":
                    content = content.replace(b"2025-02-14", b"2025-02-13")
                target.writestr(name, content)
    with pytest.raises(BadInput) as refused:
        restore(office_at(f"sqlite:///{tmp_path / 'restored.db'}"), spoilt)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "restored.db").exists()


def test_a_backup_of_a_newer_program_is_refused(filled: Office, tmp_path: Path) -> None:
    whole, newer = tmp_path / "copy.zip", tmp_path / "newer.zip"
    backup(filled, whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(newer, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == MANIFEST:
                content = json.dumps({**json.loads(content), "schema": "9999"}).encode()
            target.writestr(name, content)
    with pytest.raises(BadInput, match="newer version"):
        restore(office_at(f"sqlite:///{tmp_path / 'restored.db'}"), newer)


def test_a_backup_taken_before_an_upgrade_can_be_restored_after_it(filled: Office, tmp_path: Path) -> None:
    whole, older = tmp_path / "copy.zip", tmp_path / "older.zip"
    backup(filled, whole)
    first_tables = {"team", "officer", "person", "plan", "cases", "journal", "flag", "run"}
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(older, "w") as target:
        manifest = json.loads(source.read(MANIFEST))
        for name in manifest["rows"]:
            if name not in first_tables:
                continue
            rows = [json.loads(line) for line in source.read(f"{name}.jsonl").splitlines()]
            for row in rows if name == "officer" else ():
                del row["works_on"]
            content = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
            target.writestr(f"{name}.jsonl", content)
            manifest["sha256"][name] = hashlib.sha256(content).hexdigest()
        for part in ("rows", "sha256"):
            manifest[part] = {name: value for name, value in manifest[part].items() if name in first_tables}
        target.writestr(MANIFEST, json.dumps({**manifest, "schema": "0001"}))
    restored = office_at(f"sqlite:///{tmp_path / 'restored.db'}")
    restore(restored, older)
    assert restored.database.version() == SCHEMA_VERSION
    assert everything(restored)["journal"] == everything(filled)["journal"]


def test_everything_moves_to_the_other_database_row_for_row(filled: Office, tmp_path: Path, request: Any) -> None:
    if filled.database.is_sqlite:
        server = request.getfixturevalue("postgres_server")
        there = server.create_database()
    else:
        there = f"sqlite:///{tmp_path / 'moved.db'}"
    moved = move(filled, there)
    other = office_at(there)
    assert moved.rows["journal"] == 7
    assert everything(other) == everything(filled)
    assert verify(other).bad is None
    with other.database.read() as connection:
        assert journal.fingerprint(connection) == moved.fingerprint
    with pytest.raises(NotAllowed, match="holds cases already"):
        move(filled, there)
    record_event(other, "Z-1", "plan_agreed", date(2025, 5, 1))
    other.database.close()


def test_a_tampered_journal_does_not_pass_for_moved(filled: Office, tmp_path: Path) -> None:
    with filled.database.migrating() as connection:
        for trigger in ("journal_no_update", "journal_no_delete") if filled.database.is_sqlite else ():
            connection.execute(text(f"DROP TRIGGER {trigger}"))
        if not filled.database.is_sqlite:
            connection.execute(text("DROP TRIGGER journal_append_only ON journal"))
        connection.execute(text("UPDATE journal SET note = 'changed' WHERE case_ref = 'Z-1' AND seq = 3"))
    with pytest.raises(DatabaseTrouble, match="Entry 3 of case Z-1 did not arrive as it was"):
        move(filled, f"sqlite:///{tmp_path / 'moved.db'}")


def test_upgrade_goes_down_and_up_again_with_data_and_keeps_every_entry(filled: Office) -> None:
    before = everything(filled)
    assert upgrade(filled, "0001").now == "0001"
    with pytest.raises(DatabaseTrouble, match="older version"):
        verify(filled)
    assert upgrade(filled).now == SCHEMA_VERSION
    assert everything(filled) == before


def test_upgrading_to_a_version_there_is_not_names_those_there_are(filled: Office) -> None:
    with pytest.raises(EhcpError, match="There are: 0001, 0002"):
        upgrade(filled, "7")


def test_the_word_for_an_override_is_part_of_the_journal_and_survives(filled: Office, tmp_path: Path) -> None:
    record_event(filled, "Z-1", "final_plan_sent", date(2025, 6, 2), override="sent before we used this program")
    backup(filled, tmp_path / "copy.zip")
    restored = office_at(f"sqlite:///{tmp_path / 'restored.db'}")
    restore(restored, tmp_path / "copy.zip")
    with restored.database.read() as connection:
        entries, _ = journal.events_of(connection, "Z-1")
    assert entries[-1].details[OVERRIDE] == "sent before we used this program"
