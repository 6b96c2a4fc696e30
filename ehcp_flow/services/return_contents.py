"""What stands in the monthly return, by the names of the catalogue: all of it in the workbook, these in the report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ehcp_flow.returns.report import Section

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_table import FigureTable

PRINCIPAL = ("timeliness", "backlog", "pressure", "advice", "reviews", "reviews_overdue", "targets")
"""What a lead member reads first, in words."""

_SECTIONS = (
    (
        "Plans within 20 weeks",
        "Two shares, to be read together: of the plans issued, and of the plans that fell due.",
        ("timeliness", "timeliness_windows"),
    ),
    ("How long families wait", "Every family counts, those who still wait too.", ("time_to_issue",)),
    (
        "Backlog",
        "What is overdue now, what will be soon, and whether it grows.",
        ("backlog", "pressure", "flow", "recovery_plan"),
    ),
    ("Decisions and advice", "", ("six_week_decisions", "advice")),
    ("Annual reviews", "", ("reviews", "reviews_overdue")),
    ("Requests and refusals", "A share in time is never read without the share refused.", ("requests",)),
    ("Exceptions", "", ("exceptions",)),
    (
        "What could flatter the figures",
        "Each of these could make the share in time look better than families find it.",
        (
            "timeliness_checks",
            "first_in_first_out",
            "issued_without_advice",
            "receipt_corrections",
        ),
    ),
    ("Looked-after and other children", "", ("vulnerable_groups",)),
    (
        "Targets",
        "B blue: reached. G green: on track. A amber: close. R red: behind. W white: too early to say.",
        ("targets", "targets_by_theme"),
    ),
)

_ONLY_IF_SET = frozenset({"targets", "targets_by_theme", "recovery_plan"})
"""Figures that an authority has only if it set something; without it the report does not speak of them."""

NOT_PUBLISHED = frozenset({"caseload"})
"""Figures of single officers, which leave the building with nobody."""


def contents(tables: Sequence[FigureTable]) -> tuple[Section, ...]:
    """The sections of the report, from the tables there are."""
    known = {table.id: table for table in tables if table.rows or table.id not in _ONLY_IF_SET}
    found = (
        Section(title, tuple(known[name] for name in names if name in known), about)
        for title, about, names in _SECTIONS
    )
    return tuple(section for section in found if section.tables)


def principal(tables: Sequence[FigureTable]) -> tuple[str, ...]:
    """The messages that matter most, in order."""
    known = {table.id: table.message for table in tables if table.rows}
    return tuple(known[name] for name in PRINCIPAL if name in known)
