"""Administration through pages: settings without secrets, nights, notices, the journal, the calendar; no case content."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ehcp_flow.services.office import Office
from ehcp_flow.services.sweep import sweep
from ehcp_flow.storage import notices
from tests.web.conftest import ClientAs, send

PAGES = ("/admin", "/admin/settings", "/admin/runs", "/admin/notices", "/admin/records", "/admin/calendar")


@pytest.fixture(autouse=True)
def _private_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture
def administrator(client_as: ClientAs) -> TestClient:
    return client_as("administrator")


def give_up_a_notice(office: Office) -> str:
    key = "digest:officer asmith:3f9a:2026-11-24"
    at = datetime(2026, 11, 24, 3, tzinfo=UTC)
    facts = {"kind": "digest", "recipient": "officer asmith", "business_date": date(2026, 11, 24), "subject": "3 due"}
    row = {"key": key, **facts, "text": "NA-77 is due", "html": "<p>NA-77 is due</p>", "created_at": at}
    with office.database.write() as connection:
        notices.add_notices(connection, [{**row, "next_try_at": None, "given_up_at": at, "trouble": "mailbox full"}])
    return key


def test_an_administrator_finds_every_page_from_the_first(administrator: TestClient) -> None:
    first = administrator.get("/admin").text
    for path in (*PAGES[1:], "/admin/users"):
        assert f'href="{path}"' in first
        assert administrator.get(path).status_code == 200


@pytest.mark.parametrize("role", ["case_officer", "senior_case_manager", "director", "analyst"])
def test_nobody_else_does(client_as: ClientAs, role: str) -> None:
    client = client_as(role)
    assert {client.get(path).status_code for path in PAGES} == {403}
    assert send(client, "/admin/records/verify").status_code == 403
    assert send(client, "/admin/calendar/approve", override="2027-06-04 closed X").status_code == 403


def test_settings_are_shown_and_secrets_are_not(administrator: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EHCP_OIDC_CLIENT_SECRET", "hunter2")
    page = administrator.get("/admin/settings").text
    assert "EHCP_OIDC_CLIENT_SECRET" in page
    assert "hunter2" not in page
    assert "Madeupshire" in page


def test_the_nights_done_are_listed_with_what_they_found(
    administrator: TestClient, office: Office, story: Callable
) -> None:
    assert "No night was swept yet." in administrator.get("/admin/runs").text
    story("NA-77", "2026-01-05 request_received")
    sweep(office, date(2026, 3, 1), lambda: datetime(2026, 3, 1, 3, tzinfo=UTC))
    page = administrator.get("/admin/runs").text
    assert "1 March 2026" in page
    assert "new breaches: 1" in page
    assert "business dates missing" in page, "every night since"
    assert "NA-77" not in page


def test_a_notice_given_up_is_listed_without_what_it_says_and_tried_again(
    administrator: TestClient, office: Office
) -> None:
    assert "Every notice has been sent." in administrator.get("/admin/notices").text
    key = give_up_a_notice(office)
    page = administrator.get("/admin/notices?show=given-up").text
    assert "officer asmith" in page
    assert "mailbox full" in page
    assert "NA-77" not in page
    assert send(administrator, "/admin/notices/retry", key=key).headers["location"] == "/admin/notices"
    assert "1 notice will be sent with the next round." in administrator.get("/admin/notices").text
    assert send(administrator, "/admin/notices/retry", key=key).status_code == 409
    assert send(administrator, "/admin/notices/retry").status_code == 404


def test_the_journal_is_proved_and_the_lists_made_again(
    administrator: TestClient, story: Callable, office: Office
) -> None:
    story("NA-77", "2026-01-05 request_received", "2026-02-16 assessment_agreed")
    for name, says in (("verify", "entries are as they were recorded"), ("rebuild", "of 1 cases")):
        place = send(administrator, f"/admin/records/{name}").headers["location"]
        assert says in ended(administrator, place)
    assert send(administrator, "/admin/records/drop").status_code == 404
    assert administrator.get("/admin/records/" + "x" * 32).status_code == 404


def ended(client: TestClient, place: str) -> str:
    for _ in range(4_800):
        page = client.get(place).text
        if "See how far it is" not in page:
            return page
        time.sleep(0.025)
    raise AssertionError("the work did not end")


@pytest.fixture
def with_calendar(office: Office, tmp_path: Path) -> Office:
    path = tmp_path / "calendar.yaml"
    path.write_text("{}\n")
    other = Office(replace(office.settings, calendar=path))
    vars(other)["workflows"] = office.workflows
    return other


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return unescape(found[1])


def said_in(office: Office) -> str:
    path = office.settings.calendar
    assert path
    return path.read_text()


def test_a_day_is_looked_at_first_and_then_approved(client_as: ClientAs, with_calendar: Office) -> None:
    client = client_as("administrator", at=with_calendar)
    day = {"day-day": "4", "day-month": "6", "day-year": "2027"}
    shown = send(client, "/admin/calendar/preview", **day, kind="closed", name="Extra <b>holiday</b>").text
    assert "No due date would move" in shown
    assert "<b>holiday" not in shown
    assert said_in(with_calendar) == "{}\n", "nothing was written"
    override, seen = hidden(shown, "override"), hidden(shown, "seen")

    answer = send(client, "/admin/calendar/approve", override=override, seen=seen)
    assert answer.headers["location"] == "/admin/calendar"
    assert dict(with_calendar.calendar.closed) == {date(2027, 6, 4): "Extra <b>holiday</b>"}
    assert "by administrator" in said_in(with_calendar)
    removed = send(client, "/admin/calendar/preview", remove="2027-06-04").text
    assert 'name="override"' not in removed


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"day-day": "31", "day-month": "6", "day-year": "2027", "kind": "worked"}, "must be a real date"),
        (
            {"day-day": "25", "day-month": "12", "day-year": "2028", "kind": "closed", "name": "X"},
            "bank holiday already",
        ),
        ({"day-day": "26", "day-month": "12", "day-year": "2029"}, "Select whether the day is closed or worked"),
        ({"day-day": "2", "day-month": "6", "day-year": "2027", "kind": "worked"}, "nothing to change"),
        ({"day-day": "2", "day-month": "6", "day-year": "2027", "kind": "closed"}, "Enter the name of the holiday"),
    ],
)
def test_a_day_that_makes_no_sense_is_told_beside_its_field(
    administrator: TestClient, fields: dict[str, str], says: str
) -> None:
    answer = send(administrator, "/admin/calendar/preview", **fields)
    assert answer.status_code == 422
    assert says in answer.text


def test_what_was_not_shown_is_not_approved(client_as: ClientAs, with_calendar: Office) -> None:
    client = client_as("administrator", at=with_calendar)
    answer = send(client, "/admin/calendar/approve", override="2027-06-04 closed X", seen="0" * 64)
    assert answer.status_code == 409
    assert send(client, "/admin/calendar/approve", override="2027-99-04 closed X", seen="").status_code == 422
    assert said_in(with_calendar) == "{}\n"


def test_without_a_file_the_text_for_one_is_shown(administrator: TestClient) -> None:
    day = {"day-day": "4", "day-month": "6", "day-year": "2027"}
    page = send(administrator, "/admin/calendar/preview", **day, kind="closed", name="Extra").text
    assert "EHCP_CALENDAR names no file" in page
    assert "2027-06-04" in page
    assert "Approve" not in page
