"""Correcting by further entries: another day, other details, or that it never was; what was recorded first stays."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.errors import BadInput, NotAllowed, UnknownName
from ehcp_flow.services.assign import assign
from ehcp_flow.services.correct_event import correct_event
from ehcp_flow.services.officers import add_officer
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.show_case import show_case


def due(office, case, clock="finalise_plan", day=date(2026, 1, 1)):
    return next(each.clock.due_on for each in show_case(office, case, day).verdicts if each.clock.name == clock)


def lines(office, case):
    view = show_case(office, case, date(2026, 1, 1))
    return [(line.entry.seq, line.entry.name, str(line.entry.happened_on), line.replaced_by) for line in view.lines]


def test_another_day_moves_the_clocks_and_both_entries_are_shown(story, office):
    story("X1", "2025-04-02 request_received source=parent")
    assert due(office, "X1") == date(2025, 8, 20)
    done = correct_event(office, "X1", 1, happened_on=date(2025, 4, 1), reason="stamped the day before")
    assert due(office, "X1") == date(2025, 8, 19)
    assert done.entry.details == {"source": "parent"}, "what is not corrected stays"
    assert done.entry.note == "stamped the day before"
    assert lines(office, "X1") == [
        (2, "request_received", "2025-04-01", None),
        (1, "request_received", "2025-04-02", 2),
    ]


def test_other_details_are_put_in_the_place_of_the_old_ones(story, office):
    story("X1", "2025-04-02 request_received", "2025-05-20 advice_requested provider=school")
    correct_event(office, "X1", 2, details={"provider": "health"}, reason="the wrong line was picked")
    names = [each.clock.name for each in show_case(office, "X1", date(2025, 6, 1)).verdicts]
    assert "give_advice[health]" in names
    assert "give_advice[school]" not in names


def test_what_never_happened_is_taken_back(story, office):
    story("X1", "2025-04-02 request_received", "2025-05-14 assessment_refused")
    done = correct_event(office, "X1", 2, retract=True, reason="it was another child")
    assert (done.state_before, done.state_after) == ("refused_to_assess", "requested")
    assert lines(office, "X1") == [
        (1, "request_received", "2025-04-02", None),
        (2, "assessment_refused", "2025-05-14", 3),
        (3, "retracted", "2025-05-14", None),
    ]
    assert record_event(office, "X1", "assessment_agreed", date(2025, 5, 14)).state_after == "assessing"


def test_a_correction_can_be_corrected_again(story, office):
    story("X1", "2025-04-02 request_received")
    correct_event(office, "X1", 1, happened_on=date(2025, 4, 1), reason="stamped the day before")
    correct_event(office, "X1", 2, happened_on=date(2025, 3, 31), reason="the stamp was wrong too")
    assert due(office, "X1") == date(2025, 8, 18)
    assert lines(office, "X1") == [
        (3, "request_received", "2025-03-31", None),
        (2, "request_received", "2025-04-01", 3),
        (1, "request_received", "2025-04-02", 2),
    ]


def test_a_correction_can_be_taken_back_and_then_nothing_is_left_of_the_event(story, office):
    story("X1", "2025-04-02 request_received", "2025-05-14 assessment_agreed")
    correct_event(office, "X1", 2, happened_on=date(2025, 5, 13), reason="letter dated the 13th")
    done = correct_event(office, "X1", 3, retract=True, reason="no letter was sent")
    assert done.state_after == "requested"


def test_even_the_only_event_can_be_taken_back_and_the_case_begun_again(story, office):
    story("X1", "2025-04-02 request_received")
    done = correct_event(office, "X1", 1, retract=True, reason="entered in the wrong system")
    assert (done.state_after, done.clocks_after) == ("not_started", ())
    again = record_event(office, "X1", "request_received", date(2025, 3, 3))
    assert again.state_after == "requested"
    assert due(office, "X1") == date(2025, 7, 21)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "Entry 1 was replaced by entry 4 already. Correct entry 4 instead."),
        (3, "Entry 3 was replaced by entry 4 already. Correct entry 4 instead."),
        (2, "Entry 2 was taken back by entry 5. If it did happen, record it again."),
        (5, "Entry 5 is no event that can be corrected. Record what is right instead."),
        (6, "Entry 6 is no event that can be corrected. Record what is right instead."),
    ],
)
def test_an_entry_that_no_longer_stands_cannot_be_corrected(story, office, number, said):
    story("X1", "2025-04-02 request_received", "2025-05-14 assessment_agreed")
    correct_event(office, "X1", 1, happened_on=date(2025, 4, 1), reason="a")
    correct_event(office, "X1", 3, happened_on=date(2025, 3, 31), reason="b")
    correct_event(office, "X1", 2, retract=True, reason="c")
    add_officer(office, "bjones", "Bea Jones", None)
    assign(office, "X1", "bjones")
    with pytest.raises(NotAllowed) as refused:
        correct_event(office, "X1", number, happened_on=date(2025, 5, 1), reason="d")
    assert str(refused.value) == said


def test_an_entry_there_is_not_cannot_be_corrected(story, office):
    story("X1", "2025-04-02 request_received")
    for number in (0, -1, 2):
        with pytest.raises(UnknownName) as refused:
            correct_event(office, "X1", number, retract=True, reason="a")
        assert str(refused.value) == f"Case X1 has no entry {number}. See them with: ehcp show X1"


def test_a_correction_needs_a_reason_and_must_change_something(story, office):
    story("X1", "2025-04-02 request_received source=parent")
    with pytest.raises(BadInput, match=r"A correction needs a reason\. Give --reason"):
        correct_event(office, "X1", 1, happened_on=date(2025, 4, 1), reason="  ")
    for same in ({}, {"happened_on": date(2025, 4, 2)}, {"details": {"source": "parent"}}):
        with pytest.raises(
            BadInput, match=r"The correction changes nothing\. Give --on DATE or another detail, or --retract\."
        ):
            correct_event(office, "X1", 1, **same, reason="a")


def test_a_correction_that_upsets_other_entries_is_refused_with_what_it_upsets(story, office):
    story("X1", "2025-04-02 request_received", "2025-05-14 assessment_agreed", "2025-07-20 draft_plan_sent")
    for change in ({"retract": True}, {"happened_on": date(2025, 7, 21)}):
        with pytest.raises(NotAllowed) as refused:
            correct_event(office, "X1", 2, **change, reason="a")
        said = str(refused.value)
        assert said.startswith(
            "Entry 2 cannot be corrected like this: other entries would no longer fit. With it, draft_plan_sent on 2025-07-20:"
        )
        assert said.endswith('Correct the other entry first, or add --override "the reason".')
    done = correct_event(office, "X1", 2, retract=True, reason="a", override="the draft was sent without a decision")
    assert done.state_after == "consulting"
    assert len(done.findings) == 1


def test_the_opening_can_be_moved_back_but_not_past_what_followed(story, office):
    story("X1", "2025-04-02 request_received", "2025-05-14 assessment_agreed")
    with pytest.raises(NotAllowed, match="other entries would no longer fit"):
        correct_event(office, "X1", 1, happened_on=date(2025, 5, 15), reason="a")
    assert correct_event(office, "X1", 1, happened_on=date(2025, 5, 14), reason="a").state_after == "assessing"
    assert correct_event(office, "X1", 3, happened_on=date(2024, 12, 2), reason="a").state_after == "assessing"


def test_another_entry_cannot_be_moved_before_the_opening_or_into_the_future(story, office, today_is):
    today_is(date(2025, 6, 1))
    story("X1", "2025-04-02 request_received", "2025-05-14 assessment_agreed")
    with pytest.raises(NotAllowed, match=r"1 April 2025 is before the case was opened, on 2 April 2025\."):
        correct_event(office, "X1", 2, happened_on=date(2025, 4, 1), reason="a")
    with pytest.raises(BadInput, match=r"2 June 2025 is after today, 1 June 2025\."):
        correct_event(office, "X1", 2, happened_on=date(2025, 6, 2), reason="a")


def test_a_corrected_detail_is_checked_like_a_recorded_one(story, office):
    story("X1", "2025-04-02 request_received", "2025-05-20 advice_requested provider=school")
    with pytest.raises(BadInput, match="advice_requested has no detail called supplier"):
        correct_event(office, "X1", 2, details={"supplier": "health"}, reason="a")
