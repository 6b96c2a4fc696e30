"""The tables of examples beside the workflow files, one test for each example, and what must hold for every file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from ehcp_flow.engine.clocks import due
from ehcp_flow.engine.compiled import compiled
from ehcp_flow.engine.examples import Result, run_example, untested_sides
from ehcp_flow.engine.machine import moves, step
from ehcp_flow.engine.working_days import Calendar
from ehcp_flow.law.clock_rule import ClockRule
from ehcp_flow.law.event_rule import NOT_STARTED
from ehcp_flow.law.load import load_folder
from ehcp_flow.law.test_table import Example, read_table, table_files
from ehcp_flow.law.workflow import Workflow

FOLDER = Path(__file__).parent.parent / "workflows"
WORKFLOWS = load_folder(FOLDER)
TABLES = {
    name: [example for path in table_files(FOLDER / f"{name}.yaml") for example in read_table(path)]
    for name in WORKFLOWS
}
EXAMPLES = [
    pytest.param(name, example, id=f"{name}/{example.name}") for name, table in TABLES.items() for example in table
]
LAST_DAY_LOOKED_AT = date(2030, 12, 31)


def run(name: str, example: Example) -> Result:
    return run_example(WORKFLOWS[name], example, Calendar())


@pytest.mark.parametrize("name, example", EXAMPLES)
def test_the_example_comes_out_as_the_law_says(name: str, example: Example) -> None:
    assert run(name, example).differences == ()


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_clock_has_an_example_on_each_side_of_its_limit(name: str) -> None:
    results = [run(name, example) for example in TABLES[name]]
    assert untested_sides(WORKFLOWS[name], results) == []


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_limit_is_tested_only_by_an_example_that_says_what_its_outcome_is(name: str) -> None:
    # Without what the examples expect, every clock must count as untested on both sides.
    results = [
        Result(without_outcomes(result.example), (), result.verdicts)
        for result in (run(name, example) for example in TABLES[name])
    ]
    assert len(untested_sides(WORKFLOWS[name], results)) == 2 * len(WORKFLOWS[name].clocks)


def without_outcomes(example: Example) -> Example:
    clocks = {name: clock.model_copy(update={"outcome": None}) for name, clock in example.expect.clocks.items()}
    return example.model_copy(update={"expect": example.expect.model_copy(update={"clocks": clocks})})


@pytest.mark.parametrize("name", WORKFLOWS)
def test_no_two_examples_have_the_same_name_in_one_table(name: str) -> None:
    for path in table_files(FOLDER / f"{name}.yaml"):
        names = Counter(example.name for example in read_table(path))
        assert [each for each, times in names.items() if times > 1] == [], path.name


# ------------------------------------------------------------------------------- every day has its law


def days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def days_without_one_limit(rule: ClockRule, first: date) -> list[date]:
    """The days since `first` on which the clock exists and has no limit, or more than one."""
    limits = [rule.by] if rule.by else []
    return [
        day
        for day in days(first, LAST_DAY_LOOKED_AT)
        if rule.in_force.covers(day) and len(limits) + sum(dated.in_force.covers(day) for dated in rule.limits) != 1
    ]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_on_every_day_every_clock_has_exactly_one_limit(name: str) -> None:
    workflow = WORKFLOWS[name]
    wrong = {
        rule.id: found
        for rule in workflow.clocks.values()
        if (found := days_without_one_limit(rule, workflow.covers_from))
    }
    assert wrong == {}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_later_start_is_never_due_earlier(name: str) -> None:
    workflow = WORKFLOWS[name]
    for rule in workflow.clocks.values():
        starts = [day for day in days(workflow.covers_from, LAST_DAY_LOOKED_AT) if rule.in_force.covers(day)]
        last_days = [due(rule, day, Calendar())[1] for day in starts]
        if len(rule.limits) <= 1:
            assert last_days == sorted(last_days), rule.id


def test_a_gap_and_an_overlap_in_time_are_seen() -> None:
    rule = ClockRule.model_validate(
        {
            "title": "Send the final plan",
            "cite": "regs r.13(2)",
            "check": "V1",
            "basis": "law",
            "duty_on": "local_authority",
            "within": [
                {"limit": "20 weeks", "in_force": "to 2020-04-29"},
                {"limit": "26 weeks", "in_force": "2020-05-01 to 2020-09-25"},
                {"limit": "20 weeks", "in_force": "from 2020-09-25"},
            ],
            "counting": "next_day",
            "starts_on": "request_received",
            "stops_on": "final_plan_sent",
        }
    )
    assert days_without_one_limit(rule, date(2014, 9, 1)) == [date(2020, 4, 30), date(2020, 9, 25)]


# ----------------------------------------------------------------------- the order of lawful steps


def steps_in_the_file(workflow: Workflow) -> dict[tuple[str, str], str]:
    return {
        (state, event.id): event.to or state
        for event in workflow.events.values()
        for state in workflow.states_before(event)
    }


@pytest.mark.parametrize("name", WORKFLOWS)
def test_machine_and_table_and_file_agree_on_every_state_and_event(name: str) -> None:
    workflow = WORKFLOWS[name]
    pairs = [(state, event) for state in (NOT_STARTED, *workflow.states) for event in workflow.events]
    by_machine = {pair: step(workflow, *pair) for pair in pairs}
    by_table = {pair: moves(workflow).get(pair) for pair in pairs}
    by_file = {pair: steps_in_the_file(workflow).get(pair) for pair in pairs}
    assert by_machine == by_file
    assert by_table == by_file
    assert compiled(workflow).moves == moves(workflow)
    assert set(moves(workflow)) <= set(pairs)
