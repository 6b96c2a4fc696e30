"""The account of whoever the organisation's provider says it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ehcp_flow.errors import BadInput
from ehcp_flow.services.accounts import add_account, change_account
from ehcp_flow.services.policy import ROLES
from ehcp_flow.services.single_sign_on import SignOnRefused
from ehcp_flow.storage import accounts

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office
    from ehcp_flow.settings import Settings


def account_for(office: Office, claims: Mapping[str, Any]) -> str:
    """The username of whoever the proved `claims` are about; an account is made at the first sign-in.

    Issuer and subject make the person, for names change hands. An account that was made beforehand is theirs if it has
    their full name at the provider (or that name without EHCP_OIDC_DOMAIN) and belongs to nobody else yet. The role is
    what the provider says each time. Raises SignOnRefused.
    """
    subject = f"{claims['iss']} {claims['sub']}"
    role = role_of(office.settings, claims)
    username, name = username_of(office.settings, claims), str(claims.get("name") or "")
    with office.database.read() as connection:
        mine = accounts.account_of_subject(connection, subject)
        named = accounts.account_named(connection, username)
    account = mine or named
    if account is None:
        _add(office, username, role, name, subject)
        return username
    if not account.is_active or (mine is None and account.subject is not None):
        raise SignOnRefused(f"The account {account.username} is not open to you.", next="Ask your administrator.")
    if (account.role, account.subject) != (role, subject):
        with _said_at_the_door():
            change_account(office, account.username, role=role, subject=subject)
    return str(account.username)


def _add(office: Office, username: str, role: str, name: str, subject: str) -> None:
    with _said_at_the_door():
        add_account(office, username, role, name=name, subject=subject)


@contextmanager
def _said_at_the_door() -> Iterator[None]:
    """An account that cannot be as the provider says: an advice-giver, say, of whom we do not know for whom."""
    try:
        yield
    except BadInput as error:
        raise SignOnRefused("You could not be signed in.", error.what, "Ask your administrator.") from error


def role_of(settings: Settings, claims: Mapping[str, Any]) -> str:
    """The first role of EHCP_OIDC_ROLES that the provider gives this person. Raises SignOnRefused if there is none."""
    given = claims.get("roles")
    held = {given} if isinstance(given, str) else set(given or ())
    for theirs, ours in role_names(settings.oidc_roles).items():
        if theirs in held:
            return ours
    raise SignOnRefused(
        "You have no role in EHCP Flow.",
        "Your organisation’s account says who may use it.",
        "Ask whoever manages your organisation’s accounts.",
    )


def role_names(text: str) -> dict[str, str]:
    """`SEND.Officer=case_officer, SEND.Lead=senior_case_manager` as a mapping; our own names where nothing is said.

    Raises BadInput for a role that we do not have.
    """
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    names = {theirs.strip(): ours.strip() for theirs, _, ours in pairs} or {role: role for role in ROLES}
    if unknown := sorted(set(names.values()) - set(ROLES)):
        what = f"EHCP_OIDC_ROLES names a role there is not: {unknown[0] or '(none)'}."
        raise BadInput(what, next=f"Choose from {', '.join(ROLES)}.")
    return names


def username_of(settings: Settings, claims: Mapping[str, Any]) -> str:
    """What somebody is called here: their name at the provider, without the organisation's own domain."""
    full = str(claims.get("preferred_username") or claims.get("email") or claims["sub"]).casefold()
    domain = settings.oidc_domain.casefold()
    return full.removesuffix(f"@{domain}") if domain else full
