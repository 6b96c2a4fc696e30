"""A case: where it stands, why each day is due, its history, and how it stood on a past day."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.services.correct_event import correct_event
from ehcp_flow.services.open_case import NewPerson, open_case
from ehcp_flow.services.record_event import record_event
from tests.web.casework.conftest import day_fields, seen_in


def test_it_says_where_the_case_stands_and_what_presses(asmith):
    page = asmith.get("/cases/NA-1")
    assert "NA-1 Robin Example , born 1 February 2018" in page
    assert "Where it stands: Assessing Send the final plan: 61 days left. Last day in time: Monday 25 May 2026." in page
    assert "Held by Alex Smith, North" in page


def test_every_date_opens_its_explanation_with_the_law_linked(asmith):
    page = asmith.raw("/cases/NA-1")
    assert "That day itself is not counted, so the last day in time is Monday 25 May 2026." in page
    assert 'href="https://www.legislation.gov.uk/uksi/2014/1530/regulation/13"' in page
    assert 'href="/cases/NA-1/clocks/finalise_plan"' in page
    assert 'href="/cases/NA-1/clocks/give_advice%5Bschool%5D"' in page


def test_an_explanation_has_an_address_of_its_own(asmith):
    page = asmith.get("/cases/NA-1/clocks/finalise_plan")
    assert "20 weeks = 140 days; day 140 is Monday 25 May 2026" in page
    assert "regulation 13(2) of the SEND Regulations 2014" in page
    assert "V1: compared with the primary text" in page
    assert "School" in asmith.get("/cases/NA-1/clocks/give_advice[school]")


def test_a_limit_the_case_has_not_is_said_to_be_unknown(asmith):
    assert "no such limit" in asmith.get("/cases/NA-1/clocks/tea_time", status=404)


def test_the_steps_that_may_come_next_are_offered(asmith):
    page = asmith.raw("/cases/NA-1")
    assert 'href="/cases/NA-1/record/advice_received"' in page
    assert 'href="/cases/NA-1/record/draft_plan_sent"' in page
    assert 'href="/cases/NA-1/record/final_plan_sent"' not in page


def test_the_picture_has_bars_for_the_clocks_and_marks_for_the_entries(asmith):
    page = asmith.raw("/cases/NA-1")
    assert '<svg class="app-timeline__svg"' in page
    assert "Send the final plan: 61 days left. Last day 25 May 2026." in page
    assert "Request for an EHC needs assessment received, 5 January 2026" in page
    assert "style=" not in page


def test_the_history_keeps_what_was_corrected_visible(north, asmith):
    correct_event(north, "NA-1", 3, happened_on=date(2026, 2, 13), reason="the letter went on Friday")
    page = asmith.get("/cases/NA-1")
    assert "16 February 2026 Family told that there will be an assessment replaced by entry 5" in page
    assert "corrects entry 3" in page
    assert "the letter went on Friday" in page
    assert "Recorded 25 March 2026 by asmith" in page


def test_an_out_of_order_entry_is_pointed_out_with_its_reason(north, asmith):
    record_event(north, "NA-2", "final_plan_sent", date(2026, 3, 20), override="the old system lost the rest")
    page = asmith.get("/cases/NA-2")
    assert "Recorded out of order: the old system lost the rest" in page
    assert "Look at this: " in page


def test_the_case_as_it_stood_on_a_past_day(asmith):
    page = asmith.get("/cases/NA-1?on-day=1&on-month=2&on-year=2026")
    assert "The case as it stood on Sunday 1 February 2026" in page
    assert "Where it stands: Deciding whether to assess" in page
    assert "Record what happened" not in page


def test_the_case_as_it_was_known_on_a_past_day(asmith):
    page = asmith.get("/cases/NA-1?on-day=1&on-month=2&on-year=2026&known=then")
    assert "from what was recorded by then" in page
    assert "Nothing was recorded by then." in page


def test_a_day_to_come_cannot_be_looked_at(asmith):
    assert "The day must be today or in the past" in asmith.get("/cases/NA-1?on-day=1&on-month=2&on-year=2027")


def test_cases_of_the_same_person_and_those_that_follow_are_linked(north, asmith):
    open_case(north, "annual_review", "plan_first_made", date(2026, 3, 1), case_ref="AR-1", follows="NA-1")
    assert "AR-1 Annual review of an EHC plan; follows this case" in asmith.get("/cases/NA-1")
    assert "this case follows it" in asmith.get("/cases/AR-1")


def test_a_reference_with_a_slash_has_an_address(north, asmith):
    person = NewPerson("Slash", "Example")
    received = ("needs_assessment", "request_received", date(2026, 3, 2))
    open_case(north, *received, case_ref="NA/2026/7", person=person, officer="asmith")
    page = asmith.raw("/cases/NA~2026~7")
    assert "Slash Example" in page
    assert 'href="/cases/NA~2026~7/record/assessment_agreed"' in page


def test_what_people_typed_is_shown_as_text(north, asmith):
    attack = '<script>alert("x")</script>'
    person = NewPerson(attack, "O'Neill & Sons")
    received = ("needs_assessment", "request_received", date(2026, 3, 2))
    open_case(north, *received, case_ref="X-1", person=person, officer="asmith", note=attack)
    page = asmith.raw("/cases/X-1")
    assert attack not in page
    assert page.count("&lt;script&gt;alert(") == 2


def test_every_view_is_noted(north, asmith):
    asmith.get("/cases/NA-1")
    asmith.get("/cases/NA-1/clocks/finalise_plan")
    assert seen_in(north, "NA-1") == [("asmith", "case page"), ("asmith", "explanation of a date")]


def test_a_case_of_another_team_is_refused(north, asmith):
    assert "belongs to another team" in asmith.get("/cases/S-1", status=403)
    assert "Southern" not in asmith.get("/cases/S-1", status=403)
    for page in ("clocks/finalise_plan", "record", "record/assessment_agreed", "entries/1/correct", "hand-over"):
        asmith.get(f"/cases/S-1/{page}", status=403)
    assert seen_in(north, "S-1") == []


def test_a_case_that_is_not_there(asmith):
    assert "There is no case NA-9" in asmith.get("/cases/NA-9", status=404)


@pytest.mark.parametrize("role", ["director", "analyst", "administrator"])
def test_others_see_no_case(browser_as, role):
    browser_as(role).get("/cases/NA-1", status=403)


def test_handing_over(north, asmith):
    page = asmith.done("/cases/NA-1/hand-over", officer="bjones", note="new area")
    assert "Case NA-1 is held by bjones now." in page
    assert "Held by Bea Jones, North" in page
    assert "new area" in page


def test_handing_over_to_nobody_is_refused(asmith):
    assert "Enter who takes over the case" in asmith.refused("/cases/NA-1/hand-over", officer="")
    assert "There is no officer zzz" in asmith.refused("/cases/NA-1/hand-over", officer="zzz")


def test_an_old_link_to_an_entry_still_shows_the_case(asmith):
    assert "Where it stands" in asmith.get("/cases/NA-1?entry=99")
    assert "Advice asked for (School)" in asmith.get("/cases/NA-1?entry=4")


def test_days_are_sent_as_three_boxes():
    assert day_fields("2026-03-25") == {
        "happened_on-day": "25",
        "happened_on-month": "03",
        "happened_on-year": "2026",
    }
