"""Webhooks, and the messages that wait to be sent to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ehcp_flow.storage.api_tables import Webhook, WebhookDelivery
from ehcp_flow.storage.tables import sql_table

_webhooks, _deliveries = sql_table(Webhook), sql_table(WebhookDelivery)
_ACTIVE = select(_webhooks).where(_webhooks.c.removed_at.is_(None)).order_by(_webhooks.c.created_at, _webhooks.c.id)


def add_webhook(connection: Connection, row: dict[str, Any]) -> None:
    """Keep a new webhook."""
    connection.execute(insert(_webhooks).values(**row))


def active(connection: Connection) -> Sequence[Row[Any]]:
    """The webhooks that are told, the oldest first."""
    return connection.execute(_ACTIVE).all()


def webhook(connection: Connection, webhook_id: str) -> Row[Any] | None:
    """One webhook, removed or not."""
    return connection.execute(select(_webhooks).where(_webhooks.c.id == webhook_id)).first()


def remove(connection: Connection, webhook_id: str, at: datetime) -> bool:
    """Tell a webhook nothing more, forget its secret, and drop what waits for it; whether it was told until now."""
    query = update(_webhooks).where(_webhooks.c.id == webhook_id, _webhooks.c.removed_at.is_(None))
    removed = bool(connection.execute(query.values(removed_at=at, secret="")).rowcount)
    connection.execute(delete(_deliveries).where(_deliveries.c.webhook_id == webhook_id, _is_waiting()))
    return removed


def add_deliveries(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Write messages; one that is there already stays as it is."""
    if rows:
        add = sqlite.insert(_deliveries) if connection.dialect.name == "sqlite" else postgresql.insert(_deliveries)
        connection.execute(add.on_conflict_do_nothing(), [{"attempts": 0, **row} for row in rows])


def _is_waiting() -> ColumnElement[bool]:
    return _deliveries.c.delivered_at.is_(None) & _deliveries.c.given_up_at.is_(None)


def waiting(connection: Connection, webhook_id: str, most: int) -> Sequence[str]:
    """The messages that wait for a webhook, in the order in which they were written."""
    query = select(_deliveries.c.id).where(_deliveries.c.webhook_id == webhook_id, _is_waiting())
    return connection.execute(query.order_by(_deliveries.c.created_at, _deliveries.c.id).limit(most)).scalars().all()


def take(connection: Connection, delivery_id: str, now: datetime, until: datetime) -> Row[Any] | None:
    """Take a message that is due, for nobody else to take before `until`; None if it is not due or taken.

    The attempt is counted first: a message that kills its sender is given up in the end as well.
    """
    due = _is_waiting() & or_(_deliveries.c.next_try_at.is_(None), _deliveries.c.next_try_at <= now)
    values = {"attempts": _deliveries.c.attempts + 1, "next_try_at": until}
    taken = connection.execute(update(_deliveries).where(_deliveries.c.id == delivery_id, due).values(**values))
    if not taken.rowcount:
        return None
    return connection.execute(select(_deliveries).where(_deliveries.c.id == delivery_id)).one()


def change(connection: Connection, delivery_id: str, **values: Any) -> None:
    """Note what became of a message."""
    connection.execute(update(_deliveries).where(_deliveries.c.id == delivery_id).values(**values))


def depth(connection: Connection) -> dict[str, tuple[int, int, int]]:
    """For each webhook, how many messages wait, were given up, and arrived."""
    is_dead, has_arrived = _deliveries.c.given_up_at.is_not(None), _deliveries.c.delivered_at.is_not(None)
    counts = [func.count().filter(each) for each in (_is_waiting(), is_dead, has_arrived)]
    query = select(_deliveries.c.webhook_id, *counts).group_by(_deliveries.c.webhook_id)
    return {row[0]: (row[1], row[2], row[3]) for row in connection.execute(query)}


def troubles(connection: Connection, most: int) -> Sequence[Row[Any]]:
    """Messages that were given up or did not arrive yet though tried, the newest first."""
    failed = _deliveries.c.given_up_at.is_not(None) | (_is_waiting() & (_deliveries.c.attempts > 0))
    query = select(_deliveries).where(failed).order_by(_deliveries.c.created_at.desc(), _deliveries.c.id)
    return connection.execute(query.limit(most)).all()


def revive(connection: Connection, webhook_id: str, now: datetime) -> int:
    """Let the messages that were given up be tried again from the beginning; gives how many."""
    query = update(_deliveries).where(_deliveries.c.webhook_id == webhook_id, _deliveries.c.given_up_at.is_not(None))
    return connection.execute(query.values(given_up_at=None, attempts=0, next_try_at=now)).rowcount


def forget_delivered(connection: Connection, before: datetime) -> int:
    """Remove messages that arrived before a moment; those given up stay until somebody looks at them."""
    return connection.execute(delete(_deliveries).where(_deliveries.c.delivered_at < before)).rowcount
