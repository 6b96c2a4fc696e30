"""Everything that cannot be derived, table by table: what a backup holds and a move carries over.

Derived rows (standings, clocks, words of names) are left out: the copy makes them again, and that it comes to the
same is part of the proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Date, DateTime, MetaData, Table, func, select
from sqlmodel import SQLModel

from ehcp_flow.storage import bulk
from ehcp_flow.storage.account_tables import SignInLink, SignInTries, WebSession
from ehcp_flow.storage.api_tables import GivenAnswer
from ehcp_flow.storage.search_tables import NameSlip, NameWord
from ehcp_flow.storage.tables import ClockRow, Standing, UtcMoment, sql_table

_DERIVED = {sql_table(model).name for model in (ClockRow, Standing, NameWord, NameSlip)}
# Whoever is signed in signs in again at the copy: a backup is no way in. Answers are given again for two days only.
_FLEETING = {sql_table(model).name for model in (WebSession, SignInLink, SignInTries, GivenAnswer)}
_ROWS_AT_A_TIME = 5_000

Row = dict[str, Any]


def table_names() -> list[str]:
    """The tables to copy, each after those it refers to."""
    return [table.name for table in SQLModel.metadata.sorted_tables if table.name not in _DERIVED | _FLEETING]


def count_rows(connection: Connection, name: str) -> int:
    """How many rows a table holds."""
    return connection.execute(select(func.count()).select_from(SQLModel.metadata.tables[name])).scalar_one()


def rows_of(connection: Connection, name: str) -> Iterator[Row]:
    """A table's rows in the order of its key, a few at a time, dates and moments as ISO text."""
    table = SQLModel.metadata.tables[name]
    query = select(table).order_by(*table.primary_key.columns)
    for row in connection.execute(query.execution_options(yield_per=_ROWS_AT_A_TIME)).mappings():
        yield {key: value.isoformat() if isinstance(value, date | datetime) else value for key, value in row.items()}


def load_rows(connection: Connection, name: str, rows: Iterable[Row]) -> int:
    """Add rows as `rows_of` gives them; gives how many.

    The table is taken as it is in the database, so that an older backup can be loaded before it is upgraded.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")  # a case may follow one that comes after it
    table = Table(name, MetaData(), autoload_with=connection, resolve_fks=False)
    readers = {column.name: _reader(column.type) for column in table.columns}
    for column in table.columns:
        if isinstance(column.type, DateTime):
            column.type = UtcMoment()
    return bulk.load(connection, table, ({key: readers[key](value) for key, value in row.items()} for row in rows))


def _reader(kind: Any) -> Any:
    if isinstance(kind, DateTime):
        return lambda value: None if value is None else datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return lambda value: None if value is None else date.fromisoformat(value)
    return lambda value: value
