"""A backup and a move carry accounts and who saw what; nobody stays signed in at the copy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel

from ehcp_flow.services.access import break_glass, look_at_case
from ehcp_flow.services.access_report import access_report
from ehcp_flow.services.accounts import add_account, list_accounts
from ehcp_flow.services.backup import backup, restore
from ehcp_flow.services.move import move
from ehcp_flow.services.office import Office
from ehcp_flow.services.sessions import find_session
from ehcp_flow.services.sign_in import make_link, sign_in, use_link

PASSWORD = "correct kettle moth"
pytestmark = pytest.mark.usefixtures("quick_hashes")


@pytest.fixture
def used(office: Office, story: Callable[..., Any]) -> tuple[Office, str]:
    """An office in which anna signed in and saw a case, and the secret of her session."""
    story("N-1", "2026-01-05 request_received source=parent")
    anna = add_account(office, "anna", "senior_case_manager", teams=["*"]).actor
    secret = use_link(office, make_link(office, "anna"), PASSWORD, None).session
    make_link(office, "anna")
    look_at_case(office, anna, "N-1", "case page")
    break_glass(office, anna, "N-1", "covering for the North team")
    return office, secret


def must_be_a_copy(copy: Office, original: Office, secret: str) -> None:
    assert list_accounts(copy) == list_accounts(original)
    assert access_report(copy, "N-1") == access_report(original, "N-1")
    with copy.database.read() as connection:
        tables = SQLModel.metadata.tables
        counts = {name: connection.execute(select(func.count()).select_from(tables[name])).scalar() for name in tables}
    assert counts["break_glass"] == 1
    assert counts["web_session"] == counts["sign_in_link"] == counts["sign_in_tries"] == 0
    assert find_session(copy, secret) is None
    assert sign_in(copy, "anna", PASSWORD, "192.0.2.1", None).session


def test_a_restored_copy_has_the_accounts_and_the_access_log(
    used: tuple[Office, str], office_at: Callable[..., Office], tmp_path: Path
) -> None:
    office, secret = used
    backup(office, tmp_path / "copy.zip")
    copy = office_at(f"sqlite:///{tmp_path / 'restored.db'}")
    restore(copy, tmp_path / "copy.zip")
    must_be_a_copy(copy, office, secret)


def test_so_has_one_that_was_moved_to_the_other_kind_of_database(
    used: tuple[Office, str], office_at: Callable[..., Office], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    office, secret = used
    if office.database.is_sqlite:
        there = request.getfixturevalue("postgres_server").create_database()
    else:
        there = f"sqlite:///{tmp_path / 'moved.db'}"
    move(office, there)
    must_be_a_copy(office_at(there), office, secret)
