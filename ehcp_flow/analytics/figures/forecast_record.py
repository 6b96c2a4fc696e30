"""How the forecast would have done on months gone by, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ehcp_flow.analytics.figure_request import Definition
from ehcp_flow.analytics.figure_table import Cell, Column, FigureTable
from ehcp_flow.analytics.figures.forecast import GROUP
from ehcp_flow.analytics.forecast.back_test import QUANTITIES, Quantity, Record, Trial, longest, record
from ehcp_flow.analytics.proportions import percent
from ehcp_flow.engine.words import plain_date

RECORD = Definition(
    id="forecast_record",
    group=GROUP,
    title="How this forecast would have done",
    meaning="The same forecast made at the end of each month gone by, from what had happened by then, against what "
    "came. The interval is meant to hold eight times in ten. It is widened by what earlier forecasts missed, and each "
    "is judged only with what was known when it was made. 'As last month' is the miss of somebody who expects "
    "every month to be like the last.",
    numerator="forecasts whose interval held",
    denominator="forecasts tried",
    left_out="the first months, from which the width is learnt; what was recorded late counts as known on its day",
    basis="local",
)
_WORDS: dict[Quantity, str] = {"issued": "Plans issued", "overdue": "Plans overdue", "share": "% in time of those due"}


def record_table(trials: Sequence[Trial], day: date) -> FigureTable:
    """A row for each quantity and each number of months ahead."""
    found = [
        each
        for quantity in QUANTITIES
        for ahead in range(1, longest(trials) + 1)
        if (each := record(trials, quantity, ahead))
    ]
    columns = (
        Column("forecast", "Forecast"),
        Column("tried", "Tried", "count"),
        Column("held", "Held", "count", "intervals that held what came"),
        Column("held_percent", "Held %", "percent", rests_on=("held", "tried")),
        Column(
            "error", "Missed by", "number", "mean distance of the middle from what came: plans, or percentage points"
        ),
        Column("naive", "As last month", "number", "the same for expecting the last month again"),
        Column("bias", "Too high by", "number", "mean; negative: too low"),
        Column("width", "Width", "number", "of the interval, mean"),
    )
    rows = tuple(_record_row(each) for each in found)
    says = _record_says(found) if found else f"There are too few months before {plain_date(day)} to try a forecast on."
    return RECORD.table(says, columns, rows)


def _record_row(each: Record) -> tuple[Cell, ...]:
    ahead = f"{each.months_ahead} month{'s' if each.months_ahead > 1 else ''} ahead"
    shares = each.tried, each.held, percent(each.held, each.tried)
    return (f"{_WORDS[each.quantity]}, {ahead}", *shares, each.error, each.naive_error, each.bias, each.width)


def _record_says(found: Sequence[Record]) -> str:
    held, tried = sum(each.held for each in found), sum(each.tried for each in found)
    better = sum(each.error < each.naive_error for each in found)
    return (
        f"{held:,} of {tried:,} intervals held, where eight in ten are meant to; in {better} of {len(found)} rows the "
        "forecast missed by less than expecting the last month again."
    )
