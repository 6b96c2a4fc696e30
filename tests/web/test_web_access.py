"""Who saw which case is written down, another team's case needs a reason, and what every answer carries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from ehcp_flow.errors import DatabaseTrouble, UnknownName
from ehcp_flow.services.access import OutOfReach, break_glass, look_at_case
from ehcp_flow.services.access_report import access_report, access_report_of_person
from ehcp_flow.services.accounts import add_account, show_account
from ehcp_flow.services.assign import assign
from ehcp_flow.services.office import Office
from ehcp_flow.services.officers import add_officer
from ehcp_flow.services.open_case import NewPerson, open_case
from ehcp_flow.services.policy import Actor
from ehcp_flow.web.app import create_app
from ehcp_flow.web.pages.sign_in import safe_path
from tests.web.conftest import ClientAs, send

REASON = "covering for the South team today"


@pytest.fixture
def south(office: Office, story: Callable[..., Any]) -> Office:
    """An office with case S-1 in team South; there is a team North too."""
    add_officer(office, "nora", "Nora", "North")
    add_officer(office, "sam", "Sam", "South")
    story("S-1", "2026-01-05 request_received source=parent")
    assign(office, "S-1", officer="sam")
    return office


def north(office: Office) -> Actor:
    return add_account(office, "nora", "case_officer").actor


def test_looking_at_a_case_is_written_down(south: Office) -> None:
    sam = add_account(south, "sam", "case_officer").actor
    assert sam.teams == frozenset({"South"})  # the officer's own team, since none was said
    look_at_case(south, sam, "S-1", "case page")
    (line,) = access_report(south, "S-1").lines
    assert (line.username, line.name, line.role, line.what, line.reason) == (
        "sam",
        "Sam",
        "Case officer",
        "case page",
        None,
    )


def test_another_teams_case_is_shown_for_a_reason_that_is_kept_and_for_an_hour(south: Office, monkeypatch) -> None:
    from ehcp_flow.services import access

    nora = north(south)
    at = {"now": datetime(2026, 1, 6, 9, 0, tzinfo=UTC)}
    monkeypatch.setattr(access, "now", lambda: at["now"])
    with pytest.raises(OutOfReach, match="belongs to another team"):
        look_at_case(south, nora, "S-1", "case page")
    break_glass(south, nora, "S-1", REASON)
    look_at_case(south, nora, "S-1", "case page")
    at["now"] = datetime(2026, 1, 6, 10, 0, tzinfo=UTC)
    with pytest.raises(OutOfReach):
        look_at_case(south, nora, "S-1", "case page")
    assert [line.reason for line in access_report(south, "S-1").lines] == [REASON]


def test_leave_for_one_case_is_no_leave_for_another_nor_for_somebody_else(south: Office, story) -> None:
    nora = north(south)
    story("S-2", "2026-01-05 request_received source=parent")
    assign(south, "S-2", officer="sam")
    break_glass(south, nora, "S-1", REASON)
    with pytest.raises(OutOfReach):
        look_at_case(south, nora, "S-2", "case page")
    other = add_account(south, "nick", "case_officer", teams=["North"]).actor
    with pytest.raises(OutOfReach):
        look_at_case(south, other, "S-1", "case page")


def test_a_case_that_is_not_there_names_no_other(south: Office) -> None:
    with pytest.raises(UnknownName) as refused:
        look_at_case(south, north(south), "S-11", "case page")
    assert "S-1 " not in f"{refused.value} "


@pytest.mark.parametrize("statement", ["UPDATE access_log SET username = 'x'", "DELETE FROM access_log"])
def test_the_database_refuses_to_change_or_remove_what_was_written_down(south: Office, statement: str) -> None:
    look_at_case(south, add_account(south, "sam", "case_officer").actor, "S-1", "case page")
    with pytest.raises(DatabaseTrouble, match="access log keeps who saw what"), south.database.write() as connection:
        connection.execute(text(statement))
    assert len(access_report(south, "S-1").lines) == 1


def test_the_report_covers_every_case_of_the_person(office: Office) -> None:
    born = date(2019, 3, 1)
    new, asked = NewPerson("Amira", "Khan", born), {"source": "parent"}
    open_case(office, "needs_assessment", "request_received", date(2026, 1, 5), asked, case_ref="A-1", person=new)
    open_case(office, "annual_review", "plan_first_made", date(2026, 2, 5), case_ref="A-2", person="P-A-1")
    anna = add_account(office, "anna", "senior_case_manager", teams=["*"]).actor
    for ref in ("A-2", "A-1"):
        look_at_case(office, anna, ref, "case page")
    assert [line.case_ref for line in access_report(office, "A-1").lines] == ["A-2", "A-1"]
    assert access_report_of_person(office, "P-A-1") == access_report(office, "A-2")


def test_the_page_for_another_teams_case_asks_for_a_reason_and_then_shows_it(
    south: Office, client_as: ClientAs
) -> None:
    client = client_as("senior_case_manager", teams=["North"])
    refused = client.get("/cases/S-1/access")
    assert refused.status_code == 403
    assert "Why do you need to see it?" in refused.text
    short = send(client, "/break-glass", case_ref="S-1", reason="why")
    assert short.status_code == 422
    assert "Say why you need to see this case" in short.text
    assert send(client, "/break-glass", case_ref="S-1", reason=REASON).headers["location"] == "/cases/S-1"
    report = client.get("/cases/S-1/access")
    assert report.status_code == 200
    assert REASON in report.text
    assert "access report" in report.text  # asking who looked is looking, and is written down too


def test_every_answer_carries_its_security_headers(client_as: ClientAs) -> None:
    client = client_as("director")
    for path in ("/account", "/nothing", "/health", "/api/v1/nothing", "/static/plain.css"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert "strict-transport-security" not in headers
    assert client.get("/account").headers["cache-control"] == "no-store"


def test_behind_tls_cookies_are_for_this_host_over_tls_only(office: Office, client_as: ClientAs) -> None:
    secure = Office(replace(office.settings, https=True))
    vars(secure).update({"workflows": office.workflows, "database": office.database})
    answer = client_as(None, at=secure).get("/sign-in")
    assert answer.headers["strict-transport-security"].startswith("max-age=63072000")
    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-ehcp_visitor=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_a_form_that_is_too_large_is_refused(client_as: ClientAs) -> None:
    client = client_as("director")
    answer = client.post(
        "/sign-out", content=b"x" * 1_000_001, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 413
    assert "Send less at a time" in answer.text


def test_an_error_of_ours_shows_a_page_that_keeps_its_secrets(office: Office, client_as, monkeypatch, caplog) -> None:
    from ehcp_flow.web.pages import account

    def broken(*_: object) -> None:
        raise RuntimeError("Amira Khan")

    client = client_as("director")
    monkeypatch.delenv("EHCP_DEBUG")
    monkeypatch.setattr(account, "show_account", broken)
    answer = client.get("/account")
    assert answer.status_code == 500
    assert "something went wrong" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "Amira" not in answer.text + caplog.text
    assert "RuntimeError" in caplog.text


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("/today?team=North", "/today?team=North"),
        (None, "/"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\r\nSet-Cookie: x=y", "/"),
        ("today", "/"),
    ],
)
def test_signing_in_leads_to_a_page_of_ours_only(wanted: str | None, goes_to: str) -> None:
    assert safe_path(wanted) == goes_to


@pytest.mark.usefixtures("quick_hashes")
def test_signing_in_changes_the_session_and_a_planted_one_is_worth_nothing(office: Office, client_as: ClientAs) -> None:
    from ehcp_flow.services.sign_in import make_link, use_link

    add_account(office, "alex", "director")
    use_link(office, make_link(office, "alex"), "correct kettle moth", None)
    client = client_as(None)
    client.cookies.set("ehcp_session", "planted-by-somebody-else")
    answer = send(client, "/sign-in", page="/sign-in", username="alex", password="correct kettle moth", next="/account")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    given = [cookie for cookie in answer.headers.get_list("set-cookie") if cookie.startswith("ehcp_session=")]
    assert len(given) == 1
    assert "planted" not in given[0]
    with TestClient(create_app(office), follow_redirects=False) as attacker:
        attacker.cookies.set("ehcp_session", "planted-by-somebody-else")
        assert attacker.get("/account").status_code == 303


@pytest.mark.usefixtures("quick_hashes")
def test_a_wrong_password_is_told_beside_the_field_and_too_many_with_the_wait(client_as: ClientAs, today_is) -> None:
    today_is(date(2026, 1, 5))
    client = client_as(None)
    for _ in range(5):
        answer = send(client, "/sign-in", page="/sign-in", username="nobody", password="x")
    assert answer.status_code == 422
    assert "The username or the password is wrong." in answer.text
    slow = send(client, "/sign-in", page="/sign-in", username="nobody", password="x")
    assert slow.status_code == 429
    assert slow.headers["retry-after"] == "2"


def test_the_administrator_lets_somebody_in_and_shuts_them_out(office: Office, client_as: ClientAs) -> None:
    admin = client_as("administrator")
    made = send(
        admin, "/admin/users/add", page="/admin/users/add", username="Alex", name="Alex", role="analyst", scope="own"
    )
    assert made.status_code == 200
    assert "/welcome/" in made.text
    assert show_account(office, "alex").actor.role == "analyst"
    changed = send(admin, "/admin/users/alex", page="/admin/users/alex", name="Alex S", role="director", scope="all")
    assert changed.status_code == 303
    assert show_account(office, "alex").actor.teams is None
    assert send(admin, "/admin/users/alex/active", page="/admin/users/alex", active="no").status_code == 303
    assert not show_account(office, "alex").is_active
    assert "Disabled" in admin.get("/admin/users").text


def test_an_administrator_cannot_shut_themselves_out(client_as: ClientAs) -> None:
    admin = client_as("administrator")
    page = "/admin/users/administrator"
    assert send(admin, f"{page}/active", page=page, active="no").status_code == 422
    assert send(admin, page, page=page, name="A", role="director", scope="own").status_code == 422


def test_what_people_type_is_shown_as_text_never_as_markup(client_as: ClientAs) -> None:
    admin = client_as("administrator")
    evil = '"><script>alert(1)</script>'
    answer = send(admin, "/admin/users/add", page="/admin/users/add", username=evil, name=evil, role=evil, scope="own")
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text
