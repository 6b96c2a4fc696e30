"""Tokens, webhooks and calendar links: carried by a backup and a move, and used with the program's own role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from ehcp_flow.errors import DatabaseTrouble
from ehcp_flow.services.accounts import add_account
from ehcp_flow.services.api_tokens import SCOPES, add_token, caller_with, revoke_token
from ehcp_flow.services.backup import backup, restore
from ehcp_flow.services.calendar_feeds import add_feed, list_feeds, read_feed, revoke_feed
from ehcp_flow.services.move import move
from ehcp_flow.services.office import Office
from ehcp_flow.services.officers import add_officer
from ehcp_flow.services.open_case import open_case
from ehcp_flow.services.send_webhooks import send_webhooks
from ehcp_flow.services.sweep import sweep
from ehcp_flow.services.webhooks import add_webhook, list_webhooks, remove_webhook, retry_webhook
from ehcp_flow.web.app import create_app
from tests.copies.test_postgresql_roles import office_at as office_of_role
from tests.copies.test_postgresql_roles import urls  # noqa: F401 the fixture of the roles


def fill(office: Office) -> tuple[str, str]:
    """A token and a link in use, a case past its limit, and a webhook not told of it yet; gives the two secrets."""
    object.__setattr__(office, "settings", replace(office.settings, webhook_hosts=("127.0.0.1",)))
    add_officer(office, "nora", "Nora", "North")
    open_case(office, "needs_assessment", "request_received", date(2025, 1, 6), case_ref="N-1", officer="nora")
    add_account(office, "robot", "senior_case_manager", teams=["*"])
    token, link = add_token(office, "robot", "x", SCOPES).secret, add_feed(office, "nora", "Outlook")
    add_webhook(office, "http://127.0.0.1:9/", "Nobody listens")
    sweep(office, date(2025, 3, 1))
    client = TestClient(create_app(office))
    body = {"event": "assessment_agreed", "happened_on": "2025-02-17"}
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "1"}
    for _ in range(2):
        assert client.post("/api/v1/cases/N-1/events", json=body, headers=headers).status_code == 201
    return token, link


def must_be_a_copy(copy: Office, secrets: tuple[str, str], original: Office) -> None:
    token, link = secrets
    assert caller_with(copy, token) == caller_with(original, token)
    assert caller_with(copy, token) is not None
    assert read_feed(copy, link) == read_feed(original, link)
    assert list_webhooks(copy) == list_webhooks(original)
    assert list_webhooks(copy)[0].waiting == 2, "broken, and not broken after all"
    with copy.database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM given_answer")).scalar_one() == 0


def test_a_restored_copy_lets_the_same_programs_in(office: Office, office_at: Callable[..., Office], tmp_path: Path):
    secrets = fill(office)
    backup(office, tmp_path / "copy.zip")
    copy = office_at(f"sqlite:///{tmp_path / 'restored.db'}")
    assert restore(copy, tmp_path / "copy.zip")[1].bad is None
    must_be_a_copy(copy, secrets, office)


def test_so_does_one_that_was_moved(office: Office, office_at: Callable[..., Office], tmp_path: Path):
    secrets = fill(office)
    there = f"sqlite:///{tmp_path / 'moved.db'}"
    move(office, there)
    must_be_a_copy(office_at(there), secrets, office)


def test_the_programs_own_role_does_all_of_it(urls: dict[str, Any]):  # noqa: F811 pytest's way with fixtures
    office = office_of_role(urls["app"])
    token, _ = fill(office)
    send_webhooks(office)
    (webhook,), (feed,) = list_webhooks(office), list_feeds(office, "nora")
    with office.database.write() as connection:
        connection.execute(text("UPDATE webhook_delivery SET given_up_at = created_at"))
    assert retry_webhook(office, webhook.id) == 2
    remove_webhook(office, webhook.id)
    revoke_feed(office, "nora", feed.id)
    caller = caller_with(office, token)
    assert caller is not None
    revoke_token(office, caller.token_id)
    for table in ("api_token", "webhook", "calendar_feed"):
        with pytest.raises(DatabaseTrouble, match="refuses"), office.database.write() as connection:
            connection.execute(text(f"DELETE FROM {table}"))
    office.database.close()


def test_an_analyst_sees_no_secret(urls: dict[str, Any]):  # noqa: F811 as above
    office = office_of_role(urls["reader"])
    for table in ("api_token", "given_answer", "webhook", "webhook_delivery", "calendar_feed"):
        with pytest.raises(DatabaseTrouble, match="refuses"), office.database.read() as connection:
            connection.execute(text(f"SELECT * FROM {table}"))
    office.database.close()
