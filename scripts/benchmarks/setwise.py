"""P3: every clock of both core processes for a million cases at once, beside plain queries, a loop, and the engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import duckdb
import narwhals as nw
import polars as pl

from ehcp_flow.analytics.setwise.backend import Backend, duckdb_backend, polars_backend
from ehcp_flow.analytics.setwise.derivation import derive_all
from ehcp_flow.engine.event import Event
from ehcp_flow.engine.history import history
from ehcp_flow.engine.working_days import Calendar
from ehcp_flow.law.load import load_folder
from ehcp_flow.law.workflow import Workflow
from ehcp_flow.made_up.stream import BENCHMARK_DAY
from ehcp_flow.services.derive import derive_seen
from ehcp_flow.settings import shipped_workflows
from scripts.benchmarks.made_up_data import histories
from scripts.benchmarks.measuring import Effort, Measured, by_turns, tell
from scripts.benchmarks.peers.clocks_by_hand import COLUMNS, in_sql, with_a_loop, with_polars
from tests.analytics.setwise_harness import as_columns

CORE = ("annual_review", "needs_assessment")
OF_THE_SQL, OF_THE_ENGINE = 1.5, 1 / 20
_MADE_UP, _COPIES = 20_000, 50
_ROUNDS = 3

Law = dict[str, Workflow]
Journals = list[tuple[str, list[Event]]]


@dataclass(frozen=True, slots=True)
class Population:
    """Some made-up cases, and each of them many times over as one frame of entries."""

    law: Law
    journals: Journals
    few: pl.DataFrame
    many: pl.DataFrame
    copies: int

    @property
    def cases(self) -> int:
        """How many there are in the big frame."""
        return len(self.journals) * self.copies


def measure(effort: Effort) -> Iterator[Measured]:
    """Seconds of the clock on the wall, for each way of deriving all clocks."""
    tell("P3: making up histories")
    one = population(effort.of(_MADE_UP), _COPIES)
    hand = in_sql(one.law.values(), BENCHMARK_DAY)
    connection = duckdb.connect()
    connection.register("entries", one.many.to_arrow())
    connection.execute("CREATE TABLE kept AS SELECT * FROM entries")
    connection.unregister("entries")
    connection.execute("ALTER TABLE kept RENAME TO entries")
    note = _compared(one)
    on_duckdb, on_polars, sql, polars = by_turns(
        f"P3: all clocks of {one.cases:,} cases with {len(one.many):,} entries",
        min(effort.rounds, _ROUNDS),
        lambda: _derived(one, nw.from_native(connection.table("entries")), duckdb_backend(connection)),
        lambda: _derived(one, nw.from_native(one.many.lazy()), polars_backend()),
        lambda: connection.sql(hand).materialize(),
        lambda: with_polars(one.many.lazy(), one.law.values(), BENCHMARK_DAY),
        clock=perf_counter,
    )
    loop, engine = by_turns(
        f"P3: {len(one.journals):,} cases one by one",
        1,
        lambda: with_a_loop(one.few.iter_rows(named=True), one.law, BENCHMARK_DAY),
        lambda: by_the_engine(one),
        clock=perf_counter,
    )
    for name, ours in (("Polars", on_polars), ("DuckDB", on_duckdb)):
        what = f"clocks of {one.cases:,} cases, set-wise on {name}"
        yield Measured("P3", what, ours, sql, "s", "plain SQL written by hand, DuckDB", OF_THE_SQL, note)
        yield Measured("P3", what, ours, polars, "s", "plain expressions written by hand, Polars")
        yield Measured("P3", what, ours, loop * one.copies, "s", "a plain loop over rows, so many times as long")
        yield Measured("P3", what, ours, engine * one.copies, "s", "the engine, so many times as long", OF_THE_ENGINE)


def population(cases: int, copies: int) -> Population:
    """Made-up cases, repeated under other references."""
    law = {name: each for name, each in load_folder(shipped_workflows()).items() if name in CORE}
    journals = histories(cases)
    few = as_columns([(law[name], entries) for name, entries in journals])
    numbers = pl.DataFrame({"copy": [f"-{number}" for number in range(copies)]})
    many = few.join(numbers, how="cross").with_columns(case_ref=pl.col("case_ref") + pl.col("copy")).drop("copy")
    return Population(law, journals, few, many.sort("case_ref", "seq"), copies)


def _derived(one: Population, entries: Any, backend: Backend) -> None:
    """All clocks, worked out and kept where the frames live."""
    backend.hold(derive_all(entries, one.law.values(), Calendar(), backend, BENCHMARK_DAY).clocks)


def by_the_engine(one: Population) -> list[list[dict[str, Any]]]:
    """The clock rows of every case, derived one case after the other."""
    calendar = Calendar()
    return [
        derive_seen(one.law[name], entries, history(entries, BENCHMARK_DAY), calendar).rows
        for name, entries in one.journals
    ]


def _compared(one: Population) -> str:
    """What set-wise derivation gives is what the engine gives, or the comparison means nothing.

    The plain queries leave out what is hard; how far they agree is said, and not required.
    """
    tell("P3: comparing")
    derived = derive_all(nw.from_native(one.few.lazy()), one.law.values(), Calendar(), polars_backend(), BENCHMARK_DAY)
    ours = _as_rows(derived.clocks.collect("polars").to_native())
    left = set(derived.for_the_engine.collect("polars").to_native()["case_ref"])
    engine = {
        tuple(row[name] for name in COLUMNS)
        for rows in by_the_engine(one)
        for row in rows
        if row["case_ref"] not in left
    }
    if ours != engine:
        raise RuntimeError(f"Set-wise and the engine differ, first in {min(ours ^ engine, key=str)}.")
    connection = duckdb.connect()
    connection.register("entries", one.few.to_arrow())
    hands = {
        "SQL": _as_rows(connection.sql(in_sql(one.law.values(), BENCHMARK_DAY)).pl()),
        "Polars": _as_rows(with_polars(one.few.lazy(), one.law.values(), BENCHMARK_DAY)),
        "the loop": {row[:-1] for row in with_a_loop(one.few.iter_rows(named=True), one.law, BENCHMARK_DAY)},
    }
    if len({frozenset(each) for each in hands.values()}) != 1:
        raise RuntimeError("The three written by hand do not agree among themselves.")
    wrong = len(hands["SQL"] - ours) / len(hands["SQL"])
    told = f"equal to the engine, {len(left):,} of {len(one.journals):,} cases left to it"
    return f"{told}; written by hand {wrong:.1%} of clocks are wrong"


def _as_rows(clocks: pl.DataFrame) -> set[tuple[Any, ...]]:
    return set(clocks.select(*COLUMNS).with_columns(pl.col("subject").fill_null("")).rows())
