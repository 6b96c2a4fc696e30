"""The law as pages: every limit with its text, its examples run, its steps drawn, and nothing a case says."""

from __future__ import annotations

import re

import pytest

from ehcp_flow.law.in_force import InForce
from ehcp_flow.services.office import Office
from ehcp_flow.web.views.law import in_force
from ehcp_flow.web.views.state_drawing import state_drawing
from ehcp_flow.web.views.state_layout import layout
from tests.web.conftest import ClientAs


def test_the_first_page_names_every_process_and_says_that_no_lawyer_agreed(client_as: ClientAs) -> None:
    page = client_as("advice_giver", provider="health").get("/law").text
    assert "EHC needs assessment and first EHC plan" in page
    assert "Annual review of an EHC plan" in page
    assert "No lawyer has yet agreed" in page
    assert page.count("examples pass") == 2


@pytest.mark.parametrize("name", ["needs_assessment", "annual_review"])
def test_every_limit_of_a_process_stands_there_with_its_provision(
    client_as: ClientAs, office: Office, name: str
) -> None:
    page = client_as("administrator").get(f"/law/{name}").text
    workflow = office.workflow(name)
    for rule in workflow.clocks.values():
        assert f'id="{rule.id}"' in page
        assert rule.cite[0].link(workflow.sources) in page
    assert "/examples?clock=" in page
    assert "What no person has checked yet" in page


def test_a_process_there_is_not_is_not_found(client_as: ClientAs) -> None:
    answer = client_as("director").get("/law/school_meals")
    assert answer.status_code == 404
    assert "There are: annual_review, needs_assessment." in answer.text


def test_the_examples_of_one_limit_are_run_and_shown_with_their_histories(client_as: ClientAs) -> None:
    page = client_as("analyst").get("/law/needs_assessment/examples?clock=finalise_plan").text
    assert re.search(r"All \d{3} examples pass", page)
    assert "5 January 2026: Request for an EHC needs assessment received" in page
    assert "Send the final plan: due" in page


def test_a_limit_there_is_not_shows_all_examples_and_no_error(client_as: ClientAs) -> None:
    answer = client_as("analyst").get("/law/annual_review/examples?clock=<script>alert(1)</script>")
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_the_law_is_not_shown_to_whoever_is_not_signed_in(client_as: ClientAs) -> None:
    assert client_as(None).get("/law").status_code == 303


def test_every_step_is_drawn_or_listed(law: Office) -> None:
    workflow = law.workflow("needs_assessment")
    drawing = state_drawing(workflow)
    moving = {event.id for event in workflow.events.values() if event.to}
    drawn = {event.id for step in drawing.steps for event in step.events}
    assert drawn | {event.id for event in drawing.from_any_step} == moving
    assert [step.number for step in drawing.steps] == list(range(1, len(drawing.steps) + 1))
    for step in drawing.steps:
        assert f">{step.number}</text>" in drawing.svg


def test_the_picture_holds_nothing_a_content_security_policy_would_refuse(law: Office) -> None:
    svg = state_drawing(law.workflow("annual_review")).svg
    assert "style=" not in svg
    assert "<script" not in svg
    assert 'role="img"' in svg


def test_each_step_stands_below_the_one_before_and_a_loop_leads_back_up() -> None:
    found = layout("start", ["start", "a", "b", "c"], [("start", "a"), ("a", "b"), ("b", "c"), ("b", "a"), ("a", "c")])
    assert {state: layer for state, (layer, _) in found.places.items()} == {"start": 0, "a": 1, "b": 2, "c": 3}
    assert [layer for layer, _ in found.paths["a", "c"]] == [1, 2, 3]
    assert [layer for layer, _ in found.paths["b", "a"]] == [2, 1]


def test_no_two_boxes_stand_in_one_place(law: Office) -> None:
    for workflow in law.workflows.values():
        edges = [(step.source, step.target) for step in state_drawing(workflow).steps]
        states = list(dict.fromkeys(name for edge in edges for name in edge))
        places = layout(states[0], states, edges).places
        assert len(set(places.values())) == len(states)


def test_the_days_on_which_something_was_law_are_said_in_words() -> None:
    assert in_force(InForce.read("2020-05-01 to 2020-09-25")) == "for what began from 1 May 2020 to 25 September 2020"
    assert in_force(InForce()) == "always"
