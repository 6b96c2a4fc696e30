"""A tracker of one row a child as the tests of planning have it, and what they look at in the plan."""

from __future__ import annotations

from datetime import date
from typing import Any

from ehcp_flow.intake.planned import Intake, PlannedCase

WIDE = """
workflow: needs_assessment
case: Case No
authority: {always: Exampleshire}
person: {given_name: Forename, family_name: Surname, date_of_birth: DOB}
officer: Officer
team: Area
events:
  request_received: {date: Received, details: {source: Asked by}}
  assessment_agreed: {date: Panel, when: {Outcome: [Agree, Yes]}}
  assessment_refused: {date: Panel, when: {Outcome: [Refuse, No]}}
  draft_plan_sent: Draft
  final_plan_sent: Final
"""
HEADINGS = [
    "Case No",
    "Forename",
    "Surname",
    "DOB",
    "Officer",
    "Area",
    "Received",
    "Asked by",
    "Outcome",
    "Panel",
    "Draft",
    "Final",
]
JO = [
    "NA-1",
    "Jo",
    "Example",
    date(2015, 6, 1),
    "P. Lanner",
    "North",
    date(2025, 4, 3),
    "School",
    "Agree",
    date(2025, 5, 12),
    date(2025, 7, 1),
    date(2025, 8, 20),
]
SAM = ["NA-2", "Sam", "Sample", date(2016, 2, 29), "A. Sessor", "South", date(2025, 5, 6), "", "", "", "", ""]


def changed(row: list[Any], **cells: Any) -> list[Any]:
    """A row with other values in some columns, named by their headings with _ for blanks."""
    return [cells.get(heading.replace(" ", "_"), cell) for heading, cell in zip(HEADINGS, row, strict=True)]


def said(intake: Intake) -> list[str]:
    return [f"{problem.severity} {problem}" for problem in intake.problems]


def refs(intake: Intake) -> list[str]:
    return [case.case_ref for case in intake.cases]


def dates(case: PlannedCase) -> list[tuple[str, str]]:
    return [(event.name, event.happened_on.isoformat()) for event in case.events]
