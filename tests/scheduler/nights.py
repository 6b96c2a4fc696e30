"""What the tests of the nights share: cases with known limits, clocks to set, and a look at what is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from unittest.mock import patch

from sqlalchemy import select

from ehcp_flow.services.office import Office
from ehcp_flow.services.open_case import open_case
from ehcp_flow.settings import Settings, shipped_workflows
from ehcp_flow.storage.tables import Flag, Run, sql_table

# Each limit to decide falls due six weeks on: 17, 18, 19 and 21 February 2025. The last case keeps the database's
# news young, so that the nights of February are no surprise to it.
REQUESTS = (date(2025, 1, 6), date(2025, 1, 7), date(2025, 1, 8), date(2025, 1, 10), date(2025, 2, 10))


def office_at(url: str, **settings: Any) -> Office:
    return Office(Settings(url, shipped_workflows(), None, "Exampleshire", "tester", **settings))


def open_requests(office: Office, *days: date) -> None:
    """A case NA-0106 for a request received and recorded on 6 January, and so on."""
    for day in days or REQUESTS:
        with patch("ehcp_flow.services.open_case.now", at(f"{day} 12:00")):
            open_case(office, "needs_assessment", "request_received", day, case_ref=f"NA-{day:%m%d}")


def at(text: str) -> Callable[[], datetime]:
    """A clock that stands still at a moment, UTC."""
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return lambda: moment


def flags_of(office: Office, clock: str = "decide_whether_to_assess") -> list[tuple[Any, ...]]:
    """Case, kind and day of every flag of a clock, in the order of the days."""
    table = sql_table(Flag)
    query = select(table.c.case_ref, table.c.kind, table.c.noticed_on).where(table.c.clock == clock)
    with office.database.read() as connection:
        return [
            tuple(row) for row in connection.execute(query.order_by(table.c.noticed_on, table.c.case_ref, table.c.turn))
        ]


def ledger(office: Office, job: str = "sweep") -> list[date]:
    """The business dates done, in order."""
    table = sql_table(Run)
    query = select(table.c.business_date).where(table.c.job == job).order_by(table.c.business_date)
    with office.database.read() as connection:
        return list(connection.execute(query).scalars())


def everything_written(office: Office) -> list[str]:
    """Every flag and every row of the ledger, whole."""
    with office.database.read() as connection:
        return sorted(str(row) for model in (Flag, Run) for row in connection.execute(select(sql_table(model))))
