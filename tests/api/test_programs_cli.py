"""Tokens and webhooks from the command line and on the administrator's pages."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from ehcp_flow.cli import arguments
from ehcp_flow.cli.app import app
from ehcp_flow.services.accounts import add_account
from ehcp_flow.services.api_tokens import caller_with
from ehcp_flow.services.sessions import begin_session
from tests.api.conftest import on_sqlite, part


@pytest.fixture
def ehcp(office, monkeypatch):
    monkeypatch.setenv("EHCP_DATABASE_URL", office.settings.database_url)
    monkeypatch.setenv("EHCP_WEBHOOK_HOSTS", "127.0.0.1, hooks.internal")

    arguments.office.cache_clear()

    def run(*said: str) -> str:
        result = CliRunner().invoke(app, said)
        assert result.exit_code == 0, result.output
        return result.output

    yield run
    arguments.office().database.close()
    arguments.office.cache_clear()


@pytest.fixture
def admin(office, web) -> TestClient:
    object.__setattr__(office, "settings", replace(office.settings, webhook_hosts=("127.0.0.1",)))
    add_account(office, "root", "administrator")
    browser = TestClient(web, follow_redirects=False)
    browser.cookies.set("ehcp_session", begin_session(office, "root"))
    return browser


def scopes_of(office, secret: str) -> frozenset[str]:
    caller = caller_with(office, secret)
    assert caller is not None
    return caller.scopes


def form(browser: TestClient, path: str, **fields):
    page = browser.get("/account").text
    fields["csrf_token"] = part(r'name="csrf_token" value="([^"]+)"', page)
    return browser.post(path, data=fields)


def test_a_token_is_made_listed_and_revoked(ehcp, office):
    add_account(office, "robot", "case_officer")
    made = json.loads(
        ehcp("users", "token", "add", "robot", "--label", "Mosaic", "--scope", "cases", "--scope", "record", "--json")
    )
    assert scopes_of(office, made["token"]) == {"cases", "record"}
    listed = ehcp("users", "token", "list")
    assert made["id"] in listed
    assert made["token"] not in listed
    assert made["token"] not in ehcp("users", "token", "list", "--json")
    ehcp("users", "token", "revoke", made["id"])
    assert caller_with(office, made["token"]) is None
    assert "revoked" in ehcp("users", "token", "list")


def test_a_webhook_is_registered_listed_and_removed(ehcp):
    made = ehcp("webhooks", "add", "http://127.0.0.1:9/hook", "--label", "Case system", "--kind", "breach")
    secret, number = part(r"whsec_\S+", made), part(r"Webhook (\w+)", made)
    listed = ehcp("webhooks", "list")
    assert "Case system, of breach" in listed
    assert secret not in listed + ehcp("webhooks", "list", "--json")
    failed = CliRunner().invoke(app, ["webhooks", "test", number])
    assert failed.exit_code == 1
    ehcp("webhooks", "remove", number)
    assert "No other program is told" in ehcp("webhooks", "list")


@on_sqlite
def test_an_empty_list_says_what_to_do_next(ehcp):
    assert "ehcp users token add" in ehcp("users", "token", "list")
    assert "0 sent" in ehcp("webhooks", "send")


def test_an_administrator_makes_a_token_that_is_shown_once(admin, office):
    add_account(office, "robot", "case_officer")
    page = form(admin, "/admin/tokens", label="<script>x</script>", username="robot", scopes=["cases"], days="30")
    secret = part(r"ehcp_[\w-]{43}", page.text)
    assert page.headers["cache-control"] == "no-store"
    assert scopes_of(office, secret) == {"cases"}
    again = admin.get("/admin/tokens").text
    assert secret not in again
    assert "<script>x" not in again
    number = part(r"/admin/tokens/(\w+)/revoke", again)
    assert form(admin, f"/admin/tokens/{number}/revoke").status_code == 303
    assert caller_with(office, secret) is None


@on_sqlite
@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"label": "", "username": "robot", "scopes": ["cases"], "days": "30"}, "Enter a label"),
        ({"label": "x", "username": "", "scopes": ["cases"], "days": "30"}, "Enter the account"),
        ({"label": "x", "username": "ghost", "scopes": ["cases"], "days": "30"}, "no account ghost"),
        ({"label": "x", "username": "robot", "days": "30"}, "needs a scope"),
        ({"label": "x", "username": "robot", "scopes": ["cases"], "days": "9999"}, "Choose 1 to 366"),
        ({"label": "x", "username": "robot", "scopes": ["cases"], "days": "-1"}, "must be a number"),
    ],
)
def test_a_form_that_is_wrong_says_so_and_makes_nothing(admin, office, fields, says):
    add_account(office, "robot", "case_officer")
    page = form(admin, "/admin/tokens", **fields)
    assert page.status_code == 422
    assert says in page.text
    assert "There are no tokens yet" in page.text


def test_an_administrator_registers_tries_and_removes_a_webhook(admin):
    page = form(admin, "/admin/webhooks", url="http://127.0.0.1:9/hook", label="Case system", kinds=["breach"])
    assert re.search(r"whsec_\S{44}", page.text)
    number = part(r"/admin/webhooks/(\w+)/try", page.text)
    assert form(admin, f"/admin/webhooks/{number}/try").status_code == 303
    assert "The test did not arrive" in admin.get("/admin/webhooks").text
    assert form(admin, f"/admin/webhooks/{number}/remove").status_code == 303
    assert "No other program is told yet" in admin.get("/admin/webhooks").text


@on_sqlite
def test_a_webhook_on_a_private_network_is_refused_on_the_page(admin):
    page = form(admin, "/admin/webhooks", url="https://169.254.169.254/latest/", label="x", kinds=["breach"])
    assert page.status_code == 422
    assert "EHCP_WEBHOOK_HOSTS" in page.text
