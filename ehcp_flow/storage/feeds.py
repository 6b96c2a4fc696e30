"""Secret addresses of officers' calendars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from ehcp_flow.storage.api_tables import CalendarFeed
from ehcp_flow.storage.tables import sql_table

_feeds = sql_table(CalendarFeed)
_SHOWN = [column for column in _feeds.c if column.name != "secret_hash"]


def add_feed(connection: Connection, row: dict[str, Any]) -> None:
    """Keep a new feed."""
    connection.execute(insert(_feeds).values(**row))


def feed_by_hash(connection: Connection, secret_hash: str) -> Row[Any] | None:
    """The feed whose secret has this hash, unless it was revoked."""
    query = select(*_SHOWN).where(_feeds.c.secret_hash == secret_hash, _feeds.c.revoked_at.is_(None))
    return connection.execute(query).first()


def feeds_of(connection: Connection, officer: str) -> Sequence[Row[Any]]:
    """An officer's feeds that work, the newest first."""
    query = select(*_SHOWN).where(_feeds.c.officer == officer, _feeds.c.revoked_at.is_(None))
    return connection.execute(query.order_by(_feeds.c.created_at.desc(), _feeds.c.id)).all()


def revoke(connection: Connection, feed_id: str, officer: str, at: datetime) -> bool:
    """Revoke an officer's feed; whether there was one that worked."""
    where = (_feeds.c.id == feed_id, _feeds.c.officer == officer, _feeds.c.revoked_at.is_(None))
    return bool(connection.execute(update(_feeds).where(*where).values(revoked_at=at)).rowcount)


def note_use(connection: Connection, feed_id: str, at: datetime) -> None:
    """Note that a feed was read."""
    connection.execute(update(_feeds).where(_feeds.c.id == feed_id).values(last_used_at=at))
