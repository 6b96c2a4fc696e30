"""The cache of derived things: where each case stands, and each of its clocks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, delete, func, insert, or_, select, true, update

from ehcp_flow.storage import bulk
from ehcp_flow.storage.tables import Case, ClockRow, JournalEntry, Standing, sql_table

clock_table = sql_table(ClockRow)
standing_table = sql_table(Standing)
_journal = sql_table(JournalEntry)
_cases = sql_table(Case)

# Every recording uses these: written once, SQLAlchemy need not work them out each time.
_FORGET_CLOCKS = delete(clock_table).where(clock_table.c.case_ref == bindparam("of_case"))
_ADD_CLOCKS = insert(clock_table)
_MOVE_STANDING = update(standing_table).where(standing_table.c.case_ref == bindparam("of_case"))
_ADD_STANDING = insert(standing_table)


def replace_case(connection: Connection, case_ref: str, standing: dict[str, Any], clocks: list[dict[str, Any]]) -> None:
    """Put one case's derived rows in the place of the old ones, if there are any."""
    connection.execute(_FORGET_CLOCKS, {"of_case": case_ref})
    if not connection.execute(_MOVE_STANDING, {"of_case": case_ref, **standing}).rowcount:
        connection.execute(_ADD_STANDING, standing)
    if clocks:
        connection.execute(_ADD_CLOCKS, clocks)


def add_rows(connection: Connection, standings: list[dict[str, Any]], clocks: list[dict[str, Any]]) -> None:
    """Add derived rows of cases that have none."""
    bulk.load(connection, standing_table, standings)
    bulk.load(connection, clock_table, clocks)


def clear(connection: Connection) -> None:
    """Remove every derived row."""
    connection.execute(delete(clock_table))
    connection.execute(delete(standing_table))


def standing_of(connection: Connection, case_ref: str) -> Row[Any] | None:
    """Where a case stands, as cached."""
    return connection.execute(select(standing_table).where(standing_table.c.case_ref == case_ref)).first()


def latest_event_day(connection: Connection) -> date | None:
    """The latest day on which anything happened in any case."""
    return connection.execute(select(func.max(standing_table.c.last_happened_on))).scalar()


def open_clocks(
    connection: Connection, due_until: date, due_from: date | None = None, **wanted: str | None
) -> Sequence[Row[Any]]:
    """Open limits due by `due_until`, the most overdue first; `wanted` narrows by officer, team, clock, …"""
    query: Select[Any] = (
        select(clock_table, standing_table.c.state, standing_table.c.opened_on, _cases.c.authority, _cases.c.person_ref)
        .join(standing_table, standing_table.c.case_ref == clock_table.c.case_ref)
        .join(_cases, _cases.c.case_ref == clock_table.c.case_ref)
        .where(clock_table.c.is_open == true(), clock_table.c.due_on <= due_until)
    )
    if due_from is not None:
        query = query.where(clock_table.c.due_on >= due_from)
    for name, value in wanted.items():
        if value is not None:
            query = query.where(clock_table.c[name] == value)
    return connection.execute(
        query.order_by(clock_table.c.due_on, clock_table.c.case_ref, clock_table.c.clock, clock_table.c.subject)
    ).all()


def clocks_of(connection: Connection, case_ref: str) -> Sequence[Row[Any]]:
    """A case's clocks as cached."""
    query = select(clock_table).where(clock_table.c.case_ref == case_ref)
    return connection.execute(query).all()


def clock_rows(connection: Connection, started_by: date, **wanted: str | None) -> Iterable[Row[Any]]:
    """Every clock that had started by a day, with where its case stands."""
    query = (
        select(clock_table, standing_table.c.state, standing_table.c.opened_on)
        .join(standing_table, standing_table.c.case_ref == clock_table.c.case_ref)
        .where(clock_table.c.started_on <= started_by)
        .order_by(clock_table.c.case_ref, clock_table.c.clock, clock_table.c.subject, clock_table.c.period)
    )
    for name, value in wanted.items():
        if value is not None:
            query = query.where(clock_table.c[name] == value)
    return connection.execute(query.execution_options(yield_per=5_000))


def rows_touching(
    connection: Connection,
    first: date,
    last: date,
    as_of: date,
    clocks: Collection[str] | None = None,
    workflow: str | None = None,
) -> Iterable[Row[Any]]:
    """Rows of some clocks (or all) that started, fell due or were stopped from `first` to `last`, or are overdue.

    Overdue are those open whose last day was before `as_of`. Only those that had started by `as_of`, with where their
    case stands and its fixed facts, in order of the cases.
    """
    of = clock_table.c
    in_period = [day.between(first, last) for day in (of.started_on, of.due_on, of.stopped_on)]
    query = (
        select(clock_table, standing_table.c.state, standing_table.c.opened_on, _cases.c.authority, _cases.c.person_ref)
        .join(standing_table, standing_table.c.case_ref == of.case_ref)
        .join(_cases, _cases.c.case_ref == of.case_ref)
        .where(of.started_on <= as_of, or_(*in_period, and_(of.is_open == true(), of.due_on < as_of)))
        .order_by(of.case_ref, of.clock, of.subject, of.period)
    )
    if clocks is not None:
        query = query.where(of.clock.in_(list(clocks)))
    if workflow is not None:
        query = query.where(of.workflow == workflow)
    return connection.execute(query.execution_options(yield_per=5_000))


def fallen_due(connection: Connection, after: date | None, until: date) -> Sequence[Row[Any]]:
    """Open limits whose last day was on or after `after` (or any) and before `until`, exceptions left out."""
    query = _indexed().where(clock_table.c.due_on < until)
    if after is not None:
        query = query.where(clock_table.c.due_on >= after)
    return connection.execute(query.order_by(clock_table.c.due_on)).all()


def lifted_past_their_day(connection: Connection, after: date | None, until: date) -> int:
    """How many open limits of that time an exception lifts: they are past their day, and no breach."""
    query = select(func.count()).where(clock_table.c.is_open == true(), clock_table.c.is_excepted == true())
    query = query.where(clock_table.c.due_on < until)
    if after is not None:
        query = query.where(clock_table.c.due_on >= after)
    return connection.execute(query).scalar_one()


def come_near(connection: Connection, after: date | None, until: date) -> Sequence[Row[Any]]:
    """Open limits not yet past on `until` whose warning time began after `after` (or ever) and by `until`."""
    query = _indexed().where(clock_table.c.warn_on <= until, clock_table.c.due_on >= until)
    query = query.where(clock_table.c.warn_on < clock_table.c.due_on)
    if after is not None:
        query = query.where(clock_table.c.warn_on > after)
    return connection.execute(query.order_by(clock_table.c.due_on)).all()


def _indexed() -> Select[Any]:
    """Open limits that no exception lifts, with only the columns that the indexes of open clocks hold."""
    columns = ("case_ref", "clock", "subject", "period", "workflow", "basis", "started_on", "due_on", "officer", "team")
    query: Select[Any] = select(*(clock_table.c[name] for name in columns))
    return query.where(clock_table.c.is_open == true(), clock_table.c.is_excepted != true())


def cases_without_rows(connection: Connection) -> int:
    """How many cases have entries in the journal but no derived rows."""
    query = (
        select(func.count(func.distinct(_journal.c.case_ref)))
        .select_from(_journal.outerjoin(standing_table, standing_table.c.case_ref == _journal.c.case_ref))
        .where(standing_table.c.case_ref.is_(None))
    )
    return connection.execute(query).scalar_one()


def rows_of_cases(connection: Connection, case_refs: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The clock rows of some cases, by case, each list in one order."""
    query = select(clock_table).where(clock_table.c.case_ref.in_(case_refs))
    found: dict[str, list[dict[str, Any]]] = {}
    for row in connection.execute(query).mappings():
        found.setdefault(row["case_ref"], []).append(dict(row))
    return {case_ref: sorted(rows, key=row_order) for case_ref, rows in found.items()}


def row_order(row: dict[str, Any]) -> tuple[str, str, int]:
    """One order for the clock rows of a case."""
    return row["clock"], row["subject"], row["period"]


def cases_with_clocks_over(connection: Connection, clocks: Sequence[str], first: date, last: date) -> Sequence[str]:
    """References of the cases in which one of `clocks` ran at some time from `first` to `last`, in order."""
    query = (
        select(clock_table.c.case_ref)
        .where(clock_table.c.clock.in_(clocks), clock_table.c.started_on <= last, clock_table.c.due_on >= first)
        .distinct()
    )
    return sorted(connection.execute(query).scalars())
