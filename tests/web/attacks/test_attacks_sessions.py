"""Sessions and forms: planted, forged, replayed, expired or sent from elsewhere, they are worth nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from ehcp_flow.services.sessions import IDLE_SECONDS, LONGEST_SECONDS, begin_session
from ehcp_flow.web.app import create_app
from tests.web.attacks.conftest import filled, form_token, is_admins, on_sqlite, routes

pytestmark = on_sqlite


@pytest.mark.parametrize(
    "cookie",
    ["", "x", "a" * 43, "a" * 5_000, "../../x", "' OR '1'='1", "null", "0", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290In0."],
)
def test_a_forged_session_is_none(browser, senior, cookie):
    stranger = browser(None)
    stranger.cookies.set("ehcp_session", cookie)
    answer = stranger.get("/account")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/account")


def test_what_is_kept_of_a_session_is_no_session(browser, senior, hostile):
    from sqlalchemy import text

    with hostile.database.read() as connection:
        hashes = connection.execute(text("SELECT id_hash FROM web_session")).scalars().all()
    for kept in hashes:
        thief = browser(None)
        thief.cookies.set("ehcp_session", kept)
        assert thief.get("/account").status_code == 303


@pytest.mark.parametrize("seconds", [IDLE_SECONDS + 1, LONGEST_SECONDS + 1])
def test_a_session_that_is_over_cannot_be_replayed(senior, monkeypatch, seconds):
    assert senior.get("/account").status_code == 200
    begun = datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp()
    monkeypatch.setattr("ehcp_flow.services.sessions.now", lambda: datetime.fromtimestamp(begun + seconds, UTC))
    assert senior.get("/account").status_code == 303


def test_a_session_that_was_signed_out_cannot_be_replayed(senior):
    secret = senior.cookies["ehcp_session"]
    assert senior.post("/sign-out", data={"csrf_token": form_token(senior)}).status_code == 303
    senior.cookies.clear()
    senior.cookies.set("ehcp_session", secret)
    assert senior.get("/account").status_code == 303


def test_every_form_sent_from_another_site_is_refused_and_does_nothing(senior, admin, web, hostile):
    from tests.web.attacks.test_attacks_reach import everything

    before, tried = everything(hostile), 0
    for path in routes(web, "POST"):
        client = admin if is_admins(path) else senior
        if path.startswith("/api/"):
            assert client.post(filled(path), json={}).status_code == 401, path
            continue
        token = form_token(client)
        for headers, fields in (
            ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, {"csrf_token": token}),
            ({"Sec-Fetch-Site": "same-site"}, {"csrf_token": token}),
            ({}, {}),
            ({}, {"csrf_token": ""}),
            ({}, {"csrf_token": token[::-1]}),
            ({"X-CSRF-Token": "x"}, {}),
            ({"Content-Type": "text/plain"}, None),
        ):
            answer = client.post(filled(path), data=fields, headers=headers)
            assert answer.status_code == 403, (path, headers)
            tried += 1
    assert everything(hostile) == before
    assert tried > 100


def test_another_persons_form_token_is_worth_nothing(senior, browser):
    officer = browser("case_officer")
    assert officer.post("/sign-out", data={"csrf_token": form_token(senior)}).status_code == 403
    assert officer.post("/sign-out", data={"csrf_token": form_token(browser(None), "/sign-in")}).status_code == 403


def test_no_looking_changes_anything(senior, admin, web, hostile):
    from tests.web.attacks.test_attacks_reach import everything

    before = everything(hostile)
    for path in routes(web, "GET"):
        (admin if is_admins(path) else senior).get(filled(path))
        (admin if is_admins(path) else senior).head(filled(path))
    after = everything(hostile)
    assert {name: (before[name], after[name]) for name in before if before[name] != after[name]} == {}


def test_nothing_of_a_case_stays_in_a_store_of_browser_or_proxy(senior, admin, program, web):
    for path in routes(web, "GET"):
        client = program if path.startswith("/api/v1/") else admin if is_admins(path) else senior
        kept = client.get(filled(path)).headers["cache-control"]
        if path.startswith("/api/v1/"):
            assert kept in ("no-store", "private, no-cache", "no-cache"), path
        else:
            assert kept in ("no-store", "private, no-cache"), (path, kept)
        if "ref" in path and not path.startswith("/api/"):
            assert kept == "no-store", path


def test_cookies_cannot_be_read_by_scripts_nor_sent_along_by_other_sites(browser):
    for cookie in browser(None).get("/sign-in").headers.get_list("set-cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie or "SameSite=Strict" in cookie
        assert "Domain" not in cookie
        assert "Path=/" in cookie


def test_over_tls_cookies_stay_there(hostile, senior):
    secure = TestClient(create_app(hostile), base_url="https://testserver", follow_redirects=False)
    answer = secure.get("/sign-in")
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    for cookie in answer.headers.get_list("set-cookie"):
        assert cookie.startswith("__Host-")
        assert "Secure" in cookie
    secure.cookies.set("ehcp_session", begin_session(hostile, "senior_case_manager"))
    assert secure.get("/account").status_code == 303, "a cookie set without TLS is not taken over TLS"
