"""The tables are made, changed and unmade by migrations, on both kinds of database, with what is in them kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlmodel import SQLModel

import ehcp_flow.storage.tables
from ehcp_flow.services.open_case import NewPerson, open_case
from ehcp_flow.services.rebuild import verify
from ehcp_flow.services.show_case import show_case
from ehcp_flow.storage.database import SCHEMA_VERSION, Database
from ehcp_flow.storage.migrate import migrate

MIGRATIONS = Path(ehcp_flow.storage.tables.__file__).parent / "migrations"


@pytest.fixture(scope="module")
def steps() -> list[str]:
    """The versions, the oldest first."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()][::-1]


@pytest.fixture
def database(database_url):
    database = Database(database_url)
    yield database
    database.close()


def tables(database: Database) -> set[str]:
    found = set(inspect(database.engine).get_table_names()) - {"alembic_version"}
    database.close()
    return found


def test_the_program_knows_the_newest_migration(steps):
    assert steps[-1] == SCHEMA_VERSION


def test_versions_are_in_order_when_they_are_sorted_as_text(steps):
    assert sorted(steps) == steps, "newer and older are told apart by comparing versions"


def test_the_models_say_the_same_as_the_migrations(database):
    migrate(database)
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_every_index_of_the_models_is_partial_where_the_migrations_make_it_partial(database):
    migrate(database)
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%WHERE%'",
        "postgresql": "SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE '%WHERE%'",
    }
    kind = database.engine.dialect.name
    meant = {
        index.name
        for table in SQLModel.metadata.tables.values()
        for index in table.indexes
        if index.dialect_kwargs.get(f"{kind}_where") is not None
    }
    with database.read() as connection:
        assert set(connection.execute(text(catalogue[kind])).scalars()) == meant


def test_a_case_is_still_there_after_every_step_down_and_up_again(office, steps):
    open_case(
        office,
        "needs_assessment",
        "request_received",
        date(2025, 4, 2),
        person=NewPerson("Robin", "Example"),
        case_ref="X1",
    )
    database = office.database
    for step in steps[:0:-1]:
        migrate(database, to="-1")
        assert database.version() < step
    migrate(database)
    assert database.version() == SCHEMA_VERSION
    assert show_case(office, "X1", date(2025, 4, 3)).facts.given_name == "Robin"
    assert verify(office).bad is None


def test_the_first_migration_taken_back_leaves_nothing_behind(database, steps):
    migrate(database)
    assert "journal" in tables(database)
    for _ in steps:
        migrate(database, to="-1")
    assert tables(database) == set()
    assert database.version() is None
    migrate(database)
    assert "journal" in tables(database)


def test_making_the_tables_twice_changes_nothing(database):
    assert migrate(database) == ""
    before = tables(database)
    assert migrate(database) == SCHEMA_VERSION
    assert tables(database) == before
