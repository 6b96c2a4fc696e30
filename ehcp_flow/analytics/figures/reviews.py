"""Annual reviews: held and completed within 12 months, decided within 4 weeks, amended within 12, and overdue."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import pairwise

import narwhals as nw

from ehcp_flow.analytics.counting import Counting, last_with, rows_of, within
from ehcp_flow.analytics.divisions import chart_kind, first_column
from ehcp_flow.analytics.figure_request import Definition, Entry, FigureRequest, Frames
from ehcp_flow.analytics.figure_table import Cell, Chart, Column, FigureTable
from ehcp_flow.analytics.tally import Tally, share_cells, share_columns
from ehcp_flow.analytics.wording import said_count, said_percent, said_row, said_weeks, weeks
from ehcp_flow.engine.count import shifted
from ehcp_flow.engine.words import plain_date

GROUP = "Annual reviews"
PROCESS = "annual_review"

REVIEWS = Definition(
    id="reviews",
    group=GROUP,
    title="Annual reviews in time",
    meaning="Of the reviews whose 12 months ended in the period: how many had their meeting by then, and how many "
    "were complete, that is decided and the family told. Of the meetings whose 4 weeks ended in the period: how many "
    "had been decided by then; a meeting still undecided is a miss. Of the amended plans issued in the period: how "
    "many within 12 weeks of the meeting.",
    numerator="held, completed or decided by the last day; amended plans issued within 12 weeks",
    denominator="reviews, and meetings, whose limit ended in the period; amended plans issued in it",
    left_out="plans that ceased and children who moved or died",
    source="DfE publishes decisions within 4 weeks, of those made",
    by=("month", "quarter", "year", "authority", "team", "officer", "age"),
)
OVERDUE = Definition(
    id="reviews_overdue",
    group=GROUP,
    title="Annual reviews overdue, by how late",
    meaning="What is past its day and still open: reviews not complete, meetings not decided, amended plans owed.",
    numerator="open limits past their day",
    left_out="cases that have ended",
)
_OVERDUE_CLOCKS = {
    "complete_review": "Review complete",
    "decide_after_review": "Decision after the meeting",
    "complete_amendments": "Amended plan, or word that there is none",
}


def make_reviews(frames: Frames, request: FigureRequest) -> FigureTable:
    """Four shares in one row."""
    count = Counting(frames, request)
    for name, kpi in _KPIS.items():
        count.add_share(name, PROCESS, frames.kpi(PROCESS, kpi))
    _add_held(count, frames)
    rows = tuple((row, *_cells(count, row)) for row in count.rows())
    first = first_column(request.by)
    says = "Share of reviews complete within 12 months and of decisions within 4 weeks."
    return REVIEWS.table(
        _message(rows),
        (first, *_COLUMNS),
        rows,
        chart=Chart(chart_kind(request.by), first.name, _DRAWN, "complete_low", "complete_high", says=says),
        cases=count.tally.cases(),
        has_total=count.has_total,
    )


_DRAWN = ("complete_percent", "decided_percent")
_KPIS = {
    "complete": "reviews_within_12_months",
    "decided": "review_decisions_within_4_weeks",
    "amended": "amended_plans_within_12_weeks",
}


def _share(name: str, in_time: str, of: str, title: str) -> tuple[Column, ...]:
    return share_columns(name, Column(f"{name}_in_time", in_time, "count"), Column(f"{name}_of", of, "count"), title)


_COLUMNS = (
    *_share("complete", "Complete", "Due", "% complete"),
    Column("held_in_time", "Held by then", "count", "of those due, the meeting was held in time"),
    Column("held_percent", "% held", "percent", rests_on=("held_in_time", "complete_of")),
    *_share("decided", "Decided in 4 weeks", "Meetings due", "% decided"),
    Column("decided_still_open", "Undecided", "count", "of those due, not decided yet"),
    *_share("amended", "Amended in 12 weeks", "Amended", "% amended"),
)


def _add_held(count: Counting, frames: Frames) -> None:
    """Of the reviews due, those whose meeting was held by the day the review was due."""
    meetings: defaultdict[str, list[date]] = defaultdict(list)
    held = frames.events.filter(nw.col("workflow") == PROCESS, nw.col("event") == "review_meeting_held")
    for ref, day in rows_of(held, "case_ref", "happened_on"):
        meetings[ref].append(day)
    as_of = count.request.as_of
    due = count.clock(PROCESS, "complete_review").filter(nw.col("outcome") != "dropped")
    is_judged = ~nw.col("stopped_on").is_null() | (nw.col("due_on") < as_of)
    for due_on, group, ref in within(due.filter(is_judged), "due_on", count.period, "group", "case_ref"):
        if any(day <= due_on for day in meetings[ref]):
            count.add(due_on, group, "held_in_time", ref)


def _cells(count: Counting, row: Cell) -> tuple[Cell, ...]:
    complete, due, held = count.counts(row, "complete_in_time", "complete_of", "held_in_time")
    return (
        *share_cells(complete, due),
        held,
        share_cells(held, due)[2],
        *share_cells(*count.counts(row, "decided_in_time", "decided_of")),
        *count.counts(row, "decided_still_open"),
        *share_cells(*count.counts(row, "amended_in_time", "amended_of")),
    )


def _message(rows: tuple[tuple[Cell, ...], ...]) -> str:
    row = last_with(rows, 2)
    if row is None:
        return "No annual review fell due in the period."
    complete = f"{said_percent(row[3])} of the reviews due were complete ({row[1]:,} of {row[2]:,})"
    if not row[9]:
        return f"{said_row(row[0])} {complete}; no meeting was due a decision."
    return f"{said_row(row[0])} {complete}; {said_percent(row[10])} of the meetings due a decision had one in 4 weeks."


def make_overdue(frames: Frames, request: FigureRequest) -> FigureTable:
    """A row for each kind of thing owed, a column for each band of lateness."""
    tally, latest = Tally(), defaultdict[str, int](int)
    bands = _bands(frames, request.as_of)
    is_open = nw.col("stopped_on").is_null() & nw.col("dropped_on").is_null() & ~nw.col("in_ended_case")
    past = frames.observations.filter(nw.col("workflow") == PROCESS, is_open, nw.col("due_on") < request.as_of)
    past = past.filter(nw.col("clock").is_in(list(_OVERDUE_CLOCKS)))
    for clock, ref, due_on, days_late in rows_of(past, "clock", "case_ref", "due_on", "days_late"):
        title = _OVERDUE_CLOCKS[clock]
        band = next(column.name for column, after in bands if after is None or due_on >= after)
        for column in ("overdue", band):
            tally.add(title, column, ref)
        latest[title] = max(latest[title], days_late)
    names = tuple(column.name for column, _ in bands)
    rows = tuple(
        (
            title,
            *(tally.count(title, name) for name in ("overdue", *names)),
            weeks(latest[title]) if latest[title] else None,
        )
        for title in _OVERDUE_CLOCKS.values()
    )
    columns = (
        Column("owed", "What is owed"),
        Column("overdue", "Overdue", "count", sum_of=names),
        *(column for column, _ in bands),
        Column("latest_weeks", "Latest by", "weeks", rests_on=("overdue",)),
    )
    chart = Chart("stacked_bars", "owed", names, says="What is overdue in annual reviews, by how late it is.")
    return OVERDUE.table(_overdue_message(rows, request.as_of), columns, rows, chart=chart, cases=tally.cases())


def _bands(frames: Frames, as_of: date) -> list[tuple[Column, date | None]]:
    """The bands from the least late, each with the earliest due date that is in it; the last has none."""
    ends = frames.settings.late_bands
    first = Column(f"late_{ends[0].amount}", f"Up to {ends[0]} late", "count")
    between = [
        Column(f"late_{high.amount}", f"{low.amount} to {high.amount} weeks", "count") for low, high in pairwise(ends)
    ]
    last = Column("late_more", f"Over {ends[-1]}", "count")
    earliest = [shifted(as_of, end, -1) for end in ends]
    return [*zip((first, *between), earliest, strict=True), (last, None)]


def _overdue_message(rows: tuple[tuple[Cell, ...], ...], as_of: date) -> str:
    reviews, decisions, plans = rows
    if not any(row[1] for row in rows):
        return f"On {plain_date(as_of)}, nothing was overdue in annual reviews."
    owed = f"{said_count(reviews[1], 'review was', 'reviews were')} overdue"
    since = f", the latest by {said_weeks(reviews[-1])}" if reviews[1] else ""
    decided, amended = (
        said_count(decisions[1], "decision", "decisions"),
        said_count(plans[1], "amended plan", "amended plans"),
    )
    return f"On {plain_date(as_of)}, {owed}{since}; {decided} and {amended} were owed past their day."


ENTRIES = (Entry(REVIEWS, make_reviews), Entry(OVERDUE, make_overdue))
