"""Targets: read strictly, and shown with baseline, milestone, target, actual, colour and owner."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ehcp_flow.analytics.figure_request import FigureRequest
from ehcp_flow.errors import BadFile, BadInput
from ehcp_flow.services.office import Office
from ehcp_flow.services.read_targets import read_targets
from ehcp_flow.services.report_figures import figure_tables
from ehcp_flow.settings import read_settings

EXAMPLE = Path(__file__).parents[2] / "examples" / "targets.yaml"
AS_OF = date(2026, 9, 30)
YEAR = FigureRequest(date(2026, 1, 1), AS_OF, AS_OF)

ONE = """\
targets:
  in_time:
    figure: plans_within_20_weeks_all
    owner: Casework manager
    baseline: {value: 40, measured: 2025-12-31}
    milestones: [{value: 50, by: 2026-06-30}, {value: 70, by: 2026-12-31}]
    target: {value: 80, by: 2027-03-31}
    amber_within: 5
"""


@pytest.fixture
def with_targets(office, tmp_path):
    """Opens the same database with a file of targets."""
    opened = []

    def make(text):
        path = tmp_path / "targets.yaml"
        path.write_text(text, encoding="utf-8")
        other = Office(replace(office.settings, targets=path))
        opened.append(other)
        return other

    yield make
    for each in opened:
        if "database" in vars(each):
            each.database.close()


@pytest.fixture
def four_plans(story):
    """Issued in 2026: two in time and two late; one more is overdue and still open."""
    for case, sent in (("A", "2026-05-20"), ("B", "2026-05-20"), ("C", "2026-05-21"), ("D", "2026-07-01")):
        story(case, "2025-12-31 request_received", "2026-02-01 assessment_agreed", "2026-04-20 draft_plan_sent", f"{sent} final_plan_sent")  # fmt: skip
    story("E", "2026-01-05 request_received", "2026-02-10 assessment_agreed")


def row(office, request=YEAR):
    (table,) = figure_tables(office, request, ["targets"])
    return dict(zip([column.name for column in table.columns], table.rows[0], strict=True)), table


def test_a_target_stands_with_everything_that_was_agreed(four_plans, with_targets):
    found, table = row(with_targets(ONE))
    assert found == {
        "target_of": "Plans issued within 20 weeks, including exceptions",
        "theme": "Timeliness",
        "baseline": 40.0,
        "baseline_on": date(2025, 12, 31),
        "milestone": 50.0,
        "milestone_by": date(2026, 6, 30),
        "target": 80.0,
        "target_by": date(2027, 3, 31),
        "actual": 50.0,
        "counted": 4,
        "brag": "Green",
        "owner": "Casework manager",
    }
    assert table.message == "1 target: 1 green."
    assert table.cases_behind(0, "actual") == ("A", "B", "C", "D")


def test_before_any_milestone_is_due_it_is_white_and_the_next_one_is_shown(four_plans, with_targets):
    text = ONE.replace("2026-06-30", "2026-11-30")
    found, _ = row(with_targets(text))
    assert (found["brag"], found["milestone"], found["milestone_by"]) == ("White", 50.0, date(2026, 11, 30))


def test_short_of_the_milestone_it_is_amber_or_red(four_plans, with_targets):
    assert row(with_targets(ONE.replace("value: 50", "value: 55")))[0]["brag"] == "Amber"
    found, table = row(with_targets(ONE.replace("value: 50", "value: 56")))
    assert found["brag"] == "Red"
    assert table.message.endswith("Red: Plans issued within 20 weeks, including exceptions.")


def test_plans_overdue_may_be_the_measure(four_plans, with_targets):
    text = """\
targets:
  backlog:
    figure: plans_within_20_weeks_all
    title: Plans overdue
    theme: Backlog
    measure: overdue
    better: lower
    owner: Assistant director
    baseline: {value: 9, measured: 2025-12-31}
    target: {value: 1, by: 2026-12-31}
    amber_within: 2
"""
    office = with_targets(text)
    found, table = row(office)
    assert (found["actual"], found["counted"], found["brag"]) == (1.0, None, "Blue")
    assert table.cases_behind(0, "actual") == ("E",)
    (themes,) = figure_tables(office, YEAR, ["targets_by_theme"])
    assert themes.rows == (("Backlog", 0, 0, 0, 1, 0, 1), ("All", 0, 0, 0, 1, 0, 1))


def test_without_a_file_it_says_how_to_write_one(office):
    (table,) = figure_tables(office, YEAR, ["targets"])
    assert table.rows == ()
    assert "examples/targets.yaml" in table.message


def test_of_no_plans_there_is_no_colour_but_white(office, with_targets):
    found, _ = row(with_targets(ONE))
    assert (found["actual"], found["counted"], found["brag"]) == (None, 0, "White")


def test_the_example_can_be_used_as_it_is(law):
    found = read_targets(read_settings({"EHCP_TARGETS": str(EXAMPLE)}), law.workflows)
    assert [each.id for each in found] == [
        "issued_in_time",
        "due_in_time",
        "backlog",
        "advice_by_law",
        "review_decisions",
    ]
    assert {each.workflow for each in found} == {"needs_assessment", "annual_review"}


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("plans_within_20_weeks_all", "plans_in_time", 3, "there is no figure plans_in_time"),
        ("    owner: Casework manager\n", "", 2, "`targets.in_time.owner` is missing"),
        ("amber_within: 5", "amber_with: 5", 8, "`targets.in_time.amber_with` is not a key that is known here"),
        ("amber_within: 5", "amber_within: a few", 8, "should be a number"),
        ("by: 2026-06-30", "by: 2025-06-30", 6, "2025-06-30 should come after 2025-12-31"),
        ("{value: 80,", "{value: 30,", 7, "30 is not higher than the baseline of 40"),
        ("{value: 80,", "{value: 180,", 7, "180 is more than 100 per cent"),
        ("by: 2027-03-31", "by: March 2027", 7, "is not a date"),
        ("    owner", "    better: more\n    owner", 4, "should be higher or lower"),
    ],
)
def test_a_mistake_is_told_with_its_line(law, tmp_path, old, new, line, message):
    path = tmp_path / "targets.yaml"
    path.write_text(ONE.replace(old, new), encoding="utf-8")
    with pytest.raises(BadFile) as refused:
        read_targets(read_settings({"EHCP_TARGETS": str(path)}), law.workflows)
    assert message in str(refused.value)
    assert f"targets.yaml:{line}:" in str(refused.value)


def test_a_file_that_is_not_there_is_said(law, tmp_path):
    with pytest.raises(BadInput, match="There is no file of targets at"):
        read_targets(read_settings({"EHCP_TARGETS": str(tmp_path / "none.yaml")}), law.workflows)
