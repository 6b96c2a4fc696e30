"""The figures of a workflow's `kpis:` section as expressions over a frame: the same on Polars, DuckDB and Spark.

`kpis.figure` reckons the same for one small use without loading a library of frames; tests hold the two equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import narwhals as nw

from ehcp_flow.analytics.proportions import HUNDRED

if TYPE_CHECKING:
    from ehcp_flow.law.kpi_rule import KpiRule

PARTS = ("in_time", "late", "left_out", "not_yet_due")
"""Every observation of a cohort is in exactly one of these."""

_DAY_OF = {"stopped_in_period": "stopped_on", "due_in_period": "due_on", "started_in_period": "started_on"}


def cohort(observations: nw.LazyFrame[Any], rule: KpiRule, as_of: date, workflow: str) -> nw.LazyFrame[Any]:
    """The observations that a figure is about, whatever the period.

    Adds `cohort_on` (the day that puts it in a period), `part` (one of PARTS) and `is_still_open` (not met on
    `as_of`, and not left out).
    """
    day = _DAY_OF[rule.cohort]
    chosen = _of_clock(observations, rule, workflow).filter(~nw.col(day).is_null())
    if rule.stopped_by:
        chosen = chosen.filter(nw.col("stop_event").is_in(list(rule.stopped_by)))
    is_open = nw.col("stopped_on").is_null()
    return chosen.with_columns(
        cohort_on=nw.col(day),
        part=_part(rule, as_of),
        is_still_open=is_open & ~_is_left_out(rule),
    )


def kpi_counts(
    observations: nw.LazyFrame[Any],
    rule: KpiRule,
    first: date,
    last: date,
    as_of: date,
    *,
    workflow: str,
    by: Sequence[str] = (),
) -> nw.LazyFrame[Any]:
    """A figure from `first` to `last`, both counted, as it stood on `as_of`; a row for each group.

    `by` names columns of the observations, or month, quarter or year (the first day of it). Gives `numerator`,
    `denominator`, `left_out`, `still_open`, `not_yet_due`, and `percent` unrounded, null of nothing.
    """
    within = cohort(observations, rule, as_of, workflow).filter(nw.col("cohort_on").is_between(first, last))
    marks = {part: nw.col("part") == part for part in PARTS} | {"still_open": nw.col("is_still_open")}
    marked = within.with_columns(
        *(_period(name) for name in by if name in _LENGTHS),
        **{name: nw.when(mark).then(nw.lit(1)).otherwise(nw.lit(0)) for name, mark in marks.items()},
    )
    sums = [nw.col(name).sum() for name in marks]
    counted = marked.group_by(*by).agg(*sums) if by else marked.select(*sums)
    return _named(counted.with_columns(nw.col(*marks).fill_null(0).cast(nw.Int64)), by)


def _named(counted: nw.LazyFrame[Any], by: Sequence[str]) -> nw.LazyFrame[Any]:
    """The counts of the parts as numerator, denominator and share."""
    totalled = counted.with_columns(numerator=nw.col("in_time"), denominator=nw.col("in_time") + nw.col("late"))
    share = nw.col("numerator") * float(HUNDRED) / nw.col("denominator")
    counts = ("numerator", "denominator", "left_out", "still_open", "not_yet_due")
    return totalled.with_columns(percent=nw.when(nw.col("denominator") > 0).then(share)).select(*by, *counts, "percent")


def open_overdue(observations: nw.LazyFrame[Any], rule: KpiRule, as_of: date, workflow: str) -> nw.LazyFrame[Any]:
    """All open limits of the figure's clock past their day on `as_of`, in whatever period they fell due."""
    is_open = (nw.col("kind") == "limit") & nw.col("stopped_on").is_null()
    found = _of_clock(observations, rule, workflow).filter(is_open, nw.col("due_on") < as_of)
    return found.filter(~_is_left_out(rule))


def _of_clock(observations: nw.LazyFrame[Any], rule: KpiRule, workflow: str) -> nw.LazyFrame[Any]:
    return observations.filter(
        nw.col("workflow") == workflow,
        nw.col("clock") == rule.clock,
        nw.col("basis") == rule.basis,
        nw.col("outcome") != "dropped",
    )


def _is_left_out(rule: KpiRule) -> nw.Expr:
    return nw.col("is_excepted") & (rule.exceptions == "left_out")


def _part(rule: KpiRule, as_of: date) -> nw.Expr:
    is_waited_for = nw.col("stopped_on").is_null() & (nw.col("due_on") >= as_of)
    late_or_not = nw.when(nw.col("days_late") > 0).then(nw.lit("late")).otherwise(nw.lit("in_time"))
    counted = nw.when(is_waited_for).then(nw.lit("not_yet_due")).otherwise(late_or_not)
    return nw.when(_is_left_out(rule)).then(nw.lit("left_out")).otherwise(counted)


_LENGTHS = {"month": "1mo", "quarter": "1q", "year": "1y"}


def _period(name: str) -> nw.Expr:
    return nw.col("cohort_on").dt.truncate(_LENGTHS[name]).cast(nw.Date).alias(name)
