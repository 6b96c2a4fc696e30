"""What is due: grouped by when, with boundaries to the day, filters, and what is left out said."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.errors import UnknownName
from ehcp_flow.services.assign import assign
from ehcp_flow.services.list_work import Wanted, list_breaches, list_work
from ehcp_flow.services.officers import add_officer
from ehcp_flow.services.record_event import record_event

# The six weeks from 2 April 2025 end on 14 May 2025.
DECISION = Wanted(clock="decide_whether_to_assess")


def groups(work):
    """The groups that hold anything, with their cases."""
    named = {
        "overdue": work.overdue,
        "today": work.today,
        "soon": work.soon,
        "later": work.later,
        "excepted": work.excepted,
    }
    return {name: [each.case_ref for each in found] for name, found in named.items() if found}


@pytest.mark.parametrize(
    ("as_of", "group"),
    [
        (date(2025, 4, 15), None),  # 29 days before
        (date(2025, 4, 16), "later"),  # 28 days before
        (date(2025, 5, 6), "later"),  # 8 days before
        (date(2025, 5, 7), "soon"),  # 7 days before
        (date(2025, 5, 13), "soon"),  # the day before
        (date(2025, 5, 14), "today"),
        (date(2025, 5, 15), "overdue"),
        (date(2027, 5, 15), "overdue"),
    ],
)
def test_a_limit_stands_in_the_group_of_its_day(story, office, as_of, group):
    story("X1", "2025-04-02 request_received")
    assert groups(list_work(office, as_of, DECISION)) == ({group: ["X1"]} if group else {})


def test_the_most_overdue_come_first(story, office):
    for case, day in (("X1", "2025-04-09"), ("X2", "2025-04-02"), ("X3", "2025-04-16")):
        story(case, f"{day} request_received")
    assert groups(list_work(office, date(2025, 7, 1), DECISION)) == {"overdue": ["X2", "X1", "X3"]}


def test_a_limit_that_is_met_or_dropped_is_no_longer_listed(story, office):
    story("X1", "2025-04-02 request_received", "2025-05-20 assessment_agreed")
    story("X2", "2025-04-02 request_received", "2025-05-20 request_withdrawn")
    assert groups(list_work(office, date(2025, 6, 1), DECISION)) == {}
    assert [each.name for each in list_work(office, date(2025, 7, 20)).soon] == ["decide_whether_to_issue"]


def test_only_limits_that_time_can_break_are_listed(story, office):
    story("X1", "2025-04-02 request_received", "2025-05-14 assessment_agreed", "2025-07-20 draft_plan_sent")
    listed = list_work(office, date(2025, 7, 30))
    assert [each.clock for each in listed.later] == ["finalise_plan"], "no window, and no limit on refusals only"


def test_a_limit_that_an_exception_lifts_is_listed_apart_once_its_day_has_passed(story, office):
    story("X1", "2025-04-02 request_received")
    details = {"exception": "personal_circumstances", "clock": "decide_whether_to_assess"}
    record_event(office, "X1", "exception_recorded", date(2025, 5, 1), details)
    assert groups(list_work(office, date(2025, 5, 14), DECISION)) == {"today": ["X1"]}
    assert groups(list_work(office, date(2025, 5, 15), DECISION)) == {"excepted": ["X1"]}
    assert list_breaches(office, date(2025, 5, 15), Wanted(clock="decide_whether_to_assess", ended=True)) == []


@pytest.fixture
def busy(story, office):
    """X1 with bjones of North, X2 with cpatel of South, X3 with team South only, X4 with nobody; a review too."""
    add_officer(office, "bjones", "Bea Jones", "North")
    add_officer(office, "cpatel", "Chandra Patel", "South")
    for case in ("X1", "X2", "X3", "X4"):
        story(case, "2025-04-02 request_received", "2025-04-03 advice_requested provider=school")
    story("R1", "2024-05-16 plan_first_made", workflow="annual_review")
    assign(office, "X1", "bjones")
    assign(office, "X2", "cpatel")
    assign(office, "X3", None, "South")
    assign(office, "R1", "bjones")
    return office


@pytest.mark.parametrize(
    ("wanted", "cases"),
    [
        ({}, {"R1", "X1", "X2", "X3", "X4"}),
        ({"officer": "bjones"}, {"R1", "X1"}),
        ({"team": "South"}, {"X2", "X3"}),
        ({"team": "South", "officer": "bjones"}, set()),
        ({"unassigned": True}, {"X3", "X4"}),
        ({"workflow": "annual_review"}, {"R1"}),
        ({"clock": "complete_review"}, {"R1"}),
        ({"clock": "give_advice"}, {"X1", "X2", "X3", "X4"}),
        ({"clock": "give_advice[school]"}, {"X1", "X2", "X3", "X4"}),
        ({"clock": "give_advice[health]"}, set()),
        ({"basis": "guidance", "officer": "bjones"}, {"X1"}),
        ({"basis": "law", "workflow": "needs_assessment"}, {"X1", "X2", "X3", "X4"}),
        ({"basis": "local"}, set()),
    ],
)
@pytest.mark.parametrize("day", [date(2025, 5, 10), date(2024, 5, 20)], ids=["today", "a day gone by"])
def test_a_list_can_be_narrowed(busy, wanted, cases, day):
    if day.year == 2024:
        cases = set()  # nothing falls due in the four weeks from 20 May 2024
    assert {each.case_ref for each in list_work(busy, day, Wanted(**wanted)).soon} == cases


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"officer": "bjone"}, "There is no officer bjone. Did you mean bjones?"),
        ({"team": "West"}, "There is no team West. There are: North, South."),
        ({"clock": "finalise_plans"}, "There is no clock called finalise_plans."),
        ({"workflow": "reviews"}, "reviews"),
    ],
)
@pytest.mark.parametrize("ask", [list_work, list_breaches])
def test_a_misspelt_filter_is_refused_and_never_an_empty_list(busy, ask, wanted, said):
    with pytest.raises(UnknownName) as refused:
        ask(busy, date(2025, 5, 10), Wanted(**wanted))
    assert said in str(refused.value)


def test_clocks_of_ended_cases_are_left_out_unless_asked_for_and_counted(story, office):
    story(
        "X1",
        "2025-04-02 request_received",
        "2025-04-03 advice_requested provider=school",
        "2025-05-14 assessment_agreed",
        "2025-06-01 draft_plan_sent",
        "2025-06-20 final_plan_sent",
    )
    work = list_work(office, date(2025, 7, 1))
    assert (groups(work), work.in_ended_cases) == ({}, 1)
    assert groups(list_work(office, date(2025, 7, 1), Wanted(ended=True))) == {"overdue": ["X1"]}
    assert list_work(office, date(2025, 7, 1), Wanted(clock="finalise_plan")).in_ended_cases == 0, (
        "only what the filter asks for"
    )
    assert list_work(office, date(2025, 7, 1), Wanted(clock="give_advice")).in_ended_cases == 1


def test_a_breach_is_a_limit_past_its_day_and_not_met(story, office):
    story("X1", "2025-04-02 request_received")
    assert list_breaches(office, date(2025, 5, 14)) == []
    (broken,) = list_breaches(office, date(2025, 5, 15))
    assert (broken.clock, broken.days_late, broken.days_left) == ("decide_whether_to_assess", 1, -1)


def test_since_a_day_also_breaches_that_were_met_late_and_steps_taken_too_soon(story, office):
    story(
        "X1",
        "2025-04-02 request_received",
        "2025-05-20 assessment_agreed",
        "2025-07-20 draft_plan_sent",
        "2025-07-30 final_plan_sent",
    )
    today = date(2025, 8, 1)
    assert list_breaches(office, today) == []

    def names(since):
        return [each.clock for each in list_breaches(office, today, since=since)]

    assert names(date(2025, 5, 15)) == ["decide_whether_to_assess", "hear_representations"]
    assert names(date(2025, 5, 16)) == ["hear_representations"], "the six weeks were broken on 15 May"
    assert names(date(2025, 7, 30)) == ["hear_representations"]
    assert names(date(2025, 7, 31)) == []


def test_a_late_refusal_breaks_the_sixteen_weeks_and_a_late_agreement_does_not(story, office):
    story("X1", "2025-04-02 request_received", "2025-05-14 assessment_agreed", "2025-07-24 plan_refused")
    story("X2", "2025-04-02 request_received", "2025-05-14 assessment_agreed", "2025-07-24 plan_agreed")
    found = list_breaches(office, date(2025, 8, 1), Wanted(clock="notify_no_plan", ended=True), since=date(2025, 1, 1))
    assert [(each.case_ref, each.days_late) for each in found] == [("X1", 1)]
