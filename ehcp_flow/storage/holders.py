"""Who holds which case, and a change of hands for many cases at once.

The owner stands in a case's standing and on each of its clocks. When only the owner changes, those columns are
changed where they are: nothing else that is derived depends on who holds a case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, and_, func, insert, select, true, update

from ehcp_flow.engine.event import Event
from ehcp_flow.errors import Conflict
from ehcp_flow.storage import journal
from ehcp_flow.storage.clock_table import clock_table, standing_table
from ehcp_flow.storage.tables import JournalEntry, sql_table

_journal = sql_table(JournalEntry)
LAW = "law"
_CASES_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Held:
    """A case with its holder, and the end of its journal as it was when we looked."""

    case_ref: str
    officer: str | None
    team: str | None
    state: str
    is_ended: bool
    last_seq: int
    last_hash: str


def held_by(connection: Connection, officer: str, *, open_only: bool = False) -> list[Held]:
    """The cases an officer holds, with those that have ended unless `open_only`, in the order of their references."""
    query = _held().where(standing_table.c.officer == officer)
    if open_only:
        query = query.where(standing_table.c.is_ended != true())
    return [Held(*tuple(row)) for row in connection.execute(query.order_by(standing_table.c.case_ref))]


def holds_any(connection: Connection, officer: str) -> bool:
    """Whether any case is held by a name, be it an officer's or one that was."""
    query = select(standing_table.c.case_ref).where(standing_table.c.officer == officer).limit(1)
    return connection.execute(query).first() is not None


def held(connection: Connection, case_refs: Sequence[str]) -> list[Held]:
    """Those of the cases that there are, in the order of their references."""
    found: list[Held] = []
    for refs in _some(sorted(set(case_refs))):
        found += [Held(*tuple(row)) for row in connection.execute(_held().where(standing_table.c.case_ref.in_(refs)))]
    return sorted(found, key=lambda each: each.case_ref)


def _held() -> Select[Any]:
    """One statement, so that holder and end of journal are seen at one moment: what is recorded later conflicts."""
    of = standing_table.c
    end = and_(_journal.c.case_ref == of.case_ref, _journal.c.seq == of.last_seq)
    columns = (of.case_ref, of.officer, of.team, of.state, of.is_ended, of.last_seq, _journal.c.hash)
    return select(*columns).join(_journal, end)


def hand_over(connection: Connection, cases: Sequence[Held], entries: Mapping[str, Event]) -> None:
    """Append one assignment to each case, and write its officer and team on the case's standing and clocks.

    `entries` are the assignments by case, all to the same officer and team. If anything else was recorded in one
    of the cases since it was read, the key of the journal refuses and the transaction ends with nothing written.
    """
    rows = [journal.chained([entries[case.case_ref]], case.last_hash)[0][0] for case in cases]
    connection.execute(insert(_journal), rows)
    to = next(iter(entries.values())).details
    owner = {"officer": to.get("officer"), "team": to.get("team")}
    refs = [case.case_ref for case in cases]
    seq = {"last_seq": standing_table.c.last_seq + 1}
    where = standing_table.c.case_ref.in_(refs)
    changed = connection.execute(update(standing_table).where(where).values(**owner, **seq))
    if changed.rowcount != len(refs):  # PostgreSQL: derived again by somebody at this very moment
        raise Conflict("The cases are being derived again at this moment.", "Nothing was written.", "Repeat the step.")
    connection.execute(update(clock_table).where(clock_table.c.case_ref.in_(refs)).values(**owner))


@dataclass(frozen=True, slots=True)
class OpenClocks:
    """Open limits of cases that have not ended: all, those past their day with no exception, and of these the law's."""

    total: int = 0
    overdue: int = 0
    overdue_law: int = 0


def count_open_clocks(connection: Connection, case_refs: Sequence[str], as_of: date) -> OpenClocks:
    """The open clocks of some cases, as they stand on a day."""
    of = clock_table.c
    late = and_(of.due_on < as_of, of.is_excepted != true())
    counts = (func.count(), func.count().filter(late), func.count().filter(late, of.basis == LAW))
    found = [0, 0, 0]
    for refs in _some(case_refs):
        query = select(*counts).where(of.is_open == true(), of.in_ended_case != true(), of.case_ref.in_(refs))
        found = [before + more for before, more in zip(found, connection.execute(query).one(), strict=True)]
    return OpenClocks(*found)


def _some(refs: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(refs), _CASES_AT_A_TIME):
        yield refs[start : start + _CASES_AT_A_TIME]
