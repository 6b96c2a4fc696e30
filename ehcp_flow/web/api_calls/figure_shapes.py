"""What the API answers with when it is asked for figures."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_request import Definition, FigureRequest
    from ehcp_flow.analytics.figure_table import FigureTable
    from ehcp_flow.analytics.kpis import Figure


class Kpi(BaseModel):
    """One figure of a workflow file."""

    kpi: str
    title: str
    clock: str
    basis: str
    numerator: int = Field(description="How many were in time.")
    denominator: int = Field(description="Of how many, those left out not counted.")
    percent: float | None
    left_out: int = Field(description="Taken out by the figure's own definition, because of an exception.")
    still_open: int = Field(description="Of the cohort, not met yet.")
    not_yet_due: int
    open_overdue: int = Field(description="All open ones past their day, whenever they fell due.")


class Kpis(BaseModel):
    """The figures of the workflow files for a period, both days counted."""

    first: date
    last: date
    as_of: date
    kpis: list[Kpi]


class FigureLine(BaseModel):
    """What a figure means."""

    figure: str
    group: str
    title: str
    meaning: str
    numerator: str
    denominator: str
    left_out: str
    source: str
    basis: str
    by: list[str] = Field(description="How it can be divided.")


class Catalogue(BaseModel):
    """Every figure there is."""

    figures: list[FigureLine]


class ColumnSaid(BaseModel):
    """A column of a table of figures."""

    name: str
    title: str
    kind: str = Field(description="text, case, day, month, count, percent, weeks, days or number")
    meaning: str


class Table(BaseModel):
    """A table of figures with its definition. Percentages are 0 to 100 and weeks decimal, unrounded."""

    figure: str
    title: str
    message: str = Field(description="What it says, in one sentence.")
    meaning: str
    first: date
    last: date
    as_of: date
    columns: list[ColumnSaid]
    rows: list[list[str | int | float | date | None]]
    numerator: str
    denominator: str
    left_out: str
    source: str
    basis: str
    notes: list[str]


class Observation(BaseModel):
    """A clock of a case as it stood on a day: a row of the observations table."""

    case_ref: str
    authority: str
    workflow: str
    clock: str
    subject: str | None
    basis: str
    person_ref: str | None
    team: str | None
    officer: str | None
    opened_on: date
    started_on: date
    due_on: date
    stopped_on: date | None
    dropped_on: date | None
    is_excepted: bool
    exception: str | None
    days_taken: int
    days_late: int
    outcome: str
    state: str
    stop_event: str | None
    period: int
    kind: str
    in_ended_case: bool


class Observations(BaseModel):
    """The observations table on a day."""

    as_of: date
    known_at: str | None
    observations: list[Observation]


def kpi(found: Figure) -> Kpi:
    """One figure of a workflow file."""
    return Kpi(
        kpi=found.rule.id,
        title=found.rule.title,
        clock=found.rule.clock,
        basis=found.rule.basis,
        numerator=found.numerator,
        denominator=found.denominator,
        percent=found.percent,
        left_out=len(found.left_out),
        still_open=len(found.still_open),
        not_yet_due=len(found.not_yet_due),
        open_overdue=found.open_overdue,
    )


def definition(found: Definition) -> FigureLine:
    """What a figure means."""
    return FigureLine(
        figure=found.id,
        group=found.group,
        title=found.title,
        meaning=found.meaning,
        numerator=found.numerator,
        denominator=found.denominator,
        left_out=found.left_out,
        source=found.source,
        basis=found.basis,
        by=list(found.by),
    )


def table(found: FigureTable, request: FigureRequest) -> Table:
    """A table of figures."""
    return Table(
        figure=found.id,
        title=found.title,
        message=found.message,
        meaning=found.meaning,
        first=request.first,
        last=request.last,
        as_of=request.as_of,
        columns=[
            ColumnSaid(name=each.name, title=each.title, kind=each.kind, meaning=each.meaning) for each in found.columns
        ],
        rows=[list(row) for row in found.rows],
        numerator=found.numerator,
        denominator=found.denominator,
        left_out=found.left_out,
        source=found.source,
        basis=found.basis,
        notes=list(found.notes),
    )
