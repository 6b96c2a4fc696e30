"""How clocks stand on a day, as expressions: `engine.outcome` for a whole column at once."""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw

from ehcp_flow.analytics.setwise.places import day_number

DAYS = ("started", "due", "stopped", "dropped")
"""Columns of day numbers beside `started_on`, `due_on`, `stopped_on` and `dropped_on`."""


def numbered(clocks: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """`clocks` with the columns of `DAYS`."""
    return clocks.with_columns(**{name: day_number(nw.col(f"{name}_on")) for name in DAYS})


def judged(clocks: nw.LazyFrame[Any], as_of: date) -> nw.LazyFrame[Any]:
    """`clocks` with `days_taken`, `days_late` and `outcome` on `as_of`; needs `kind`, `is_excepted` and `DAYS`."""
    today = nw.lit(as_of.toordinal()).cast(nw.Int64)
    timed = clocks.with_columns(_ended=nw.coalesce(nw.col("stopped"), nw.col("dropped"), today))
    late = timed.with_columns(days_taken=nw.col("_ended") - nw.col("started"), _late=_days_late())
    told = late.with_columns(outcome=_outcome())
    counts = nw.col("outcome").is_in(["breach", "excepted"]) | _is_dropped_limit()
    return told.with_columns(days_late=nw.when(counts).then(nw.col("_late")).otherwise(0)).drop("_ended", "_late")


def _days_late() -> nw.Expr:
    not_left = nw.col("due") - nw.col("stopped") + 1
    over = nw.col("_ended") - nw.col("due")
    late = nw.when(nw.col("kind") == "window").then(not_left).otherwise(over)
    return nw.when(late > 0).then(late).otherwise(0)


def _outcome() -> nw.Expr:
    is_window, is_limit = nw.col("kind") == "window", nw.col("kind") == "limit"
    is_stopped, is_dropped = ~nw.col("stopped").is_null(), ~nw.col("dropped").is_null()
    is_late = nw.col("_late") > 0
    left_in_full = is_window & ~is_stopped & (nw.col("_ended") > nw.col("due"))
    is_running = ~is_stopped & (~is_limit | ~is_late)
    failed = nw.when(nw.col("is_excepted")).then(nw.lit("excepted")).otherwise(nw.lit("breach"))
    met_or_failed = nw.when(~is_late).then(nw.lit("in_time")).otherwise(failed)
    open_or_not = nw.when(is_running).then(nw.lit("running")).otherwise(met_or_failed)
    in_force = nw.when(is_dropped).then(nw.lit("dropped")).otherwise(open_or_not)
    return nw.when(left_in_full).then(nw.lit("in_time")).otherwise(in_force)


def _is_dropped_limit() -> nw.Expr:
    return (nw.col("outcome") == "dropped") & (nw.col("kind") == "limit")
