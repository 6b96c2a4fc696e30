"""Flags raised and nights done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from ehcp_flow.storage.lock import nights_wait_for
from ehcp_flow.storage.tables import Flag, Run, sql_table

_flags, _runs = sql_table(Flag), sql_table(Run)
_LAST_RUN = select(func.max(_runs.c.business_date)).where(_runs.c.job == bindparam("of_job"))
_CASES_AT_A_TIME = 500

NEAR, BREACH, CLEARED = "near", "breach", "cleared"

ClockKey = tuple[str, str, str, int]
"""Case, clock, subject and period: what a flag is about."""


def clock_key(row: dict[str, Any] | Any) -> ClockKey:
    """What a row of the clock table, or a flag, is about."""
    found = row if isinstance(row, dict) else row._mapping  # noqa: SLF001 SQLAlchemy's public name for a row's dict
    return found["case_ref"], found["clock"], found["subject"], found["period"]


def standing_flags(connection: Connection, case_refs: Sequence[str]) -> dict[ClockKey, Row[Any]]:
    """The last flag of each clock of these cases."""
    found: dict[ClockKey, Row[Any]] = {}
    for refs in _chunks(case_refs):
        query = select(_flags).where(_flags.c.case_ref.in_(refs)).order_by(_flags.c.turn)
        found.update({clock_key(row): row for row in connection.execute(query)})
    return found


def _chunks(refs: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(refs), _CASES_AT_A_TIME):
        yield refs[start : start + _CASES_AT_A_TIME]


def add_flags(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Add flags. The key (clock and turn) refuses a second one for the same turn."""
    if rows:
        connection.execute(insert(_flags), rows)


def flags_of(connection: Connection, case_ref: str) -> Sequence[Row[Any]]:
    """A case's flags, the oldest first."""
    query = select(_flags).where(_flags.c.case_ref == case_ref).order_by(_flags.c.noticed_on, _flags.c.turn)
    return connection.execute(query).all()


def flags_noticed(connection: Connection, first: date, last: date) -> Sequence[Row[Any]]:
    """Flags noticed in a period, both days counted."""
    query = select(_flags).where(_flags.c.noticed_on >= first, _flags.c.noticed_on <= last)
    return connection.execute(query.order_by(_flags.c.noticed_on, _flags.c.case_ref)).all()


def last_run(connection: Connection, job: str) -> date | None:
    """The last business date for which `job` was finished."""
    return connection.execute(_LAST_RUN, {"of_job": job}).scalar()


def swept_until(connection: Connection, job: str) -> date | None:
    """The same for a transaction that settles flags by it: no night begins before that one ends."""
    nights_wait_for(connection)
    return last_run(connection, job)


def runs_of(connection: Connection, job: str, most: int) -> Sequence[Row[Any]]:
    """The last runs of a job, the newest first."""
    query = select(_runs).where(_runs.c.job == job).order_by(_runs.c.business_date.desc()).limit(most)
    return connection.execute(query).all()


def run_of(connection: Connection, job: str, business_date: date) -> Row[Any] | None:
    """The ledger's entry for one night, if it was done."""
    query = select(_runs).where(_runs.c.job == job, _runs.c.business_date == business_date)
    return connection.execute(query).first()


def finish_run(
    connection: Connection, job: str, business_date: date, finished_at: datetime, report: dict[str, Any]
) -> None:
    """Write a night into the ledger; a night done again keeps its first entry."""
    row = {"job": job, "business_date": business_date, "finished_at": finished_at, "report": report}
    add = sqlite.insert(_runs) if connection.dialect.name == "sqlite" else postgresql.insert(_runs)
    connection.execute(add.on_conflict_do_nothing(), [row])
