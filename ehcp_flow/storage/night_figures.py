"""Figures for whoever watches over the nights: counts only, nobody's name and no case's reference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select, text, true

from ehcp_flow.storage.clock_table import clock_table
from ehcp_flow.storage.notices import depth
from ehcp_flow.storage.tables import JournalEntry, sql_table

_journal = sql_table(JournalEntry)


@dataclass(frozen=True, slots=True)
class NightFigures:
    """How much is broken (by basis), near and waiting to be sent on a day."""

    open_breaches: dict[str, int]
    near: int
    notices_waiting: int
    notices_given_up: int
    entries: int


def figures(connection: Connection, today: date) -> NightFigures:
    """The figures as they stand; everything but the number of entries is found by index."""
    waiting, given_up = depth(connection)
    return NightFigures(
        open_breaches=_open_breaches(connection, today),
        near=_near(connection, today),
        notices_waiting=waiting,
        notices_given_up=given_up,
        entries=connection.execute(select(func.count()).select_from(_journal)).scalar_one(),
    )


def _open_breaches(connection: Connection, today: date) -> dict[str, int]:
    query = (
        select(clock_table.c.basis, func.count())
        .where(clock_table.c.is_open == true(), clock_table.c.is_excepted != true(), clock_table.c.due_on < today)
        .group_by(clock_table.c.basis)
    )
    return {basis: number for basis, number in connection.execute(query)}  # noqa: C416 dict() would take rows for pairs of Any


def _near(connection: Connection, today: date) -> int:
    query = (
        select(func.count())
        .where(clock_table.c.is_open == true(), clock_table.c.is_excepted != true())
        .where(clock_table.c.warn_on <= today, clock_table.c.due_on >= today)
        .where(clock_table.c.warn_on < clock_table.c.due_on)
    )
    return connection.execute(query).scalar_one()


def last_recorded_at(connection: Connection) -> datetime | None:
    """When the newest entry of all was recorded; reads the whole journal."""
    return connection.execute(select(func.max(_journal.c.recorded_at))).scalar()


def server_time(connection: Connection) -> datetime | None:
    """The time by the database server's own clock; None where there is no server."""
    if connection.dialect.name != "postgresql":
        return None
    moment: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return moment
