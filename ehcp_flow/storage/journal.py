"""The journal: append events, read them back, and prove that nothing was changed.

Each entry carries the hash of the one before it in its case, so that a change made behind the program's
back shows, whoever made it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select

from ehcp_flow.engine.event import Event
from ehcp_flow.storage.tables import Case, JournalEntry, Standing, sql_table

FIRST_HASH = ""
_ROWS_AT_A_TIME = 5_000
_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_journal = sql_table(JournalEntry)
_cases = sql_table(Case)
_standings = sql_table(Standing)
_EVENT_COLUMNS = (
    _journal.c.case_ref,
    _journal.c.seq,
    _journal.c.name,
    _journal.c.happened_on,
    _journal.c.recorded_at,
    _journal.c.recorded_by,
    _journal.c.details,
    _journal.c.note,
    _journal.c.corrects,
)

# Every recording uses these two: written once, SQLAlchemy need not work them out each time.
_APPEND = insert(_journal)
_EVENTS_OF = (
    select(*_EVENT_COLUMNS, _journal.c.hash).where(_journal.c.case_ref == bindparam("of_case")).order_by(_journal.c.seq)
)


def append(connection: Connection, events: Sequence[Event], last_hash: str) -> list[str]:
    """Append `events` of one case, in order, after the entry whose hash is `last_hash`; gives their hashes.

    The key (case_ref, seq) is the lock: if somebody else took the number first, nothing is written.
    """
    rows, hashes = chained(events, last_hash)
    connection.execute(_APPEND, rows)
    return hashes


def chained(events: Iterable[Event], last_hash: str = FIRST_HASH) -> tuple[list[dict[str, Any]], list[str]]:
    """Rows for `events` of one case, each with its hash and the one before; and the hashes."""
    rows, hashes = [], []
    for event in events:
        row = _row(event)
        row["prev_hash"], row["hash"] = last_hash, entry_hash(last_hash, row)
        last_hash = row["hash"]
        rows.append(row)
        hashes.append(last_hash)
    return rows, hashes


def _row(event: Event) -> dict[str, Any]:
    return {
        "case_ref": event.case_ref,
        "seq": event.seq,
        "name": event.name,
        "happened_on": event.happened_on,
        "recorded_at": event.recorded_at,
        "recorded_by": event.recorded_by,
        "details": dict(event.details),
        "note": event.note,
        "corrects": event.corrects,
    }


def entry_hash(prev_hash: str, row: Mapping[str, Any]) -> str:
    """SHA-256 over everything an entry says and the hash before it."""
    recorded_at: datetime = row["recorded_at"]
    said = [
        prev_hash,
        row["case_ref"],
        row["seq"],
        row["name"],
        row["happened_on"].isoformat(),
        recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
        row["recorded_by"],
        sorted(row["details"].items()),
        row["note"],
        row["corrects"],
    ]
    return hashlib.sha256(_as_json(said).encode()).hexdigest()


def events_of(connection: Connection, case_ref: str) -> tuple[list[Event], str]:
    """A case's entries in the order recorded, and the hash of the last one."""
    rows = connection.execute(_EVENTS_OF, {"of_case": case_ref}).all()
    return [Event(*tuple(row)[:-1]) for row in rows], rows[-1].hash if rows else FIRST_HASH


def all_histories(
    connection: Connection, case_refs: Sequence[str] | None = None, workflow: str | None = None
) -> Iterator[tuple[str, str, list[Event]]]:
    """Every case's reference, workflow and entries, case by case, without holding them all in memory."""
    query = (
        select(_cases.c.workflow, *_EVENT_COLUMNS)
        .join(_cases, _cases.c.case_ref == _journal.c.case_ref)
        .order_by(_journal.c.case_ref, _journal.c.seq)
    )
    if case_refs is not None:
        query = query.where(_journal.c.case_ref.in_(case_refs))
    if workflow is not None:
        query = query.where(_cases.c.workflow == workflow)
    rows = connection.execute(query.execution_options(yield_per=_ROWS_AT_A_TIME))
    for case_ref, entries in groupby(rows, key=lambda row: row.case_ref):
        found = list(entries)
        yield case_ref, found[0].workflow, [Event(*tuple(row)[1:]) for row in found]


def last_hashes(connection: Connection, case_refs: Sequence[str]) -> dict[str, tuple[int, str]]:
    """The number and hash of the last entry of each case."""
    last = (
        select(_journal.c.case_ref, func.max(_journal.c.seq).label("seq"))
        .where(_journal.c.case_ref.in_(case_refs))
        .group_by(_journal.c.case_ref)
        .subquery()
    )
    query = select(_journal.c.case_ref, _journal.c.seq, _journal.c.hash).join(
        last, (last.c.case_ref == _journal.c.case_ref) & (last.c.seq == _journal.c.seq)
    )
    return {row.case_ref: (row.seq, row.hash) for row in connection.execute(query)}


def count_entries(connection: Connection) -> int:
    """How many entries the journal holds."""
    return connection.execute(select(func.count()).select_from(_journal)).scalar_one()


@dataclass(frozen=True, slots=True)
class BadEntry:
    """The first entry of the journal that is not as it was recorded."""

    case_ref: str
    seq: int
    reason: str


def first_bad_entry(connection: Connection) -> Iterator[BadEntry | None]:
    """Walk the whole journal; yields None for each good entry and, last, the first bad one if there is one."""
    query = select(_journal).order_by(_journal.c.case_ref, _journal.c.seq)
    rows = connection.execute(query.execution_options(yield_per=_ROWS_AT_A_TIME))
    case_ref, seq, last_hash = "", 0, FIRST_HASH
    for row in rows.mappings():
        if row["case_ref"] != case_ref:
            case_ref, seq, last_hash = row["case_ref"], 0, FIRST_HASH
        seq += 1
        reason = _what_is_wrong(row, seq, last_hash)
        if reason:
            yield BadEntry(case_ref, row["seq"], reason)
            return
        last_hash = row["hash"]
        yield None
    cut_off = _first_cut_off(connection)
    if cut_off:
        yield cut_off


def _first_cut_off(connection: Connection) -> BadEntry | None:
    """The first entry missing at a journal's end, which no chain can show: where the case stands remembers it."""
    last = select(_journal.c.case_ref, func.max(_journal.c.seq).label("seq")).group_by(_journal.c.case_ref).subquery()
    there = func.coalesce(last.c.seq, 0)
    query = (
        select(_standings.c.case_ref, there)
        .select_from(_standings.outerjoin(last, last.c.case_ref == _standings.c.case_ref))
        .where(_standings.c.last_seq > there)
        .order_by(_standings.c.case_ref)
    )
    found = connection.execute(query.limit(1)).first()
    return (
        BadEntry(found[0], found[1] + 1, "it is missing: the end of the case's journal was cut off.") if found else None
    )


def _what_is_wrong(row: Mapping[Any, Any], seq: int, last_hash: str) -> str | None:
    if row["seq"] != seq:
        return f"entry {seq} is missing before it."
    if row["prev_hash"] != last_hash:
        return "it does not follow the entry before it: one of the two was replaced."
    if row["hash"] != entry_hash(last_hash, row):
        return "what it says was changed after it was recorded."
    return None


def fingerprint(connection: Connection) -> str:
    """One SHA-256 over the last hash of every case: equal only if every journal is equal."""
    last = select(_journal.c.case_ref, func.max(_journal.c.seq).label("seq")).group_by(_journal.c.case_ref).subquery()
    query = select(_journal.c.case_ref, _journal.c.hash).join(
        last, (last.c.case_ref == _journal.c.case_ref) & (last.c.seq == _journal.c.seq)
    )
    # Sorted here, not by the database: SQLite and PostgreSQL do not order text alike.
    hashes = sorted(f"{row.case_ref} {row.hash}" for row in connection.execute(query))
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()
