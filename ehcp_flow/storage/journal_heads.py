"""The journals as they were known at a moment: one fingerprint of them all, and what was recorded since."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from ehcp_flow.storage.tables import JournalEntry, sql_table

_journal = sql_table(JournalEntry)
_CASES_AT_A_TIME = 500


class Heads(NamedTuple):
    """How many cases and entries were known, and a SHA-256 over the last hash of each case's journal."""

    cases: int
    entries: int
    fingerprint: str


def heads_known_at(connection: Connection, known_at: datetime) -> Heads:
    """The journals as known at a moment. Each entry carries the hash of the one before, so the last speaks for all."""
    known = (
        select(_journal.c.case_ref, func.max(_journal.c.seq).label("seq"), func.count().label("entries"))
        .where(_journal.c.recorded_at <= known_at)
        .group_by(_journal.c.case_ref)
        .subquery()
    )
    query = select(_journal.c.case_ref, _journal.c.hash, known.c.entries).join(
        known, (known.c.case_ref == _journal.c.case_ref) & (known.c.seq == _journal.c.seq)
    )
    rows = connection.execute(query).all()
    # Sorted here, not by the database: SQLite and PostgreSQL do not order text alike.
    said = "\n".join(sorted(f"{row.case_ref} {row.hash}" for row in rows))
    return Heads(len(rows), sum(row.entries for row in rows), hashlib.sha256(said.encode()).hexdigest())


def recorded_between(
    connection: Connection, case_refs: Sequence[str], after: datetime, until: datetime
) -> Iterator[Any]:
    """Entries of these cases recorded after a moment and by another, in the order of cases and entries."""
    for start in range(0, len(case_refs), _CASES_AT_A_TIME):
        some = case_refs[start : start + _CASES_AT_A_TIME]
        query = (
            select(
                _journal.c.case_ref,
                _journal.c.seq,
                _journal.c.name,
                _journal.c.happened_on,
                _journal.c.recorded_at,
                _journal.c.recorded_by,
                _journal.c.corrects,
            )
            .where(_journal.c.case_ref.in_(some), _journal.c.recorded_at > after, _journal.c.recorded_at <= until)
            .order_by(_journal.c.case_ref, _journal.c.seq)
        )
        yield from connection.execute(query).all()
