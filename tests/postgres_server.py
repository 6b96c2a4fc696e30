"""A real PostgreSQL for tests, on which databases come and go."""

from __future__ import annotations

from itertools import count

from sqlalchemy import URL, Engine, create_engine, make_url, text


class PostgresServer:
    """A running PostgreSQL on which databases are made and dropped in some ten milliseconds."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._numbers = count(1)
        self._engine: Engine = create_engine(url, isolation_level="AUTOCOMMIT")
        # Nobody keeps what a test wrote, so the server need not wait for the disk.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")

    def create_database(self, template: str = "template0") -> str:
        """The URL of a new database, empty unless a `template` made by `create_database` is named."""
        name = f"ehcp_test_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")
        return self._url.set(database=name).render_as_string(hide_password=False)

    def drop_database(self, url: str) -> None:
        """Drops the database, even if a test forgot to close a connection to it."""
        self._run(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def close(self) -> None:
        self._engine.dispose()

    def _run(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))
