"""What keeps a database quick over the years. Nothing recorded is touched."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from ehcp_flow.storage.trouble import in_plain_words

if TYPE_CHECKING:
    from ehcp_flow.storage.database import Database

_OWNS_THE_TABLE = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'clock'::regclass"


def tidy(database: Database) -> dict[str, Any]:
    """SQLite: put the write-ahead log into the file and refresh the planner's figures; PostgreSQL: those only.

    Gives what was done, and what was left and why. Raises DatabaseTrouble.
    """
    try:
        return _tidy_sqlite(database) if database.is_sqlite else _tidy_postgresql(database)
    except (DatabaseError, sqlite3.DatabaseError) as error:
        raise in_plain_words(error, database.path) from error


def _tidy_sqlite(database: Database) -> dict[str, Any]:
    # The driver's own connection: a checkpoint may not be inside the transaction that SQLAlchemy begins.
    with closing(database.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, pages, moved = cursor.fetchone() or (0, 0, 0)
        cursor.execute("PRAGMA optimize")
    done: dict[str, Any] = {"pages_moved": max(moved, 0), "log_emptied": not busy}
    return done | ({"skipped": {"pages that somebody was reading": pages - moved}} if busy else {})


def _tidy_postgresql(database: Database) -> dict[str, Any]:
    with database.engine.connect() as bare:
        connection = bare.execution_options(isolation_level="AUTOCOMMIT")
        if not connection.execute(text(_OWNS_THE_TABLE)).scalar():
            # The application's role need not own the tables; the server's autovacuum does the same work.
            return {"skipped": {"figures for the planner, left to the server (the tables are another role's)": 1}}
        connection.execute(text("ANALYZE clock"))
    return {"analysed": "clock"}
