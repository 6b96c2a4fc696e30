"""Who saw which case, and who was let see a case of another team."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from ehcp_flow.storage.account_tables import Access, BreakGlass
from ehcp_flow.storage.tables import Case, Standing, sql_table

_log, _glass = sql_table(Access), sql_table(BreakGlass)
_cases, _standings = sql_table(Case), sql_table(Standing)


def add_access(connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
    """Note that somebody saw cases."""
    connection.execute(insert(_log), list(rows))


def accesses_to_cases(connection: Connection, case_refs: Iterable[str]) -> Sequence[Row[Any]]:
    """Who saw these cases, the earliest first."""
    query = select(_log).where(_log.c.case_ref.in_(list(case_refs)))
    return connection.execute(query.order_by(_log.c.entry)).all()


def cases_of_person(connection: Connection, person_ref: str) -> Sequence[str]:
    """The references of a person's cases."""
    query = select(_cases.c.case_ref).where(_cases.c.person_ref == person_ref)
    return connection.execute(query.order_by(_cases.c.case_ref)).scalars().all()


def holder_of(connection: Connection, case_ref: str) -> Row[Any] | None:
    """The officer and the team of a case, if there is such a case."""
    query = select(_standings.c.officer, _standings.c.team).where(_standings.c.case_ref == case_ref)
    row: Row[Any] | None = connection.execute(query).first()  # type: ignore[assignment]  # whatever its columns
    return row


def add_grant(connection: Connection, facts: dict[str, Any]) -> None:
    """Note that somebody was let see a case, and why."""
    connection.execute(insert(_glass).values(**facts))


def grant_of(connection: Connection, username: str, case_ref: str, at: datetime) -> Row[Any] | None:
    """The leave that `username` has at a moment to see a case of another team."""
    query = select(_glass).where(_glass.c.username == username, _glass.c.case_ref == case_ref, _glass.c.expires_at > at)
    return connection.execute(query.order_by(_glass.c.entry.desc())).first()
