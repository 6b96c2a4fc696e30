"""Plans overdue and not issued: by age, by stage, and those whose 20 weeks are about to end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import narwhals as nw

from ehcp_flow.analytics.counting import Counting, rows_of
from ehcp_flow.analytics.divisions import ALL, first_column, is_of_periods
from ehcp_flow.analytics.figure_request import Definition, Entry, FigureRequest, Frames, NotDefined
from ehcp_flow.analytics.figure_table import Cell, Chart, Column, FigureTable
from ehcp_flow.analytics.tally import Tally
from ehcp_flow.analytics.wording import said_count, said_weeks, weeks
from ehcp_flow.engine.count import days_between, shifted
from ehcp_flow.engine.words import plain_date
from ehcp_flow.law.duration import Duration

GROUP = "Backlog"
PROCESS = "needs_assessment"
CLOCK = "finalise_plan"

BACKLOG = Definition(
    id="backlog",
    group=GROUP,
    title="Plans overdue, by how long the family has waited",
    meaning="Cases past their 20 weeks on the day whose plan has not been issued, by weeks since the request. Excess "
    "weeks are all the weeks past the 20 added up: they fall only if the backlog really gets better.",
    numerator="open cases past their 20 weeks",
    left_out="nothing: cases with an exception are counted in a column of their own. Plans owed after a reversed "
    "refusal have limits of their own and are not in it",
    by=("authority", "team", "officer", "age"),
)
STAGES = Definition(
    id="backlog_stages",
    group=GROUP,
    title="Plans overdue, by where the case stands",
    meaning="The same overdue cases by the stage they have reached, with how long the oldest has waited.",
    numerator=BACKLOG.numerator,
    left_out=BACKLOG.left_out,
)
PRESSURE = Definition(
    id="pressure",
    group=GROUP,
    title="Plans about to be overdue",
    meaning="Open cases not yet past their 20 weeks that will be within the next weeks unless the plan is issued.",
    numerator="open cases whose 20 weeks end in the time named, the day itself counted with the first",
    left_out="nothing: cases with an exception are counted too",
    by=BACKLOG.by,
)


def _overdue(observations: nw.LazyFrame[Any], as_of: date, *more: str) -> Iterator[tuple[Any, ...]]:
    """Open plans past their day: reference, start, days late, whether excepted, then `more` columns."""
    is_open = nw.col("stopped_on").is_null() & nw.col("dropped_on").is_null() & ~nw.col("in_ended_case")
    found = observations.filter(
        nw.col("workflow") == PROCESS, nw.col("clock") == CLOCK, is_open, nw.col("due_on") < as_of
    )
    return rows_of(found, "case_ref", "started_on", "days_late", "is_excepted", *more)


class _Backlog:
    """Overdue cases by row, with their ages and their excess."""

    def __init__(self, as_of: date) -> None:
        self.as_of, self.tally = as_of, Tally()
        self._oldest: defaultdict[Cell, int] = defaultdict(int)
        self._excess: defaultdict[Cell, int] = defaultdict(int)

    def add(self, row: Cell, ref: str, started_on: date, days_late: int, *, is_excepted: bool) -> None:
        self.tally.add(row, "overdue", ref)
        self.tally.add(row, "with_exception" if is_excepted else "without_exception", ref)
        for label in (row, ALL):
            self._oldest[label] = max(self._oldest[label], days_between(started_on, self.as_of))
            self._excess[label] += days_late

    def rows(self, labels: list[Cell]) -> tuple[tuple[Cell, ...], ...]:
        """The rows, with one of all at the end."""
        self.tally.total_row(ALL)
        return tuple(self._row(label) for label in [*labels, ALL])

    def _row(self, label: Cell) -> tuple[Cell, ...]:
        counts = (self.tally.count(label, name) for name in ("overdue", "without_exception", "with_exception"))
        oldest = weeks(self._oldest[label]) if self.tally.count(label, "overdue") else None
        return (label, *counts, weeks(self._excess[label]), oldest)


_COLUMNS = (
    Column("overdue", "Overdue", "count", sum_of=("without_exception", "with_exception")),
    Column("without_exception", "Without exception", "count"),
    Column("with_exception", "With exception", "count", "an exception lifts the limit; the family waits all the same"),
    Column("excess_weeks", "Excess weeks", "weeks", "weeks past the limit, added up", rests_on=("overdue",)),
    Column("oldest_weeks", "Oldest", "weeks", "weeks since the oldest request", rests_on=("overdue",)),
)


def make_backlog(frames: Frames, request: FigureRequest) -> FigureTable:
    """By age band, or by group."""
    found = _Backlog(request.as_of)
    if is_of_periods(request.by):
        bands = _bands(frames, request.as_of)
        for ref, started_on, days_late, is_excepted in _overdue(frames.observations, request.as_of):
            label = next(name for name, after in bands if after is None or started_on >= after)
            found.add(label, ref, started_on, days_late, is_excepted=is_excepted)
        first = Column("band", "Weeks since request")
        labels: Iterable[Cell] = [name for name, _ in bands]
    else:
        count = Counting(frames, request)
        for *case, is_excepted, group in _overdue(count.observations, request.as_of, "group"):
            found.add(count.label(None, group), *case, is_excepted=is_excepted)
        count.tally = found.tally
        first, labels = first_column(request.by), [row for row in count.rows() if row != ALL]
    return _table(BACKLOG, first, found, labels)


def _bands(frames: Frames, as_of: date) -> list[tuple[str, date | None]]:
    """The bands from the youngest, each with the earliest day of request that is in it; the oldest has none."""
    process = frames.workflows.get(PROCESS)
    if process is None or CLOCK not in process.clocks:
        raise NotDefined(f"The workflow files in use define no time limit {CLOCK}.")
    limit = process.clocks[CLOCK].limits[-1].limit
    ends = frames.settings.bands
    names = [f"{low.amount} to {high.amount} weeks" for low, high in pairwise((limit, *ends))]
    earliest = [shifted(as_of, end, -1) for end in ends]
    return [*zip(names, earliest, strict=True), (f"over {ends[-1]}", None)]


def _table(definition: Definition, first: Column, found: _Backlog, labels: Iterable[Cell]) -> FigureTable:
    rows = found.rows([*labels])
    chart = Chart("bars", first.name, ("overdue",), says=f"Overdue plans: {first.title.lower()} along, how many up.")
    return definition.table(
        _message(rows[-1], found.as_of),
        (first, *_COLUMNS),
        rows,
        chart=chart,
        cases=found.tally.cases(),
        has_total=True,
    )


def _message(total: tuple[Cell, ...], as_of: date) -> str:
    _, overdue, _, excepted, excess, oldest = total
    if not overdue:
        return f"On {plain_date(as_of)}, no plan was overdue."
    plans = f"{said_count(overdue, 'plan was', 'plans were')} overdue, {said_weeks(excess)} past their time together"
    exception = f", {excepted:,} with an exception" if excepted else ""
    return f"On {plain_date(as_of)}, {plans}{exception}; the oldest request was made {said_weeks(oldest)} before."


def make_stages(frames: Frames, request: FigureRequest) -> FigureTable:
    """By the state of the case, in the order of the workflow file."""
    found = _Backlog(request.as_of)
    titles = _stage_titles(frames)
    for *case, is_excepted, state in _overdue(frames.observations, request.as_of, "state"):
        found.add(titles.get(state, state), *case, is_excepted=is_excepted)
    labels = [title for title in titles.values() if title in found.tally.rows]
    return _table(STAGES, Column("stage", "Stage"), found, labels)


def _stage_titles(frames: Frames) -> dict[str, str]:
    process = frames.workflows.get(PROCESS)
    return {name: rule.title for name, rule in process.states.items()} if process else {}


def make_pressure(frames: Frames, request: FigureRequest) -> FigureTable:
    """By stage, or by group; a column for each length of time."""
    count, titles = Counting(frames, request), _stage_titles(frames)
    spans = _spans(frames.settings.ahead, request.as_of)
    is_open = nw.col("stopped_on").is_null() & nw.col("dropped_on").is_null() & ~nw.col("in_ended_case")
    coming = count.clock(PROCESS, CLOCK).filter(is_open, nw.col("due_on").is_between(request.as_of, spans[-1][2]))
    is_by_stage = is_of_periods(request.by)
    for due_on, ref, state, group in rows_of(coming, "due_on", "case_ref", "state", "group"):
        label = titles.get(state, state) if is_by_stage else count.label(None, group)
        name = next(column.name for column, _, last in spans if due_on <= last)
        for column in (name, "together"):
            count.tally.add(label, column, ref)
    if is_by_stage:
        labels: list[Cell] = [title for title in titles.values() if title in count.tally.rows]
        count.tally.total_row(ALL)
    else:
        labels = [row for row in count.rows() if row != ALL]
    names = tuple(column.name for column, _, _ in spans)
    rows = tuple((label, *count.counts(label, *names, "together")) for label in [*labels, ALL])
    first = Column("stage", "Stage") if is_by_stage else first_column(request.by)
    together = Column("together", "Together", "count", sum_of=names)
    return PRESSURE.table(
        _pressure_message(rows[-1], spans[0][1], spans[-1][1]),
        (first, *(column for column, _, _ in spans), together),
        rows,
        chart=Chart("stacked_bars", first.name, names, says="Plans about to be overdue, by when."),
        cases=count.tally.cases(),
        has_total=True,
    )


def _spans(ahead: tuple[Duration, ...], as_of: date) -> list[tuple[Column, int, date]]:
    """A column for each stretch of time, with the weeks up to its end and its last day."""
    found, before = [], 0
    for length in ahead:
        title = f"Next {length.amount} weeks" if not before else f"Weeks {before + 1} to {length.amount}"
        found.append(
            (Column(f"within_{length.amount}_weeks", title, "count"), length.amount, shifted(as_of, length, 1))
        )
        before = length.amount
    return found


def _pressure_message(total: tuple[Cell, ...], first: int, length: int) -> str:
    if not total[-1]:
        return f"No open case will pass its 20 weeks in the next {length} weeks."
    cases = said_count(total[-1], "open case", "open cases")
    sooner = f", {total[1]:,} of them in the next {first}" if total[1] else ""
    return f"{cases} will pass the limit in the next {length} weeks unless the plan is issued{sooner}."


ENTRIES = (Entry(BACKLOG, make_backlog), Entry(STAGES, make_stages), Entry(PRESSURE, make_pressure))
