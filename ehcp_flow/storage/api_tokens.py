"""Tokens of the API, and the answers that were given to writes with an Idempotency-Key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ehcp_flow.storage.api_tables import ApiToken, GivenAnswer
from ehcp_flow.storage.tables import sql_table

_tokens, _answers = sql_table(ApiToken), sql_table(GivenAnswer)
_SHOWN = [column for column in _tokens.c if column.name != "secret_hash"]


def add_token(connection: Connection, row: dict[str, Any]) -> None:
    """Keep a new token."""
    connection.execute(insert(_tokens).values(**row))


def token_by_hash(connection: Connection, secret_hash: str) -> Row[Any] | None:
    """The token whose secret has this hash, revoked or not."""
    return connection.execute(select(*_SHOWN).where(_tokens.c.secret_hash == secret_hash)).first()


def tokens(connection: Connection, username: str | None = None) -> Sequence[Row[Any]]:
    """Tokens, of one account if it is named, the newest first."""
    query = select(*_SHOWN).order_by(_tokens.c.created_at.desc(), _tokens.c.id)
    if username is not None:
        query = query.where(_tokens.c.username == username)
    return connection.execute(query).all()


def token(connection: Connection, token_id: str) -> Row[Any] | None:
    """One token by its number."""
    return connection.execute(select(*_SHOWN).where(_tokens.c.id == token_id)).first()


def revoke(connection: Connection, token_id: str, at: datetime) -> bool:
    """Revoke a token; whether it was not revoked before."""
    query = update(_tokens).where(_tokens.c.id == token_id, _tokens.c.revoked_at.is_(None))
    return bool(connection.execute(query.values(revoked_at=at)).rowcount)


def note_use(connection: Connection, token_id: str, at: datetime) -> None:
    """Note that a token was used."""
    connection.execute(update(_tokens).where(_tokens.c.id == token_id).values(last_used_at=at))


def claim(connection: Connection, row: dict[str, Any]) -> bool:
    """Keep an answer under its key; whether the key was free.

    PostgreSQL waits here for a transaction that is just taking the same key; writers of SQLite queue anyway.
    """
    add = sqlite.insert(_answers) if connection.dialect.name == "sqlite" else postgresql.insert(_answers)
    claimed = add.values(**row).on_conflict_do_nothing().returning(_answers.c.key)
    return connection.execute(claimed).first() is not None


def fill(connection: Connection, token_id: str, key: str, **values: Any) -> None:
    """Complete the answer that was claimed."""
    where = (_answers.c.token_id == token_id, _answers.c.key == key)
    connection.execute(update(_answers).where(*where).values(**values))


def answer(connection: Connection, token_id: str, key: str) -> Row[Any] | None:
    """The answer given before under this key."""
    query = select(_answers).where(_answers.c.token_id == token_id, _answers.c.key == key)
    return connection.execute(query).first()


def forget_answers(connection: Connection, before: datetime) -> int:
    """Remove answers given before a moment; gives how many."""
    return connection.execute(delete(_answers).where(_answers.c.given_at < before)).rowcount
