"""A case's way, as it stood on any day."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.analytics.durations import Wait
from ehcp_flow.analytics.journeys import Asked, Journey, followed_since, journeys
from ehcp_flow.analytics.waiting_settings import WaitingSettings
from ehcp_flow.law.load import load_folder
from ehcp_flow.services.read_waiting import read_waiting
from ehcp_flow.settings import Settings, shipped_workflows

WORKFLOWS = load_folder(shipped_workflows())


@pytest.fixture(scope="module")
def waiting() -> WaitingSettings:
    found = read_waiting(Settings("sqlite://", shipped_workflows(), None, "Madeupshire", "asmith"), WORKFLOWS)
    assert found is not None
    return found


ISSUED = Journey(
    "A",
    started_on=date(2025, 4, 2),
    due_on=date(2025, 8, 20),
    ended_on=date(2025, 9, 1),
    end="issued",
    stages=(
        (date(2025, 4, 2), "requested"),
        (date(2025, 5, 14), "assessing"),
        (date(2025, 8, 1), "consulting"),
        (date(2025, 9, 1), "issued"),
    ),
    asked=(
        Asked("school", date(2025, 5, 15), date(2025, 6, 10)),
        Asked("health", date(2025, 5, 16), date(2025, 7, 1)),
    ),
    agreed_on=date(2025, 5, 14),
    ready_on=date(2025, 8, 1),
)


def test_on_a_day_gone_by_nothing_later_is_known():
    stood = ISSUED.as_on(date(2025, 6, 10))
    assert stood is not None
    assert (stood.is_open, stood.end, stood.ready_on) == (True, None, None)
    assert stood.stages == ISSUED.stages[:2]
    assert stood.asked == (ISSUED.asked[0], Asked("health", date(2025, 5, 16), None))
    assert stood.stage_on(date(2025, 6, 10)) == ("assessing", 27)


def test_before_it_began_there_is_no_journey_and_after_its_end_it_is_whole():
    assert ISSUED.as_on(date(2025, 4, 1)) is None
    assert ISSUED.as_on(date(2025, 9, 1)) == ISSUED


def test_advice_is_owed_from_the_day_it_was_asked_for_until_the_day_before_it_came():
    assert ISSUED.owed_on(date(2025, 5, 15)) == ("school",)
    assert ISSUED.owed_on(date(2025, 5, 16)) == ("health", "school")
    assert ISSUED.owed_on(date(2025, 6, 10)) == ("health",)
    assert ISSUED.owed_on(date(2025, 7, 1)) == ()


def test_a_stage_with_advice_owed_is_another_point_than_the_same_stage_with_all_of_it_in():
    assert ISSUED.points() == [
        (date(2025, 4, 2), "requested"),
        (date(2025, 5, 14), "assessing"),
        (date(2025, 5, 15), "assessing +"),
        (date(2025, 7, 1), "assessing"),
        (date(2025, 8, 1), "consulting"),
        (date(2025, 9, 1), "issued"),
    ]


def test_overdue_from_the_day_after_the_limit_until_the_day_before_the_end():
    days = (date(2025, 8, 20), date(2025, 8, 21), date(2025, 8, 31), date(2025, 9, 1))
    assert [ISSUED.is_overdue_on(day) for day in days] == [False, True, True, False]


def test_a_wait_is_counted_in_days_and_from_where_we_began_to_follow_it():
    assert ISSUED.wait(date(2026, 1, 1)) == Wait(152, "issued", None, "A")
    assert ISSUED.wait(date(2026, 1, 1), since=date(2025, 4, 12)) == Wait(152, "issued", 9, "A")
    open_one = Journey("B", date(2025, 4, 2), date(2025, 8, 20))
    assert open_one.wait(date(2025, 4, 30)) == Wait(28, None, None, "B")


def row(case_ref, clock, started, due, *, stopped=None, dropped=None, stop_event=None, subject=None):
    return {
        "case_ref": case_ref,
        "clock": clock,
        "subject": subject,
        "started_on": started,
        "due_on": due,
        "stopped_on": stopped,
        "dropped_on": dropped,
        "stop_event": stop_event,
        "is_excepted": False,
        "team": None,
        "officer": None,
    }


def event(case_ref, name, day):
    return {"case_ref": case_ref, "event": name, "happened_on": day}


def test_the_kind_of_end_is_that_of_the_event_that_ended_the_wait(waiting):
    start, due = date(2025, 4, 2), date(2025, 8, 20)
    refused, moved = date(2025, 5, 14), date(2025, 7, 1)
    found = journeys(
        [
            row("A", "finalise_plan", start, due, stopped=due, stop_event="final_plan_sent"),
            row("B", "finalise_plan", start, due, dropped=refused),
            row("C", "finalise_plan", start, due, dropped=moved),
            row("C", "give_advice", date(2025, 6, 1), date(2025, 7, 13), dropped=moved, subject="health"),
            row("D", "finalise_plan", start, due),
        ],
        [
            event("B", "request_received", start),
            event("B", "assessment_refused", refused),
            event("C", "request_received", start),
            event("C", "assessment_agreed", date(2025, 5, 1)),
            event("C", "moved_away", moved),
        ],
        WORKFLOWS["needs_assessment"],
        waiting,
    )
    assert {each.case_ref: each.end for each in found} == {"A": "issued", "B": "refused", "C": "left", "D": None}
    moved_away = found[2]
    assert moved_away.agreed_on == date(2025, 5, 1)
    assert moved_away.asked == (Asked("health", date(2025, 6, 1), moved),)
    assert [state for _, state in moved_away.stages] == ["requested", "assessing", "moved_away"]


def test_a_second_draft_is_no_new_stage(waiting):
    events = [
        event("A", "request_received", date(2025, 4, 2)),
        event("A", "assessment_agreed", date(2025, 5, 1)),
        event("A", "draft_plan_sent", date(2025, 7, 1)),
        event("A", "draft_plan_sent", date(2025, 7, 20)),
    ]
    rows = [row("A", "finalise_plan", date(2025, 4, 2), date(2025, 8, 20))]
    found = journeys(rows, events, WORKFLOWS["needs_assessment"], waiting)[0]
    assert found.stages[-1] == (date(2025, 7, 1), "consulting")


def test_waits_are_followed_from_the_first_day_on_which_one_was_seen_to_end():
    assert followed_since([ISSUED, Journey("B", date(2025, 1, 2), date(2025, 5, 22))]) == date(2025, 9, 1)
    assert followed_since([]) is None


def test_the_settings_take_the_limit_from_the_law(waiting):
    assert str(waiting.limit) == "20 weeks"
    assert waiting.limit_days == 140
    assert [str(mark) for mark in waiting.marks] == ["20 weeks", "26 weeks", "39 weeks", "52 weeks"]
    assert next(iter(waiting.ends)) == "issued"
