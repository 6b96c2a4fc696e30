"""The outbox: notices written with the flags they tell of, and sent after.

`key` ends in the mark of the channel and the business date: `digest:officer asmith:3f9a…:2026-11-24`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, func, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from ehcp_flow.storage.flags import BREACH
from ehcp_flow.storage.tables import ClockRow, Flag, JournalEntry, Notice, Standing, sql_table

_notices, _flags, _clocks = sql_table(Notice), sql_table(Flag), sql_table(ClockRow)
_journal, _standings = sql_table(JournalEntry), sql_table(Standing)
_ONE_CLOCK = ("case_ref", "clock", "subject", "period")
_FACTS = [column for column in _notices.c if column.name not in ("text", "html")]


def key_of(kind: str, recipient: str, channel: str, business_date: date) -> str:
    """What makes a notice one: written again, it is the same."""
    return f"{kind}:{recipient}:{channel}:{business_date}"


def channel_of(key: str) -> str:
    """The mark of the channel in a notice's key.

    >>> channel_of("digest:team North: east:3f9a:2026-11-24")
    '3f9a'
    """
    return key.rsplit(":", 2)[1]


def add_notices(connection: Connection, rows: list[dict[str, Any]]) -> int:
    """Write notices; those whose key is there already stay as they are. Gives how many are new."""
    if not rows:
        return 0
    add = sqlite.insert(_notices) if connection.dialect.name == "sqlite" else postgresql.insert(_notices)
    before = count(connection)
    connection.execute(add.on_conflict_do_nothing(), [{"attempts": 0, **row} for row in rows])
    return count(connection) - before


def depth(connection: Connection) -> tuple[int, int]:
    """How many notices wait to be sent, and how many were given up."""
    waiting = func.count().filter(is_waiting())
    found = connection.execute(select(waiting, func.count().filter(_notices.c.given_up_at.is_not(None)))).one()
    return found[0], found[1]


def count(connection: Connection) -> int:
    """How many notices there are."""
    return connection.execute(select(func.count()).select_from(_notices)).scalar_one()


def is_waiting() -> ColumnElement[bool]:
    """Neither sent nor given up."""
    return _notices.c.sent_at.is_(None) & _notices.c.given_up_at.is_(None)


def waiting(connection: Connection) -> Sequence[Row[Any]]:
    """Notices neither sent nor given up, in the order in which they were written, without what they say."""
    query = (
        select(*_FACTS).where(is_waiting()).order_by(_notices.c.business_date, _notices.c.created_at, _notices.c.key)
    )
    return connection.execute(query).all()


def take(connection: Connection, key: str, now: datetime, until: datetime) -> Row[Any] | None:
    """Take a notice that is due, for nobody else to take before `until`; None if somebody was faster.

    One conditional update, so that it holds on both databases whoever else is sending. Whoever takes it counts
    the attempt first: a notice that kills its sender is given up in the end as well.
    """
    due = is_waiting() & or_(_notices.c.next_try_at.is_(None), _notices.c.next_try_at <= now)
    values = {"attempts": _notices.c.attempts + 1, "next_try_at": until}
    taken = connection.execute(update(_notices).where(_notices.c.key == key, due).values(**values))
    return notice(connection, key) if taken.rowcount else None


def notice(connection: Connection, key: str) -> Row[Any] | None:
    """One notice with what it says."""
    return connection.execute(select(_notices).where(_notices.c.key == key)).first()


def change(connection: Connection, key: str, **values: Any) -> None:
    """Note what became of a notice."""
    connection.execute(update(_notices).where(_notices.c.key == key).values(**values))


def listed(connection: Connection, *, dead: bool | None, sent: bool, most: int) -> Sequence[Row[Any]]:
    """Notices without what they say, the newest first: those waiting and given up, and with `sent` also the others."""
    query = select(*_FACTS).order_by(_notices.c.business_date.desc(), _notices.c.key)
    if dead:
        query = query.where(_notices.c.given_up_at.is_not(None))
    elif not sent:
        query = query.where(_notices.c.sent_at.is_(None))
    return connection.execute(query.limit(most)).all()


def keys_like(connection: Connection, text: str, most: int = 3) -> Sequence[str]:
    """Keys that hold `text`, for a helpful refusal."""
    query = select(_notices.c.key).where(_notices.c.key.contains(text, autoescape=True)).order_by(_notices.c.key.desc())
    return connection.execute(query.limit(most)).scalars().all()


def revive(connection: Connection, key: str | None, now: datetime) -> int:
    """Let a notice that was given up (or, without a key, all of them) be tried again from the beginning."""
    query = update(_notices).where(_notices.c.given_up_at.is_not(None))
    if key is not None:
        query = query.where(_notices.c.key == key)
    return connection.execute(query.values(given_up_at=None, attempts=0, next_try_at=now)).rowcount


def forget_sent(connection: Connection, before: datetime) -> int:
    """Remove notices sent before a moment; those given up stay until somebody looks at them."""
    return connection.execute(delete(_notices).where(_notices.c.sent_at < before)).rowcount


def broken_and_quiet(connection: Connection, noticed_by: date) -> Sequence[Row[Any]]:
    """Open clocks of open cases whose standing flag is a breach noticed by a day, and the case's last entry."""
    later = _flags.alias()
    same = [_flags.c[name] == _clocks.c[name] for name in _ONE_CLOCK]
    same_later = [later.c[name] == _flags.c[name] for name in _ONE_CLOCK]
    no_later = ~select(later.c.turn).where(*same_later, later.c.turn > _flags.c.turn).exists()
    last_entry = (
        select(func.max(_journal.c.recorded_at)).where(_journal.c.case_ref == _clocks.c.case_ref).scalar_subquery()
    )
    query = (
        select(_clocks, _flags.c.turn, _flags.c.noticed_on, last_entry.label("last_entry_at"))
        .select_from(_clocks.join(_flags, and_(*same)))
        .where(_clocks.c.is_open == true(), _clocks.c.is_excepted != true(), _clocks.c.in_ended_case != true())
        .where(_flags.c.kind == BREACH, _flags.c.noticed_on <= noticed_by, no_later)
    )
    return connection.execute(query.order_by(_clocks.c.due_on, _clocks.c.case_ref, _clocks.c.clock)).all()


def open_cases(connection: Connection) -> Sequence[Row[Any]]:
    """How many open cases each officer and each team has; None for nobody."""
    query = (
        select(_standings.c.team, _standings.c.officer, func.count().label("cases"))
        .where(_standings.c.is_ended != true())
        .group_by(_standings.c.team, _standings.c.officer)
    )
    return connection.execute(query).all()


def holders(connection: Connection, case_refs: Sequence[str]) -> dict[str, Row[Any]]:
    """Who holds these cases, by reference."""
    query: Select[Any] = select(_standings.c.case_ref, _standings.c.officer, _standings.c.team)
    return {row.case_ref: row for row in connection.execute(query.where(_standings.c.case_ref.in_(case_refs)))}
