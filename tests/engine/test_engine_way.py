"""The way to a limit: which event to record next so that the clock stops in the end."""

from __future__ import annotations

import pytest

from ehcp_flow.engine.way import next_steps


@pytest.mark.parametrize(
    ("workflow", "state", "clock", "steps"),
    [
        ("needs_assessment", "requested", "decide_whether_to_assess", ("assessment_agreed", "assessment_refused")),
        ("needs_assessment", "requested", "finalise_plan", ("assessment_agreed",)),
        ("needs_assessment", "assessing", "finalise_plan", ("draft_plan_sent",)),
        ("needs_assessment", "consulting", "finalise_plan", ("final_plan_sent",)),
        ("needs_assessment", "drafting", "decide_whether_to_issue", ("draft_plan_sent",)),
        ("needs_assessment", "assessing", "give_advice", ("advice_received",)),
        ("annual_review", "due", "decide_after_review", ("review_meeting_held",)),
        ("annual_review", "amending", "complete_amendments", ("amendment_notice_sent", "amendment_abandoned")),
        ("annual_review", "ceased", "complete_review", ()),
    ],
)
def test_the_next_step_is_lawful_and_leads_to_the_limit(law, workflow, state, clock, steps):
    of = law.workflow(workflow)
    assert next_steps(of, state, of.clocks[clock]) == steps


def test_every_step_offered_is_lawful_where_the_case_stands(law):
    for workflow in law.workflows.values():
        for state in workflow.states:
            for rule in workflow.clocks.values():
                for name in next_steps(workflow, state, rule):
                    assert state in workflow.states_before(workflow.events[name]), (workflow.workflow, state, rule.id)


def test_no_step_offered_drops_the_limit_unless_it_stops_it_too(law):
    for workflow in law.workflows.values():
        for state in workflow.states:
            for rule in workflow.clocks.values():
                dropping = set(next_steps(workflow, state, rule)) & set(rule.dropped_on)
                assert dropping <= set(rule.stops_on), (workflow.workflow, state, rule.id)
