"""Where a case stands: lawful steps, events of one day, and what looks wrong in a history."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ehcp_flow.engine.replay import final_state, in_lawful_order, replay


def findings(workflow, events):
    return [str(each) for each in replay(workflow, events).findings]


def test_the_state_is_the_fold_of_the_events(shipped, told):
    case = replay(shipped["needs_assessment"], told("2026-01-05 request_received", "2026-02-16 assessment_agreed"))
    assert (case.state, case.is_ended, case.findings) == ("assessing", False, ())
    assert "plan_refused" in case.next_events
    assert "request_received" not in case.next_events


def test_before_anything_happened_a_case_is_not_started_and_can_only_be_opened(shipped):
    case = replay(shipped["needs_assessment"], [])
    assert (case.state, case.is_ended) == ("not_started", False)
    assert case.next_events == ("request_received", "responsibility_began")


def test_an_ended_case_says_so(shipped, told):
    case = replay(shipped["needs_assessment"], told("2026-01-05 request_received", "2026-02-16 assessment_refused"))
    assert case.is_ended


def test_administrative_entries_move_no_state_and_are_no_findings(shipped, told):
    events = told("2026-01-05 assigned", "2026-01-05 request_received", "2026-01-06 assigned")
    case = replay(shipped["needs_assessment"], events)
    assert (case.state, case.findings) == ("requested", ())


def test_an_event_out_of_order_is_a_finding_and_the_case_stands_where_it_leads(shipped, told):
    events = told("2026-01-05 request_received", "2026-05-01 final_plan_sent")
    case = replay(shipped["needs_assessment"], events)
    assert case.state == "issued"
    assert findings(shipped["needs_assessment"], events) == [
        "final_plan_sent on 2026-05-01: out of order: the case stood at “deciding whether to assess”, where it is not lawful."
    ]


def test_an_event_out_of_order_that_leads_nowhere_leaves_the_state_as_it_is(shipped, told):
    case = replay(shipped["needs_assessment"], told("2026-01-05 request_received", "2026-01-06 early_finish_asked"))
    assert case.state == "requested"
    assert len(case.findings) == 1


def test_a_misspelt_event_is_a_finding_and_is_left_out(shipped, told):
    events = told("2026-01-05 request_recieved", "2026-01-05 request_received")
    case = replay(shipped["needs_assessment"], events)
    assert case.state == "requested"
    assert findings(shipped["needs_assessment"], events) == [
        "request_recieved on 2026-01-05: needs_assessment has no such event; it was left out."
    ]


def test_an_exception_may_have_begun_before_the_case_did(shipped, told):
    events = told(
        "2026-01-02 exception_recorded exception=personal_circumstances clock=finalise_plan until=2026-02-01",
        "2026-01-05 request_received",
    )
    assert replay(shipped["needs_assessment"], events).findings == ()


def test_events_of_one_day_are_taken_in_the_order_recorded_where_that_is_lawful(shipped, told):
    events = told("2026-01-05 request_received", "2026-01-05 assessment_refused", "2026-01-05 assessment_conceded")
    assert list(in_lawful_order(shipped["needs_assessment"], events)) == events
    assert final_state(shipped["needs_assessment"], events) == ("reopened_to_assess", [])


@pytest.mark.parametrize(
    "names",
    [
        ("assessment_agreed", "request_received"),
        ("assessment_conceded", "assessment_refused", "request_received"),
        ("final_plan_sent", "draft_plan_sent", "plan_agreed", "assessment_agreed", "request_received"),
    ],
)
def test_events_of_one_day_are_taken_in_a_lawful_order_where_there_is_one(shipped, told, names):
    workflow = shipped["needs_assessment"]
    events = told(*(f"2026-01-05 {name}" for name in names))
    assert final_state(workflow, events)[1] == []
    assert [event.name for event in in_lawful_order(workflow, events)] == list(reversed(names))


def test_of_many_events_on_one_day_the_order_of_the_file_is_tried(shipped, told):
    names = (
        "final_plan_sent",
        "draft_plan_sent",
        "plan_agreed",
        "advice_requested",
        "assessment_agreed",
        "request_received",
    )
    workflow = shipped["needs_assessment"]
    events = told(*(f"2026-01-05 {name} provider=school" for name in names))
    assert final_state(workflow, events)[1] == []


def test_of_many_events_on_one_day_the_order_recorded_stays_if_that_of_the_file_is_no_better(shipped, told):
    # lawful but for one step as recorded; in the file's order more steps are wrong
    names = ("request_received", "assessment_refused", "assessment_conceded", "assessment_agreed", "plan_refused", "plan_conceded",
             "early_finish_asked")  # fmt: skip
    workflow = shipped["needs_assessment"]
    events = told(*(f"2026-01-05 {name}" for name in names))
    assert [event.name for event in in_lawful_order(workflow, events)] == list(names)


def test_a_date_before_the_law_is_doubtful(shipped, told):
    (finding,) = replay(shipped["needs_assessment"], told("2014-08-31 request_received")).findings
    assert finding.severity == "doubtful"
    assert finding.message == "is before 2014-09-01, the first day this workflow says the law for."


@pytest.mark.parametrize(
    "recorded, is_impossible",
    [
        ("2026-07-01T12:00", True),
        ("2026-07-04T22:59", True),
        ("2026-07-04T23:30", False),  # 00:30 on the 5th in England
        ("2026-07-05T00:00", False),
        ("2026-07-09T12:00", False),
    ],
)
def test_an_entry_typed_in_before_the_day_it_tells_of_is_impossible(shipped, told, recorded, is_impossible):
    found = findings(shipped["needs_assessment"], told(f"2026-07-05 request_received recorded={recorded}"))
    said = f"request_received on 2026-07-05: was recorded on {recorded[:10]}, before it happened."
    assert found == ([said] if is_impossible else [])


CLAIM = "2026-01-06 exception_recorded exception=personal_circumstances clock=finalise_plan"


@pytest.mark.parametrize(
    "line, doubt",
    [
        ("2026-01-06 advice_requested", "does not say `provider` (Who was asked)."),
        (CLAIM.replace("personal_circumstances", "weather"), "`exception` is weather; there is no such exception, so nothing was excepted."),
        (CLAIM.replace("finalise_plan", "finish_plan"), "`clock` is finish_plan; there is no such clock, so nothing was excepted."),
        (CLAIM.replace("finalise_plan", "give_advice[school]"), None),
        (f"{CLAIM} until=Easter", "`until` is Easter; it should be a date such as 2026-02-16, and was left out."),
        (f"{CLAIM} until=2026-02-16", None),
        ("2026-01-06 advice_requested provider=somebody_new", None),
    ],
)  # fmt: skip
def test_a_detail_that_is_missing_or_cannot_be_is_doubtful(shipped, told, line, doubt):
    name = line.split()[1]
    found = findings(shipped["needs_assessment"], told("2026-01-05 request_received", line))
    assert found == ([f"{name} on 2026-01-06: {doubt}"] if doubt else [])


@pytest.mark.parametrize("answer, is_doubtful", [("yes", False), ("no", False), ("true", True)])
def test_an_answer_that_is_neither_yes_nor_no_is_doubtful(shipped, told, answer, is_doubtful):
    found = findings(shipped["annual_review"], told(f"2026-01-05 plan_first_made under_five={answer}"))
    assert found == (
        [f"plan_first_made on 2026-01-05: `under_five` is {answer}; it should be one of: yes, no."]
        if is_doubtful
        else []
    )


def test_a_detail_outside_the_only_values_allowed_is_doubtful(small, told):
    workflow = small({"{title: Who asked, optional: true}": "{title: Who asked, one_of: {a: A, b: B}}"})
    said = "question_asked on 2026-01-05: `who` is c; it should be one of: a, b."
    assert findings(workflow, told("2026-01-05 question_asked who=c")) == [said]


def test_a_history_recorded_long_ago_has_no_moment_to_doubt(shipped, told):
    assert findings(shipped["needs_assessment"], told("2026-07-05 request_received")) == []
    assert told("2026-07-05 request_received")[0].recorded_at < datetime(1900, 1, 1, tzinfo=UTC)
