"""Today: what is overdue and due, for whom, and the way straight to the right form."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.services.absence import record_absence
from ehcp_flow.services.open_case import open_case
from tests.web.casework.conftest import TODAY, seen_in


def test_an_officer_sees_their_own_list_with_what_comes_next(asmith):
    page = asmith.get("/today")
    assert "Wednesday 25 March 2026 Today" in page
    assert "6 days left 31 March 2026" in page
    assert "Respond to a request for advice: School guidance, not law" in page
    assert "Chase school until: advice received" in page
    assert "NA-2" not in page


def test_record_it_leads_to_the_form_filled_in(asmith):
    page = asmith.raw("/today")
    assert 'href="/cases/NA-1/record/advice_received?provider=school"' in page


def test_where_there_is_a_choice_it_leads_to_the_choice(asmith):
    page = asmith.raw("/today?officer=bjones")
    assert 'href="/cases/NA-2/record?clock=decide_whether_to_assess"' in page


def test_everybodys_list_says_who_holds_what(asmith):
    page = asmith.get("/today?officer=all")
    assert "37 days late 16 February 2026" in page
    assert "Bea Jones" in page
    assert "no officer" in page


def test_cases_of_other_teams_are_not_listed(asmith, browser_as):
    assert "S-1" not in asmith.get("/today?officer=all")
    assert "S-1" in browser_as("senior_case_manager", teams=["*"]).get("/today")


def test_what_nobody_holds_can_be_listed(asmith):
    page = asmith.get("/today?officer=nobody")
    assert "Cases that nobody holds" in page
    assert "U-1" in page
    assert "NA-2" not in page


@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        ("basis=law", False),
        ("basis=guidance", True),
        ("clock=give_advice", True),
        ("clock=finalise_plan", False),
        ("workflow=annual_review", False),
        ("team=North", True),
    ],
)
def test_the_filters_stand_in_the_address(asmith, query, is_there):
    assert ("Chase school" in asmith.get(f"/today?{query}")) is is_there


def test_an_unknown_filter_is_refused_in_a_line(asmith):
    assert "There is no clock called tea_time" in asmith.get("/today?clock=tea_time", status=404)


def test_what_cannot_be_used_in_the_address_is_left_out(asmith):
    assert "Chase school" in asmith.get("/today?basis=astrology&sort=mood&group=x&page=minus")


def test_who_covers_sees_the_cases_marked(north, asmith):
    record_absence(north, "bjones", TODAY, date(2026, 4, 3), "asmith", TODAY)
    page = asmith.get("/today")
    assert "Covering for Bea Jones until 3 April 2026: 1 of these limits is theirs." in page
    assert "NA-2 you cover: Bea Jones" in page


def test_an_empty_list_says_what_to_do(browser_as):
    page = browser_as("case_officer", username="csmall", officer=None, teams=["South"]).get(
        "/today?clock=finalise_plan"
    )
    assert "Nothing is overdue or due in the next four weeks." in page
    assert "Clear the filters" in page


def test_a_long_group_has_pages(north, browser_as):
    for number in range(60):
        open_case(north, "needs_assessment", "request_received", date(2026, 1, 5), case_ref=f"L-{number:03}")
    senior = browser_as("senior_case_manager", teams=["*"])
    assert "See all 63" in senior.get("/today?basis=law")
    first = senior.get("/today?basis=law&group=overdue")
    assert "L-000" in first
    assert "Next page : 2 of 2" in first
    second = senior.get("/today?basis=law&group=overdue&page=2")
    assert "Previous page : 1 of 2" in second
    assert "L-000" not in second
    assert "Nothing here on this page" in senior.get("/today?basis=law&group=overdue&page=9")


def test_names_are_shown_when_asked_for_and_it_is_noted(north, asmith):
    assert "Robin Example" not in asmith.get("/today")
    assert "NA-1 Robin Example" in asmith.get("/today?names=shown")
    assert ("asmith", "name in a list") in seen_in(north, "NA-1")


@pytest.mark.parametrize("role", ["director", "analyst", "administrator"])
def test_others_have_no_list_of_work(browser_as, role):
    browser_as(role).get("/today", status=403)
