"""Recording in a browser: short forms, kind refusals, and what changed."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.show_case import show_case
from tests.web.casework.conftest import TODAY, day_fields


def events_of(office, case_ref):
    return [(line.entry.name, str(line.entry.happened_on)) for line in show_case(office, case_ref, TODAY).lines]


def test_the_form_asks_what_the_workflow_asks_with_today_filled_in(asmith):
    page = asmith.raw("/cases/NA-1/record/advice_received")
    assert 'value="25"' in page
    assert "The day that counts: the day the authority received it." in page
    assert 'value="school" checked' in page
    assert "Somebody or something else" in page


def test_recording_stops_the_clock_and_says_so(north, asmith):
    page = asmith.done(
        "/cases/NA-1/record/advice_received", **day_fields("2026-03-24"), **{"detail-provider": "school"}, last_entry=4
    )
    assert "Recorded Advice received (School), Tuesday 24 March 2026" in page
    assert "Stopped Respond to a request for advice – School: in time, 24 March 2026" in page
    assert events_of(north, "NA-1")[-1] == ("advice_received", "2026-03-24")
    assert show_case(north, "NA-1", TODAY).lines[-1].entry.recorded_by == "asmith"


def test_the_move_from_state_to_state_is_told(asmith):
    page = asmith.done("/cases/NA-2/record/assessment_agreed", **day_fields("2026-03-25"))
    assert "The case has moved from “Deciding whether to assess” to “Assessing”." in page
    assert "Tell the family whether there will be an assessment: 37 days late, done 25 March 2026" in page


def test_a_note_is_kept(north, asmith):
    asmith.done("/cases/NA-2/record/assessment_agreed", **day_fields("2026-03-25"), note="by letter")
    assert show_case(north, "NA-2", TODAY).lines[-1].entry.note == "by letter"


def test_another_answer_may_be_typed(north, asmith):
    asmith.done(
        "/cases/NA-1/record/advice_requested",
        **day_fields("2026-03-20"),
        **{"detail-provider": "something_else", "detail-provider-other": "The Hedgehog Clinic"},
    )
    assert show_case(north, "NA-1", TODAY).lines[-1].entry.details == {"provider": "The Hedgehog Clinic"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Enter the day it happened"),
        (day_fields("2026-02-31"), "must be a real date"),
        ({**day_fields("2026-03-20"), "happened_on-year": ""}, "must include a year"),
        (day_fields("2026-04-01"), "cannot be recorded for a day that has not come"),
        (day_fields("2026-01-01"), "is before the case was opened, on 5 January 2026"),
    ],
)
def test_a_day_that_cannot_be_is_refused_beside_its_field(north, asmith, fields, said):
    page = asmith.refused("/cases/NA-2/record/assessment_agreed", **fields)
    assert page.count(said) == 2, "at the top and beside the field"
    assert len(events_of(north, "NA-2")) == 2


def test_a_missing_answer_is_asked_for(asmith):
    page = asmith.refused("/cases/NA-1/record/advice_received", **day_fields("2026-03-20"))
    assert "Select an answer to “Who gave it”" in page


def test_what_is_out_of_order_is_refused_in_words_and_allowed_with_a_reason(north, asmith):
    page = asmith.refused("/cases/NA-2/record/final_plan_sent", **day_fields("2026-03-20"))
    assert "“Final plan sent” does not fit there." in page
    assert "final_plan_sent" not in page
    assert "--override" not in page
    page = asmith.done("/cases/NA-2/record/final_plan_sent", **day_fields("2026-03-20"), override="records were lost")
    assert "Recorded out of order: records were lost" in page
    assert events_of(north, "NA-2")[-1] == ("final_plan_sent", "2026-03-20")


def test_a_late_entry_that_fits_its_own_day_needs_no_reason(north, asmith):
    record_event(north, "NA-1", "draft_plan_sent", date(2026, 3, 20))
    asmith.done("/cases/NA-1/record/advice_requested", **day_fields("2026-03-02"), **{"detail-provider": "health"})
    assert ("advice_requested", "2026-03-02") in events_of(north, "NA-1")


def test_an_exception_offers_the_clocks_that_run_and_is_checked(asmith):
    page = asmith.raw("/cases/NA-1/record/exception_recorded")
    assert 'value="finalise_plan"' in page
    assert 'value="decide_whether_to_assess"' not in page
    page = asmith.refused(
        "/cases/NA-1/record/exception_recorded",
        **day_fields("2026-03-01"),
        **day_fields("2026-03-10", "detail-until"),
        **{"detail-exception": "absent_from_area", "detail-clock": "finalise_plan"},
    )
    assert "The exception cannot be relied on." in page
    assert "It will not lift the limit." in page


def test_an_exception_that_holds_is_shown_with_its_days_and_lifts_the_limit(asmith):
    page = asmith.done(
        "/cases/NA-1/record/exception_recorded",
        **day_fields("2026-02-20"),
        **day_fields("2026-03-24", "detail-until"),
        **{"detail-exception": "absent_from_area", "detail-clock": "finalise_plan"},
    )
    assert "Its last day: 24 March 2026" in page
    assert "For which clock: Send the final plan" in page


def test_somebody_faster_is_told_kindly_and_nothing_is_lost(north, asmith):
    record_event(north, "NA-1", "advice_received", date(2026, 3, 23), {"provider": "school"})
    page = asmith.refused("/cases/NA-1/record/draft_plan_sent", **day_fields("2026-03-24"), last_entry=4)
    assert "Case NA-1 has changed since you looked." in page
    assert "23 March 2026: Advice received, recorded 25 March 2026 by asmith" in page
    assert ("draft_plan_sent", "2026-03-24") not in events_of(north, "NA-1")
    asmith.done("/cases/NA-1/record/draft_plan_sent", **day_fields("2026-03-24"), last_entry=5)


def test_a_final_plan_offers_to_open_its_review(north, asmith):
    record_event(north, "NA-1", "draft_plan_sent", date(2026, 3, 2))
    answer = asmith.post("/cases/NA-1/record/final_plan_sent", **day_fields("2026-03-25"))
    page = asmith.raw(answer.headers["location"])
    assert "The plan must be reviewed within 12 months" in page
    assert "/new-case/annual_review/plan_first_made?follows=NA-1&amp;on=2026-03-25" in page


def test_choosing_what_happened_begins_with_what_stops_the_clock(asmith):
    page = asmith.get("/cases/NA-2/record?clock=decide_whether_to_assess")
    first = page.index("Family told that there will be an assessment")
    assert first < page.index("Also possible now") < page.index("Not expected as the case stands")


def test_an_event_that_there_is_not(asmith):
    assert "has no event called tea_served" in asmith.get("/cases/NA-1/record/tea_served", status=404)


def test_nothing_is_recorded_in_another_teams_case(north, asmith):
    assert asmith.post("/cases/S-1/record/assessment_agreed", **day_fields("2026-03-25")).status_code == 403
    assert len(events_of(north, "S-1")) == 2


def test_an_entry_is_corrected(north, asmith):
    form = asmith.raw("/cases/NA-1/entries/4/correct")
    assert 'value="17"' in form
    page = asmith.done(
        "/cases/NA-1/entries/4/correct",
        how="change",
        reason="posted a day later",
        **day_fields("2026-02-18"),
        **{"detail-provider": "school"},
    )
    assert "Corrected Advice asked for (School), Wednesday 18 February 2026" in page
    assert "Changed Respond to a request for advice – School: due 1 April 2026, 7 days left" in page


def test_an_entry_is_taken_back(north, asmith):
    page = asmith.done("/cases/NA-1/entries/4/correct", how="take_back", reason="meant for another case")
    assert "Taken back Entry 4 taken back" in page
    assert "Gone Respond to a request for advice – School: what started it was taken back" in page


@pytest.mark.parametrize(
    ("entry", "fields", "said"),
    [
        (4, {"how": "take_back"}, "Enter why it is corrected"),
        (4, {"reason": "x"}, "Select what is wrong with the entry"),
        (3, {"how": "take_back", "reason": "never"}, "cannot be corrected like this"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(north, asmith, entry, fields, said):
    record_event(north, "NA-1", "plan_agreed", date(2026, 3, 20))
    assert said in asmith.refused(f"/cases/NA-1/entries/{entry}/correct", **fields)


def test_a_correction_that_changes_nothing_is_refused(asmith):
    page = asmith.refused("/cases/NA-1/entries/3/correct", how="change", reason="x", **day_fields("2026-02-16"))
    assert "The correction changes nothing." in page


def test_hand_overs_and_unknown_entries_cannot_be_corrected(asmith):
    assert "no event that can be corrected" in asmith.get("/cases/NA-1/entries/2/correct", status=409)
    assert "has no entry 99" in asmith.get("/cases/NA-1/entries/99/correct", status=404)
