"""The databases the other tests stand on: real, empty, and one for each test."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine import make_url

OLDEST_POSTGRESQL = 15


@pytest.fixture
def engine(database_url: str):
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


def write_and_read(engine: Engine) -> str:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE note (words TEXT)"))
        connection.execute(text("INSERT INTO note VALUES ('Zoë’s plan — 20 weeks')"))
    with engine.connect() as connection:
        return str(connection.execute(text("SELECT words FROM note")).scalar_one())


def test_what_is_written_is_read_back(engine: Engine) -> None:
    assert write_and_read(engine) == "Zoë’s plan — 20 weeks"


@pytest.mark.parametrize("time_round", ["first", "second"])
def test_each_test_gets_an_empty_database(engine: Engine, time_round: str) -> None:
    assert inspect(engine).get_table_names() == []
    write_and_read(engine)


def test_the_database_is_of_the_kind_asked_for(engine: Engine, database_kind: str) -> None:
    assert engine.dialect.name == database_kind


def test_postgresql_is_a_server_of_a_supported_version(postgres_server) -> None:
    engine = create_engine(url := postgres_server.create_database())
    with engine.connect() as connection:
        version = int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
    engine.dispose()
    postgres_server.drop_database(url)
    assert make_url(url).drivername == "postgresql+psycopg"
    assert version >= OLDEST_POSTGRESQL


def test_a_database_can_be_copied_from_a_template(postgres_server) -> None:
    template = postgres_server.create_database()
    engine = create_engine(template)
    write_and_read(engine)
    engine.dispose()

    copy = postgres_server.create_database(template=make_url(template).database)
    engine = create_engine(copy)
    assert inspect(engine).get_table_names() == ["note"]
    engine.dispose()
    for url in (copy, template):
        postgres_server.drop_database(url)


def test_a_database_left_open_is_dropped_all_the_same(postgres_server) -> None:
    url = postgres_server.create_database()
    forgotten = create_engine(url).connect()
    postgres_server.drop_database(url)
    forgotten.invalidate()
