"""How clocks stand on a day, as expressions: `engine.outcome` for a whole column at once."""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw

DAYS_IN_YEAR = 365


def day_number(day: nw.Expr) -> nw.Expr:
    """The number of a day (1 is 1 January of year 1), as `date.toordinal` gives it, in a way every backend knows."""
    years = day.dt.year().cast(nw.Int64) - 1
    leap_days = years // 4 - years // 100 + years // 400
    return years * DAYS_IN_YEAR + leap_days + day.dt.ordinal_day().cast(nw.Int64)


def judged(clocks: nw.LazyFrame[Any], as_of: date) -> nw.LazyFrame[Any]:
    """`clocks` with `days_taken`, `days_late` and `outcome` on `as_of`.

    They need `kind`, `started_on`, `due_on`, `stopped_on`, `dropped_on` and `is_excepted`.
    """
    ended_on = nw.coalesce(nw.col("stopped_on"), nw.col("dropped_on"))
    numbered = clocks.with_columns(
        _started=day_number(nw.col("started_on")),
        _due=day_number(nw.col("due_on")),
        _stopped=day_number(nw.col("stopped_on")),
        _ended=nw.coalesce(day_number(ended_on), nw.lit(as_of.toordinal()).cast(nw.Int64)),
    )
    late = numbered.with_columns(days_taken=nw.col("_ended") - nw.col("_started"), _late=_days_late())
    told = late.with_columns(outcome=_outcome(as_of))
    counts = nw.col("outcome").is_in(["breach", "excepted"]) | _is_dropped_limit()
    with_lateness = told.with_columns(days_late=nw.when(counts).then(nw.col("_late")).otherwise(0))
    return with_lateness.drop("_started", "_due", "_stopped", "_ended", "_late")


def _days_late() -> nw.Expr:
    not_left = nw.col("_due") - nw.col("_stopped") + 1
    over = nw.col("_ended") - nw.col("_due")
    late = nw.when(nw.col("kind") == "window").then(not_left).otherwise(over)
    return nw.when(late > 0).then(late).otherwise(0)


def _outcome(as_of: date) -> nw.Expr:
    is_window, is_limit = nw.col("kind") == "window", nw.col("kind") == "limit"
    is_stopped, is_dropped = ~nw.col("stopped_on").is_null(), ~nw.col("dropped_on").is_null()
    is_late = nw.col("_late") > 0
    left_in_full = is_window & ~is_stopped & (nw.coalesce(nw.col("dropped_on"), nw.lit(as_of)) > nw.col("due_on"))
    is_running = ~is_stopped & (~is_limit | ~is_late)
    failed = nw.when(nw.col("is_excepted")).then(nw.lit("excepted")).otherwise(nw.lit("breach"))
    met_or_failed = nw.when(~is_late).then(nw.lit("in_time")).otherwise(failed)
    open_or_not = nw.when(is_running).then(nw.lit("running")).otherwise(met_or_failed)
    in_force = nw.when(is_dropped).then(nw.lit("dropped")).otherwise(open_or_not)
    return nw.when(left_in_full).then(nw.lit("in_time")).otherwise(in_force)


def _is_dropped_limit() -> nw.Expr:
    return (nw.col("outcome") == "dropped") & (nw.col("kind") == "limit")
