"""What comes in and what goes out: requests and refusals, how many lead to a plan, and the flow of work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import narwhals as nw

from ehcp_flow.analytics.counting import Counting, last_with, rows_of, within
from ehcp_flow.analytics.divisions import first_column
from ehcp_flow.analytics.figure_request import Definition, Entry, FigureRequest, Frames
from ehcp_flow.analytics.figure_table import Cell, Chart, Column, FigureTable
from ehcp_flow.analytics.periods import end_of_month, months_between
from ehcp_flow.analytics.tally import share_cells, share_columns
from ehcp_flow.analytics.wording import said_count, said_percent, said_row

GROUP = "Requests and flow"
PROCESS = "needs_assessment"
DECISION = "decide_whether_to_assess"
DFE = "DfE, Education, health and care plans"

REQUESTS = Definition(
    id="requests",
    group=GROUP,
    title="Requests and refusals to assess",
    meaning="Requests for an EHC needs assessment received in the period, and what was first decided of them. An "
    "on-time rate should never be read without the refusal rate.",
    numerator="requests refused an assessment; a refusal later reversed still counts as one",
    denominator="requests received in the period, decided or not",
    left_out="nothing: withdrawn and undecided requests are counted in columns of their own",
    source=DFE,
    by=("month", "quarter", "year", "authority", "team", "officer", "age"),
)
CONVERSION = Definition(
    id="conversion",
    group=GROUP,
    title="Requests that led to a plan",
    meaning="Of the requests received in the period, the share that has led to a plan so far. Recent requests have "
    "had little time: look at those still open.",
    numerator="requests with a plan issued by the day of judgement, also after a reversed refusal",
    denominator="requests received in the period",
    left_out="nothing: open cases are counted in a column of their own",
    by=REQUESTS.by,
)
FLOW = Definition(
    id="flow",
    group=GROUP,
    title="Flow of assessments",
    meaning="Assessments agreed and plans issued. Where fewer are issued than agreed, the queue grows, long before "
    "the timeliness figures show it.",
    numerator="plans issued",
    denominator="assessments newly agreed",
    left_out="nothing; cases that ended without a plan are counted in a column of their own",
    by=REQUESTS.by,
)


def make_requests(frames: Frames, request: FigureRequest) -> FigureTable:
    """The first decision on each request."""
    count = Counting(frames, request)
    limits = count.clock(PROCESS, DECISION)
    for day, group, ref, decision, dropped_on in within(
        limits, "started_on", count.period, "group", "case_ref", "stop_event", "dropped_on"
    ):
        count.add(day, group, "requests", ref)
        count.add(day, group, _fate(decision, dropped_on), ref)
    rows = tuple((row, *_request_cells(count, row)) for row in count.rows())
    return REQUESTS.table(
        _request_message(rows),
        (first_column(request.by), *_REQUEST_COLUMNS),
        rows,
        chart=Chart(
            "stacked_bars",
            first_column(request.by).name,
            ("agreed", "refused", "withdrawn", "undecided"),
            says="Requests received and what was decided of them.",
        ),
        cases=count.tally.cases(),
        has_total=count.has_total,
    )


_FATES = ("agreed", "withdrawn", "undecided")
_REQUEST_COLUMNS = (
    *share_columns(
        "refused",
        Column("refused", "Refused", "count"),
        Column("requests", "Requests", "count", sum_of=("refused", *_FATES)),
        "% refused",
    ),
    Column("agreed", "Agreed", "count"),
    Column("withdrawn", "Withdrawn", "count", "withdrawn, moved away or ended before a decision"),
    Column("undecided", "Undecided", "count"),
)


def _fate(decision: str | None, dropped_on: date | None) -> str:
    if decision:
        return "refused" if decision == "assessment_refused" else "agreed"
    return "withdrawn" if dropped_on else "undecided"


def _request_cells(count: Counting, row: Cell) -> tuple[Cell, ...]:
    return (*share_cells(*count.counts(row, "refused", "requests")), *count.counts(row, *_FATES))


def _request_message(rows: tuple[tuple[Cell, ...], ...]) -> str:
    row = last_with(rows, 2)
    if row is None:
        return "No request was received in the period."
    requests, undecided = said_count(row[2], "request was", "requests were"), said_count(row[8], "is", "are")
    refused = f"{row[1]:,} of them ({said_percent(row[3])}) {'has' if row[1] == 1 else 'have'} been refused"
    return f"{said_row(row[0])} {requests} received; {refused}, {undecided.replace('no are', 'none is')} undecided."


def make_conversion(frames: Frames, request: FigureRequest) -> FigureTable:
    """What has become of each request by the day of judgement."""
    count = Counting(frames, request)
    plans = frames.events.filter(nw.col("workflow") == PROCESS, nw.col("event") == "final_plan_sent")
    with_plan = {ref for (ref,) in rows_of(plans, "case_ref")}
    ended = {ref for (ref,) in rows_of(frames.cases.filter(nw.col("is_ended")), "case_ref")}
    limits = count.clock(PROCESS, DECISION)
    for day, group, ref in within(limits, "started_on", count.period, "group", "case_ref"):
        fate = "plans" if ref in with_plan else "without_plan" if ref in ended else "still_open"
        for column in ("requests", fate):
            count.add(day, group, column, ref)
    rows = tuple((row, *_conversion_cells(count, row)) for row in count.rows())
    chart = Chart(
        "stacked_bars",
        first_column(request.by).name,
        ("plans", "without_plan", "still_open"),
        says="Requests and what has become of them so far.",
    )
    return CONVERSION.table(
        _conversion_message(rows),
        (first_column(request.by), *_CONVERSION_COLUMNS),
        rows,
        chart=chart,
        cases=count.tally.cases(),
        has_total=count.has_total,
    )


_CONVERSION_COLUMNS = (
    *share_columns(
        "plans",
        Column("plans", "With a plan", "count"),
        Column("requests", "Requests", "count", sum_of=("plans", "without_plan", "still_open")),
        "% with a plan",
    ),
    Column("without_plan", "Ended without", "count", "refused, withdrawn or moved, and not open again"),
    Column("still_open", "Still open", "count"),
)


def _conversion_cells(count: Counting, row: Cell) -> tuple[Cell, ...]:
    return (*share_cells(*count.counts(row, "plans", "requests")), *count.counts(row, "without_plan", "still_open"))


def _conversion_message(rows: tuple[tuple[Cell, ...], ...]) -> str:
    row = last_with(rows, 1) or last_with(rows, 2)
    if row is None:
        return "No request was received in the period."
    was, still = said_count(row[2], "request was", "requests were"), said_count(row[7], "is", "are")
    so_far = f"{row[1]:,} ({said_percent(row[3])}) {'has' if row[1] == 1 else 'have'} led to a plan so far"
    return f"{said_row(row[0])} {was} received: {so_far}, {still.replace('no are', 'none is')} still open."


def make_flow(frames: Frames, request: FigureRequest) -> FigureTable:
    """Requests, agreements, plans, and the difference of the last two."""
    count = Counting(frames, request)
    groups: dict[str, str | None] = dict(rows_of(count.observations, "case_ref", "group"))
    for day, group, ref in within(count.clock(PROCESS, DECISION), "started_on", count.period, "group", "case_ref"):
        count.add(day, group, "requests", ref)
    for event, column in (("assessment_agreed", "agreed"), ("final_plan_sent", "issued")):
        happened = frames.events.filter(nw.col("workflow") == PROCESS, nw.col("event") == event)
        for day, ref in within(happened, "happened_on", count.period, "case_ref"):
            count.add(day, groups.get(ref), column, ref)
    ends = _ends(count)
    for ref, state, opened_on, ended_on in _cases(frames):
        group = groups.get(ref)
        if state != "issued" and count.period.has(ended_on):
            count.add(ended_on, group, "ended_without", ref)
        for label, end in ends.items():
            if opened_on <= end and (ended_on is None or ended_on > end):
                count.tally.add(count.label(None, group) if count.has_total else label, "open_at_end", ref)
    rows = tuple(_flow_row(count, row) for row in count.rows())
    chart = Chart("bars", first_column(request.by).name, ("agreed", "issued"), says="Assessments agreed, plans issued.")
    return FLOW.table(
        _flow_message(rows),
        (first_column(request.by), *_FLOW_COLUMNS),
        rows,
        chart=chart,
        cases=count.tally.cases(),
        has_total=count.has_total,
    )


_FLOW_COLUMNS = (
    Column("requests", "Requests", "count"),
    Column("agreed", "Newly agreed", "count"),
    Column("issued", "Plans issued", "count"),
    Column("net_flow", "Net flow", "number", "issued minus newly agreed", rests_on=("issued", "agreed")),
    Column("ended_without", "Ended without plan", "count", "refused, withdrawn or moved, whatever had been decided"),
    Column("open_at_end", "Open at the end", "count", "requests and assessments open at the end of the row's period"),
)


def _cases(frames: Frames) -> Iterator[tuple[Any, ...]]:
    return rows_of(frames.cases.filter(nw.col("workflow") == PROCESS), "case_ref", "state", "opened_on", "ended_on")


def _ends(count: Counting) -> dict[Cell, date]:
    """The last day of each row's period, or the day of judgement if that is sooner; groups have one for all."""
    if count.has_total:
        return {None: min(count.period.last, count.request.as_of)}
    months = months_between(count.period.first, count.period.last)
    return {count.label(month, None): min(end_of_month(month), count.request.as_of) for month in months}


def _flow_row(count: Counting, row: Cell) -> tuple[Cell, ...]:
    requests, agreed, issued, ended, still_open = count.counts(
        row, "requests", "agreed", "issued", "ended_without", "open_at_end"
    )
    return (row, requests, agreed, issued, issued - agreed, ended, still_open)


def _flow_message(rows: tuple[tuple[Cell, ...], ...]) -> str:
    row = last_with(rows, 2) or last_with(rows, 3)
    if row is None:
        return "No assessment was agreed and no plan issued in the period."
    agreed, issued = said_count(row[2], "assessment was", "assessments were"), said_count(row[3], "plan", "plans")
    net = row[4] if isinstance(row[4], int) else 0
    grows = "as many as were agreed" if not net else f"{abs(net):,} {'more' if net > 0 else 'fewer'} than agreed"
    return f"{said_row(row[0])} {agreed} agreed and {issued} issued, {grows}."


ENTRIES = (Entry(REQUESTS, make_requests), Entry(CONVERSION, make_conversion), Entry(FLOW, make_flow))
