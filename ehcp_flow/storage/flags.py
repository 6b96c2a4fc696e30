"""Flags raised and nights done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.dialects import postgresql, sqlite

from ehcp_flow.storage.tables import Flag, Run, sql_table

_flags, _runs = sql_table(Flag), sql_table(Run)

BREACH, CLEARED = "breach", "cleared"


def raise_flags(connection: Connection, rows: list[dict[str, Any]]) -> int:
    """Add flags, each once: those already there are left as they are. Says how many were new."""
    if not rows:
        return 0
    insert = sqlite.insert(_flags) if connection.dialect.name == "sqlite" else postgresql.insert(_flags)
    added = connection.execute(insert.on_conflict_do_nothing().returning(_flags.c.case_ref), rows)
    return len(added.all())


def flags_of(connection: Connection, case_ref: str) -> Sequence[Row[Any]]:
    """A case's flags, the oldest first."""
    query = select(_flags).where(_flags.c.case_ref == case_ref).order_by(_flags.c.noticed_on)
    return connection.execute(query).all()


def flags_noticed(connection: Connection, first: date, last: date) -> Sequence[Row[Any]]:
    """Flags noticed in a period."""
    query = select(_flags).where(_flags.c.noticed_on >= first, _flags.c.noticed_on <= last)
    return connection.execute(query.order_by(_flags.c.noticed_on, _flags.c.case_ref)).all()


def last_run(connection: Connection, job: str) -> date | None:
    """The last business date for which `job` was finished."""
    return connection.execute(select(func.max(_runs.c.business_date)).where(_runs.c.job == job)).scalar()


def run_of(connection: Connection, job: str, business_date: date) -> Row[Any] | None:
    """The ledger's entry for one night, if it was done."""
    query = select(_runs).where(_runs.c.job == job, _runs.c.business_date == business_date)
    return connection.execute(query).first()


def finish_run(
    connection: Connection, job: str, business_date: date, finished_at: datetime, report: dict[str, Any]
) -> None:
    """Write a night into the ledger; a night done again keeps its first entry."""
    row = {"job": job, "business_date": business_date, "finished_at": finished_at, "report": report}
    insert = sqlite.insert(_runs) if connection.dialect.name == "sqlite" else postgresql.insert(_runs)
    connection.execute(insert.on_conflict_do_nothing(), [row])
