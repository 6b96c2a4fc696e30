"""Where frames live: the two things the derivation asks of Polars, DuckDB or Spark beside Narwhals' expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw

Columns = Mapping[str, Sequence[Any]]
"""A small table by its columns. Every column holds at least one value that is not None, or no value at all."""


@dataclass(frozen=True, slots=True)
class Backend:
    """`table` makes a frame of a small table; `hold` works a frame out once, because it is read several times."""

    table: Callable[[Columns], nw.LazyFrame[Any]]
    hold: Callable[[nw.LazyFrame[Any]], nw.LazyFrame[Any]]


def polars_backend() -> Backend:
    """Frames of Polars."""
    import polars as pl

    def table(columns: Columns) -> nw.LazyFrame[Any]:
        return _lazy(pl.DataFrame(columns).lazy())

    # In batches: a fifth faster over a million cases than column by column.
    return Backend(table, lambda frame: _lazy(frame.to_native().collect(engine="streaming").lazy()))


def duckdb_backend(connection: Any) -> Backend:
    """Relations of a DuckDB connection."""
    import polars as pl

    def table(columns: Columns) -> nw.LazyFrame[Any]:
        return _lazy(connection.from_arrow(pl.DataFrame(columns).to_arrow()).materialize())

    return Backend(table, lambda frame: _lazy(frame.to_native().materialize()))


def spark_backend(session: Any) -> Backend:
    """DataFrames of a Spark session."""

    def table(columns: Columns) -> nw.LazyFrame[Any]:
        rows = list(zip(*columns.values(), strict=True))
        return _lazy(session.createDataFrame(rows, list(columns)))

    return Backend(table, lambda frame: _lazy(frame.to_native().localCheckpoint()))


def _lazy(native: Any) -> nw.LazyFrame[Any]:
    """A frame of a library that gives no types."""
    found: nw.LazyFrame[Any] = nw.from_native(native)
    return found
