"""Exactly one process works, whichever database; a dead one holds nobody up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import event, text

from ehcp_flow.errors import Busy, DatabaseTrouble
from ehcp_flow.services.office import Office
from ehcp_flow.storage.database import Database
from ehcp_flow.storage.lock import key_of, lock_file, nights_wait_for, only_one, wait_for_recordings

# Each takes the lock some times. Two at once would trip over the marker, or lose one of the counts.
WORKER = """
import os, sys
from pathlib import Path
from ehcp_flow.storage.database import Database
from ehcp_flow.storage.lock import only_one

url, folder, times = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
database = Database(url)
for _ in range(times):
    with only_one(database, wait_seconds=60):
        os.close(os.open(folder / "at work", os.O_CREAT | os.O_EXCL))
        counter = folder / "counter"
        count = int(counter.read_text()) if counter.exists() else 0
        counter.write_text(str(count + 1))
        (folder / "at work").unlink()
"""

# Takes the lock, says so, and never gives it up by itself.
HOLDER = """
import sys
from ehcp_flow.storage.database import Database
from ehcp_flow.storage.lock import only_one

with only_one(Database(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_of_several_processes_started_at_once_one_works_at_a_time(office: Office, tmp_path: Path) -> None:
    workers = [start(WORKER, office.settings.database_url, str(tmp_path), "8") for _ in range(4)]
    said = [worker.communicate(timeout=120)[1] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0, 0, 0], said
    assert (tmp_path / "counter").read_text() == "32"


def test_without_the_lock_two_at_once_would_have_been_noticed(tmp_path: Path) -> None:
    (tmp_path / "at work").touch()  # as another does while it works
    code = WORKER.replace("with only_one(database, wait_seconds=60):", "if True:")
    said = start(code, "sqlite://", str(tmp_path), "1").communicate(timeout=120)[1]
    assert "FileExistsError" in said


def test_while_another_process_works_we_are_told_so_and_a_killed_one_holds_nobody_up(office: Office) -> None:
    holder = start(HOLDER, office.settings.database_url)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(Busy, match="Another process is at work on this database"), only_one(office.database):
        pytest.fail("two at once")
    holder.kill()
    holder.communicate()
    with only_one(office.database, wait_seconds=60):
        pass


def test_a_night_that_waits_for_a_long_import_does_not_hold_up_recordings(office: Office, database_kind: str) -> None:
    """PostgreSQL would let everybody queue behind the night. (SQLite has one writer at a time, and they queue.)"""
    if database_kind == "sqlite":
        pytest.skip("one writer at a time")

    def night() -> None:
        with office.database.write() as connection:
            wait_for_recordings(connection)

    waiting = Thread(target=night)
    with office.database.write() as a_long_import:
        nights_wait_for(a_long_import)
        waiting.start()
        for _ in range(3):
            with office.database.write() as a_recording:
                nights_wait_for(a_recording)
        assert waiting.is_alive()
    waiting.join(timeout=120)
    assert not waiting.is_alive()


def test_a_night_gives_up_where_an_import_takes_too_long(office: Office, database_kind: str) -> None:
    if database_kind == "sqlite":
        pytest.skip("one writer at a time")
    with office.database.write() as a_long_import, office.database.write() as night:
        nights_wait_for(a_long_import)
        with pytest.raises(Busy, match="An import or another long recording is under way"):
            wait_for_recordings(night, wait_seconds=0)
        assert night.execute(text("SELECT 1")).scalar() == 1


def test_two_kinds_of_work_do_not_wait_for_each_other(office: Office) -> None:
    with only_one(office.database), only_one(office.database, "sending"):
        pass


def test_the_lock_is_free_before_the_server_has_ended_the_session_that_held_it(
    office: Office, database_kind: str
) -> None:
    """A server ends sessions in its own time; the next night of the same program begins at once."""
    if database_kind == "sqlite":
        pytest.skip("no server")
    taken_meanwhile: list[bool] = []

    @event.listens_for(office.database.engine, "close_detached")
    def before_it_is_closed(_: object) -> None:
        event.remove(office.database.engine, "close_detached", before_it_is_closed)
        with only_one(office.database):
            taken_meanwhile.append(True)

    with only_one(office.database):
        pass
    assert taken_meanwhile == [True]


def test_the_lock_is_given_back_when_the_work_fails(office: Office) -> None:
    with pytest.raises(ZeroDivisionError), only_one(office.database):
        raise ZeroDivisionError
    with only_one(office.database):
        pass


def test_the_lock_of_a_database_is_the_same_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.db").touch()
    (tmp_path / "link.db").symlink_to(tmp_path / "real.db")
    assert lock_file(tmp_path / "link.db") == lock_file(tmp_path / "real.db") == tmp_path / "real.db.lock"


def test_a_database_in_memory_needs_no_lock() -> None:
    with only_one(Database("sqlite://")), only_one(Database("sqlite://")):
        pass


def test_a_lock_that_cannot_be_made_is_said_in_plain_words(tmp_path: Path) -> None:
    place = tmp_path / "ehcp.db"
    place.touch()
    lock_file(place).mkdir()
    with pytest.raises(DatabaseTrouble, match="cannot be opened"), only_one(Database(f"sqlite:///{place}")):
        pytest.fail("no lock")


def test_the_number_of_a_lock_never_changes() -> None:
    assert key_of("night") == 5291120399609865449
