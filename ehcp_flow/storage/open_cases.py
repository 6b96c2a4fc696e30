"""The open cases of a holder, for a senior case manager who shares work out."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, false, func, or_, select, true

from ehcp_flow.storage.clock_table import clock_table, standing_table
from ehcp_flow.storage.tables import Case, Officer, sql_table

_cases, _officers = sql_table(Case), sql_table(Officer)
LAW = "law"


def open_cases(
    connection: Connection, officer: str | None, teams: Collection[str] | None, offset: int, limit: int
) -> list[Row[Any]]:
    """Open cases of an officer (`None`: those that no officer there is holds), the most pressing limit in law first.

    `teams` narrows to cases of these teams and of none.
    """
    of = standing_table.c
    running = (clock_table.c.is_open == true()) & (clock_table.c.is_excepted == false()) & (clock_table.c.basis == LAW)
    due = (
        select(func.min(clock_table.c.due_on))
        .where(clock_table.c.case_ref == of.case_ref, running)
        .correlate(standing_table)
        .scalar_subquery()
        .label("due_on")
    )
    query: Select[Any] = (
        select(of.case_ref, _cases.c.workflow, of.state, of.opened_on, of.officer, of.team, due)
        .join(_cases, _cases.c.case_ref == of.case_ref)
        .where(of.is_ended == false(), _is_held_by(officer), _is_within(teams))
        .order_by(due.is_(None), due, of.case_ref)
        .offset(offset)
        .limit(limit)
    )
    return list(connection.execute(query).all())


def count_open_cases(connection: Connection, officer: str | None, teams: Collection[str] | None) -> int:
    """How many there are."""
    query = select(func.count()).select_from(standing_table)
    query = query.where(standing_table.c.is_ended == false(), _is_held_by(officer), _is_within(teams))
    return connection.execute(query).scalar_one()


def _is_held_by(officer: str | None) -> ColumnElement[bool]:
    held_by = standing_table.c.officer
    if officer is not None:
        return held_by == officer
    return or_(held_by.is_(None), held_by.not_in(select(_officers.c.username)))


def _is_within(teams: Collection[str] | None) -> ColumnElement[bool]:
    team = standing_table.c.team
    return true() if teams is None else or_(team.in_(teams), team.is_(None))
