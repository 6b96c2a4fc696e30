"""The night's work: every limit that passed is flagged once, whatever was typed late and whichever nights were missed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from ehcp_flow.errors import BadInput
from ehcp_flow.services.correct_event import correct_event
from ehcp_flow.services.list_work import list_breaches
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.show_case import show_case
from ehcp_flow.services.sweep import sweep
from ehcp_flow.storage import flags

# The six weeks from 2 April 2025 end on 14 May 2025, the 20 weeks on 20 August 2025.


def flagged(office, case="X1", clock="decide_whether_to_assess"):
    """The flags of a clock in the order they were raised, warnings left out."""
    found = show_case(office, case, date(2030, 1, 1)).flags
    return [(flag.kind, str(flag.noticed_on)) for flag in found if flag.clock == clock and flag.kind != "near"]


def test_a_limit_is_flagged_on_the_night_after_its_last_day(story, office):
    story("X1", "2025-04-02 request_received")
    assert sweep(office, date(2025, 5, 14)).new_breaches == 0
    assert flagged(office) == []
    night = sweep(office, date(2025, 5, 15))
    assert (night.last_night, night.new_breaches, night.by_clock) == (
        date(2025, 5, 14),
        1,
        {"decide_whether_to_assess": 1},
    )
    assert flagged(office) == [("breach", "2025-05-15")]


def test_a_night_done_twice_changes_nothing(story, office):
    story("X1", "2025-04-02 request_received")
    assert sweep(office, date(2025, 5, 15)).new_breaches == 1
    before = show_case(office, "X1", date(2030, 1, 1)).flags
    assert sweep(office, date(2025, 5, 15)).new_breaches == 0
    assert sweep(office, date(2025, 5, 10)).new_breaches == 0, "nor does an earlier night done after it"
    assert sweep(office, date(2025, 5, 16)).new_breaches == 0
    assert show_case(office, "X1", date(2030, 1, 1)).flags == before


def test_nights_that_were_missed_are_made_up_for_by_the_next(story, office):
    story("X1", "2025-04-02 request_received")
    story("X2", "2025-04-04 request_received")
    sweep(office, date(2025, 5, 10))
    assert sweep(office, date(2025, 6, 20)).new_breaches == 2
    assert flagged(office, "X1") == flagged(office, "X2") == [("breach", "2025-06-20")]


def test_the_first_night_flags_everything_that_is_broken(story, office):
    story("X1", "2025-04-02 request_received")
    night = sweep(office, date(2025, 9, 1))
    assert night.last_night is None
    assert night.by_clock == {"decide_whether_to_assess": 1, "decide_whether_to_issue": 1, "finalise_plan": 1}


def test_a_night_that_has_not_come_is_refused(office):
    def half_past_midnight_in_summer():
        return datetime(2025, 5, 13, 23, 30, tzinfo=UTC)

    with pytest.raises(BadInput, match=r"2025-05-15 has not come\. Sweep today or a night gone by\."):
        sweep(office, date(2025, 5, 15), now=half_past_midnight_in_summer)
    assert sweep(office, date(2025, 5, 14), now=half_past_midnight_in_summer).new_breaches == 0


def test_a_limit_that_an_exception_lifts_is_not_flagged(story, office):
    story("X1", "2025-04-02 request_received")
    details = {"exception": "personal_circumstances", "clock": "decide_whether_to_assess"}
    record_event(office, "X1", "exception_recorded", date(2025, 5, 1), details)
    assert sweep(office, date(2025, 5, 15)).new_breaches == 0


def test_a_late_entry_that_shows_there_was_no_breach_clears_the_flag_and_keeps_it(story, office, today_is):
    story("X1", "2025-04-02 request_received")
    sweep(office, date(2025, 5, 15))
    today_is(date(2025, 5, 19))
    record_event(office, "X1", "assessment_agreed", date(2025, 5, 14))
    assert flagged(office) == [("breach", "2025-05-15"), ("cleared", "2025-05-19")]


def test_a_late_entry_that_was_late_all_the_same_clears_nothing(story, office, today_is):
    story("X1", "2025-04-02 request_received")
    sweep(office, date(2025, 5, 15))
    today_is(date(2025, 5, 19))
    record_event(office, "X1", "assessment_agreed", date(2025, 5, 15))
    assert flagged(office) == [("breach", "2025-05-15")]


def test_a_case_entered_late_is_flagged_for_nights_already_swept(story, office, today_is):
    sweep(office, date(2025, 6, 1))
    today_is(date(2025, 6, 3))
    story("X1", "2025-04-02 request_received")
    assert flagged(office) == [("breach", "2025-06-03")]
    assert sweep(office, date(2025, 6, 3)).new_breaches == 0


def test_a_correction_can_raise_and_clear_a_flag_as_often_as_the_day_changes(story, office, today_is):
    story("X1", "2025-04-09 request_received")
    sweep(office, date(2025, 5, 16))
    assert flagged(office) == []
    for entry, (today, day) in enumerate(
        [(date(2025, 5, 16), 2), (date(2025, 5, 17), 9), (date(2025, 5, 18), 3), (date(2025, 5, 19), 10)], 1
    ):
        today_is(today)
        correct_event(office, "X1", entry, happened_on=date(2025, 4, day), reason="looked again")
    assert flagged(office) == [
        ("breach", "2025-05-16"),
        ("cleared", "2025-05-17"),
        ("breach", "2025-05-18"),
        ("cleared", "2025-05-19"),
    ]


def test_a_retraction_brings_a_breach_back(story, office, today_is):
    story("X1", "2025-04-02 request_received", "2025-05-14 assessment_agreed")
    sweep(office, date(2025, 6, 1))
    assert flagged(office) == []
    today_is(date(2025, 6, 2))
    correct_event(office, "X1", 2, retract=True, reason="it was another child")
    assert flagged(office) == [("breach", "2025-06-02")]


def test_a_breach_that_was_dropped_late_stays_flagged(story, office, today_is):
    story("X1", "2025-04-02 request_received")
    sweep(office, date(2025, 5, 20))
    today_is(date(2025, 5, 21))
    record_event(office, "X1", "request_withdrawn", date(2025, 5, 20))
    assert flagged(office) == [("breach", "2025-05-20")]
    assert flagged(office, clock="finalise_plan") == []


@pytest.mark.parametrize("seed", [8, 9])
def test_whatever_the_order_of_nights_the_flags_are_the_breaches(new_office, draw_histories, fill, seed):
    """Swept every night or once in a while, the same open limits end up flagged: those that are broken."""
    histories, last = draw_histories(80, seed), date(2026, 6, 1)
    often, seldom = new_office(), new_office()
    for office, step in ((often, 30), (seldom, 400)):
        fill(office, histories)
        day = date(2023, 2, 1)
        while day < last:
            sweep(office, day)
            day += timedelta(days=step)
        sweep(office, last)
    broken = Counter(
        (each.case_ref, each.clock, each.subject or "", each.period) for each in list_breaches(often, last)
    )
    assert standing_breaches(often) == standing_breaches(seldom) == broken
    assert len(broken) > 30


def standing_breaches(office):
    with office.database.read() as connection:
        raised = flags.flags_noticed(connection, date(2020, 1, 1), date(2030, 1, 1))
    assert all(flag.kind in ("near", "breach") for flag in raised), "nothing was typed in between"
    return Counter((flag.case_ref, flag.clock, flag.subject, flag.period) for flag in raised if flag.kind == "breach")
