"""Decisions in time, at six and at sixteen weeks, and advice in six weeks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

import narwhals as nw

from ehcp_flow.analytics.counting import Counting, last_with, rows_of, within
from ehcp_flow.analytics.divisions import ALL, chart_kind, first_column
from ehcp_flow.analytics.figure_request import Definition, Entry, FigureRequest, Frames
from ehcp_flow.analytics.figure_table import Cell, Chart, Column, FigureTable
from ehcp_flow.analytics.tally import share_cells, share_columns
from ehcp_flow.analytics.wording import said_count, said_percent, said_row, said_weeks, weeks
from ehcp_flow.engine.count import days_between

GROUP = "Decisions and advice"
PROCESS = "needs_assessment"
DFE = "DfE, Education, health and care plans"

SIX = Definition(
    id="six_week_decisions",
    group=GROUP,
    title="Decisions whether to assess within 6 weeks",
    meaning="Of the decisions whether to assess that families were told of in the period, the share told within 6 "
    "weeks of the request. Beside it, the requests whose 6 weeks ended in the period and that are still undecided.",
    numerator="decisions told within 6 weeks",
    denominator="decisions told in the period",
    left_out="requests withdrawn or moved before a decision; undecided ones, which are counted beside the share",
    source=f"{DFE} (decisions made in the year)",
    by=("month", "quarter", "year", "authority", "team", "officer", "age"),
)
SIXTEEN = Definition(
    id="sixteen_week_decisions",
    group=GROUP,
    title="Decisions whether to issue a plan within 16 weeks",
    meaning="By law a refusal to issue a plan must be told within 16 weeks of the request: of the refusals told in "
    "the period, the share in time. By guidance either decision is expected by then: of all decisions whether to "
    "issue made in the period, the share by week 16. The two are never added together.",
    numerator="refusals told, or decisions made, within 16 weeks",
    denominator="refusals told, or decisions made, in the period",
    left_out="cases refused an assessment, withdrawn or moved; undecided ones, which are counted beside the shares",
    source=f"{DFE} (refusals)",
    basis="law (refusals) and guidance (either decision)",
    by=SIX.by,
)
ADVICE = Definition(
    id="advice",
    group=GROUP,
    title="Advice given within 6 weeks",
    meaning="Of the advice whose 6 weeks ended in the period, the share given by then; advice still owed is a miss. "
    "By provider, with what each still owes and since when. For health bodies and other authorities the 6 weeks are "
    "law, for schools and the authority's own services guidance; the two are never added together.",
    numerator="advice given within 6 weeks",
    denominator="advice whose 6 weeks ended in the period",
    left_out="advice no longer needed (request withdrawn, moved, no assessment)",
    source="Somerset and other councils publish it by service",
    basis="law and guidance, apart",
    by=("provider", "month", "quarter", "year", "authority", "team", "officer", "age"),
)


def make_six(frames: Frames, request: FigureRequest) -> FigureTable:
    """The six-week share, and what is still undecided."""
    count = Counting(frames, request)
    count.add_share("decided", PROCESS, frames.kpi(PROCESS, "decisions_within_6_weeks"))
    _add_open_past(count, "decide_whether_to_assess", "open_past")
    rows = tuple((row, *_cells(count, row, "decided"), *count.counts(row, "open_past")) for row in count.rows())
    columns = (
        first_column(request.by),
        *_share("decided", "Decided in time", "Decided", "% in time"),
        Column("open_past", "Undecided past 6 weeks", "count", "due in the period and still open"),
    )
    return SIX.table(
        _share_message(rows, "decisions told were in time", "No decision whether to assess was told in the period."),
        columns,
        rows,
        chart=_chart(request, ("decided_percent",), "decided", "Share of decisions within 6 weeks."),
        cases=count.tally.cases(),
        has_total=count.has_total,
    )


def make_sixteen(frames: Frames, request: FigureRequest) -> FigureTable:
    """Refusals by law, either decision by guidance."""
    count = Counting(frames, request)
    count.add_share("refused", PROCESS, frames.kpi(PROCESS, "refusals_to_issue_within_16_weeks"))
    count.add_share("decided", PROCESS, frames.kpi(PROCESS, "decisions_to_issue_within_16_weeks"))
    _add_open_past(count, "decide_whether_to_issue", "open_past")
    rows = tuple(
        (row, *_cells(count, row, "refused"), *_cells(count, row, "decided"), *count.counts(row, "open_past"))
        for row in count.rows()
    )
    columns = (
        first_column(request.by),
        *_share("refused", "Refused in time", "Refused", "% of refusals"),
        *_share("decided", "Decided by week 16", "Decided", "% of decisions"),
        Column("open_past", "Undecided past 16 weeks", "count", "due in the period and still open"),
    )
    row = last_with(rows, 7)
    message = "No decision whether to issue a plan was made in the period."
    if row is not None:
        made = (
            f"{said_percent(row[8])} of the decisions whether to issue were made by week 16 ({row[6]:,} of {row[7]:,})"
        )
        refusals = f"{said_count(row[2], 'was a refusal', 'were refusals')}, {row[1] or 'none'} in time"
        message = f"{said_row(row[0])} {made}; {refusals}."
    return SIXTEEN.table(
        message,
        columns,
        rows,
        chart=_chart(request, ("decided_percent",), "decided", "Share of decisions whether to issue by week 16."),
        cases=count.tally.cases(),
        has_total=count.has_total,
    )


def _add_open_past(count: Counting, clock: str, column: str) -> None:
    """Limits due in the period and still open past their day, in cases that have not ended."""
    is_open = nw.col("stopped_on").is_null() & nw.col("dropped_on").is_null() & ~nw.col("in_ended_case")
    past = count.clock(PROCESS, clock).filter(is_open, nw.col("due_on") < count.request.as_of)
    for day, group, ref in within(past, "due_on", count.period, "group", "case_ref"):
        count.add(day, group, column, ref)


def make_advice(frames: Frames, request: FigureRequest) -> FigureTable:
    """By provider unless asked otherwise; law and guidance in columns of their own."""
    by = request.by or "provider"
    count = Counting(frames, replace(request, by=by))
    count.add_share("law", PROCESS, frames.kpi(PROCESS, "advice_within_6_weeks"))
    count.add_share("guidance", PROCESS, frames.kpi(PROCESS, "advice_within_6_weeks_guidance"))
    oldest = _add_owed(count)
    rows = tuple(
        (row, *_cells(count, row, "law"), *_cells(count, row, "guidance"), *count.counts(row, "owed"), oldest.get(row))
        for row in count.rows()
    )
    columns = (
        first_column(by),
        *_share("law", "In time, law", "Due, law", "% law"),
        *_share("guidance", "In time, guidance", "Due, guidance", "% guidance"),
        Column("owed", "Owed and late", "count", "all that is late and still owed, whenever it fell due"),
        Column("oldest_weeks", "Oldest", "weeks", "weeks since the oldest of it was asked for", rests_on=("owed",)),
    )
    return ADVICE.table(
        _advice_message(rows, has_total=count.has_total),
        columns,
        rows,
        chart=_chart(request, ("law_percent", "guidance_percent"), None, "Share of advice given within 6 weeks."),
        cases=count.tally.cases(),
        has_total=count.has_total,
    )


def _add_owed(count: Counting) -> dict[Cell, float]:
    """Advice late and still owed, and the weeks since the oldest of each row was asked for."""
    as_of, oldest = count.request.as_of, defaultdict[Cell, int](int)
    is_open = nw.col("stopped_on").is_null() & nw.col("dropped_on").is_null() & ~nw.col("in_ended_case")
    owed = count.clock(PROCESS, "give_advice").filter(is_open, nw.col("due_on") < as_of)
    if not count.has_total:
        owed = owed.filter(nw.col("due_on").is_between(count.period.first, count.period.last))
    for due_on, started_on, group, ref in rows_of(owed, "due_on", "started_on", "group", "case_ref"):
        count.add(due_on, group, "owed", ref)
        for row in {count.label(due_on, group), ALL}:
            oldest[row] = max(oldest[row], days_between(started_on, as_of))
    return {row: weeks(days) for row, days in oldest.items()}


def _advice_message(rows: tuple[tuple[Cell, ...], ...], *, has_total: bool) -> str:
    row = rows[-1] if has_total and rows else last_with(rows, 7) or last_with(rows, 2)
    if row is None:
        return "No advice fell due in the period."
    law = f"{said_percent(row[3])} of the advice due by law ({row[1]:,} of {row[2]:,})"
    guidance = f"{said_percent(row[8])} of that due by guidance ({row[6]:,} of {row[7]:,}) came within 6 weeks"
    owed = said_count(row[11], "is late and still owed", "are late and still owed")
    since = f", the oldest asked for {said_weeks(row[12])} before" if row[12] is not None else ""
    return f"{said_row(row[0])} {law} and {guidance}; {owed}{since}."


def _cells(count: Counting, row: Cell, name: str) -> tuple[Cell, ...]:
    return share_cells(*count.counts(row, f"{name}_in_time", f"{name}_of"))


def _share(name: str, in_time: str, of: str, title: str) -> tuple[Column, ...]:
    return share_columns(name, Column(f"{name}_in_time", in_time, "count"), Column(f"{name}_of", of, "count"), title)


def _share_message(rows: tuple[tuple[Cell, ...], ...], of: str, none: str) -> str:
    row = last_with(rows, 2)
    if row is None:
        return none
    still = said_count(row[6], "request is", "requests are") if row[6] else "none is"
    return f"{said_row(row[0])} {said_percent(row[3])} of the {of} ({row[1]:,} of {row[2]:,}); {still} still undecided."


def _chart(request: FigureRequest, y: tuple[str, ...], band: str | None, says: str) -> Chart:
    by: Any = request.by or ("provider" if len(y) > 1 else None)
    low, high = (f"{band}_low", f"{band}_high") if band else (None, None)
    return Chart(chart_kind(by), first_column(by).name, y, low, high, says=says)


ENTRIES = (Entry(SIX, make_six), Entry(SIXTEEN, make_sixteen), Entry(ADVICE, make_advice))
