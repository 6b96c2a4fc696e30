"""The figures that the workflow files define, as one table, each on its own, and every time limit beside the others."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from ehcp_flow.analytics.counting import Counting, last_with, rows_of
from ehcp_flow.analytics.divisions import chart_kind, first_column
from ehcp_flow.analytics.figure_request import By, Definition, Entry, FigureRequest, Frames
from ehcp_flow.analytics.figure_table import Cell, Chart, Column, FigureTable
from ehcp_flow.analytics.kpi_frame import cohort, open_overdue
from ehcp_flow.analytics.tally import Tally, share_cells, share_columns
from ehcp_flow.analytics.wording import said_count, said_percent, said_row
from ehcp_flow.law.kpi_rule import KpiRule

GROUP = "Figures of the workflow files"

KPIS = Definition(
    id="kpis",
    group=GROUP,
    title="All figures of the workflow files",
    meaning="Each share of a time limit met that is defined under `kpis:` in a workflow file, for the period.",
    numerator="those of the cohort met in time",
    denominator="the cohort: by the figure's own definition what was met, fell due or began in the period",
    left_out="limits that ended unmet (withdrawn, refused, moved); exceptions where the figure says so",
    basis="as each figure says",
)
LIMITS = Definition(
    id="time_limits",
    group=GROUP,
    title="Every time limit, of those due",
    meaning="Of each time limit whose last day was in the period, the share met by then; what is still owed is a miss.",
    numerator="limits met by their last day",
    denominator="limits whose last day was in the period and has passed",
    left_out="limits that ended unmet (withdrawn, refused, moved); periods that must be left to somebody",
    basis="as each limit says",
)
DIVISIONS: tuple[By, ...] = ("month", "quarter", "year", "authority", "team", "officer", "age", "provider")
"""How a figure of a workflow file can be divided; only the clocks that are for a provider have one."""

_BESIDE = (
    Column("left_out", "Left out", "count", "cases with an exception, where the figure leaves them out"),
    Column("still_open", "Still open", "count", "of these, not met yet"),
)
_OVERDUE = Column("open_overdue", "Overdue", "count", "all open ones past their day, whenever they fell due")
_SHARE = share_columns("in_time", Column("in_time", "In time", "count"), Column("of", "Of", "count"), "%")


def make_kpis(frames: Frames, request: FigureRequest) -> FigureTable:
    """One row for each figure of each workflow."""
    rules = [(name, rule) for name, workflow in frames.workflows.items() for rule in workflow.kpis.values()]
    tally, rows = _listed(frames, request, [(name, rule, rule.title) for name, rule in rules])
    return KPIS.table(_message(rows), (Column("figure", "Figure"), *_LISTED), rows, cases=tally.cases())


def make_limits(frames: Frames, request: FigureRequest) -> FigureTable:
    """One row for each time limit of each workflow, law and guidance apart."""
    limits = []
    for name, workflow in frames.workflows.items():
        for clock in workflow.clocks.values():
            for basis in dict.fromkeys((clock.basis, *(each.basis for each in clock.basis_when))):
                if clock.kind == "limit":
                    rule = KpiRule(title=clock.title, meaning="", clock=clock.id, basis=basis, cohort="due_in_period")
                    limits.append((name, rule, f"{workflow.case_prefix}: {clock.title} ({basis})"))
    tally, rows = _listed(frames, request, limits)
    columns = (Column("limit", "Time limit"), *_LISTED)
    return LIMITS.table(_message(rows), columns, rows, cases=tally.cases())


_LISTED = (Column("basis", "Basis"), *_SHARE, *_BESIDE, _OVERDUE)


def _listed(
    frames: Frames, request: FigureRequest, rules: list[tuple[str, KpiRule, str]]
) -> tuple[Tally, tuple[tuple[Cell, ...], ...]]:
    """A row for each figure, under the title given."""
    tally = Tally()
    for workflow, rule, title in rules:
        found = cohort(frames.observations, rule, request.as_of, workflow)
        found = found.filter(nw.col("cohort_on").is_between(request.first, request.last))
        for ref, part, is_open in rows_of(found, "case_ref", "part", "is_still_open"):
            _add(tally, title, ref, part, is_open=is_open)
        for (ref,) in rows_of(open_overdue(frames.observations, rule, request.as_of, workflow), "case_ref"):
            tally.add(title, "open_overdue", ref)
    names = ("left_out", "still_open", "open_overdue")
    return tally, tuple(
        (title, rule.basis, *_shared(tally, title), *(tally.count(title, name) for name in names))
        for _, rule, title in rules
    )


def _add(tally: Tally, row: Cell, ref: str, part: str, *, is_open: bool) -> None:
    tally.add(row, part, ref)
    if is_open:
        tally.add(row, "still_open", ref)
    if part in ("in_time", "late"):
        tally.add(row, "of", ref)


def _shared(tally: Tally, row: Cell) -> tuple[Cell, ...]:
    return share_cells(tally.count(row, "in_time"), tally.count(row, "of"))


def _message(rows: tuple[tuple[Cell, ...], ...]) -> str:
    if not rows:
        return "The workflow files in use define none."
    most: tuple[Any, ...] = max(rows, key=lambda row: row[-1] if isinstance(row[-1], int) else 0)
    if not most[-1]:
        return "Nothing is open past its day."
    return f"Most is overdue under “{most[0]}”: {most[-1]:,} open past their day."


def make_kpi(frames: Frames, request: FigureRequest, workflow: str, rule: KpiRule) -> FigureTable:
    """One figure of a workflow file, divided as the request asks, by month if it does not say."""
    count = Counting(frames, request)
    found = cohort(count.observations, rule, request.as_of, workflow)
    found = found.filter(nw.col("cohort_on").is_between(count.period.first, count.period.last))
    for day, group, ref, part, is_open in rows_of(found, "cohort_on", "group", "case_ref", "part", "is_still_open"):
        _add(count.tally, count.label(day, group), ref, part, is_open=is_open)
    rows = tuple(
        (row, *_shared(count.tally, row), *count.counts(row, "left_out", "still_open")) for row in count.rows()
    )
    first = first_column(request.by)
    chart = Chart(
        chart_kind(request.by), first.name, ("in_time_percent",), "in_time_low", "in_time_high", says=rule.title
    )
    return _defined(rule).table(
        _kpi_message(rows),
        (first, *_SHARE, *_BESIDE),
        rows,
        chart=chart,
        cases=count.tally.cases(),
        has_total=count.has_total,
    )


def _defined(rule: KpiRule) -> Definition:
    return Definition(
        id=rule.id,
        group=GROUP,
        title=rule.title,
        meaning=rule.meaning,
        numerator=KPIS.numerator,
        denominator=KPIS.denominator,
        left_out=KPIS.left_out,
        source=rule.source or "",
        basis=rule.basis,
        by=DIVISIONS,
    )


def _kpi_message(rows: tuple[tuple[Cell, ...], ...]) -> str:
    row = last_with(rows, 2)
    if row is None:
        return "There was none in the period."
    still = f"; {said_count(row[7], 'is', 'are')} still open" if row[7] else ""
    return f"{said_row(row[0])} {said_percent(row[3])} were in time ({row[1]:,} of {row[2]:,}){still}."


ENTRIES = (Entry(KPIS, make_kpis), Entry(LIMITS, make_limits))
