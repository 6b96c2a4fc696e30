"""The figures that the workflow files define, as one table."""

from __future__ import annotations

from ehcp_flow.analytics.figure_request import Definition, Entry, FigureRequest, Frames
from ehcp_flow.analytics.figure_table import Cell, Column, FigureTable
from ehcp_flow.analytics.kpi_frame import cohort, open_overdue
from ehcp_flow.analytics.tally import Tally, share_cells, share_columns
from ehcp_flow.law.kpi_rule import KpiRule

KPIS = Definition(
    id="kpis",
    group="Timeliness",
    title="The figures of the workflow files",
    meaning="Each share of a time limit met that is defined under `kpis:` in a workflow file, for the period.",
    numerator="those of the cohort met in time",
    denominator="the cohort: by the figure's own definition what was met, fell due or began in the period",
    left_out="limits that ended unmet (withdrawn, refused, moved); exceptions where the figure says so",
    basis="as each figure says",
)

_COLUMNS = (
    Column("figure", "Figure"),
    Column("basis", "Basis"),
    *share_columns("in_time", Column("in_time", "In time", "count"), Column("of", "Of", "count"), "%"),
    Column("left_out", "Left out", "count", "cases with an exception, where the figure leaves them out"),
    Column("still_open", "Still open", "count", "of these, not met yet"),
    Column("open_overdue", "Overdue", "count", "all open ones past their day, whenever they fell due"),
)


def make_kpis(frames: Frames, request: FigureRequest) -> FigureTable:
    """One row for each figure of each workflow."""
    tally = Tally()
    rules = [(name, rule) for name, workflow in frames.workflows.items() for rule in workflow.kpis.values()]
    for name, rule in rules:
        _count(tally, frames, request, name, rule)
    rows = tuple(_cells(tally, rule) for _, rule in rules)
    return KPIS.table(_message(rows), _COLUMNS, rows, cases=tally.cases())


def _count(tally: Tally, frames: Frames, request: FigureRequest, workflow: str, rule: KpiRule) -> None:
    found = cohort(frames.observations, rule, request.as_of, workflow)
    for case_ref, cohort_on, part, is_open in (
        found.select("case_ref", "cohort_on", "part", "is_still_open").collect().iter_rows()
    ):
        if request.first <= cohort_on <= request.last:
            tally.add(rule.title, part, case_ref)
            if is_open:
                tally.add(rule.title, "still_open", case_ref)
            if part in ("in_time", "late"):
                tally.add(rule.title, "of", case_ref)
    overdue = open_overdue(frames.observations, rule, request.as_of, workflow).select("case_ref").collect()
    for case_ref in overdue["case_ref"].to_list():
        tally.add(rule.title, "open_overdue", case_ref)


def _cells(tally: Tally, rule: KpiRule) -> tuple[Cell, ...]:
    shares = share_cells(tally.count(rule.title, "in_time"), tally.count(rule.title, "of"))
    others = (tally.count(rule.title, name) for name in ("left_out", "still_open", "open_overdue"))
    return (rule.title, rule.basis, *shares, *others)


def _message(rows: tuple[tuple[Cell, ...], ...]) -> str:
    if not rows:
        return "No workflow file in use defines a figure."
    title, _, in_time, of, *_ = max(rows, key=lambda row: row[-1] if isinstance(row[-1], int) else 0)
    overdue = max(row[-1] for row in rows if isinstance(row[-1], int))
    return (
        f"Most overdue is counted under “{title}”: {overdue:,} open past their day; {in_time:,} of {of:,} were in time."
    )


ENTRIES = (Entry(KPIS, make_kpis),)
