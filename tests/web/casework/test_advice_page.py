"""Advice: who owes what and since when; a giver sees their own requests, and no name."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.services.record_event import record_event
from tests.web.casework.conftest import seen_in


@pytest.fixture(autouse=True)
def requests(north):
    """Two requests more: health is late with one, the educational psychologist is asked in the South."""
    record_event(north, "NA-1", "advice_requested", date(2026, 1, 20), {"provider": "health"}, override="late entry")
    record_event(north, "S-1", "assessment_agreed", date(2026, 2, 2))
    record_event(north, "S-1", "advice_requested", date(2026, 2, 3), {"provider": "educational_psychologist"})


def test_who_owes_most_comes_first(asmith):
    page = asmith.get("/advice")
    assert "Health body Open 1 Overdue 1 Oldest asked 20 January 2026" in page
    assert page.index("Health body Open") < page.index("School Open")


def test_one_of_them_with_their_requests(asmith):
    page = asmith.get("/advice?provider=health")
    assert "22 days late 3 March 2026 NA-1" in page
    assert "Asked on 20 January 2026" in page
    assert "/cases/NA-1/record/advice_received?provider=health" in asmith.raw("/advice?provider=health")


def test_other_teams_requests_are_not_shown(asmith, browser_as):
    assert "Educational psychologist" not in asmith.get("/advice")
    everything = browser_as("senior_case_manager", username="all", teams=["*"]).get("/advice")
    assert "Educational psychologist Open 1" in everything


def test_an_advice_giver_sees_their_own_requests_without_names_or_links(north, browser_as):
    health = browser_as("advice_giver", username="clinic", provider="health")
    page = health.get("/advice")
    assert "Your open requests" in page
    assert "22 days late 3 March 2026 NA-1" in page
    assert "School" not in page
    assert "Robin" not in page
    assert "/cases/" not in health.raw("/advice")
    assert seen_in(north, "NA-1") == []


def test_an_advice_giver_cannot_ask_for_anothers(browser_as):
    page = browser_as("advice_giver", username="clinic", provider="health").get("/advice?provider=school")
    assert "NA-1" not in page
    browser_as("advice_giver", username="clinic2", provider="health").get("/cases/NA-1", status=403)


def test_nothing_owed_is_said(browser_as):
    page = browser_as("advice_giver", username="college", provider="college").get("/advice")
    assert "You have no open requests." in page
    assert "We wait for no advice from them." in browser_as("senior_case_manager", username="s", teams=["*"]).get(
        "/advice?provider=college"
    )
