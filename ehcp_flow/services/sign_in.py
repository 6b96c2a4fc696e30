"""Signing in with a password, and choosing one by a link that works once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ehcp_flow.errors import BadInput, EhcpError
from ehcp_flow.services.accounts import add_account, known_account
from ehcp_flow.services.moments import seconds_after
from ehcp_flow.services.passwords import hash_password, is_right, must_be_good
from ehcp_flow.services.policy import ADMINISTRATOR
from ehcp_flow.services.sessions import begin_session, end_all_in
from ehcp_flow.services.sign_in_tokens import hash_of, new_token
from ehcp_flow.services.throttle import Caller, count_try, forgive
from ehcp_flow.storage import accounts, sign_in_tries
from ehcp_flow.today import now

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ehcp_flow.services.office import Office

LINK_SECONDS: Final = 24 * 60 * 60
FIRST_ADMINISTRATOR: Final = "administrator"
_LONGEST_USERNAME = 64


class WrongPassword(EhcpError):
    """The username or the password is wrong; which of them is not said."""

    def __init__(self) -> None:
        super().__init__("The username or the password is wrong.")


@dataclass(frozen=True, slots=True)
class SignInDone:
    """The secrets for the browser's cookies: of the session, and of the browser itself."""

    session: str
    device: str


def sign_in(office: Office, username: str, password: str, address: str, device: str | None) -> SignInDone:
    """Sign somebody in at an address, at a browser with the cookie `device`. Raises WrongPassword or TooManyTries."""
    username = username.strip().casefold()[:_LONGEST_USERNAME]
    with office.database.write() as connection:
        is_known = bool(device) and sign_in_tries.knows_device(connection, hash_of(device or ""), username)
        caller = Caller(address, hash_of(device or "") if is_known else None)
        count_try(connection, caller, username, now())
        account = accounts.account_named(connection, username)
    stored = account.password_hash if account is not None and account.is_active else None
    right, newer = is_right(password, stored)
    if not right:
        raise WrongPassword
    with office.database.write() as connection:
        forgive(connection, caller, username)
        if newer:
            accounts.change_account(connection, username, {"password_hash": newer})
    return _begin(office, username, device)


def sign_in_proved(office: Office, username: str, device: str | None) -> SignInDone:
    """Sign in somebody who proved elsewhere who they are: at the organisation's single sign-on."""
    return _begin(office, username, device)


def _begin(office: Office, username: str, device: str | None) -> SignInDone:
    device = device or new_token()
    with office.database.write() as connection:
        sign_in_tries.note_device(connection, hash_of(device), username, now())
    return SignInDone(begin_session(office, username), device)


def make_link(office: Office, username: str) -> str:
    """The secret of a link by which `username` chooses a password, once, within a day. Raises UnknownName."""
    token = new_token()
    with office.database.write() as connection:
        known_account(connection, username)
        accounts.add_link(connection, hash_of(token), username, seconds_after(now(), LINK_SECONDS))
    return token


def first_link(office: Office) -> str | None:
    """A link that makes the first administrator, while nobody can sign in as one yet."""
    with office.database.read() as connection:
        found = accounts.accounts(connection)
    if any(row.role == ADMINISTRATOR and row.is_active and (row.password_hash or row.subject) for row in found):
        return None
    if not any(row.username == FIRST_ADMINISTRATOR for row in found):
        add_account(office, FIRST_ADMINISTRATOR, ADMINISTRATOR, name="Administrator")
    return make_link(office, FIRST_ADMINISTRATOR)


def whose_link(office: Office, token: str) -> str:
    """Whose password a link chooses. Raises BadInput where it works no more."""
    with office.database.read() as connection:
        link = accounts.link_of(connection, hash_of(token))
        account = accounts.account_named(connection, link.username) if link is not None else None
    if link is None or link.expires_at <= now() or account is None or not account.is_active:
        raise BadInput(
            "This link works no more.",
            "It works once, and within a day of being made.",
            "Ask your administrator for another.",
        )
    return str(link.username)


def use_link(office: Office, token: str, password: str, device: str | None) -> SignInDone:
    """Choose a password by a link, which is then used up, and sign in. Raises BadInput."""
    username = whose_link(office, token)
    must_be_good(password, username)
    hashed = hash_password(password)
    with office.database.write() as connection:
        if not accounts.take_link(connection, hash_of(token)):
            raise BadInput("This link works no more.", "It was used a moment ago.")
        _put_password(connection, username, hashed)
    return _begin(office, username, device)


def change_password(office: Office, username: str, old: str, new: str, address: str, device: str | None) -> SignInDone:
    """Change one's own password; every other browser is signed out. Raises WrongPassword, TooManyTries or BadInput."""
    sign_in(office, username, old, address, device)
    must_be_good(new, username)
    hashed = hash_password(new)
    with office.database.write() as connection:
        _put_password(connection, username, hashed)
    return _begin(office, username, device)


def _put_password(connection: Connection, username: str, hashed: str) -> None:
    accounts.change_account(connection, username, {"password_hash": hashed})
    end_all_in(connection, username)
    sign_in_tries.forget_devices_of(connection, username)
