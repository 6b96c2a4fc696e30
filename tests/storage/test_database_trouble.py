"""A database that cannot be used says in one line what is the matter and what to do."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from ehcp_flow.errors import BadInput, DatabaseTrouble
from ehcp_flow.services.initialise import initialise
from ehcp_flow.services.open_case import open_case
from ehcp_flow.services.show_case import show_case
from ehcp_flow.storage import database as door
from ehcp_flow.storage.database import SCHEMA_VERSION, Database

DAY = date(2025, 4, 2)


def opened(office, case="X1"):
    return open_case(office, "needs_assessment", "request_received", DAY, case_ref=case)


def refusal(office):
    """What reading and writing say; both must say the same, in one line."""
    said = []
    for step in (lambda: show_case(office, "X1", DAY), lambda: opened(office)):
        with pytest.raises(DatabaseTrouble) as trouble:
            step()
        said.append(str(trouble.value))
    assert said[0] == said[1]
    assert "\n" not in said[0]
    return said[0]


def set_version(office, version):
    with office.database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


def test_a_database_of_a_newer_version_is_left_alone(office, office_at):
    set_version(office, "9999")
    later = office_at(office.settings.database_url)
    assert refusal(later) == (
        f"The database is of a newer version of EHCP Flow. Its version is 9999; this program knows {SCHEMA_VERSION}. "
        "Upgrade EHCP Flow."
    )
    with pytest.raises(DatabaseTrouble, match="newer version"):
        initialise(later)


def test_a_database_of_an_older_version_asks_to_be_brought_up_to_date(office, office_at):
    set_version(office, "0000")
    later = office_at(office.settings.database_url)
    assert refusal(later) == (
        f"The database is of an older version of EHCP Flow. Its version is 0000; this program needs {SCHEMA_VERSION}. "
        "Upgrade it with: ehcp init"
    )


def test_a_database_without_our_tables_asks_for_them(database_url, office_at):
    create_engine(database_url).connect().close()
    if database_url.startswith("sqlite"):
        Path(database_url.removeprefix("sqlite:///")).touch()
    assert refusal(office_at(database_url)) == "The database holds no EHCP Flow tables yet. Make them with: ehcp init"


def test_a_database_that_is_not_there_is_not_made_by_looking(tmp_path, office_at):
    path = tmp_path / "nowhere.db"
    assert refusal(office_at(f"sqlite:///{path}")) == f"There is no database at {path}. Make one with: ehcp init"
    assert not path.exists()


def test_a_server_that_does_not_answer_is_named_as_such(office_at, tmp_path):
    office = office_at(f"postgresql://nobody@/ehcp?host={tmp_path}")
    assert refusal(office) == "The database server cannot be reached. Check that it runs, and EHCP_DATABASE_URL."


def test_a_database_there_is_not_on_the_server_asks_to_be_made(postgres_server, office_at):
    url = postgres_server.create_database()
    postgres_server.drop_database(url)
    assert refusal(office_at(url)) == (
        "There is no such database on the server. Have it made there (createdb), then make the tables with: ehcp init"
    )


def test_a_file_that_is_no_database_is_not_touched(tmp_path, office_at):
    path = tmp_path / "tracker.db"
    path.write_text("Child,Date of request\nA,2025-04-02\n" * 50, encoding="utf-8")
    before = path.read_bytes()
    office = office_at(f"sqlite:///{path}")
    assert refusal(office) == f"The file is not a database. ({path}) Check EHCP_DATABASE_URL, or restore a backup."
    with pytest.raises(DatabaseTrouble, match="not a database"):
        initialise(office)
    assert path.read_bytes() == before


def test_a_damaged_database_is_named_as_such(tmp_path, sqlite_template, office_at):
    path = tmp_path / "damaged.db"
    content = bytearray(sqlite_template.read_bytes())
    content[4096:] = b"\x7f" * (len(content) - 4096)
    path.write_bytes(content)
    assert "damaged" in refusal(office_at(f"sqlite:///{path}"))


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path, office_at):
    assert "cannot be opened" in refusal(office_at(f"sqlite:///{tmp_path}"))


def test_no_folder_to_make_it_in_is_said_before_anything_is_made(tmp_path, office_at):
    with pytest.raises(DatabaseTrouble, match=r"There is no folder .*Make the folder first"):
        initialise(office_at(f"sqlite:///{tmp_path / 'gone' / 'ehcp.db'}"))


@pytest.mark.parametrize(
    "url", ["ehcp.db", "mysql://root@localhost/ehcp", "oracle://x", "nosuch://x", "postgresql://x:y:z:a/b"]
)
def test_an_address_that_is_none_we_know_is_refused(url):
    with pytest.raises(BadInput, match="EHCP_DATABASE_URL is not the address of a database"):
        Database(url)


def test_an_account_there_is_not_on_the_server_is_named_as_such(postgres_server, office_at):
    url = postgres_server.create_database()
    assert refusal(office_at(url.replace("//postgres:@", "//nobody:@"))) == (
        "The database server does not accept this account. Check the account in EHCP_DATABASE_URL."
    )
    postgres_server.drop_database(url)


def test_an_address_with_a_password_is_never_repeated(tmp_path, office_at):
    office = office_at(f"postgresql://asmith:Nightingale9@/ehcp?host={tmp_path}")
    assert "Nightingale9" not in refusal(office)
    with pytest.raises(DatabaseTrouble) as trouble:
        initialise(office)
    assert "Nightingale9" not in str(trouble.value)


def test_whoever_waits_too_long_for_a_busy_database_is_told(monkeypatch, new_migrated_url, office_at, database_kind):
    if database_kind == "postgresql":
        pytest.skip("PostgreSQL locks cases, not the whole database")
    monkeypatch.setattr(door, "WAIT_SECONDS", 0.2)
    url = new_migrated_url()
    office = office_at(url)
    opened(office)
    other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseTrouble) as trouble:
        opened(office, "X2")
    assert str(trouble.value).startswith("The database is busy: another program has held it for too long.")
    assert show_case(office, "X1", DAY).case_ref == "X1", "readers never wait"
    other.execute("ROLLBACK")
    other.close()
    assert opened(office, "X2").case_ref == "X2"
