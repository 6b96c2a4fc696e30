"""Calendar links: secret, revocable, without names, and not sent again when nothing has changed."""

from __future__ import annotations

from datetime import date

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar
from sqlalchemy import text

from ehcp_flow.errors import BadInput, UnknownName
from ehcp_flow.services.calendar_feeds import MOST_FEEDS, add_feed, list_feeds, revoke_feed
from ehcp_flow.services.record_event import record_event
from tests.api.conftest import on_sqlite, part

pytestmark = pytest.mark.usefixtures("two_teams")


@pytest.fixture
def anybody(web) -> TestClient:
    return TestClient(web, raise_server_exceptions=False, follow_redirects=False)


def test_a_link_gives_the_officers_due_dates_and_no_name(office, anybody):
    answer = anybody.get(f"/feeds/{add_feed(office, 'nora', 'Outlook')}.ics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    entries = Calendar.from_ical(answer.content).walk("VEVENT")
    assert {str(entry["summary"]).partition(":")[0] for entry in entries} == {"N1"}
    assert date(2026, 5, 25) in {entry.decoded("dtstart") for entry in entries}
    for name in (b"Robin", b"Example"):
        assert name not in answer.content


def test_a_calendar_that_has_not_changed_is_not_sent_again(office, anybody, today_is):
    path = f"/feeds/{add_feed(office, 'nora', 'Outlook')}.ics"
    tag = anybody.get(path).headers["etag"]
    assert anybody.get(path, headers={"If-None-Match": tag}).status_code == 304
    record_event(office, "N1", "assessment_agreed", date(2026, 3, 2))
    assert anybody.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_a_link_is_kept_as_a_hash_only(office, web):
    secret = add_feed(office, "nora", "Outlook")
    assert len(secret) == 43
    with office.database.read() as connection:
        kept = str(connection.execute(text("SELECT * FROM calendar_feed")).all())
    assert secret not in kept


@on_sqlite
@pytest.mark.parametrize(
    "secret", ["wrong", "..%2F..%2Fetc%2Fpasswd", "a" * 5_000, "%00", "' OR '1'='1", "%F0%9F%98%80"]
)
def test_no_other_link_gives_anything(office, anybody, secret):
    add_feed(office, "nora", "Outlook")
    assert anybody.get(f"/feeds/{secret}.ics").status_code == 404


def test_a_removed_link_works_no_more(office, anybody):
    secret = add_feed(office, "nora", "Outlook")
    (feed,) = list_feeds(office, "nora")
    with pytest.raises(UnknownName):
        revoke_feed(office, "sam", feed.id)
    assert anybody.get(f"/feeds/{secret}.ics").status_code == 200
    revoke_feed(office, "nora", feed.id)
    assert anybody.get(f"/feeds/{secret}.ics").status_code == 404
    assert list_feeds(office, "nora") == []


@on_sqlite
def test_guessing_is_slowed_down_and_a_right_link_meanwhile_too(office, anybody, web):
    from ehcp_flow.web.api_calls.pace import Pace

    web.state.feed_pace = Pace(2, clock=lambda: 0.0)
    secret = add_feed(office, "nora", "Outlook")
    assert [anybody.get(f"/feeds/{number}.ics").status_code for number in range(3)] == [404, 404, 429]
    assert anybody.get(f"/feeds/{secret}.ics").status_code == 429


@on_sqlite
def test_there_are_not_more_than_ten(office, web):
    for number in range(MOST_FEEDS):
        add_feed(office, "nora", f"Phone {number}")
    with pytest.raises(BadInput, match="Remove one"):
        add_feed(office, "nora", "One more")


def test_an_officer_makes_and_removes_a_link_on_their_page(office, web):
    from ehcp_flow.services.accounts import add_account
    from ehcp_flow.services.sessions import begin_session

    add_account(office, "nora", "case_officer", officer="nora")
    browser = TestClient(web, follow_redirects=False)
    browser.cookies.set("ehcp_session", begin_session(office, "nora"))
    token = part(r'name="csrf_token" value="([^"]+)"', browser.get("/account/feeds").text)
    made = browser.post("/account/feeds", data={"csrf_token": token, "label": "<b>Outlook</b>"})
    link = part(r"http://127.0.0.1:8000(/feeds/[\w-]{43}\.ics)", made.text)
    assert "&lt;b&gt;Outlook" in made.text
    assert "<b>Outlook" not in made.text
    assert browser.get(link).status_code == 200
    page = browser.get("/account/feeds").text
    assert link not in page, "shown once"
    (feed,) = list_feeds(office, "nora")
    assert browser.post(f"/account/feeds/{feed.id}/remove", data={"csrf_token": token}).status_code == 303
    assert browser.get(link).status_code == 404
