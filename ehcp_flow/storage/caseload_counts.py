"""Counts of open cases and pressing limits by holder, made by the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, select, true

from ehcp_flow.storage.clock_table import clock_table, standing_table
from ehcp_flow.storage.tables import Case, sql_table

_cases = sql_table(Case)


def open_cases_by_stage(connection: Connection) -> Sequence[Row[Any]]:
    """Officer, team, workflow, state and number of the cases that have not ended."""
    of = standing_table.c
    by = (of.officer, of.team, _cases.c.workflow, of.state)
    query = select(*by, func.count()).join(_cases, _cases.c.case_ref == of.case_ref)
    return connection.execute(query.where(of.is_ended != true()).group_by(*by)).all()


def pressing_limits(connection: Connection, as_of: date, until: date, basis: str) -> Sequence[Row[Any]]:
    """Officer, team, overdue and due by `until`: open limits of a basis that no exception lifts, ended cases left out.

    What is due later is not read: the index of open limits begins with the due date and holds every column.
    """
    of = clock_table.c
    late = of.due_on < as_of
    query = select(of.officer, of.team, func.count().filter(late), func.count().filter(~late))
    query = query.where(of.is_open == true(), of.due_on <= until, of.basis == basis)
    query = query.where(of.is_excepted != true(), of.in_ended_case != true(), of.started_on <= as_of)
    return connection.execute(query.group_by(of.officer, of.team)).all()
