"""The team: who carries how much, what nobody holds, and sharing work out."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.services.absence import record_absence
from ehcp_flow.services.show_case import show_case
from tests.web.casework.conftest import TODAY, day_fields


def holder(office, case_ref):
    return show_case(office, case_ref, TODAY).officer


def test_it_shows_what_is_late_and_who_carries_it(senior):
    page = senior.get("/team")
    assert "Team North" in page
    assert "1 Limits in law overdue" in page
    assert "1 Cases nobody holds" in page
    assert "Alex Smith Open cases 1" in page
    assert "37 days late 16 February 2026 Tell the family whether there will be an assessment NA-2" in page
    assert "Chris South" not in page


def test_another_team_is_refused_and_every_team_is_for_who_may(senior, browser_as):
    assert "South is not among your teams" in senior.get("/team?team=South", status=403)
    assert "Every team" in browser_as("senior_case_manager", username="all", teams=["*"]).get("/team")


def test_who_is_in_no_team_is_told_what_to_do(browser_as):
    page = browser_as("case_officer", username="nobody").get("/team")
    assert "You are in no team yet." in page


def test_a_case_officer_sees_it_and_cannot_change_it(asmith):
    page = asmith.get("/team")
    assert "Share" not in page
    asmith.get("/team/cases", status=403)
    assert asmith.post("/team/cases", to="asmith", case="U-1").status_code == 403


def test_unassigned_cases_are_shared_out(north, senior):
    assert "Open cases that nobody holds 1" in senior.get("/team/cases")
    page = senior.done("/team/cases?officer=nobody", to="bjones", case="U-1", note="fair shares")
    assert "1 case handed over to bjones." in page
    assert "Every open case is held by somebody." in page
    assert holder(north, "U-1") == "bjones"


def test_several_ticked_cases_change_hands_together(north, senior):
    senior.done("/team/cases?officer=asmith", to="bjones", case=["NA-1", "U-1"])
    assert (holder(north, "NA-1"), holder(north, "U-1")) == ("bjones", "bjones")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"to": "bjones"}, "Tick the cases to hand over"),
        ({"case": "NA-1"}, "Enter who takes the cases over"),
        ({"to": "zzz", "case": "NA-1"}, "There is no officer zzz"),
        ({"to": "bjones", "case": "NA-99"}, "There is no case NA-99"),
        ({"to": "bjones", "case": ["NA-1", "S-1"]}, "Case S-1 belongs to another team"),
    ],
)
def test_what_cannot_be_handed_over_leaves_everything_as_it_was(north, senior, fields, said):
    assert said in senior.refused("/team/cases?officer=asmith", **fields)
    assert (holder(north, "NA-1"), holder(north, "S-1")) == ("asmith", "csouth")


def test_a_whole_caseload_changes_hands_after_a_look(north, senior):
    asked = senior.post("/team/cases?officer=asmith", to="bjones", which="all")
    assert "Hand over 1 case?" in asked.text
    assert holder(north, "NA-1") == "asmith"
    senior.done("/team/cases?officer=asmith", to="bjones", which="all", sure="yes")
    assert holder(north, "NA-1") == "bjones"


def test_a_caseload_of_another_team_is_refused(north, senior):
    page = senior.refused("/team/cases?officer=csouth", to="bjones", which="all", sure="yes")
    assert "belongs to another team" in page
    assert holder(north, "S-1") == "csouth"


def test_cover_is_noted_changed_and_ended(senior):
    path = "/team/absence?officer=asmith"
    page = senior.done(path, **day_fields("2026-03-25", "first"), **day_fields("2026-04-03", "last"), cover="bjones")
    assert "Alex Smith is away from 25 March 2026 to 3 April 2026." in page
    assert "Alex Smith away until 3 April 2026, Bea Jones covers" in page
    page = senior.done(path, **day_fields("2026-03-25", "first"), **day_fields("2026-04-10", "last"), cover="bjones")
    assert "to 10 April 2026" in page
    assert "The absence of Alex Smith is ended." in senior.done(path, what="back")


@pytest.mark.parametrize(
    ("first", "last", "cover", "said"),
    [
        ("2026-04-03", "2026-03-30", "bjones", "is before the first"),
        ("2026-03-25", "2026-04-03", "asmith", "cannot cover for themselves"),
        ("2026-03-25", "2026-04-03", "csouth", "cannot cover: they are away themselves"),
    ],
)
def test_cover_that_cannot_be_is_refused(north, senior, first, last, cover, said):
    record_absence(north, "csouth", date(2026, 3, 30), date(2026, 4, 1), None, TODAY)
    fields = {**day_fields(first, "first"), **day_fields(last, "last"), "cover": cover}
    assert said in senior.refused("/team/absence?officer=asmith", **fields)


def test_an_officer_of_another_team_is_not_ones_to_cover_for(senior):
    assert "not an officer of your teams" in senior.get("/team/absence?officer=csouth", status=403)
