"""Officers and the days they are away: the facts that hand-overs, lists and caseloads ask for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from ehcp_flow.storage.tables import Absence, Officer, sql_table

_officers, _absences = sql_table(Officer), sql_table(Absence)


def change_officer(connection: Connection, username: str, facts: dict[str, Any]) -> None:
    """Bring what we know of an officer up to date; facts that are not given stay as they are."""
    if facts:
        connection.execute(update(_officers).where(_officers.c.username == username).values(**facts))


def lock_officers(connection: Connection, usernames: Iterable[str]) -> None:
    """Let nobody else plan these officers' absences until the transaction ends (writers of SQLite queue anyway)."""
    query = select(_officers.c.username).where(_officers.c.username.in_(sorted(usernames)))
    connection.execute(query.order_by(_officers.c.username).with_for_update()).all()


def usernames(connection: Connection) -> frozenset[str]:
    """Every officer's username."""
    return frozenset(connection.execute(select(_officers.c.username)).scalars())


def absences_from(connection: Connection, first: date, last: date | None = None) -> Sequence[Row[Any]]:
    """Absences that touch the days from `first` to `last` (for ever, if it is not given), the earliest first."""
    query = select(_absences).where(_absences.c.last_day >= first)
    if last is not None:
        query = query.where(_absences.c.first_day <= last)
    return connection.execute(query.order_by(_absences.c.first_day, _absences.c.officer)).all()


def add_absence(connection: Connection, officer: str, first_day: date, last_day: date, cover: str | None) -> None:
    """Note that an officer is away."""
    values = {"officer": officer, "first_day": first_day, "last_day": last_day, "cover": cover}
    connection.execute(insert(_absences).values(**values))


def remove_absence(connection: Connection, officer: str, first_day: date) -> None:
    """Take away the absence of an officer that begins on `first_day`."""
    connection.execute(delete(_absences).where(_absences.c.officer == officer, _absences.c.first_day == first_day))
