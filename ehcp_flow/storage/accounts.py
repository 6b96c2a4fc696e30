"""Accounts and their sessions. Only hashes of tokens are looked up and kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from ehcp_flow.storage.account_tables import Account, SignInLink, WebSession
from ehcp_flow.storage.tables import Officer, sql_table

_accounts, _sessions, _links = sql_table(Account), sql_table(WebSession), sql_table(SignInLink)
_officers = sql_table(Officer)
_with_team = select(_accounts, _officers.c.team.label("officer_team")).outerjoin(
    _officers, _officers.c.username == _accounts.c.officer
)


def accounts(connection: Connection) -> Sequence[Row[Any]]:
    """Every account with the team of its officer, by username."""
    return connection.execute(_with_team.order_by(_accounts.c.username)).all()


def account_named(connection: Connection, username: str) -> Row[Any] | None:
    """An account with the team of its officer."""
    return connection.execute(_with_team.where(_accounts.c.username == username)).first()


def account_of_subject(connection: Connection, subject: str) -> Row[Any] | None:
    """The account that the sign-on provider knows as `subject`."""
    return connection.execute(_with_team.where(_accounts.c.subject == subject)).first()


def count_accounts(connection: Connection) -> int:
    """How many accounts there are."""
    return connection.execute(select(func.count()).select_from(_accounts)).scalar_one()


def add_account(connection: Connection, facts: dict[str, Any]) -> None:
    """Add an account."""
    connection.execute(insert(_accounts).values(**facts))


def change_account(connection: Connection, username: str, facts: dict[str, Any]) -> None:
    """Bring an account up to date; facts that are not given stay as they are."""
    connection.execute(update(_accounts).where(_accounts.c.username == username).values(**facts))


def add_session(connection: Connection, facts: dict[str, Any]) -> None:
    """Note that somebody signed in."""
    connection.execute(insert(_sessions).values(**facts))


def session_of(connection: Connection, id_hash: str) -> Row[Any] | None:
    """A session with its account and the team of its officer, if there is one."""
    account = [column.label(f"account_{column.name}") for column in _accounts.columns]
    query = (
        select(_sessions, *account, _officers.c.team.label("officer_team"))
        .join(_accounts, _accounts.c.username == _sessions.c.username)
        .outerjoin(_officers, _officers.c.username == _accounts.c.officer)
    )
    return connection.execute(query.where(_sessions.c.id_hash == id_hash)).first()


def change_session(connection: Connection, id_hash: str, facts: dict[str, Any]) -> None:
    """Bring a session up to date."""
    connection.execute(update(_sessions).where(_sessions.c.id_hash == id_hash).values(**facts))


def end_session(connection: Connection, id_hash: str) -> None:
    """End one session."""
    connection.execute(delete(_sessions).where(_sessions.c.id_hash == id_hash))


def end_sessions_of(connection: Connection, username: str) -> int:
    """End every session of an account; gives how many there were."""
    return connection.execute(delete(_sessions).where(_sessions.c.username == username)).rowcount


def end_old_sessions(connection: Connection, began_before: datetime, seen_before: datetime) -> None:
    """Forget the sessions that time has ended."""
    old = (_sessions.c.created_at < began_before) | (_sessions.c.last_seen_at < seen_before)
    connection.execute(delete(_sessions).where(old))


def add_link(connection: Connection, token_hash: str, username: str, expires_at: datetime) -> None:
    """Note a link that works once; older ones of the account work no more."""
    connection.execute(delete(_links).where(_links.c.username == username))
    connection.execute(insert(_links).values(token_hash=token_hash, username=username, expires_at=expires_at))


def link_of(connection: Connection, token_hash: str) -> Row[Any] | None:
    """The link with this token, used up or not yet."""
    return connection.execute(select(_links).where(_links.c.token_hash == token_hash)).first()


def take_link(connection: Connection, token_hash: str) -> bool:
    """Use a link up; False where somebody was quicker."""
    return connection.execute(delete(_links).where(_links.c.token_hash == token_hash)).rowcount == 1
