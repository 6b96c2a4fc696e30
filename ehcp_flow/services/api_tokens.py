"""Tokens by which other programs use the API: made, listed, revoked, and checked at each call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from ehcp_flow.engine.count import days_on
from ehcp_flow.errors import BadInput, DatabaseTrouble, UnknownName
from ehcp_flow.services.outside_secrets import is_worth_noting, new_number
from ehcp_flow.services.policy import Actor
from ehcp_flow.services.sessions import actor_of
from ehcp_flow.services.sign_in_tokens import hash_of, new_token
from ehcp_flow.storage import accounts, api_tokens
from ehcp_flow.today import now, today

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from ehcp_flow.services.office import Office

PREFIX = "ehcp_"
"""How every token begins."""

SCOPES = {
    "cases": "Read cases, their events and clocks, and what is due",
    "record": "Open cases, record and correct events",
    "figures": "Read figures",
    "observations": "Read the observations table",
    "names": "See names and dates of birth, where the account may",
}
"""What a token may be good for, in plain words. A token never allows more than its account."""

USUAL_DAYS, MOST_DAYS = 90, 366


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made. `secret` is shown now and never again."""

    id: str
    secret: str
    expires_on: date


def add_token(office: Office, username: str, label: str, scopes: Iterable[str], days: int = USUAL_DAYS) -> NewToken:
    """Make a token for an account, good through the day `days` from today.

    Raises UnknownName for an account there is not, BadInput for a scope there is not, none at all, or too many days.
    """
    wanted = _checked_scopes(scopes)
    if not 1 <= days <= MOST_DAYS:
        raise BadInput(f"A token cannot be good for {days} days.", next=f"Choose 1 to {MOST_DAYS}.")
    if not label.strip():
        raise BadInput("A token needs a label.", next="Say which program uses it, so that it can be revoked.")
    new = NewToken(new_number(), PREFIX + new_token(), days_on(today(), days))
    row = {
        "id": new.id,
        "username": username,
        "label": label.strip(),
        "secret_hash": hash_of(new.secret),
        "scopes": " ".join(wanted),
        "created_at": now(),
        "created_by": office.user,
        "expires_on": new.expires_on,
    }
    with office.database.write() as connection:
        _must_exist(connection, username)
        api_tokens.add_token(connection, row)
    return new


def _checked_scopes(scopes: Iterable[str]) -> list[str]:
    asked = set(scopes)
    if unknown := asked - set(SCOPES):
        there_are = f"There are: {', '.join(SCOPES)}."
        raise BadInput(f"There is no scope {', '.join(sorted(unknown))}.", next=there_are)
    if not asked:
        raise BadInput("A token needs a scope.", next=f"There are: {', '.join(SCOPES)}.")
    return [scope for scope in SCOPES if scope in asked]


def list_tokens(office: Office, username: str | None = None) -> Sequence[Row[Any]]:
    """Tokens without their secrets, the newest first; those of one account if it is named."""
    with office.database.read() as connection:
        return api_tokens.tokens(connection, username)


def revoke_token(office: Office, token_id: str) -> None:
    """Revoke a token, at once and for good. Raises UnknownName if there is none, or it was revoked already."""
    with office.database.write() as connection:
        if not api_tokens.revoke(connection, token_id, now()):
            raise UnknownName(f"There is no token {token_id} that works.", next="See them with: ehcp users token list")


def standing_of(token: Row[Any], on: date) -> str:
    """`works`, `expired` or `revoked`."""
    if token.revoked_at:
        return "revoked"
    return "expired" if token.expires_on < on else "works"


@dataclass(frozen=True, slots=True)
class Caller:
    """A program that called with a token: the account it acts for, and what the token is good for."""

    actor: Actor
    token_id: str
    scopes: frozenset[str]

    @property
    def sees_names(self) -> bool:
        """Whether names may be given to it: the account may see them, and the token is good for it."""
        return "names" in self.scopes and self.actor.sees_names


def caller_with(office: Office, secret: str) -> Caller | None:
    """Whoever calls with this secret, if the token works today and its account is active.

    The use is noted, though not each one, for that would make every reading a writing.
    """
    if not secret.startswith(PREFIX):
        return None
    with office.database.read() as connection:
        token = api_tokens.token_by_hash(connection, hash_of(secret))
        if token is None or standing_of(token, today()) != "works":
            return None
        account = accounts.account_named(connection, token.username)
    if account is None or not account.is_active:
        return None
    if is_worth_noting(token.last_used_at, now()):
        # A database that cannot be written to can still be read.
        with suppress(DatabaseTrouble), office.database.write() as connection:
            api_tokens.note_use(connection, token.id, now())
    return Caller(actor_of(account._mapping, account.officer_team), token.id, frozenset(token.scopes.split()))  # noqa: SLF001 SQLAlchemy's public name


def _must_exist(connection: Connection, username: str) -> None:
    if accounts.account_named(connection, username) is None:
        raise UnknownName(f"There is no account {username}.", next="Add one with: ehcp users account add")
