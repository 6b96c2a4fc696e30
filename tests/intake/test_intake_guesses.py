"""A first mapping proposed from headings and values: it loads, and is nearly right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ehcp_flow.intake.guess import guess_mapping
from ehcp_flow.intake.mapping import LongMapping, WideMapping
from ehcp_flow.intake.plan import plan
from ehcp_flow.intake.planned import Intake
from ehcp_flow.intake.read_mapping import read_mapping
from ehcp_flow.intake.table import read_table
from ehcp_flow.intake.usual_words import fit, words_of
from ehcp_flow.law.workflow import Workflow

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
TODAY = date(2026, 11, 24)
MakeWorkbook = Callable[..., Path]


def guessed(path: Path, workflows: dict[str, Workflow]) -> WideMapping | LongMapping:
    """The proposed mapping, which must load."""
    return read_mapping(Path("guess.yaml"), workflows, guess_mapping(read_table(path), workflows))


def facts(intake: Intake) -> set[tuple[str, str, date, str]]:
    return {
        (case.case_ref.removeprefix("AR-"), event.name, event.happened_on, event.details.get("provider", ""))
        for case in intake.cases
        for event in case.events
    }


@pytest.mark.parametrize("name", ["needs_assessment_tracker.xlsx", "annual_reviews_tracker.csv"])
def test_the_guess_for_an_example_finds_nearly_every_event(name: str, workflows: dict[str, Workflow]) -> None:
    path = EXAMPLES / name
    written = read_mapping(path.with_suffix(".map.yaml"), workflows)
    proposed = guessed(path, workflows)
    assert proposed.workflow == written.workflow
    right = facts(plan(read_table(path), written, workflows[written.workflow], TODAY))
    found = facts(plan(read_table(path), proposed, workflows[proposed.workflow], TODAY))
    assert len(right & found) >= 0.97 * len(right)
    assert len(found - right) <= 0.03 * len(right)


@pytest.mark.parametrize("name", ["needs_assessment_tracker.xlsx", "annual_reviews_tracker.csv"])
def test_a_guess_shows_no_name(name: str, workflows: dict[str, Workflow]) -> None:
    path = EXAMPLES / name
    mapping = read_mapping(path.with_suffix(".map.yaml"), workflows)
    people = [case.person for case in plan(read_table(path), mapping, workflows[mapping.workflow], TODAY).cases]
    names = {person.family_name.lower() for person in people}
    words = set(guess_mapping(read_table(path), workflows).lower().replace(",", " ").split())
    assert names
    assert words & (names - {"example"}) == set()


@pytest.mark.parametrize(
    ("heading", "event"),
    [
        *[
            ("Date Req Rec'd", "request_received"),
            ("Request received", "request_received"),
            ("EHCNA request", "request_received"),
        ],
        *[
            ("Date received", "request_received"),
            ("Referral date", "request_received"),
            ("EHCNA Req Recd", "request_received"),
        ],
        *[("Agreed to assess", "assessment_agreed"), ("Assessment refused", "assessment_refused")],
        *[
            ("Draft issued", "draft_plan_sent"),
            ("Draft EHCP sent", "draft_plan_sent"),
            ("Draft Plan Date", "draft_plan_sent"),
        ],
        *[("Parental response to draft", "representations_received"), ("Reps rec'd", "representations_received")],
        *[
            ("Final issued", "final_plan_sent"),
            ("EHCP issued", "final_plan_sent"),
            ("Date of final plan", "final_plan_sent"),
        ],
        *[
            ("Final EHCP Issue Date", "final_plan_sent"),
            ("Withdrawn date", "request_withdrawn"),
            ("Moved out", "moved_away"),
        ],
        *[("Refused to issue", "plan_refused"), ("Agreed to issue", "plan_agreed")],
    ],
)
def test_usual_headings_of_assessments_are_known(
    heading: str, event: str, workflows: dict[str, Workflow], workbook: MakeWorkbook
) -> None:
    rows = [["Case No", "Request received" if event == "final_plan_sent" else "Final plan issued", heading]]
    rows += [[f"NA-{number}", f"{number}/4/2025", f"{number}/3/2025"] for number in range(1, 9)]
    proposed = guessed(workbook(rows), workflows)
    assert proposed.workflow == "needs_assessment"
    assert isinstance(proposed, WideMapping)
    assert proposed.events[event][0].date == heading


@pytest.mark.parametrize(
    ("heading", "event"),
    [
        *[
            ("AR meeting", "review_meeting_held"),
            ("Review date", "review_meeting_held"),
            ("Date AR held", "review_meeting_held"),
        ],
        *[
            ("AR paperwork rec'd", "review_report_sent"),
            ("Paperwork received", "review_report_sent"),
            ("Report received", "review_report_sent"),
        ],
        *[("Amendment notice issued", "amendment_notice_sent"), ("Draft amended plan sent", "amendment_notice_sent")],
        *[
            ("Last AR", "previous_review_decided"),
            ("Invitations sent", "meeting_called"),
            ("Plan ceased", "plan_ceased"),
        ],
    ],
)
def test_usual_headings_of_reviews_are_known(
    heading: str, event: str, workflows: dict[str, Workflow], workbook: MakeWorkbook
) -> None:
    rows = [["Plan no", "Final amended plan issued", heading]]
    rows += [[f"P{number}", f"{number}/4/2025", f"{number}/3/2025"] for number in range(1, 9)]
    proposed = guessed(workbook(rows), workflows)
    assert proposed.workflow == "annual_review"
    assert isinstance(proposed, WideMapping)
    assert proposed.events[event][0].date == heading


def test_the_answers_of_a_panel_are_sorted(workflows: dict[str, Workflow], workbook: MakeWorkbook) -> None:
    answers = ["Agreed", "No", "Yes", "Refused", "Deferred", "Agreed"]
    rows = [["Ref", "Request received", "Panel decision", "Panel date"]]
    rows += [[f"NA-{n}", f"{n + 1}/4/2025", answer, f"{n + 1}/5/2025"] for n, answer in enumerate(answers)]
    text = guess_mapping(read_table(workbook(rows)), workflows)
    mapping = read_mapping(Path("guess.yaml"), workflows, text)
    assert isinstance(mapping, WideMapping)
    assert set(mapping.events["assessment_agreed"][0].when["Panel decision"]) == {"Agreed", "Yes"}
    assert set(mapping.events["assessment_refused"][0].when["Panel decision"]) == {"No", "Refused"}
    assert "# Answers in Panel decision that no event takes yet: [Deferred]" in text


def test_a_decision_without_its_answer_is_left_to_a_person(
    workflows: dict[str, Workflow], workbook: MakeWorkbook
) -> None:
    rows = [
        ["Ref", "Request received", "Panel date"],
        *([f"NA-{n}", f"{n}/4/2025", f"{n}/5/2025"] for n in range(1, 9)),
    ]
    text = guess_mapping(read_table(workbook(rows)), workflows)
    assert "# Panel date is the date of assessment_refused or assessment_agreed: say which" in text
    assert "assessment_agreed" not in str(read_mapping(Path("guess.yaml"), workflows, text).model_dump())


def test_due_dates_are_never_events(workflows: dict[str, Workflow], workbook: MakeWorkbook) -> None:
    rows: list[list[Any]] = [["Ref", "Request received", "Final plan due", "Weeks", "RAG"]]
    rows += [[f"NA-{n}", f"{n}/4/2025", f"{n}/8/2025", n, "Red"] for n in range(1, 9)]
    proposed = guessed(workbook(rows), workflows)
    assert proposed.ignore == ("Final plan due", "Weeks", "RAG")
    assert isinstance(proposed, WideMapping)
    assert list(proposed.events) == ["request_received"]


def test_people_are_found_by_heading_and_by_looks(workflows: dict[str, Workflow], workbook: MakeWorkbook) -> None:
    headings = [
        "No",
        "First name",
        "Surname",
        "D.O.B.",
        "Pupil",
        "Number",
        "Gender",
        "SEN case worker",
        "Locality",
        "Request received",
    ]
    row = ["Jo", "Example", "1/6/2015", "B801200005001", "943 476 5870", "F", "P. Lanner", "North", "3/4/25"]
    proposed = guessed(workbook([headings, *([f"NA-{n}", *row] for n in range(9))]), workflows)
    person = {field: getattr(value, "column", value) for field, value in proposed.person if value is not None}
    assert person == {
        "given_name": "First name",
        "family_name": "Surname",
        "date_of_birth": "D.O.B.",
        "upn": "Pupil",
        "nhs_number": "Number",
        "sex": "Gender",
    }
    assert proposed.case == ("No",)
    assert (proposed.officer and proposed.officer.column, proposed.team and proposed.team.column) == (
        "SEN case worker",
        "Locality",
    )


def test_headings_that_yaml_would_misread_are_quoted(workflows: dict[str, Workflow], workbook: MakeWorkbook) -> None:
    rows = [["Ref: case", "Req rec'd - date #1", "Final sent", "Final sent", "{odd}", "Yes"]]
    rows += [[f"NA-{n}", f"{n}/4/2025", f"{n}/5/2025", f"{n}/6/2025", "x", "y"] for n in range(1, 9)]
    proposed = guessed(workbook(rows), workflows)
    assert proposed.case == ("Ref: case",)
    assert isinstance(proposed, WideMapping)
    assert proposed.events["final_plan_sent"][0].date == "column C"
    assert proposed.events["request_received"][0].date == "Req rec'd - date #1"


@pytest.mark.parametrize(
    "rows",
    [
        [["Fruit", "Colour"], ["apple", "red"], ["pear", "green"]],
        [["Case No", "Colour"], ["NA-1", ""]],
        [["A", "B", ""], ["3/4/25", "4/4/25", "5/4/25"]],
    ],
)
def test_a_table_about_something_else_still_gives_a_mapping_that_loads(
    rows: list[list[str]], workflows: dict[str, Workflow], workbook: MakeWorkbook
) -> None:
    assert guessed(workbook(rows), workflows).case


def test_a_workflow_without_usual_words_is_found_by_the_titles_of_its_events(
    workflows: dict[str, Workflow], workbook: MakeWorkbook
) -> None:
    own = workflows["needs_assessment"].model_copy(update={"workflow": "own_process"})
    rows = [
        ["Ref", "Draft plan sent to the family", "Representations received"],
        *([f"X-{n}", f"{n}/4/2025", f"{n}/5/2025"] for n in range(1, 9)),
    ]
    proposed = guessed(workbook(rows), {"own_process": own})
    assert isinstance(proposed, WideMapping)
    assert set(proposed.events) == {"draft_plan_sent", "representations_received"}


def test_a_pattern_is_met_only_by_all_of_its_groups() -> None:
    assert fit("request received !advice", words_of("Req rec’d")) == 2
    assert fit("request received !advice", words_of("Advice req rec'd")) == 0
    assert fit("request received !advice", words_of("Request")) == 0
