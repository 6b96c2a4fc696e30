"""Plans issued with an exception, by ground, with a warning where there are many."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from ehcp_flow.analytics.counting import Counting, rows_of, within
from ehcp_flow.analytics.divisions import ALL, chart_kind, first_column
from ehcp_flow.analytics.figure_request import Definition, Entry, FigureRequest, Frames
from ehcp_flow.analytics.figure_table import Cell, Chart, Column, FigureTable
from ehcp_flow.analytics.periods import Period
from ehcp_flow.analytics.proportions import percent
from ehcp_flow.analytics.tally import Tally, share_cells, share_columns
from ehcp_flow.analytics.wording import said_count, said_percent

GROUP = "Exceptions"
PROCESS = "needs_assessment"
CLOCK = "finalise_plan"
NONE = "No exception"

GROUNDS = Definition(
    id="exceptions",
    group=GROUP,
    title="Exceptions, by ground",
    meaning="Of the plans issued in the period, how many had an exception from the 20 weeks, and on which ground. "
    "Nationally 5 to 8% of plans have one; the DfE withholds the figure of an authority that claims it for all.",
    numerator="plans issued in the period with an exception that the law allows",
    denominator="plans issued in the period",
    left_out="exceptions claimed that do not meet the conditions of the law: they lift nothing",
    source="DfE, Education, health and care plans",
)
SHARE = Definition(
    id="exceptions_share",
    group=GROUP,
    title="Share of plans with an exception",
    meaning="The same share month by month, or by team and officer, with a warning where it is above what the "
    "authority has set.",
    numerator=GROUNDS.numerator,
    denominator=GROUNDS.denominator,
    left_out=GROUNDS.left_out,
    source=GROUNDS.source,
    by=("month", "quarter", "year", "authority", "team", "officer", "age"),
)


def make_grounds(frames: Frames, request: FigureRequest) -> FigureTable:
    """A row for each ground, one for plans without, one for all."""
    tally, titles = Tally(), _titles(frames)
    limits = frames.observations.filter(nw.col("workflow") == PROCESS, nw.col("clock") == CLOCK)
    limits = limits.filter(nw.col("outcome") != "dropped")
    period = Period("", request.first, request.last)
    for _, ref, ground in within(limits, "stopped_on", period, "case_ref", "exception"):
        tally.add(titles.get(ground, ground) or NONE, "issued", ref)
    is_open = nw.col("stopped_on").is_null() & ~nw.col("in_ended_case")
    for ref, ground in rows_of(limits.filter(is_open), "case_ref", "exception"):
        tally.add(titles.get(ground, ground) or NONE, "open", ref)
    labels = [*(title for title in titles.values() if title in tally.rows), NONE]
    tally.total_row(ALL)
    issued = tally.count(ALL, "issued")
    rows = tuple(
        (label, tally.count(label, "issued"), percent(tally.count(label, "issued"), issued), tally.count(label, "open"))
        for label in [*labels, ALL]
    )
    with_one = issued - tally.count(NONE, "issued")
    return GROUNDS.table(
        _ground_message(rows),
        _GROUND_COLUMNS,
        rows,
        notes=_warning(percent(with_one, issued), frames.settings.exception_alert),
        cases=tally.cases(),
        has_total=True,
    )


_GROUND_COLUMNS = (
    Column("ground", "Ground"),
    Column("issued", "Plans issued", "count"),
    Column("issued_percent", "% of issued", "percent", rests_on=("issued",)),
    Column("open", "Open cases", "count", "not issued yet, whenever the request was received"),
)


def _titles(frames: Frames) -> dict[Any, str]:
    process = frames.workflows.get(PROCESS)
    return {name: rule.title for name, rule in process.exceptions.items()} if process else {}


def _ground_message(rows: tuple[tuple[Cell, ...], ...]) -> str:
    *grounds, without, total = rows
    if not total[1]:
        return "No plan was issued in the period."
    if not grounds or without[1] == total[1]:
        return f"None of the {said_count(total[1], 'plan', 'plans')} issued had an exception."
    most = max(grounds, key=lambda row: row[1] if isinstance(row[1], int) else 0)
    had_none = f"{without[1]:,} of the {total[1]:,} plans issued ({said_percent(without[2])}) had no exception"
    return f"{had_none}; the ground named most is “{most[0]}” ({most[1]:,})."


def _warning(share: float | None, alert: float) -> tuple[str, ...]:
    if share is None or share <= alert:
        return ()
    return (
        f"Warning: more than {alert:g}% of the plans issued had an exception. Look at each before it is published.",
    )


def make_share(frames: Frames, request: FigureRequest) -> FigureTable:
    """The share with an exception by period or group."""
    count = Counting(frames, request)
    count.add_share("issued", PROCESS, frames.kpi(PROCESS, "plans_within_20_weeks_all"))
    issued = count.clock(PROCESS, CLOCK).filter(nw.col("outcome") != "dropped", nw.col("is_excepted"))
    for day, group, ref in within(issued, "stopped_on", count.period, "group", "case_ref"):
        count.add(day, group, "with_exception", ref)
    alert = frames.settings.exception_alert
    rows = tuple((row, *_share_row(count, row, alert)) for row in count.rows())
    columns = (first_column(request.by), *_SHARE_COLUMNS)
    chart = Chart(
        chart_kind(request.by), columns[0].name, ("exception_percent",), "exception_low", "exception_high", alert,
        "Share of plans issued with an exception; the line across is the warning level.",
    )  # fmt: skip
    return SHARE.table(
        _share_message(rows, alert), columns, rows, chart=chart, cases=count.tally.cases(), has_total=count.has_total
    )


_SHARE_COLUMNS = (
    *share_columns(
        "exception",
        Column("with_exception", "With exception", "count"),
        Column("issued_of", "Plans issued", "count"),
        "% with exception",
    ),
    Column("warning", "Warning", rests_on=("with_exception", "issued_of")),
)


def _share_row(count: Counting, row: Cell, alert: float) -> tuple[Cell, ...]:
    with_one, issued = count.counts(row, "with_exception", "issued_of")
    share = percent(with_one, issued)
    return (*share_cells(with_one, issued), f"above {alert:g}%" if share is not None and share > alert else None)


def _share_message(rows: tuple[tuple[Cell, ...], ...], alert: float) -> str:
    above = [row for row in rows if row[-1] and row[0] != ALL]
    if not any(row[2] for row in rows):
        return "No plan was issued in the period."
    if not above:
        return f"Nowhere in this table did more than {alert:g}% of the plans issued have an exception."
    rows_above = said_count(len(above), "row", "rows")
    return f"In {rows_above} more than {alert:g}% of the plans issued had an exception: look at each claim."


ENTRIES = (Entry(GROUNDS, make_grounds), Entry(SHARE, make_share))
