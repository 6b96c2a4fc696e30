"""Whole tables read in one go, as the driver gives them: for frames, where a row object each would cost too much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Connection, Select, Text, cast, select

from ehcp_flow.storage.tables import Case, ClockRow, JournalEntry, Person, Standing, sql_table

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

_cases, _people, _standings = sql_table(Case), sql_table(Person), sql_table(Standing)
_journal, _clocks = sql_table(JournalEntry), sql_table(ClockRow)

_STANDING = ("state", "is_ended", "opened_on", "officer", "team")
_PERSON = ("date_of_birth", "looked_after", "flags", "sex")
_ENTRY = ("case_ref", "seq", "name", "happened_on", "recorded_at", "details", "corrects")


@dataclass(frozen=True, slots=True)
class RawRows:
    """Rows in no order. SQLite gives dates and moments as text and truth as 0 or 1, PostgreSQL as what they are.

    JSON is text in both.
    """

    names: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def journal_entries(connection: Connection) -> RawRows:
    """Every entry of the journal with its case's workflow."""
    columns = [_cases.c.workflow, *(_plain(_journal.c[name]) for name in _ENTRY)]
    return _read(connection, select(*columns).join(_cases, _cases.c.case_ref == _journal.c.case_ref))


def cases_with_people(connection: Connection) -> RawRows:
    """Every case's fixed facts, with those of its person that figures are given by: no name, no number."""
    facts = [_cases.c[name] for name in ("case_ref", "workflow", "authority", "person_ref", "plan_ref")]
    columns = [*facts, *(_plain(_people.c[name]) for name in _PERSON)]
    return _read(connection, select(*columns).outerjoin(_people, _people.c.person_ref == _cases.c.person_ref))


def standings(connection: Connection) -> RawRows:
    """Where each case stands, as cached."""
    return _read(connection, select(_standings.c.case_ref, *(_standings.c[name] for name in _STANDING)))


def clock_rows(connection: Connection) -> RawRows:
    """Every clock as cached, with the fixed facts and the standing of its case."""
    beside = (_cases.c.authority, _cases.c.person_ref, _standings.c.state, _standings.c.opened_on)
    query = select(_clocks, *beside).join(_standings, _standings.c.case_ref == _clocks.c.case_ref)
    return _read(connection, query.join(_cases, _cases.c.case_ref == _clocks.c.case_ref))


def _plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(column, Text).label(column.key) if isinstance(column.type, JSON) else column


def _read(connection: Connection, query: Select[Any]) -> RawRows:
    found = connection.exec_driver_sql(str(query.compile(connection)))
    cursor = found.cursor
    names = tuple(found.keys())
    return RawRows(names, list(cursor.fetchall()) if cursor is not None else [])
