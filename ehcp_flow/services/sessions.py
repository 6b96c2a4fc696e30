"""Sessions of the web application: who is at which browser, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ehcp_flow.services.moments import seconds_after
from ehcp_flow.services.policy import ADMINISTRATOR, ALL_TEAMS, ANALYST, DIRECTOR, Actor
from ehcp_flow.services.sign_in_tokens import hash_of, new_token
from ehcp_flow.storage import accounts
from ehcp_flow.today import now

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from ehcp_flow.services.office import Office

IDLE_SECONDS: Final = 30 * 60
LONGEST_SECONDS: Final = 12 * 60 * 60
_NOTED_EVERY = 60
"""A session's last use is noted once in so many seconds, so that reading does not mean writing each time."""


@dataclass(slots=True)
class SignedIn:
    """A session that lasts: whose it is, the token its forms carry, and the messages that wait to be shown."""

    id_hash: str
    actor: Actor
    csrf: str
    messages: list[str]


def begin_session(office: Office, username: str) -> str:
    """Sign `username` in; gives the secret for the cookie, which is new each time and is kept nowhere else."""
    token, at = new_token(), now()
    facts = {"id_hash": hash_of(token), "username": username, "csrf": new_token(), "messages": []}
    with office.database.write() as connection:
        accounts.end_old_sessions(connection, seconds_after(at, -LONGEST_SECONDS), seconds_after(at, -IDLE_SECONDS))
        accounts.add_session(connection, {**facts, "created_at": at, "last_seen_at": at})
    return token


def find_session(office: Office, token: str) -> SignedIn | None:
    """Whoever is signed in with this secret, if the session lasts and the account is active."""
    id_hash, at = hash_of(token), now()
    with office.database.read() as connection:
        row = accounts.session_of(connection, id_hash)
    if row is None or not row.account_is_active or _is_over(row, at):
        return None
    if (at - row.last_seen_at).total_seconds() > _NOTED_EVERY:
        with office.database.write() as connection:
            accounts.change_session(connection, id_hash, {"last_seen_at": at})
    return SignedIn(id_hash, _actor(row), row.csrf, list(row.messages))


def _is_over(row: Any, at: datetime) -> bool:
    idle, whole = (at - row.last_seen_at).total_seconds(), (at - row.created_at).total_seconds()
    return bool(idle > IDLE_SECONDS or whole > LONGEST_SECONDS)


def _actor(row: Any) -> Actor:
    return actor_of(
        {name.removeprefix("account_"): value for name, value in row._mapping.items() if name.startswith("account_")},  # noqa: SLF001 SQLAlchemy's public name
        row.officer_team,
    )


def actor_of(account: Any, officer_team: str | None) -> Actor:
    """The actor that an account (a mapping of its columns) is, whose officer is in `officer_team`."""
    return Actor(
        username=account["username"],
        name=account["name"],
        role=account["role"],
        teams=_teams(account["role"], account["teams"], officer_team),
        officer=account["officer"],
        team=officer_team,
        provider=account["provider"],
        names_granted=account["sees_names"],
    )


def _teams(role: str, teams: list[str], officer_team: str | None) -> frozenset[str] | None:
    if role == ADMINISTRATOR:
        return frozenset()
    if ALL_TEAMS in teams or (not teams and role in (DIRECTOR, ANALYST)):
        return None
    return frozenset(teams or ([officer_team] if officer_team else []))


def keep_messages(office: Office, id_hash: str, messages: list[str]) -> None:
    """Keep the messages that wait for the session's next page."""
    with office.database.write() as connection:
        accounts.change_session(connection, id_hash, {"messages": messages})


def end_session(office: Office, id_hash: str) -> None:
    """Sign out at one browser."""
    with office.database.write() as connection:
        accounts.end_session(connection, id_hash)


def end_all_sessions(office: Office, username: str) -> int:
    """Sign out everywhere; gives at how many browsers."""
    with office.database.write() as connection:
        return end_all_in(connection, username)


def end_all_in(connection: Connection, username: str) -> int:
    """Sign out everywhere, as part of a larger change."""
    return accounts.end_sessions_of(connection, username)
