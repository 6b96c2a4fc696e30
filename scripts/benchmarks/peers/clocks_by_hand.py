"""The clocks of a whole population as one would write them by hand: in SQL, in Polars and as a loop over rows.

Each takes the first start, stop and drop of a clock, adds its length and says how late it is. None of them knows of
corrections, exceptions, revivals, dated law, unlawful steps or the order of one day, which is most of the work; they
say what the machine could do at best.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import polars as pl
from dateutil.relativedelta import relativedelta

from ehcp_flow.law.clock_rule import ClockRule
from ehcp_flow.law.workflow import Workflow

Row = Mapping[str, Any]

COLUMNS = ("case_ref", "clock", "subject", "started_on", "due_on", "stopped_on")


@dataclass(frozen=True, slots=True)
class ByHand:
    """What a query needs to know of one clock."""

    name: str
    starts: tuple[str, ...]
    stops: tuple[str, ...]
    drops: tuple[str, ...]
    arises: tuple[str, ...]
    only_when: tuple[tuple[str, str], ...]
    restarts: bool
    each: str
    amount: int
    unit: str
    is_first_day_counted: bool

    @property
    def length(self) -> relativedelta:
        """What is added to the day it started."""
        length = relativedelta(**{self.unit: self.amount})  # type: ignore[arg-type]
        return length - relativedelta(days=int(self.is_first_day_counted))


def by_hand(workflow: Workflow) -> list[ByHand]:
    """The clocks of a workflow, without what plain queries leave out."""
    return [_line(rule) for rule in workflow.clocks.values()]


def _line(rule: ClockRule) -> ByHand:
    (dated, *_), names = rule.limits, (rule.starts_on, rule.stops_on, rule.dropped_on, rule.arises_on)
    starts, stops, drops, arises = (tuple(each) for each in names)
    return ByHand(
        rule.id, starts, stops, drops, arises, tuple(rule.only_when.items()), rule.if_repeated == "restart",
        rule.one_for_each or "", dated.limit.amount, dated.limit.unit, rule.counting == "first_day",
    )  # fmt: skip


# ── SQL ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def in_sql(workflows: Iterable[Workflow], as_of: date) -> str:
    """One query over a table `entries` for DuckDB."""
    wide, clocks = [], []
    for workflow in workflows:
        lines, name = by_hand(workflow), workflow.workflow
        plain = [each for each in lines if not each.each]
        drops = [f"min(happened_on) {_filter(line.drops)} AS {line.name}_drop" for line in lines]
        wide.append(f"{name} AS ({_grouped(name, plain, drops)})")
        clocks += [_clock(line, name, "''", as_of) for line in plain]
        for detail in sorted({line.each for line in lines} - {""}):
            mine = [line for line in lines if line.each == detail]
            columns = ", ".join(f"{line.name}_drop" for line in mine)
            drops_of_case = f"SELECT case_ref, {columns} FROM {name}"
            rows = f"SELECT * FROM ({_grouped(name, mine, [], detail)}) JOIN ({drops_of_case}) USING (case_ref)"
            wide.append(f"{name}_{detail} AS ({rows})")
            clocks += [_clock(line, f"{name}_{detail}", detail, as_of) for line in mine]
    return f"WITH {', '.join(wide)} {' UNION ALL '.join(clocks)}"


def _grouped(workflow: str, lines: Iterable[ByHand], more: list[str], detail: str = "") -> str:
    sums = list(more)
    for line in lines:
        started = _filter(line.starts, line.only_when)
        sums.append(f"{'max' if line.restarts else 'min'}(happened_on) {started} AS {line.name}_start")
        sums.append(f"min(happened_on) {_filter(line.stops)} AS {line.name}_stop")
        sums.append(f"min(happened_on) {_filter(line.arises)} AS {line.name}_arise")
    keys, also = ("case_ref, " + detail, f"AND {detail} IS NOT NULL") if detail else ("case_ref", "")
    return f"SELECT {keys}, {', '.join(sums)} FROM entries WHERE workflow = '{workflow}' {also} GROUP BY {keys}"


def _filter(events: Iterable[str], details: Iterable[tuple[str, str]] = ()) -> str:
    names = ", ".join(f"'{each}'" for each in events) or "''"
    also = "".join(f" AND {key} = '{value}'" for key, value in details)
    return f"FILTER (event IN ({names}){also})"


def _clock(line: ByHand, table: str, subject: str, as_of: date) -> str:
    stop, drop = f"{line.name}_stop", f"{line.name}_drop"
    start, day = f"{line.name}_start", int(line.is_first_day_counted)
    due = f"({start} + INTERVAL {line.amount} {line.unit} - INTERVAL {day} DAY)::DATE"
    stopped = f"CASE WHEN {drop} IS NULL OR {stop} < {drop} THEN {stop} END"
    arisen = f"AND {line.name}_arise IS NOT NULL" if line.arises else ""
    return (
        f"SELECT case_ref, '{line.name}' AS clock, {subject} AS subject, {start} AS started_on, {due} AS due_on,"
        f" {stopped} AS stopped_on, greatest(coalesce({stopped}, {drop}, DATE '{as_of}') - {due}, 0) AS days_late"
        f" FROM {table} WHERE {start} IS NOT NULL {arisen}"
    )


# ── Polars ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def with_polars(entries: pl.LazyFrame, workflows: Iterable[Workflow], as_of: date) -> pl.DataFrame:
    """The same as expressions."""
    clocks = []
    for workflow in workflows:
        mine, lines = entries.filter(workflow=workflow.workflow), by_hand(workflow)
        drops = [_first(line.drops).alias(f"{line.name}_drop") for line in lines]
        plain = [line for line in lines if not line.each]
        cases = mine.group_by("case_ref").agg(*drops, *_sums(plain)).with_columns(subject=pl.lit(""))
        clocks += [_frame(line, cases, as_of) for line in plain]
        for detail in sorted({line.each for line in lines} - {""}):
            split = [line for line in lines if line.each == detail]
            told = mine.filter(pl.col(detail).is_not_null()).with_columns(subject=detail)
            groups = told.group_by("case_ref", "subject").agg(*_sums(split))
            groups = groups.join(cases.select("case_ref", *(f"{line.name}_drop" for line in split)), on="case_ref")
            clocks += [_frame(line, groups, as_of) for line in split]
    return pl.concat(clocks).collect()


def _sums(lines: Iterable[ByHand]) -> Iterator[pl.Expr]:
    for line in lines:
        is_one = pl.col("event").is_in(line.starts)
        for name, value in line.only_when:
            is_one &= pl.col(name) == value
        starts = pl.col("happened_on").filter(is_one)
        yield (starts.max() if line.restarts else starts.min()).alias(f"{line.name}_start")
        yield _first(line.stops).alias(f"{line.name}_stop")
        yield _first(line.arises).alias(f"{line.name}_arise")


def _first(events: tuple[str, ...]) -> pl.Expr:
    return pl.col("happened_on").filter(pl.col("event").is_in(events)).min()


def _frame(line: ByHand, groups: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    unit = {"days": "d", "weeks": "w", "months": "mo"}[line.unit]
    stop, drop = pl.col(f"{line.name}_stop"), pl.col(f"{line.name}_drop")
    start, day = pl.col(f"{line.name}_start"), int(line.is_first_day_counted)
    due = start.dt.offset_by(f"{line.amount}{unit}").dt.offset_by(f"-{day}d")
    stopped = pl.when(drop.is_null() | (stop < drop)).then(stop)
    rows = groups.filter(start.is_not_null())
    rows = rows.filter(pl.col(f"{line.name}_arise").is_not_null()) if line.arises else rows
    late = (pl.coalesce(stopped, drop, pl.lit(as_of)) - due).dt.total_days().clip(0)
    return rows.select(
        "case_ref", pl.lit(line.name).alias("clock"), "subject", start.alias("started_on"),
        due.alias("due_on"), stopped.alias("stopped_on"), late.alias("days_late"),
    )  # fmt: skip


# ── A loop ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def with_a_loop(rows: Iterable[Row], workflows: Mapping[str, Workflow], as_of: date) -> list[tuple[Any, ...]]:
    """The same for rows that come case by case."""
    lines = {name: by_hand(workflow) for name, workflow in workflows.items()}
    found: list[tuple[Any, ...]] = []
    case: list[Row] = []
    for row in rows:
        if case and row["case_ref"] != case[0]["case_ref"]:
            found += _of_a_case(case, lines[case[0]["workflow"]], as_of)
            case = []
        case.append(row)
    return [*found, *_of_a_case(case, lines[case[0]["workflow"]], as_of)]


def _of_a_case(case: list[Row], lines: Iterable[ByHand], as_of: date) -> Iterator[tuple[Any, ...]]:
    told: dict[str, list[Row]] = {}
    for row in case:
        told.setdefault(row["event"], []).append(row)
    for line in lines:
        days: dict[str, list[date]] = {}
        for name in line.starts:
            for row in told.get(name, ()):
                if (not line.each or row[line.each] is not None) and all(
                    row[key] == is_ for key, is_ in line.only_when
                ):
                    days.setdefault(row[line.each] if line.each else "", []).append(row["happened_on"])
        if not days or (line.arises and _earliest(told, line.arises) is None):
            continue
        drop = _earliest(told, line.drops)
        for subject, starts in days.items():
            started = max(starts) if line.restarts else min(starts)
            stop, due = _earliest(told, line.stops, line.each, subject), _due(line, started)
            stopped = stop if drop is None or (stop is not None and stop < drop) else None
            late = max(((stopped or drop or as_of) - due).days, 0)
            yield case[0]["case_ref"], line.name, subject, started, due, stopped, late


def _earliest(told: Mapping[str, list[Row]], events: tuple[str, ...], each: str = "", subject: str = "") -> date | None:
    rows = (row for name in events for row in told.get(name, ()))
    return min((row["happened_on"] for row in rows if not each or row[each] == subject), default=None)


@cache
def _due(line: ByHand, started: date) -> date:
    return started + line.length
