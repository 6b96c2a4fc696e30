"""The program's role on PostgreSQL can do its work, and cannot touch what was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, text

from ehcp_flow.errors import DatabaseTrouble
from ehcp_flow.services.access import look_at_case
from ehcp_flow.services.accounts import add_account
from ehcp_flow.services.initialise import initialise
from ehcp_flow.services.list_work import list_work
from ehcp_flow.services.office import Office
from ehcp_flow.services.open_case import NewPerson, open_case
from ehcp_flow.services.rebuild import rebuild, verify
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.sessions import end_all_sessions, find_session
from ehcp_flow.services.sign_in import make_link, sign_in, use_link
from ehcp_flow.services.sweep import sweep
from ehcp_flow.settings import Settings, shipped_workflows

ROLES = (Path(__file__).parents[2] / "deploy" / "postgresql_roles.sql").read_text(encoding="utf-8")


def office_at(url: str) -> Office:
    return Office(Settings(url, shipped_workflows(), None, "Exampleshire", "tester"))


@pytest.fixture
def urls(postgres_server: Any) -> Iterator[dict[str, str]]:
    """A database with our tables, and the address of it for each role."""
    owner = postgres_server.create_database()
    office = office_at(owner)
    initialise(office)
    with office.database.migrating() as connection:
        connection.exec_driver_sql(ROLES)
        for role in ("app", "reader"):
            connection.exec_driver_sql(f"DROP ROLE IF EXISTS a_{role}")
            connection.exec_driver_sql(f"CREATE ROLE a_{role} LOGIN IN ROLE ehcp_{role}")
    office.database.close()
    yield {
        role: make_url(owner).set(username=f"a_{role}", password=None).render_as_string(hide_password=False)
        for role in ("app", "reader")
    } | {"owner": owner}
    postgres_server.drop_database(owner)


def test_the_program_does_all_its_daily_work_with_its_own_role(urls: dict[str, str]) -> None:
    office = office_at(urls["app"])
    open_case(
        office, "needs_assessment", "request_received", date(2025, 1, 6), case_ref="N-1", person=NewPerson("A", "B")
    )
    record_event(office, "N-1", "assessment_agreed", date(2025, 2, 17))
    sweep(office, date(2025, 9, 1))
    assert len(list_work(office, date(2025, 9, 1)).overdue) == 2
    rebuild(office)
    assert verify(office).bad is None
    office.database.close()


def test_people_sign_in_and_see_cases_with_the_program_s_own_role(urls: dict[str, str]) -> None:
    office = office_at(urls["app"])
    open_case(office, "needs_assessment", "request_received", date(2025, 1, 6), case_ref="N-1")
    anna = add_account(office, "anna", "senior_case_manager", teams=["*"]).actor
    device = use_link(office, make_link(office, "anna"), "correct kettle moth", None).device
    secret = sign_in(office, "anna", "correct kettle moth", "192.0.2.1", device).session
    look_at_case(office, anna, "N-1", "case page")
    assert find_session(office, secret) is not None
    assert end_all_sessions(office, "anna") == 2
    office.database.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET name = 'x'",
        "DELETE FROM journal",
        "TRUNCATE journal",
        "DROP TRIGGER journal_append_only ON journal",
        "DROP TABLE journal",
        "DELETE FROM flag",
        "UPDATE run SET report = '{}'",
        "DELETE FROM person",
        "UPDATE access_log SET username = 'x'",
        "DELETE FROM access_log",
        "DELETE FROM break_glass",
        "DELETE FROM account",
        "CREATE TABLE mine (x int)",
    ],
)
def test_the_program_s_role_cannot_undo_the_record(urls: dict[str, str], statement: str) -> None:
    office = office_at(urls["app"])
    with (
        pytest.raises(DatabaseTrouble, match="refuses this step to your account"),
        office.database.write() as connection,
    ):
        connection.execute(text(statement))
    office.database.close()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM person",
        "SELECT * FROM journal",
        "SELECT person_ref FROM cases",
        "SELECT * FROM account",
        "SELECT * FROM access_log",
    ],
)
def test_an_analyst_sees_no_person_and_no_entry(urls: dict[str, str], statement: str) -> None:
    office = office_at(urls["reader"])
    with office.database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM clock")).scalar() == 0
    with pytest.raises(DatabaseTrouble, match="refuses"), office.database.read() as connection:
        connection.execute(text(statement))
    office.database.close()


def test_the_owner_is_stopped_by_the_trigger_all_the_same(urls: dict[str, str]) -> None:
    office = office_at(urls["owner"])
    open_case(office, "needs_assessment", "request_received", date(2025, 1, 6), case_ref="N-1")
    with pytest.raises(DatabaseTrouble, match="never changed or removed"), office.database.write() as connection:
        connection.execute(text("UPDATE journal SET name = 'x'"))
    office.database.close()
