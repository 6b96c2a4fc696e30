"""Move everything to another database, for example from SQLite to PostgreSQL, and prove that it arrived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ehcp_flow.errors import DatabaseTrouble, NotAllowed
from ehcp_flow.services.office import Office
from ehcp_flow.services.rebuild import rebuild, verify
from ehcp_flow.storage import dump, journal, people
from ehcp_flow.storage.migrate import migrate
from ehcp_flow.storage.tables import Case

if TYPE_CHECKING:
    from sqlalchemy import Connection

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Moved:
    """What was carried over: rows by table, and the fingerprint of the whole journal, the same in both."""

    rows: dict[str, int]
    fingerprint: str


def move(office: Office, to: str, progress: Progress | None = None) -> Moved:
    """Copy everything to the database at `to`, which must be new or empty. Nobody can record meanwhile.

    The old database is left as it is. Raises NotAllowed if the new one holds cases, DatabaseTrouble if what
    arrived is not what was sent.
    """
    there = Office(replace(office.settings, database_url=to))
    migrate(there.database)
    with office.database.write() as source:
        with there.database.write() as target:
            if people.count(target, Case):
                raise NotAllowed("The other database holds cases already.", next="Move into a new or empty one.")
            rows = _copy(source, target, progress)
        fingerprint = journal.fingerprint(source)
        with there.database.read() as target:
            _compare(rows, fingerprint, target)
    bad = verify(there).bad
    if bad is not None:
        raise DatabaseTrouble(f"Entry {bad.seq} of case {bad.case_ref} did not arrive as it was: {bad.reason}")
    rebuild(there)
    return Moved(rows, fingerprint)


def _copy(source: Connection, target: Connection, progress: Progress | None) -> dict[str, int]:
    counts = {name: dump.count_rows(source, name) for name in dump.table_names()}
    rows: dict[str, int] = {}
    for name in counts:
        rows[name] = dump.load_rows(target, name, dump.rows_of(source, name))
        if progress:
            progress(sum(rows.values()), sum(counts.values()))
    return rows


def _compare(rows: dict[str, int], fingerprint: str, target: Connection) -> None:
    for name, count in rows.items():
        arrived = dump.count_rows(target, name)
        if arrived != count:
            raise DatabaseTrouble(f"Of {count} rows of {name} {arrived} arrived.", next="Move again into an empty one.")
    if journal.fingerprint(target) != fingerprint:
        raise DatabaseTrouble("The journal that arrived is not the one that was sent.", next="Move again.")
