"""Many rows at once: COPY on PostgreSQL, one prepared statement run many times on SQLite."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import JSON, Connection, Table, insert

_ROWS_AT_A_TIME = 5_000


def load(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
    """Add `rows` to `table` in the connection's transaction; gives how many. Every row names the same columns."""
    if connection.dialect.name == "postgresql":
        return _copy(connection, table, rows)
    count, waiting = 0, iter(rows)
    while batch := [dict(row) for row in islice(waiting, _ROWS_AT_A_TIME)]:
        connection.execute(insert(table), batch)
        count += len(batch)
    return count


def _copy(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
    waiting = iter(rows)
    first = next(waiting, None)
    if first is None:
        return 0
    names = list(first)
    columns = ", ".join(f'"{name}"' for name in names)
    as_json = {column.name for column in table.columns if isinstance(column.type, JSON)}
    raw = connection.connection.driver_connection
    assert raw is not None  # noqa: S101 a connection in use has its driver's own
    count = 0
    with raw.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
        for row in _with_first(first, waiting):
            copy.write_row([json.dumps(row[name]) if name in as_json else row[name] for name in names])
            count += 1
    return count


def _with_first(first: Mapping[str, Any], rest: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    yield first
    yield from rest
