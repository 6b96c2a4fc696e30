"""Accounts: who may sign in, in which role, for which teams."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ehcp_flow.errors import BadInput, UnknownName
from ehcp_flow.services.find_officer import known_officer, known_team
from ehcp_flow.services.policy import ADVICE_GIVER, ALL_TEAMS, ROLES, Actor
from ehcp_flow.services.sessions import actor_of, end_all_in
from ehcp_flow.storage import accounts, people
from ehcp_flow.today import now

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from ehcp_flow.services.office import Office

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account as an administrator sees it. `teams` is what was set; the actor's teams are what follows from it."""

    actor: Actor
    teams: tuple[str, ...]
    is_active: bool
    has_password: bool
    subject: str | None


def list_accounts(office: Office) -> list[AccountLine]:
    """Every account, by username."""
    with office.database.read() as connection:
        return [_line(row) for row in accounts.accounts(connection)]


def show_account(office: Office, username: str) -> AccountLine:
    """One account. Raises UnknownName."""
    with office.database.read() as connection:
        return _line(known_account(connection, username))


def there_are_accounts(office: Office) -> bool:
    """Whether anybody can sign in yet."""
    with office.database.read() as connection:
        return accounts.count_accounts(connection) > 0


def add_account(
    office: Office,
    username: str,
    role: str,
    *,
    name: str = "",
    teams: Sequence[str] = (),
    officer: str | None = None,
    provider: str | None = None,
    sees_names: bool = False,
    subject: str | None = None,
) -> AccountLine:
    """Let somebody sign in; they choose a password by a link that works once. Raises BadInput or UnknownName.

    No `teams` means their officer's own team (every team, for a director or an analyst), `["*"]` every team. The
    officer is the one called `username`, if there is one and no other is named; so is the name.
    """
    if not _USERNAME.fullmatch(username):
        raise BadInput(f"“{username}” cannot be a username.", next="Use small letters, digits, dots and hyphens.")
    with office.database.write() as connection:
        if accounts.account_named(connection, username) is not None:
            raise BadInput(f"There is an account {username} already.", next="Change it instead.")
        known = people.officer_named(connection, officer or username)
        officer = officer or (username if known is not None else None)
        facts = _checked(connection, role=role, teams=teams, officer=officer, provider=provider)
        extra = {
            "name": name.strip() or (known.name if known is not None else username),
            "sees_names": sees_names,
            "subject": subject,
            "is_active": True,
        }
        accounts.add_account(connection, {"username": username, **facts, **extra, "created_at": now()})
        return _line(known_account(connection, username))


def change_account(office: Office, username: str, /, **facts: Any) -> AccountLine:
    """Change an account's name, role, teams, officer, provider, sees_names, subject or is_active.

    Whoever it is must sign in again, so that what they may do is what they now may. Raises UnknownName or BadInput.
    """
    with office.database.write() as connection:
        was = known_account(connection, username)
        whole = {key: facts.get(key, getattr(was, key)) for key in ("role", "teams", "officer", "provider")}
        accounts.change_account(connection, username, {**facts, **_checked(connection, **whole)})
        end_all_in(connection, username)
        return _line(known_account(connection, username))


def _checked(
    connection: Connection, role: str, teams: Sequence[str], officer: str | None, provider: str | None
) -> dict[str, Any]:
    if role not in ROLES:
        raise BadInput(f"There is no role {role}.", next=f"Choose from: {', '.join(ROLES)}.")
    if role == ADVICE_GIVER and not provider:
        raise BadInput("An advice-giver answers for a provider.", next="Say which, as in advice_requested: health.")
    for team in teams:
        if team != ALL_TEAMS:
            known_team(connection, team)
    if officer:
        known_officer(connection, officer)
    return {"role": role, "teams": list(teams), "officer": officer or None, "provider": provider or None}


def known_account(connection: Connection, username: str) -> Row[Any]:
    """The account called `username`. Raises UnknownName."""
    row = accounts.account_named(connection, username)
    if row is None:
        raise UnknownName(f"There is no account {username}.", next="See those there are with: ehcp users account list")
    return row


def _line(row: Row[Any]) -> AccountLine:
    account = row._mapping  # noqa: SLF001 SQLAlchemy's public name
    actor = actor_of(account, row.officer_team)
    return AccountLine(actor, tuple(row.teams), row.is_active, row.password_hash is not None, row.subject)
