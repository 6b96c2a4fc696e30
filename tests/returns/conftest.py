"""Tables of figures and a cover, written out by hand; nobody and no authority in them exists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from ehcp_flow.analytics.figure_table import Chart, Column, FigureTable
from ehcp_flow.returns.facts import Facts, Inputs, LawFile
from ehcp_flow.returns.report import Report, Section


@pytest.fixture
def pair() -> FigureTable:
    """Two shares by month, with an interval, a target, a gap in May, and the cases behind April."""
    columns = (
        Column("month", "Month", "month"),
        Column("in_time", "Issued in time", "count"),
        Column("of", "Issued", "count"),
        Column("issued_percent", "% of issued", "percent", rests_on=("in_time", "of")),
        Column("issued_low", "from", "percent", rests_on=("in_time", "of")),
        Column("issued_high", "to", "percent", rests_on=("in_time", "of")),
        Column("due_percent", "% of due", "percent"),
    )
    rows = (
        (date(2026, 4, 1), 19, 41, 46.34146, 32.1, 61.2, 40.0),
        (date(2026, 5, 1), 0, 0, None, None, None, 55.5),
        (date(2026, 6, 1), 8, 10, 80.0, 49.0, 94.3, 62.5),
    )
    chart = Chart("lines", "month", ("issued_percent", "due_percent"), "issued_low", "issued_high", 60, "Both rise.")
    cases = {("2026-04-01", "in_time"): ("NA-2", "NA-1")}
    return FigureTable(
        "pair", "Plans in time", "In June 80.0% were in time (8 of 10).", "Two shares.", columns, rows,
        numerator="in time", denominator="all", notes=("Few plans.",), chart=chart, cases=cases,
    )  # fmt: skip


@pytest.fixture
def backlog() -> FigureTable:
    """Counts by stage with a total, as stacked bars."""
    columns = (
        Column("stage", "Stage"),
        Column("recent", "20 to 26 weeks", "count"),
        Column("old", "Over 26 weeks", "count"),
    )
    rows = (("Assessing", 12, 3), ("Drafting the plan", 4, 0), ("All", 16, 3))
    chart = Chart("stacked_bars", "stage", ("recent", "old"))
    return FigureTable(
        "backlog", "Overdue", "19 are overdue.", "Open ones.", columns, rows, chart=chart, has_total=True
    )


@pytest.fixture
def facts() -> Facts:
    """The cover of an October."""
    return Facts(
        authority="Madeupshire & Sons",
        first=date(2026, 10, 1),
        last=date(2026, 10, 31),
        as_of=date(2026, 11, 1),
        known_at=datetime(2026, 11, 3, 2, 30, 1, 250, tzinfo=UTC),
        is_published=False,
        code_version="0.1.0",
        calendar="England, holidays 0.85, digest 0123456789ab",
        laws=(LawFile("needs_assessment", "EHC needs assessment", "ab" * 32),),
        inputs=Inputs(12, 345, "cd" * 32, "ef" * 32),
        data_quality=("3 open cases are held by no officer.",),
    )


@pytest.fixture
def report_of(facts: Facts) -> Callable[..., Report]:
    """A report of one section with these tables: `report_of(pair, backlog)`."""

    def make(*tables: FigureTable, **changes: Any) -> Report:
        said = {"principal": ("Most were in time.",), "sections": (Section("Plans", tables, "About plans."),)}
        return Report(facts, **{**said, **changes})

    return make
