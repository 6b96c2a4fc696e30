"""P9: the figures of every authority for twelve months, from the observations of a million cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from time import perf_counter
from typing import Any

import duckdb
import narwhals as nw
import polars as pl

from ehcp_flow.analytics.kpi_frame import kpi_counts
from ehcp_flow.analytics.setwise.backend import polars_backend
from ehcp_flow.analytics.setwise.derivation import derive_all
from ehcp_flow.engine.working_days import Calendar
from ehcp_flow.law.kpi_rule import KpiRule
from ehcp_flow.made_up.stream import BENCHMARK_DAY
from scripts.benchmarks.measuring import Effort, Measured, by_turns, tell
from scripts.benchmarks.setwise import Population, population

WITHIN = 1.0
"""Seconds for one figure of 153 authorities in 12 months."""

AUTHORITIES = 153
_MADE_UP, _COPIES = 20_000, 50
_FIRST, _LAST = date(2025, 1, 1), date(2025, 12, 31)
_KEYS = ("authority", "month")

Rules = list[tuple[str, KpiRule]]


def measure(effort: Effort) -> Iterator[Measured]:
    """Seconds of the clock on the wall, from observations in memory to the table."""
    tell("P9: making up histories")
    one = population(effort.of(_MADE_UP), _COPIES)
    observations = _observations(one)
    connection = duckdb.connect()
    connection.register("found", observations.to_arrow())
    connection.execute("CREATE TABLE observations AS SELECT * FROM found")
    frames: dict[str, Any] = {
        "Polars": nw.from_native(observations.lazy()),
        "DuckDB": nw.from_native(connection.table("observations")),
    }
    rules = [(name, rule) for name, workflow in one.law.items() for rule in workflow.kpis.values()]
    national = [(name, rule) for name, rule in rules if rule.clock == "finalise_plan"][:1]
    if _table(frames["Polars"], rules) != _table(frames["DuckDB"], rules):
        raise RuntimeError("Polars and DuckDB do not agree on the figures.")
    works = [lambda on=on, of=of: _table(frames[on], of) for on in frames for of in (national, rules)]
    took = by_turns(f"P9: figures from {len(observations):,} observations", effort.rounds, *works, clock=perf_counter)
    named = ((on, of) for on in frames for of in (national, rules))
    for (on, of), ours in zip(named, took, strict=True):
        figures = "figure" if len(of) == 1 else "figures"
        what = f"{len(of)} {figures} × {AUTHORITIES} authorities × 12 months, {one.cases:,} cases, {on}"
        yield Measured("P9", what, ours, WITHIN, "s", "the aim itself", WITHIN if len(of) == 1 else None)


def _observations(one: Population) -> pl.DataFrame:
    """Every clock of every case, the cases dealt out among the authorities."""
    tell("P9: deriving the observations")
    entries: Any = nw.from_native(one.many.lazy())
    found = derive_all(entries, one.law.values(), Calendar(), polars_backend(), BENCHMARK_DAY)
    clocks: pl.DataFrame = found.clocks.collect("polars").to_native()
    number = pl.col("case_ref").hash(seed=0) % AUTHORITIES + 1
    return clocks.with_columns(authority=pl.format("Authority {}", number))


def _table(observations: nw.LazyFrame[Any], rules: Rules) -> list[list[tuple[Any, ...]]]:
    tables = []
    for workflow, rule in rules:
        counted = kpi_counts(observations, rule, _FIRST, _LAST, BENCHMARK_DAY, workflow=workflow, by=_KEYS)
        tables.append(sorted(counted.collect("polars").to_native().rows()))
    return tables
