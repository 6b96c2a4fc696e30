"""Plans in time: those issued and those due side by side, the DfE's two figures, and how long plans took."""

from __future__ import annotations

from collections import defaultdict
from statistics import mean, median

import narwhals as nw

from ehcp_flow.analytics.counting import Counting, last_with, within
from ehcp_flow.analytics.divisions import ALL, chart_kind, first_column
from ehcp_flow.analytics.figure_request import Definition, Entry, FigureRequest, Frames
from ehcp_flow.analytics.figure_table import Cell, Chart, Column, FigureTable
from ehcp_flow.analytics.kpi_frame import cohort
from ehcp_flow.analytics.periods import usual_windows
from ehcp_flow.analytics.tally import Tally, share_cells, share_columns
from ehcp_flow.analytics.wording import said_count, said_percent, said_row, said_weeks, weeks

GROUP = "Timeliness"
PROCESS = "needs_assessment"
CLOCK = "finalise_plan"
DFE = "DfE, Education, health and care plans"

PAIR = Definition(
    id="timeliness",
    group=GROUP,
    title="Plans issued and plans due, in time",
    meaning="Two shares that must be read together. Of the plans issued in the period: how many within 20 weeks. Of "
    "the plans whose 20 weeks ended in the period: how many were issued by then. The first is the DfE's and rises if "
    "recent cases are closed before old ones; the second cannot be raised in that way.",
    numerator="issued: plans issued within 20 weeks; due: plans issued by the end of their 20 weeks",
    denominator="issued: plans issued in the period, without exceptions; due: plans whose 20 weeks ended in the "
    "period, issued or not",
    left_out="issued: plans with an exception, counted beside it; due: cases refused, withdrawn or moved, of which "
    "those that ended after their 20 weeks are counted beside it. Late plans with an exception stay in, and are "
    "counted beside it",
    source=f"{DFE} (issued); our own (due)",
    by=("month", "quarter", "year", "authority", "team", "officer", "age"),
)
BOTH = Definition(
    id="timeliness_dfe",
    group=GROUP,
    title="Plans issued within 20 weeks, as the DfE counts them",
    meaning="Of the plans issued in the period, the share issued within 20 weeks: once without the cases that had an "
    "exception, which is the DfE's headline, and once with them.",
    numerator="plans issued within 20 weeks",
    denominator="plans issued in the period",
    left_out="cases with an exception, from the first share only",
    source=DFE,
    by=PAIR.by,
)
WINDOWS = Definition(
    id="timeliness_windows",
    group=GROUP,
    title="Plans issued within 20 weeks: month, year to date, 12 months, last year",
    meaning="The DfE's two shares for the periods in which a month is usually reported, each up to the last day of "
    "the period asked for.",
    numerator=BOTH.numerator,
    denominator=BOTH.denominator,
    left_out=BOTH.left_out,
    source=DFE,
)
WEEKS = Definition(
    id="plan_weeks",
    group=GROUP,
    title="How long the plans issued took",
    meaning="Weeks from the request to the final plan, of the plans issued in the period. Cases still open are not "
    "in it, so it says nothing of those who still wait.",
    numerator="weeks from request to final plan",
    denominator="plans issued in the period",
    left_out="open cases; with exceptions left out in the second pair of figures",
    source=f"{DFE} (average weeks, since 2026)",
    by=PAIR.by,
)


def _count(name: str, title: str, meaning: str = "") -> Column:
    return Column(name, title, "count", meaning)


_PAIR_COLUMNS = (
    *share_columns("issued", _count("issued_in_time", "Issued in time"), _count("issued_of", "Issued"), "% of issued"),
    _count("issued_left_out", "Issued with exception", "left out of the share"),
    *share_columns("due", _count("due_in_time", "Due and in time"), _count("due_of", "Due"), "% of due"),
    _count("due_still_open", "Still owed", "of those due, not issued yet"),
    _count("due_excepted", "Late, with exception", "of those due, late but an exception lifts the limit"),
    _count("due_ended_late", "Ended late without plan", "refused, withdrawn or moved after the 20 weeks; in no share"),
)


def make_pair(frames: Frames, request: FigureRequest) -> FigureTable:
    """The issued and the due cohort in one row."""
    count = Counting(frames, request)
    count.add_share("issued", PROCESS, frames.kpi(PROCESS, "plans_within_20_weeks"))
    count.add_share("due", PROCESS, frames.kpi(PROCESS, "plans_due_within_20_weeks"))
    _add_beside(count)
    rows = tuple((row, *_pair_cells(count, row)) for row in count.rows())
    says = "Share of plans in time, of those issued and of those due, month by month."
    return PAIR.table(
        _pair_message(rows),
        (first_column(request.by), *_PAIR_COLUMNS),
        rows,
        chart=_lines(request, ("issued_percent", "due_percent"), "issued", says),
        cases=count.tally.cases(),
        has_total=count.has_total,
        notes=("A month's share rests on few plans: look at the interval before calling it better or worse.",),
    )


def _add_beside(count: Counting) -> None:
    """Those due that an exception lifts, and those that ended without a plan after their day."""
    limits = count.clock(PROCESS, CLOCK)
    beside = {
        "due_excepted": nw.col("outcome") == "excepted",
        "due_ended_late": (nw.col("outcome") == "dropped") & (nw.col("dropped_on") > nw.col("due_on")),
    }
    for column, condition in beside.items():
        for day, group, ref in within(limits.filter(condition), "due_on", count.period, "group", "case_ref"):
            count.add(day, group, column, ref)


def _pair_cells(count: Counting, row: Cell) -> tuple[Cell, ...]:
    return (
        *share_cells(*count.counts(row, "issued_in_time", "issued_of")),
        *count.counts(row, "issued_left_out"),
        *share_cells(*count.counts(row, "due_in_time", "due_of")),
        *count.counts(row, "due_still_open", "due_excepted", "due_ended_late"),
    )


def _pair_message(rows: tuple[tuple[Cell, ...], ...]) -> str:
    row = last_with(rows, 8) or last_with(rows, 2)
    if row is None:
        return "No plan was issued or fell due in the period."
    label, in_time, issued, issued_share, _, _, _, due_in_time, due, due_share, _, _, owed, *_ = row
    first = (
        f"{said_row(label)} {said_percent(issued_share)} of the plans issued were in time ({in_time:,} of {issued:,})"
    )
    if not issued:
        first = f"{said_row(label)} no plan without an exception was issued"
    if not due:
        return f"{first}, and none fell due."
    then = f"and {said_percent(due_share)} of the plans due ({due_in_time:,} of {due:,})"
    return f"{first}, {then}; {said_count(owed, 'plan is', 'plans are')} still owed."


def make_both(frames: Frames, request: FigureRequest) -> FigureTable:
    """The DfE's figure without and with exceptions in one row."""
    count = Counting(frames, request)
    count.add_share("without", PROCESS, frames.kpi(PROCESS, "plans_within_20_weeks"))
    count.add_share("all", PROCESS, frames.kpi(PROCESS, "plans_within_20_weeks_all"))
    rows = tuple((row, *_both_cells(count.tally, row)) for row in count.rows())
    return BOTH.table(
        _both_message(rows),
        (first_column(request.by), *_BOTH_COLUMNS),
        rows,
        chart=_lines(request, ("without_percent", "all_percent"), "without", "Both shares month by month."),
        cases=count.tally.cases(),
        has_total=count.has_total,
    )


_BOTH_COLUMNS = (
    *share_columns(
        "without",
        _count("without_in_time", "In time"),
        _count("without_of", "Issued, no exception"),
        "% without exceptions",
    ),
    _count("without_left_out", "Issued with exception"),
    *share_columns(
        "all",
        _count("all_in_time", "In time, all"),
        Column("all_of", "Issued, all", "count", sum_of=("without_of", "without_left_out")),
        "% with exceptions",
    ),
)


def _both_cells(tally: Tally, row: Cell) -> tuple[Cell, ...]:
    return (
        *share_cells(tally.count(row, "without_in_time"), tally.count(row, "without_of")),
        tally.count(row, "without_left_out"),
        *share_cells(tally.count(row, "all_in_time"), tally.count(row, "all_of")),
    )


def _both_message(rows: tuple[tuple[Cell, ...], ...]) -> str:
    row = last_with(rows, 8)
    if row is None:
        return "No plan was issued in the period."
    without = f"{said_percent(row[3])} of the plans issued were in time without exceptions ({row[1]:,} of {row[2]:,})"
    return f"{said_row(row[0])} {without}, {said_percent(row[9])} with them ({row[7]:,} of {row[8]:,})."


def make_windows(frames: Frames, request: FigureRequest) -> FigureTable:
    """The DfE's figures for the usual periods."""
    tally, windows = Tally(), usual_windows(request.last)
    for name, kpi in (("without", "plans_within_20_weeks"), ("all", "plans_within_20_weeks_all")):
        found = cohort(frames.observations, frames.kpi(PROCESS, kpi), request.as_of, PROCESS)
        for window in windows:
            for _, ref, part in within(found, "cohort_on", window, "case_ref", "part"):
                tally.add(window.name, f"{name}_{part}", ref)
                if part in ("in_time", "late"):
                    tally.add(window.name, f"{name}_of", ref)
    rows = tuple((window.name, *_both_cells(tally, window.name)) for window in windows)
    columns = (Column("window", "Period"), *_BOTH_COLUMNS)
    notes = tuple(f"{each.name}: {each.first} to {each.last}" for each in windows)
    return WINDOWS.table(_both_message(rows[1:2]), columns, rows, cases=tally.cases(), notes=notes)


def make_weeks(frames: Frames, request: FigureRequest) -> FigureTable:
    """The mean and the median, with exceptions and without."""
    count = Counting(frames, request)
    days: defaultdict[tuple[Cell, str], list[int]] = defaultdict(list)
    issued = cohort(count.observations, frames.kpi(PROCESS, "plans_within_20_weeks_all"), request.as_of, PROCESS)
    chosen = within(issued, "cohort_on", count.period, "group", "case_ref", "days_taken", "is_excepted")
    for day, group, ref, taken, is_excepted in chosen:
        for column in ("issued",) if is_excepted else ("issued", "without"):
            count.add(day, group, column, ref)
            for row in {count.label(day, group), ALL}:
                days[row, column].append(taken)
    rows = tuple((row, *_weeks_cells(days, row)) for row in count.rows())
    chart = _lines(request, ("median_weeks", "mean_weeks"), None, "Median and mean weeks of the plans issued.")
    columns = (first_column(request.by), *_WEEKS_COLUMNS)
    return WEEKS.table(
        _weeks_message(rows), columns, rows, chart=chart, cases=count.tally.cases(), has_total=count.has_total
    )


_WEEKS_COLUMNS = (
    _count("issued", "Issued"),
    Column("mean_weeks", "Mean weeks", "weeks", rests_on=("issued",)),
    Column("median_weeks", "Median weeks", "weeks", rests_on=("issued",)),
    Column("longest_weeks", "Longest", "weeks", rests_on=("issued",)),
    _count("without", "Without exception"),
    Column("without_mean_weeks", "Mean weeks", "weeks", rests_on=("without",)),
    Column("without_median_weeks", "Median weeks", "weeks", rests_on=("without",)),
)


def _weeks_cells(days: dict[tuple[Cell, str], list[int]], row: Cell) -> tuple[Cell, ...]:
    issued, without = days.get((row, "issued"), []), days.get((row, "without"), [])
    longest = weeks(max(issued)) if issued else None
    return (len(issued), *_mean_and_median(issued), longest, len(without), *_mean_and_median(without))


def _mean_and_median(days: list[int]) -> tuple[Cell, Cell]:
    return (weeks(mean(days)), weeks(median(days))) if days else (None, None)


def _weeks_message(rows: tuple[tuple[Cell, ...], ...]) -> str:
    row = last_with(rows, 1)
    if row is None:
        return "No plan was issued in the period."
    longest = f"the longest took {said_weeks(row[4])}"
    issued = said_count(row[1], "plan", "plans")
    return f"{said_row(row[0])} the middle one of {issued} issued took {said_weeks(row[3])}; {longest}."


def _lines(request: FigureRequest, y: tuple[str, ...], band: str | None, says: str) -> Chart:
    low, high = (f"{band}_low", f"{band}_high") if band else (None, None)
    return Chart(chart_kind(request.by), first_column(request.by).name, y, low, high, says=says)


ENTRIES = (
    Entry(PAIR, make_pair),
    Entry(BOTH, make_both),
    Entry(WINDOWS, make_windows),
    Entry(WEEKS, make_weeks),
)
