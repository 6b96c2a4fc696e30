"""How many plans a week a target needs, on queues worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ehcp_flow.analytics.forecast.output_needed import (
    Plan,
    issued_between,
    most_in_a_month,
    needed,
    outcome,
    plans_of,
    quickest_days,
    weekly_pace,
)
from ehcp_flow.analytics.forecast.simulate import Coming
from ehcp_flow.analytics.journeys import Journey

DAY = date(2026, 6, 30)
JULY = date(2026, 7, 1), date(2026, 7, 31)


def plan(due, ready=date(2026, 7, 1)):
    return Plan(due.toordinal(), ready.toordinal())


def test_oldest_limits_come_first():
    """Seven a week is one a day: the two overdue take 1 and 2 July, so that the one due on 2 July is late."""
    plans = [plan(date(2026, 6, 1)), plan(date(2026, 6, 2)), plan(date(2026, 7, 2)), plan(date(2026, 7, 20))]
    found = outcome(plans, 7.0, DAY, *JULY)
    assert (found.share, found.overdue) == (50.0, 0)


def test_a_plan_that_is_not_ready_waits_and_the_next_one_goes():
    plans = [plan(date(2026, 7, 2), ready=date(2026, 7, 20)), plan(date(2026, 7, 10))]
    assert outcome(plans, 7.0, DAY, *JULY).share == 50.0


def test_work_that_could_not_be_done_is_not_made_up_for():
    """Two are ready only on the 31st; at one a day one of them is sent."""
    plans = [plan(date(2026, 7, 31), ready=date(2026, 7, 31)), plan(date(2026, 7, 31), ready=date(2026, 7, 31))]
    assert outcome(plans, 7.0, DAY, *JULY).share == 50.0


def test_nothing_due_has_no_share():
    assert outcome([], 7.0, DAY, *JULY).share is None
    assert needed([], 60.0, DAY, *JULY) is None


def test_the_output_needed_clears_the_backlog_on_the_way():
    """Ten overdue and ten due on 31 July: 20 in 31 days are 4.5 a week, and for half of those due, 15: 3.4 a week."""
    plans = [plan(date(2026, 6, 1)) for _ in range(10)] + [plan(date(2026, 7, 31)) for _ in range(10)]
    assert needed(plans, 100.0, DAY, *JULY) == pytest.approx(20 * 7 / 31, abs=0.13)
    assert needed(plans, 50.0, DAY, *JULY) == pytest.approx(15 * 7 / 31, abs=0.13)


def test_more_output_never_makes_it_worse():
    plans = sorted((plan(date(2026, 6, 1) + timedelta(n * 2)) for n in range(30)), key=lambda each: each.due)
    shares = [outcome(plans, rate, DAY, *JULY).share or 0.0 for rate in (1.0, 2.0, 4.0, 8.0, 16.0)]
    assert shares == sorted(shares)
    overdue = [outcome(plans, rate, DAY, *JULY).overdue for rate in (1.0, 2.0, 4.0, 8.0, 16.0)]
    assert overdue == sorted(overdue, reverse=True)


def test_what_no_output_can_do_has_no_answer():
    """It is ready only after its day."""
    assert needed([plan(date(2026, 7, 10), ready=date(2026, 7, 11))], 100.0, DAY, *JULY) is None


def test_only_cases_that_need_a_plan_and_have_none_yet_are_to_be_sent():
    start, due, today = date(2026, 3, 1).toordinal(), date(2026, 7, 19).toordinal(), DAY.toordinal()
    run = (
        Coming(start, due, today + 5, "issued"),
        Coming(start, due, None, None),
        Coming(start, due, today + 5, "refused"),
        Coming(start, due, today - 5, "issued"),
    )
    assert plans_of(run, DAY, 121) == [Plan(due, today + 1), Plan(due, today + 1)]
    assert plans_of(run[:1], DAY, 130) == [Plan(due, start + 130)]


def issued(number, days, ended):
    started = ended - timedelta(days)
    return Journey(f"C{number}", started, started + timedelta(140), ended, "issued")


def test_pace_and_quickest_quarter_are_of_the_plans_issued_in_the_time():
    found = [issued(n, 100 + 10 * n, DAY - timedelta(n)) for n in range(9)]
    found.append(issued(10, 10, DAY - timedelta(28)))
    assert issued_between(found, DAY - timedelta(28), DAY) == 9, "the first day is not counted"
    assert weekly_pace(found, DAY - timedelta(28), DAY) == pytest.approx(9 / 4)
    assert quickest_days(found, DAY - timedelta(28), DAY) == 120
    assert quickest_days([], DAY - timedelta(28), DAY) is None


def test_the_most_in_a_month_of_the_year_before():
    found = [issued(n, 100, date(2026, 5, 10)) for n in range(3)] + [issued(9, 100, date(2024, 1, 1))] * 7
    assert most_in_a_month(found, DAY) == 3
