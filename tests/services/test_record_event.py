"""Recording what happened: what changes, what is refused, and with what advice."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.errors import BadInput, Conflict, NotAllowed, UnknownName
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.show_case import show_case


def outcomes(office, case, day):
    return {each.clock.name: each.outcome for each in show_case(office, case, day).verdicts}


def events(office, case, day=date(2026, 1, 1)):
    return [line.entry.name for line in show_case(office, case, day).lines]


def test_an_event_moves_the_case_and_stops_its_clock(story):
    done = story("X1", "2025-04-02 request_received", "2025-05-14 assessment_agreed")
    assert (done.state_before, done.state_after) == ("requested", "assessing")
    before = {clock.rule.id: clock.stopped_on for clock in done.clocks_before}
    after = {clock.rule.id: clock.stopped_on for clock in done.clocks_after}
    assert before["decide_whether_to_assess"] is None
    assert after["decide_whether_to_assess"] == date(2025, 5, 14)
    assert done.entry.seq == 2
    assert done.entry.recorded_by == "asmith"


def test_the_final_plan_says_which_case_comes_next(story):
    done = story(
        "X1",
        "2025-04-02 request_received",
        "2025-05-14 assessment_agreed",
        "2025-07-20 draft_plan_sent",
        "2025-08-20 final_plan_sent",
    )
    assert (done.opens.workflow, done.opens.with_) == ("annual_review", "plan_first_made")


def test_a_late_entry_falls_into_its_true_place(story, office):
    story("X1", "2025-04-02 request_received", "2025-05-14 assessment_agreed", "2025-07-20 draft_plan_sent")
    done = story("X2", "2025-04-02 request_received")
    assert done.state_after == "requested"
    late = record_event(office, "X1", "advice_requested", date(2025, 5, 20), {"provider": "school"})
    assert late.entry.seq == 4
    assert late.state_after == "consulting", "the case does not go back"
    assert events(office, "X1") == ["request_received", "assessment_agreed", "advice_requested", "draft_plan_sent"]
    assert outcomes(office, "X1", date(2025, 7, 2))["give_advice[school]"] == "breach"
    assert outcomes(office, "X1", date(2025, 7, 1))["give_advice[school]"] == "running"


def test_what_is_not_lawful_now_is_refused_with_what_is(story, office):
    story("X1", "2025-04-02 request_received")
    with pytest.raises(NotAllowed) as refused:
        record_event(office, "X1", "draft_plan_sent", date(2025, 7, 1))
    assert str(refused.value) == (
        "draft_plan_sent is not allowed while case X1 is requested. "
        "The case stands at “deciding whether to assess”. Allowed now: assessment_agreed, assessment_refused, "
        "advice_requested, advice_received, advice_returned, setting_responded, exception_recorded, request_withdrawn, "
        "moved_away, left_england, died. "
        "If assessment_agreed happened but was not recorded, record it first with its own date."
    )
    assert events(office, "X1") == ["request_received"]


def test_a_late_entry_is_judged_by_where_the_case_stood_then(story, office):
    story("X1", "2025-04-02 request_received", "2025-05-14 assessment_agreed", "2025-07-20 draft_plan_sent")
    with pytest.raises(NotAllowed) as refused:
        record_event(office, "X1", "representations_received", date(2025, 6, 1))
    said = str(refused.value)
    assert said.startswith(
        "representations_received is not allowed while case X1 is assessing. The case stands at “assessing”."
    )
    assert "Allowed on 1 June 2025: advice_requested" in said


def test_a_late_entry_that_would_upset_what_followed_is_refused_with_what_it_upsets(story, office):
    story("X1", "2025-04-02 request_received", "2025-05-14 assessment_agreed", "2025-07-20 draft_plan_sent")
    with pytest.raises(NotAllowed) as refused:
        record_event(office, "X1", "request_withdrawn", date(2025, 6, 1))
    said = str(refused.value)
    assert said.startswith(
        "request_withdrawn on 1 June 2025 does not fit what is recorded for later. With it, draft_plan_sent on"
    )
    assert said.endswith('Correct the other entry first, or add --override "the reason".')


def test_an_override_is_recorded_with_its_reason_and_the_finding_stays(story, office):
    story("X1", "2025-04-02 request_received")
    done = record_event(office, "X1", "draft_plan_sent", date(2025, 7, 1), override="the decision letter was lost")
    assert done.state_after == "consulting"
    assert done.entry.details == {"override": "the decision letter was lost"}
    assert [finding.severity for finding in done.findings] == ["impossible"]
    view = show_case(office, "X1", date(2025, 7, 2))
    assert "draft_plan_sent on 2025-07-01" in str(view.state.findings[0])
    after = record_event(office, "X1", "final_plan_sent", date(2025, 7, 20))
    assert after.state_after == "issued", "what follows lawfully needs no override"


def test_events_of_one_day_may_be_typed_in_either_way_round(story, office):
    story("X1", "2025-04-02 request_received", "2025-05-14 advice_requested provider=school")
    done = record_event(office, "X1", "assessment_agreed", date(2025, 5, 14))
    assert done.state_after == "assessing"
    assert done.findings == ()


def test_an_event_before_the_case_was_opened_is_refused(story, office):
    story("X1", "2025-04-02 request_received")
    with pytest.raises(NotAllowed) as refused:
        record_event(office, "X1", "assessment_agreed", date(2025, 4, 1))
    assert str(refused.value) == (
        "assessment_agreed cannot be recorded for that day. 1 April 2025 is before the case was opened, on 2 April 2025. "
        "If the opening date is wrong, correct it first: ehcp correct"
    )


def test_an_event_of_the_future_is_refused(story, office, today_is):
    today_is(date(2025, 5, 14))
    story("X1", "2025-04-02 request_received")
    with pytest.raises(BadInput, match="15 May 2025 is after today, 14 May 2025"):
        record_event(office, "X1", "assessment_agreed", date(2025, 5, 15))
    assert record_event(office, "X1", "assessment_agreed", date(2025, 5, 14)).state_after == "assessing"


def test_an_unknown_case_is_refused_with_the_nearest_there_are(story, office):
    story("NA-2025-0042", "2025-04-02 request_received")
    for wrong in ("NA-2025-42", "na-2025-0042", "0042", "AR-2025-0042"):
        with pytest.raises(UnknownName) as refused:
            record_event(office, wrong, "assessment_agreed", date(2025, 5, 1))
        near = "Did you mean NA-2025-0042?" if wrong != "NA-2025-42" else "Open one with: ehcp open"
        assert str(refused.value) == f"There is no case {wrong}. {near}"


def test_an_unknown_event_is_refused_with_the_nearest_there_is(story, office):
    story("X1", "2025-04-02 request_received")
    with pytest.raises(UnknownName) as refused:
        record_event(office, "X1", "assesment_agreed", date(2025, 5, 1))
    assert str(refused.value) == (
        "EHC needs assessment and first EHC plan has no event called assesment_agreed. Did you mean assessment_agreed? "
        "See all of them with: ehcp workflows show needs_assessment"
    )


@pytest.mark.parametrize("name", ["retracted", "assigned"])
def test_what_the_program_writes_itself_cannot_be_recorded_as_an_event(story, office, name):
    story("X1", "2025-04-02 request_received")
    with pytest.raises(UnknownName, match=f"no event called {name}"):
        record_event(office, "X1", name, date(2025, 5, 1))


@pytest.mark.parametrize(
    ("event", "details", "said"),
    [
        (
            "advice_requested",
            {},
            "advice_requested needs `provider` (who was asked). Add provider=educational_psychologist (or school, college, early_years …)",
        ),
        (
            "advice_requested",
            {"provider": " "},
            "provider is empty for advice_requested. Give a value, or leave it out.",
        ),
        (
            "advice_requested",
            {"provider": "school", "when": "now"},
            "advice_requested has no detail called when. It has: provider.",
        ),
        ("assessment_agreed", {"provider": "school"}, "assessment_agreed has no detail called provider. It has: none."),
        (
            "exception_recorded",
            {"exception": "coronavirus"},
            "exception_recorded needs `clock` (for which clock). Add clock=finalise_plan",
        ),
        (
            "exception_recorded",
            {"exception": "staff_shortage", "clock": "finalise_plan"},
            "There is no exception called staff_shortage. There are: school_closed, early_years_closed, personal_circumstances, absent_from_area, appointment_missed, coronavirus.",
        ),
        (
            "exception_recorded",
            {"exception": "personal_circumstances", "clock": "finalise_plan", "until": "31/5/2025"},
            "until=31/5/2025 is not a date. Write it as 2026-09-01.",
        ),
        (
            "exception_recorded",
            {"exception": "personal_circumstances", "clock": "finalise_plan", "until": "9999-12-31"},
            "until=9999-12-31 is not a date. Write it as 2026-09-01.",
        ),
    ],
)
def test_details_that_are_missing_unknown_or_unusable_are_refused(story, office, event, details, said):
    story("X1", "2025-04-02 request_received")
    with pytest.raises(BadInput) as refused:
        record_event(office, "X1", event, date(2025, 5, 1), details)
    assert str(refused.value) == said
    assert events(office, "X1") == ["request_received"]


def test_a_clock_that_is_not_there_cannot_be_excepted(story, office):
    story("X1", "2025-04-02 request_received")
    details = {"exception": "personal_circumstances", "clock": "finalise_review"}
    with pytest.raises(
        BadInput, match=r"There is no clock called finalise_review\. There are: decide_whether_to_assess, give_advice"
    ):
        record_event(office, "X1", "exception_recorded", date(2025, 5, 1), details)


def test_whoever_looked_before_somebody_else_recorded_is_told_what_changed(story, office, office_at):
    story("X1", "2025-04-02 request_received")
    colleague = office_at(office.settings.database_url, user="bjones")
    record_event(colleague, "X1", "assessment_agreed", date(2025, 5, 14), expected_entry=1)
    with pytest.raises(Conflict) as refused:
        record_event(office, "X1", "assessment_refused", date(2025, 5, 13), expected_entry=1)
    assert str(refused.value) == (
        "Case X1 has changed since you looked. Recorded meanwhile: assessment_agreed on 2025-05-14 by bjones. "
        "Nothing of yours was written. Look again with: ehcp show X1"
    )
    assert events(office, "X1") == ["request_received", "assessment_agreed"]


def test_a_number_of_entries_that_never_was_is_a_conflict_too(story, office):
    story("X1", "2025-04-02 request_received")
    with pytest.raises(Conflict, match=r"Case X1 has changed since you looked\. Nothing of yours was written\."):
        record_event(office, "X1", "assessment_agreed", date(2025, 5, 14), expected_entry=7)


def test_text_from_anywhere_in_the_world_is_kept_as_it_was_typed(story, office):
    story("X1", "2025-04-02 request_received", "2025-05-14 assessment_agreed")
    said = "Ysgol Plas Brondyffryn – “Zoë’s place” 学校 ✓ [b] O'Brien; DROP TABLE journal"
    record_event(office, "X1", "setting_consulted", date(2025, 5, 20), {"setting": said}, note=said)
    entry = show_case(office, "X1", date(2025, 6, 1)).lines[-1].entry
    assert entry.details == {"setting": said}
    assert entry.note == said
