"""Running a table of examples: what differs is told, and limits not tested on both sides are missed."""

from __future__ import annotations

import pytest

from ehcp_flow.engine.examples import run_example, untested_sides
from ehcp_flow.law.test_table import Example
from ehcp_flow.law.test_table import read_table as read

RIGHT = {
    "name": "a question is answered in time",
    "why": "s.1",
    "history": ["2026-01-05 question_asked", "2026-02-16 answer_sent"],
    "as_of": "2026-02-16",
    "expect": {
        "state": "answered",
        "clocks": {"answer": {"started_on": "2026-01-05", "due_on": "2026-02-16", "outcome": "in_time", "period": 1, "cite": "act s.1"}},
    },
}  # fmt: skip


@pytest.fixture
def differences(small):
    """What comes out of RIGHT otherwise than expected, with these values changed."""

    def run(expect=None, **changes):
        example = Example.model_validate({**RIGHT, **changes, "expect": RIGHT["expect"] if expect is None else expect})
        return list(run_example(small(), example).differences)

    return run


def clock(**values):
    return {"clocks": {"answer": values}}


def test_an_example_that_comes_out_as_expected_has_no_differences(differences):
    assert differences() == []


@pytest.mark.parametrize(
    "expect, difference",
    [
        ({"state": "asked"}, "state is answered, expected asked"),
        (clock(due_on="2026-02-15"), "answer: due_on is 2026-02-16, expected 2026-02-15"),
        (clock(outcome="breach"), "answer: outcome is in_time, expected breach"),
        (clock(days_taken=41), "answer: days_taken is 42, expected 41"),
        (clock(basis="local"), "answer: basis is law, expected local"),
        (clock(stopped_on="2026-02-15"), "answer: stopped_on is 2026-02-16, expected 2026-02-15"),
        (clock(because="school"), "answer: no exception's reason says “school”; there are: none"),
        ({"clocks": {"reply": {"outcome": "in_time"}}}, "there is no clock reply; there are: answer"),
        (clock(period=2), "there is no clock answer; there are: answer"),
        ({"no_clock": ["answer"]}, "there is a clock answer, due 2026-02-16, and there should be none"),
        ({"no_clock": ["answr"]}, "`no_clock` names answr, and small has no such clock"),
        ({"findings": ["out of order"]}, "no finding says “out of order”; there are: none"),
    ],
)
def test_what_differs_is_told_in_words(differences, expect, difference):
    assert differences(expect) == [difference]


def test_a_finding_nobody_expected_is_a_difference(differences):
    history = ["2026-01-05 question_asked", "2026-02-16 answer_sent", "2026-02-16 thanked"]
    said = "thanked on 2026-02-16: small has no such event; it was left out."
    assert differences(history=history) == [f"a finding that is not expected: {said}"]
    assert differences({"findings": ["no such event"]}, history=history) == []


def test_what_an_example_does_not_mention_is_not_looked_at(differences):
    assert differences({}) == []


def test_an_example_may_say_when_each_entry_was_typed_in_and_what_it_corrects(differences):
    history = [
        "2026-01-05 question_asked recorded=2026-01-05",
        "2026-02-20 answer_sent recorded=2026-02-20",
        "2026-02-16 answer_sent corrects=2 recorded=2026-03-10",
    ]
    late = clock(outcome="breach", stopped_on="2026-02-20")
    assert differences(late, history=history, as_of="2026-03-31", known_at="2026-03-09") == []
    assert differences(history=history, as_of="2026-03-31", known_at="2026-03-10") == []


def test_the_reason_an_exception_was_taken_or_not_is_compared_by_its_words(shipped):
    def run(because):
        example = Example.model_validate(
            {
                "name": "x",
                "why": "x",
                "history": [
                    "2026-01-05 request_received",
                    "2026-01-06 exception_recorded exception=weather clock=finalise_plan",
                ],
                "as_of": "2026-02-01",
                "expect": {"findings": ["no such exception"], "clocks": {"finalise_plan": {"because": because}}},
            }
        )
        return run_example(shipped["needs_assessment"], example).differences

    assert run("called `weather`") == ()
    assert run("school") == (
        "finalise_plan: no exception's reason says “school”; there are: ['There is no exception called `weather`.']",
    )


def sides(workflow, *cases):
    """The sides of limits no case tests, a case being (last day, expected outcome, whether it was answered then)."""
    results = []
    for day, outcome, is_answered in cases:
        history = ["2026-01-05 question_asked", *([f"{day} answer_sent"] if is_answered else [])]
        example = Example.model_validate({**RIGHT, "history": history, "as_of": day, "expect": clock(outcome=outcome)})
        results.append(run_example(workflow, example))
    return untested_sides(workflow, results)


RIGHT_SIDE = "small.answer is not tested on the right side of its limit"
WRONG_SIDE = "small.answer is not tested on the wrong side of its limit"


@pytest.mark.parametrize(
    "cases, untested",
    [
        ([], [RIGHT_SIDE, WRONG_SIDE]),
        ([("2026-02-16", "in_time", True)], [WRONG_SIDE]),
        ([("2026-02-16", "running", False)], [WRONG_SIDE]),
        ([("2026-02-17", "breach", True)], [RIGHT_SIDE]),
        ([("2026-02-17", "breach", False)], [RIGHT_SIDE]),
        ([("2026-02-15", "in_time", True), ("2026-02-18", "breach", True)], [RIGHT_SIDE, WRONG_SIDE]),
        ([("2026-02-16", "breach", True), ("2026-02-17", "in_time", True)], [RIGHT_SIDE, WRONG_SIDE]),
        ([("2026-02-16", "in_time", True), ("2026-02-17", "breach", True)], []),
    ],
)
def test_a_limit_is_tested_by_an_example_on_its_last_day_and_one_on_the_day_after(small, cases, untested):
    assert sides(small(), *cases) == untested


def test_time_to_be_left_is_tested_the_other_way_round(small):
    workflow = small({"within: 6 weeks": "at_least: 6 weeks"})
    assert sides(workflow, ("2026-02-17", "in_time", True), ("2026-02-16", "breach", True)) == []
    assert sides(workflow, ("2026-02-18", "in_time", True), ("2026-02-15", "breach", True)) == [RIGHT_SIDE, WRONG_SIDE]


def test_a_clock_no_example_expects_is_not_tested_by_it(small):
    example = Example.model_validate({**RIGHT, "expect": {}})
    assert untested_sides(small(), [run_example(small(), example)]) == [RIGHT_SIDE, WRONG_SIDE]


def test_a_table_that_is_read_can_be_run(small, tmp_path):
    path = tmp_path / "small.test.yaml"
    path.write_text(
        "tests:\n  - name: x\n    why: x\n    history: [2026-01-05 question_asked]\n    as_of: 2026-02-16\n"
        "    expect: {state: asked, answer: {days_left: 0}}\n",
        encoding="utf-8",
    )
    (example,) = read(path)
    assert run_example(small(), example).differences == ()
