"""One process at a time, held by a lock that dies with its process.

PostgreSQL: an advisory lock on a connection of its own; the server frees it when the connection ends. SQLite:
the operating system's lock on a file beside the database. Neither leaves anything to clear up after a crash.

What a lock protects must stay right without it (a machine that lost its network may still be at work), so
nights are also safe by their keys; the lock saves work and keeps the log readable.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic, sleep
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError, OperationalError

from ehcp_flow.errors import Busy, DatabaseTrouble
from ehcp_flow.storage.trouble import in_plain_words

if TYPE_CHECKING:
    from pathlib import Path

    from ehcp_flow.storage.database import Database

NIGHT = "night"

_LOOK_AGAIN_SECONDS = 0.05
_LET_OTHERS_RECORD_SECONDS = 1
_LOCK_NOT_AVAILABLE = "55P03"
# A holder that lost its power is noticed by the server within two minutes, not within two hours.
_NOTICE_THE_DEAD = ("SET tcp_keepalives_idle = 60", "SET tcp_keepalives_interval = 15", "SET tcp_keepalives_count = 4")


@contextmanager
def only_one(database: Database, work: str = NIGHT, wait_seconds: float = 0) -> Iterator[None]:
    """Let one process at a time do `work` on this database, whatever machine it runs on.

    Waits up to `wait_seconds` for another to finish (0: not at all), then raises Busy. Raises DatabaseTrouble
    if there is no telling who works. A database in memory is its process's own and needs no lock.
    """
    if not database.is_sqlite:
        with _advisory_lock(database, work) as is_ours:
            _wait(is_ours, work, wait_seconds)
            yield
    elif database.path is not None:
        with _file_lock(database.path, work) as is_ours:
            _wait(is_ours, work, wait_seconds)
            yield
    else:
        yield


def _wait(is_ours: Callable[[], bool], work: str, wait_seconds: float) -> None:
    end = monotonic() + wait_seconds
    while not is_ours():
        if monotonic() >= end:
            raise Busy(
                f"Another process is at work on this database ({work}).",
                "Nothing was done here, and nothing is lost: it does the same work.",
                "See what was done with: ehcp scheduler status",
            )
        sleep(_LOOK_AGAIN_SECONDS)


@contextmanager
def _advisory_lock(database: Database, work: str) -> Iterator[Callable[[], bool]]:
    take, key = text("SELECT pg_try_advisory_lock(:key)"), {"key": key_of(work)}
    connection = _connection_of_its_own(database)

    def is_ours() -> bool:
        try:
            return bool(connection.execute(take, key).scalar())
        except DatabaseError as error:
            raise in_plain_words(error, None) from error

    try:
        yield is_ours
    finally:
        # It belongs to no pool, so the server ends the session and with it the lock; but in its own time, and
        # on a busy server whoever comes next would find it taken. So it is given back first.
        with suppress(DatabaseError):
            connection.execute(text("SELECT pg_advisory_unlock_all()"))
        connection.close()


def _connection_of_its_own(database: Database) -> Connection:
    try:
        connection = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()
        for statement in _NOTICE_THE_DEAD:
            connection.execute(text(statement))
    except DatabaseError as error:
        raise in_plain_words(error, None) from error
    return connection


def key_of(work: str) -> int:
    """The number by which PostgreSQL knows a lock: the same on every machine and in every version."""
    return int.from_bytes(hashlib.sha256(f"ehcp {work}".encode()).digest()[:8], signed=True)


@contextmanager
def _file_lock(database: Path, work: str) -> Iterator[Callable[[], bool]]:
    path = lock_file(database, work)
    try:
        # Whoever may write the database may take turns at it.
        handle = os.open(path, os.O_RDWR | os.O_CREAT, stat.S_IMODE(database.stat().st_mode))
    except OSError as error:
        why = f"{path}: {error.strerror}."
        raise DatabaseTrouble(
            "The file that keeps two processes apart cannot be opened.", why, "Ask for the right to write there."
        ) from error

    def is_ours() -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    try:
        yield is_ours
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)  # a child being started this moment may hold the handle open
        os.close(handle)  # the file stays: removing it could take it from under a process that waits


def lock_file(database: Path, work: str = NIGHT) -> Path:
    """The lock's file beside an embedded database; links to the database lead to the same one."""
    place = database.resolve()
    return place.with_name(f"{place.name}.lock" if work == NIGHT else f"{place.name}.{work}.lock")


def nights_wait_for(connection: Connection) -> None:
    """Keep a night from starting until this transaction ends; any number of recordings go on side by side.

    A recording looks up to which day was swept and settles its flags by that. If a night came between the look
    and the commit, each would miss the other's rows. SQLite has one writer at a time and needs nothing.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": key_of("recording")})


def wait_for_recordings(connection: Connection, wait_seconds: float = 600) -> None:
    """Wait until no recording is half-way, and keep new ones waiting until this transaction ends.

    Raises Busy when a recording (a large import) takes longer than `wait_seconds`.
    """
    if connection.dialect.name != "postgresql":
        return
    end = monotonic() + wait_seconds
    while not _recordings_are_done(connection):
        if monotonic() >= end:
            raise Busy("An import or another long recording is under way.", next="Try again when it is done.")
        sleep(_LET_OTHERS_RECORD_SECONDS)


def _recordings_are_done(connection: Connection) -> bool:
    """Wait a second at most: whoever asks for a lock for itself alone holds up all who come after."""
    try:
        with connection.begin_nested():
            connection.execute(text("SET LOCAL lock_timeout = '1s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key_of("recording")})
            connection.execute(text("SET LOCAL lock_timeout = DEFAULT"))
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        return False
    return True
