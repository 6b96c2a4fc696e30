"""The door to the database: SQLite by default, PostgreSQL for a team, the same code for both."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, NoSuchModuleError

from ehcp_flow.errors import BadInput, Conflict, DatabaseTrouble
from ehcp_flow.storage.trouble import in_plain_words, is_taken
from ehcp_flow.storage.turns import turn

SCHEMA_VERSION = "0005"
"""The newest migration; a test compares it with the files in migrations/."""

WAIT_SECONDS = 30


class Database:
    """One database. `read()` and `write()` give a connection; every write is one transaction.

    SQLite writers queue (see `turns`) and take their lock at the start (BEGIN IMMEDIATE), so that two of
    them wait for each other instead of failing half-way; readers never wait.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        self._is_ours = False

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading. Raises DatabaseTrouble in plain words."""
        self._must_exist()
        with self._plainly(), self.engine.connect() as connection:
            self._must_be_ours(connection)
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection that sees the database as it stood at one moment, however long the reading takes."""
        self._must_exist()
        with self._plainly(), self.engine.connect() as bare:
            connection = bare if self.is_sqlite else bare.execution_options(isolation_level="REPEATABLE READ")
            self._must_be_ours(connection)
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it is written, or nothing. Raises DatabaseTrouble or Conflict."""
        self._must_exist()
        with self._plainly(), self._turn(), self.engine.connect() as bare:
            connection = bare.execution_options(ehcp_writes=True)
            with connection.begin():
                self._must_be_ours(connection)
                yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """One transaction in which tables may be made and changed."""
        self._is_ours = False
        with self._plainly(), self.engine.connect() as bare:
            connection = bare.execution_options(ehcp_writes=True)
            with connection.begin():
                yield connection

    def _turn(self) -> AbstractContextManager[None]:
        path = self.path
        return turn(path) if path is not None else nullcontext()

    def version(self) -> str | None:
        """The version of the tables, or None where there are none."""
        with self._plainly(), self.engine.connect() as connection:
            return _version(connection)

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    def _must_exist(self) -> None:
        path = self.path
        if path is not None and not path.exists():
            raise DatabaseTrouble(f"There is no database at {path}.", next="Make one with: ehcp init")

    @cached_property
    def path(self) -> Path | None:
        """The file of an embedded database."""
        name = self.engine.url.database
        return Path(name) if self.is_sqlite and name and name != ":memory:" else None

    def _must_be_ours(self, connection: Connection) -> None:
        if self._is_ours:
            return
        found = _version(connection)
        if found == SCHEMA_VERSION:
            self._is_ours = True
            return
        if found is None:
            raise DatabaseTrouble("The database holds no EHCP Flow tables yet.", next="Make them with: ehcp init")
        if found > SCHEMA_VERSION:
            why = f"Its version is {found}; this program knows {SCHEMA_VERSION}."
            raise DatabaseTrouble("The database is of a newer version of EHCP Flow.", why, "Upgrade EHCP Flow.")
        why = f"Its version is {found}; this program needs {SCHEMA_VERSION}."
        raise DatabaseTrouble("The database is of an older version of EHCP Flow.", why, "Upgrade it with: ehcp init")

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError as error:
            if not is_taken(error):
                raise in_plain_words(error, self.path) from error
            raise Conflict(
                "Somebody else recorded something in the same case at the same moment.",
                "Nothing of yours was written.",
                "Look at the case again and repeat the step if it is still right.",
            ) from error
        except (DatabaseError, sqlite3.DatabaseError) as error:
            raise in_plain_words(error, self.path) from error


def _version(connection: Connection) -> str | None:
    there = connection.dialect.has_table(connection, "alembic_version")
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if there else None


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        engine = create_engine(parsed, **_options(parsed.get_backend_name()))
    except (ArgumentError, ImportError, NoSuchModuleError, ValueError) as error:
        raise BadInput(
            "EHCP_DATABASE_URL is not the address of a database.",
            next="Write for example sqlite:///ehcp.db or postgresql://user@host/ehcp.",
        ) from error
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    return engine


def _options(backend: str) -> dict[str, Any]:
    if backend == "sqlite":
        return {"connect_args": {"timeout": WAIT_SECONDS}, "hide_parameters": True}
    # hide_parameters: what was to be written may name a child, and an error may end up in a log.
    return {"connect_args": {"connect_timeout": WAIT_SECONDS}, "pool_pre_ping": True, "hide_parameters": True}


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN would come too late; see _on_begin
        with suppress(sqlite3.OperationalError):  # a read-only file can still be read as it is
            connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("ehcp_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
