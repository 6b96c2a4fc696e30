"""Tokens: shown once, hashed at rest, within their account and their scopes, and never good after they end."""

from __future__ import annotations

import json
from datetime import date

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from ehcp_flow.errors import BadInput, UnknownName
from ehcp_flow.services.accounts import add_account, change_account
from ehcp_flow.services.api_tokens import MOST_DAYS, add_token, caller_with, list_tokens, revoke_token
from ehcp_flow.services.backup import backup, restore
from tests.api.conftest import Program, on_sqlite


@pytest.fixture
def api(web) -> TestClient:
    return TestClient(web, raise_server_exceptions=False)


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def status(api: TestClient, secret: str) -> int:
    return api.get("/api/v1/token", headers=bearer(secret)).status_code


def test_a_token_has_256_bits_and_only_its_hash_is_kept(office, web):
    add_account(office, "robot", "case_officer")
    first, second = (add_token(office, "robot", "x", ["cases"]) for _ in range(2))
    assert first.secret != second.secret
    assert first.secret.startswith("ehcp_")
    assert len(first.secret) == len("ehcp_") + 43
    with office.database.read() as connection:
        kept = json.dumps([list(map(str, row)) for row in connection.execute(text("SELECT * FROM api_token"))])
    assert first.secret not in kept
    assert first.secret.removeprefix("ehcp_") not in kept
    assert all("secret_hash" not in row._fields for row in list_tokens(office))


@on_sqlite
@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer ehcp_wrong",
        "Basic cm9ib3Q6eA==",
        "ehcp_wrong",
        "Bearer " + "a" * 5_000,
        "Bearer ehcp_\xff",
    ],
)
def test_without_a_working_token_nothing_is_told(api, header):
    answer = api.get("/api/v1/cases", headers={} if header is None else {"Authorization": header.encode("latin-1")})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_token_works_through_its_last_day_and_no_longer(office, api, today_is):
    add_account(office, "robot", "case_officer")
    secret = add_token(office, "robot", "x", ["cases"], days=2).secret
    for day, answered in ((date(2026, 3, 4), 200), (date(2026, 3, 5), 401)):
        today_is(day)
        assert status(api, secret) == answered


def test_a_revoked_token_works_no_more_at_once(office, api):
    add_account(office, "robot", "case_officer")
    token = add_token(office, "robot", "x", ["cases"])
    assert status(api, token.secret) == 200
    revoke_token(office, token.id)
    assert status(api, token.secret) == 401
    with pytest.raises(UnknownName):
        revoke_token(office, token.id)


def test_a_disabled_accounts_tokens_work_no_more(office, api):
    add_account(office, "robot", "case_officer")
    secret = add_token(office, "robot", "x", ["cases"]).secret
    change_account(office, "robot", is_active=False)
    assert status(api, secret) == 401


def test_a_token_follows_its_accounts_role(office, api):
    add_account(office, "robot", "senior_case_manager", teams=["*"])
    secret = add_token(office, "robot", "x", ["cases", "observations"]).secret
    assert api.get("/api/v1/observations", headers=bearer(secret)).status_code == 200
    change_account(office, "robot", role="director")
    assert api.get("/api/v1/observations", headers=bearer(secret)).status_code == 403


@on_sqlite
@pytest.mark.parametrize(
    ("scope", "path"),
    [
        ("cases", "/api/v1/cases"),
        ("cases", "/api/v1/due"),
        ("cases", "/api/v1/breaches"),
        ("figures", "/api/v1/kpis"),
        ("figures", "/api/v1/figures"),
        ("observations", "/api/v1/observations"),
    ],
)
def test_each_scope_opens_its_own_door_only(program: Program, scope, path):
    assert program(scopes=[scope]).get(path).status_code == 200
    others = {"cases", "record", "figures", "observations", "names"} - {scope}
    refused = program(scopes=others).get(path)
    assert refused.status_code == 403
    assert refused.json()["type"].endswith("scope-missing")
    assert 'error="insufficient_scope"' in refused.headers["www-authenticate"]


def test_names_need_both_the_scope_and_an_account_that_sees_them(office, web):
    add_account(office, "plain", "analyst")
    add_account(office, "granted", "analyst", sees_names=True)
    for username, scopes, sees in (
        ("plain", ["names"], False),
        ("granted", ["names"], True),
        ("granted", ["figures"], False),
    ):
        caller = caller_with(office, add_token(office, username, "x", scopes).secret)
        assert caller is not None
        assert caller.sees_names is sees


def test_a_cookie_opens_nothing_in_the_api(office, api):
    from ehcp_flow.services.sessions import begin_session

    add_account(office, "boss", "senior_case_manager", teams=["*"])
    api.cookies.set("ehcp_session", begin_session(office, "boss"))
    assert api.get("/account").status_code == 200
    assert api.get("/api/v1/cases").status_code == 401
    assert api.get("/api/v1/cases", headers=bearer("ehcp_wrong")).status_code == 401


def test_a_token_opens_no_page(program: Program):
    assert program().get("/account").status_code == 303
    assert program().get("/today").status_code in (303, 404)


def test_use_is_noted_but_not_each_use(office, web):
    add_account(office, "robot", "case_officer")
    secret = add_token(office, "robot", "x", ["cases"]).secret
    caller_with(office, secret)
    first = list_tokens(office)[0].last_used_at
    caller_with(office, secret)
    assert first is not None
    assert list_tokens(office)[0].last_used_at == first


@on_sqlite
@pytest.mark.parametrize(
    ("username", "scopes", "days"),
    [
        ("nobody", ["cases"], 9),
        ("robot", [], 9),
        ("robot", ["all"], 9),
        ("robot", ["cases"], 0),
        ("robot", ["cases"], MOST_DAYS + 1),
    ],
)
def test_a_token_that_cannot_be_is_refused(office, web, username, scopes, days):
    add_account(office, "robot", "case_officer")
    with pytest.raises((BadInput, UnknownName)):
        add_token(office, username, "x", scopes, days)


@on_sqlite
def test_calls_too_fast_are_told_when_to_call_again(program: Program, web):
    from ehcp_flow.web.api_calls.pace import Pace

    web.state.api_paces = Pace(60), Pace(2, clock=lambda: 0.0)
    api = program()
    assert [api.get("/api/v1/token").status_code for _ in range(3)] == [200, 200, 429]
    assert int(api.get("/api/v1/token").headers["retry-after"]) == 30
    assert program().get("/api/v1/token").status_code == 200, "another token has its own pace"


@on_sqlite
def test_guessing_is_slowed_down(api, web):
    from ehcp_flow.web.api_calls.pace import Pace

    web.state.api_paces = Pace(3, clock=lambda: 0.0), Pace(60)
    assert [status(api, f"ehcp_{number}") for number in range(5)] == [401, 401, 401, 429, 429]


def test_tokens_webhooks_and_feeds_are_in_a_backup_and_answers_are_not(
    program: Program, office, office_at, database_url, tmp_path
):
    if office.settings.database_url == database_url:
        pytest.skip("one database only")
    program()
    made = backup(office, tmp_path / "b.zip")
    assert made.rows["api_token"] == 1
    assert {"webhook", "webhook_delivery", "calendar_feed"} <= set(made.rows)
    assert "given_answer" not in made.rows
    there = office_at(database_url)
    assert restore(there, tmp_path / "b.zip")[1].bad is None
    assert [row.label for row in list_tokens(there)] == ["a test"]
