"""The example trackers say what their README says they say."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from ehcp_flow.intake.plan import plan
from ehcp_flow.intake.planned import Intake
from ehcp_flow.intake.read_mapping import read_mapping
from ehcp_flow.intake.table import read_table
from ehcp_flow.law.workflow import Workflow

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
TODAY = date(2026, 11, 24)
NAMES = ["needs_assessment_tracker.xlsx", "annual_reviews_tracker.csv"]


def intake_of(name: str, workflows: dict[str, Workflow]) -> Intake:
    mapping = read_mapping((EXAMPLES / name).with_suffix(".map.yaml"), workflows)
    table = read_table(EXAMPLES / name, mapping.sheet, mapping.headings_in_row)
    return plan(table, mapping, workflows[mapping.workflow], TODAY)


def promised(section: int) -> tuple[str, list[str]]:
    """What the README says of one tracker: the sentence with the counts, and the lines of the dry run."""
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8").split("\n## ")[section]
    block = re.search(r"```\n(.*?)```", text, re.DOTALL)
    assert block
    return text, block[1].splitlines()


@pytest.mark.parametrize(("name", "section"), [(NAMES[0], 1), (NAMES[1], 2)])
def test_the_readme_lists_everything_that_a_dry_run_says(
    name: str, section: int, workflows: dict[str, Workflow]
) -> None:
    intake = intake_of(name, workflows)
    text, lines = promised(section)
    assert [f"{problem.severity} {problem}" for problem in intake.problems] + [
        f"- {note}" for note in intake.notes
    ] == lines
    events = sum(len(case.events) for case in intake.cases)
    assert f"{len(intake.cases)} cases with {events} events" in text


def test_the_needs_assessments_are_read_right_in_every_layout_of_date(workflows: dict[str, Workflow]) -> None:
    cases = {case.case_ref: case for case in intake_of(NAMES[0], workflows).cases}
    first = cases["NA-2400"]
    assert (first.authority, first.workflow) == ("Exampleshire", "needs_assessment")
    days = [event.happened_on for event in first.events]
    assert days == sorted(days)
    assert days[0].year == 2024
    for case in cases.values():
        for event in case.events:
            assert date(2024, 1, 1) <= event.happened_on <= date(2026, 11, 20)


def test_names_with_accents_survive_windows_1252(workflows: dict[str, Workflow]) -> None:
    given = {case.person.given_name for case in intake_of(NAMES[1], workflows).cases}
    assert given & {"Zoë", "Renée", "Chloé", "Siân"}


def test_the_examples_can_be_made_again_byte_for_byte(tmp_path: Path) -> None:
    script = ROOT / "scripts" / "make_examples"
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True)
    for name in NAMES:
        assert (tmp_path / name).read_bytes() == (EXAMPLES / name).read_bytes(), name
