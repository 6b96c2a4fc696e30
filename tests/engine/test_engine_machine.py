"""The order of lawful steps: one machine for each workflow, which never holds on to a case."""

from __future__ import annotations

import gc

import pytest

from ehcp_flow.engine.machine import Cursor, machine, mermaid, moves, step
from ehcp_flow.engine.replay import final_state, replay
from ehcp_flow.law.event_rule import NOT_STARTED
from ehcp_flow.law.load import load_folder
from ehcp_flow.settings import shipped_workflows

NAMES = sorted(load_folder(shipped_workflows()))


@pytest.mark.parametrize("name", NAMES)
def test_the_machine_and_the_table_made_from_it_agree_on_every_state_and_event(shipped, name):
    workflow = shipped[name]
    table = moves(workflow)
    for state in (NOT_STARTED, *workflow.states):
        for event in workflow.events:
            assert step(workflow, state, event) == table.get((state, event)), (state, event)


@pytest.mark.parametrize("name", NAMES)
def test_the_table_says_what_the_file_says(shipped, name):
    workflow = shipped[name]
    written = {
        (state, event.id): event.to or state
        for event in workflow.events.values()
        for state in workflow.states_before(event)
    }
    assert moves(workflow) == written


def test_a_misspelt_event_is_no_step(shipped):
    assert step(shipped["needs_assessment"], NOT_STARTED, "request_recieved") is None


def test_there_is_one_machine_for_each_version_of_a_file(shipped, small):
    assert machine(shipped["needs_assessment"]) is machine(shipped["needs_assessment"])
    one, other = small(), small({"Questions and answers": "Answers"})
    assert machine(one) is not machine(other)


def test_a_workflow_without_a_fingerprint_is_built_anew_each_time(shipped):
    unnamed = shipped["needs_assessment"].model_copy(update={"digest": ""})
    assert machine(unnamed) is not machine(unnamed)
    assert moves(unnamed) == moves(shipped["needs_assessment"])


def test_a_hundred_thousand_replays_leave_nothing_behind_in_the_machine(shipped, told):
    workflow = shipped["needs_assessment"]
    events = told("2026-01-05 request_received", "2026-02-16 assessment_agreed", "2026-02-17 assessment_agreed")
    step(workflow, NOT_STARTED, "request_received")
    before = len(machine(workflow).models)
    for _ in range(100_000):
        final_state(workflow, events)
    for _ in range(1_000):
        step(workflow, NOT_STARTED, "request_received")
    gc.collect()
    assert len(machine(workflow).models) == before == 0
    assert not [each for each in gc.get_objects() if isinstance(each, Cursor)]


def test_names_of_events_never_become_names_in_python(shipped):
    cursor = Cursor()
    assert not hasattr(cursor, "__dict__")
    assert not any(hasattr(cursor, name) for name in shipped["needs_assessment"].events)


@pytest.mark.parametrize("name", NAMES)
def test_no_state_goes_anywhere_by_itself(shipped, name):
    assert not [event for event in machine(shipped[name]).events if event.startswith("to_")]


@pytest.mark.parametrize("name", NAMES)
def test_the_picture_shows_every_state_and_every_event_that_changes_one(shipped, name):
    workflow, picture = shipped[name], mermaid(shipped[name])
    assert workflow.title in picture
    assert "stateDiagram" in picture
    for state, rule in workflow.states.items():
        assert state in picture, rule.title
    for event in workflow.events.values():
        changes = event.to and any(state != event.to for state in workflow.states_before(event))
        assert (event.id in picture) == bool(changes), event.id


def test_a_machine_is_told_of_an_event_nobody_knows_without_harm(shipped, told):
    (finding,) = replay(shipped["needs_assessment"], told("2026-01-05 request_recieved")).findings
    assert finding.severity == "impossible"
