"""The figures of a small population, worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.analytics.kpis import figure
from ehcp_flow.errors import BadInput, UnknownName
from ehcp_flow.services.observe import observations
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.report_kpis import report_kpis

AUGUST = date(2025, 8, 1), date(2025, 8, 31)


@pytest.fixture
def population(story, office):
    """Eight requests. The 20 weeks end on the day in the comment; sent says when the final plan was."""
    until_draft = ("assessment_agreed", "draft_plan_sent")

    def plan(case, requested, agreed, drafted, sent=None):
        lines = [f"{requested} request_received", f"{agreed} {until_draft[0]}", f"{drafted} {until_draft[1]}"]
        story(case, *lines, *([f"{sent} final_plan_sent"] if sent else []))

    plan("A", "2025-04-02", "2025-05-14", "2025-07-01", "2025-08-20")  # due 20 Aug, sent that day: in time
    plan("B", "2025-04-02", "2025-05-15", "2025-07-01", "2025-08-21")  # due 20 Aug, sent a day late
    plan("C", "2025-04-09", "2025-05-01", "2025-07-01", "2025-07-31")  # due 27 Aug, sent in July: in time
    plan("D", "2025-03-03", "2025-04-14", "2025-07-01", "2025-08-01")  # due 21 July, sent in August: 11 days late
    plan("E", "2025-04-02", "2025-05-14", "2025-07-01", "2025-08-30")  # due 20 Aug, late, but lifted by an exception
    details = {"exception": "personal_circumstances", "clock": "finalise_plan"}
    record_event(office, "E", "exception_recorded", date(2025, 6, 1), details)
    plan("F", "2025-04-10", "2025-05-22", "2025-07-20")  # due 28 Aug, not sent
    plan("G", "2025-04-14", "2025-05-26", "2025-07-20", "2025-09-01")  # due 1 Sept, sent that day: in time
    story("H", "2025-04-02 request_received", "2025-05-14 assessment_refused")  # dropped: no figure of plans
    return office


def figures(office, as_of, first=AUGUST[0], last=AUGUST[1], known_at=None):
    return {each.rule.id: each for each in report_kpis(office, first, last, as_of, known_at)}


def cases(observations):
    return sorted(each.case_ref for each in observations)


def test_plans_issued_in_the_period_cases_with_an_exception_left_out(population):
    found = figures(population, date(2025, 9, 30))["plans_within_20_weeks"]
    assert (cases(found.in_time), cases(found.late), cases(found.left_out)) == (["A"], ["B", "D"], ["E"])
    assert (found.numerator, found.denominator, found.percent) == (1, 3, 33.3)


def test_all_plans_issued_in_the_period_exceptions_counted_as_they_came(population):
    found = figures(population, date(2025, 9, 30))["plans_within_20_weeks_all"]
    assert (cases(found.in_time), cases(found.late), found.left_out) == (["A"], ["B", "D", "E"], ())
    assert found.percent == 25.0


def test_plans_due_in_the_period_whenever_they_came_and_plans_still_owed_are_misses(population):
    found = figures(population, date(2025, 9, 30))["plans_due_within_20_weeks"]
    assert (cases(found.in_time), cases(found.late), cases(found.still_open)) == (["A", "C"], ["B", "E", "F"], ["F"])
    assert (found.percent, found.not_yet_due, found.open_overdue) == (40.0, (), 1)


def test_a_plan_whose_day_has_not_come_is_neither_in_time_nor_late(population):
    found = figures(population, date(2025, 8, 28))["plans_due_within_20_weeks"]
    assert (cases(found.not_yet_due), cases(found.still_open)) == (["F"], ["E", "F"])
    assert (cases(found.in_time), cases(found.late)) == (["A", "C"], ["B", "E"])
    assert found.open_overdue == 1, "E, lifted or not: this figure leaves nothing out"
    after = figures(population, date(2025, 8, 29))["plans_due_within_20_weeks"]
    assert (after.not_yet_due, cases(after.late)) == ((), ["B", "E", "F"])


def test_open_limits_past_their_day_are_counted_in_whatever_period_they_fell_due(population):
    found = figures(population, date(2025, 12, 31), date(2025, 12, 1), date(2025, 12, 31))["plans_within_20_weeks"]
    assert (found.denominator, found.percent, found.open_overdue) == (0, None, 1)


def test_decisions_told_of_in_the_period_both_days_counted(population):
    found = figures(population, date(2025, 9, 30), date(2025, 5, 14), date(2025, 5, 15))["decisions_within_6_weeks"]
    assert (cases(found.in_time), cases(found.late)) == (["A", "E", "H"], ["B"])
    found = figures(population, date(2025, 9, 30), date(2025, 5, 15), date(2025, 5, 21))["decisions_within_6_weeks"]
    assert (cases(found.in_time), cases(found.late)) == ([], ["B"])


def test_advice_owed_by_law_and_by_guidance_is_never_added_together(population):
    for provider in ("school", "health"):
        record_event(population, "A", "advice_requested", date(2025, 5, 14), {"provider": provider})
    record_event(population, "A", "advice_received", date(2025, 6, 25), {"provider": "health"})
    found = figures(population, date(2025, 9, 30), date(2025, 6, 1), date(2025, 6, 30))
    law, guidance = found["advice_within_6_weeks"], found["advice_within_6_weeks_guidance"]
    assert [(each.name, each.outcome) for each in law.in_time] == [("give_advice[health]", "in_time")]
    assert [(each.name, each.outcome) for each in guidance.late] == [("give_advice[school]", "breach")]
    assert (law.denominator, guidance.denominator) == (1, 1)


def test_reviews_count_only_the_step_their_definition_names(story, office):
    held = ("2025-05-01 review_meeting_held", "2025-05-29 amend_decided", "2025-05-29 amendment_notice_sent")
    story("R1", "2024-06-01 plan_first_made", *held, "2025-07-24 final_amended_plan_sent", workflow="annual_review")
    story("R2", "2024-06-01 plan_first_made", *held, "2025-07-25 final_amended_plan_sent", workflow="annual_review")
    story("R3", "2024-06-01 plan_first_made", *held, "2025-07-01 amendment_abandoned", workflow="annual_review")
    found = figures(office, date(2025, 9, 30), date(2025, 7, 1), date(2025, 7, 31))["amended_plans_within_12_weeks"]
    assert (cases(found.in_time), cases(found.late)) == (["R1"], ["R2"])


def test_every_figure_of_every_process_is_given(office):
    found = report_kpis(office, *AUGUST, date(2025, 9, 30))
    defined = [name for workflow in office.workflows.values() for name in workflow.kpis]
    assert [each.rule.id for each in found] == defined
    assert {(each.denominator, each.percent) for each in found} == {(0, None)}
    only = report_kpis(office, *AUGUST, date(2025, 9, 30), workflow="annual_review")
    assert [each.rule.id for each in only] == list(office.workflow("annual_review").kpis)


def test_a_figure_or_period_that_makes_no_sense_is_refused(office):
    with pytest.raises(UnknownName, match=r"There is no figure called plans\. There are: .*plans_within_20_weeks"):
        report_kpis(office, *AUGUST, date(2025, 9, 30), kpi="plans")
    with pytest.raises(UnknownName, match="reviews"):
        report_kpis(office, *AUGUST, date(2025, 9, 30), workflow="reviews")
    with pytest.raises(BadInput, match=r"The period ends on 2025-08-01, before it begins on 2025-08-31\."):
        report_kpis(office, AUGUST[1], AUGUST[0], date(2025, 9, 30))


@pytest.mark.parametrize(
    "period", [AUGUST, (date(2025, 5, 15), date(2025, 6, 30)), (date(2024, 1, 1), date(2026, 1, 1))]
)
def test_what_is_read_for_a_period_is_all_that_its_figures_are_about(population, period):
    (first, last), as_of = period, date(2025, 9, 30)
    everything = list(observations(population, as_of))
    for found in report_kpis(population, first, last, as_of):
        of_process = [each for each in everything if each.workflow in owners(population, found.rule)]
        assert found == figure(found.rule, of_process, first, last, as_of)


def owners(office, rule):
    return {name for name, workflow in office.workflows.items() if workflow.kpis.get(rule.id) == rule}
