"""Seeing a case: whether it is within reach, and the note that it was seen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from ehcp_flow.errors import BadInput, UnknownName
from ehcp_flow.services.moments import seconds_after
from ehcp_flow.services.policy import Actor, NotPermitted
from ehcp_flow.services.sign_in_tokens import entry_at
from ehcp_flow.storage import access_log
from ehcp_flow.today import now

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ehcp_flow.services.office import Office

GLASS_SECONDS: Final = 60 * 60
_SHORTEST_REASON = 10


class OutOfReach(NotPermitted):
    """The case belongs to another team; it can be seen for an hour by giving a reason."""

    def __init__(self, case_ref: str) -> None:
        self.case_ref = case_ref
        super().__init__(
            f"Case {case_ref} belongs to another team.",
            next="If you need to see it, say why: you can then see it for an hour, and your reason is kept.",
        )


def look_at_case(office: Office, actor: Actor, case_ref: str, what: str | None) -> None:
    """Let `actor` at a case and note what they saw of it (`None`: nothing is shown, so nothing is noted).

    Raises UnknownName where there is no such case, OutOfReach where it is another team's.
    """
    with office.database.read() as connection:
        reason = _must_reach(connection, actor, case_ref)
    if what:
        log_accesses(office, actor.username, [case_ref], what, reason)


def _must_reach(connection: Connection, actor: Actor, case_ref: str) -> str | None:
    """The reason for which a case of another team may be seen; None for a case within reach."""
    holder = access_log.holder_of(connection, case_ref)
    if holder is None:
        raise _no_such_case(case_ref)
    if actor.reaches(holder.team, holder.officer):
        return None
    grant = access_log.grant_of(connection, actor.username, case_ref, now())
    if grant is None:
        raise OutOfReach(case_ref)
    return str(grant.reason)


def _no_such_case(case_ref: str) -> UnknownName:
    # No near references, unlike the command line: they might be another team's.
    return UnknownName(
        f"There is no case {case_ref}.", next="Check the reference, or search for the child or young person."
    )


def log_accesses(office: Office, username: str, case_refs: Iterable[str], what: str, reason: str | None = None) -> None:
    """Note that `username` saw these cases, each once: `what` says of what kind (“case page”, “search result”)."""
    at = now()
    rows = [
        {"entry": entry_at(at), "username": username, "at": at, "case_ref": ref, "what": what, "reason": reason}
        for ref in dict.fromkeys(case_refs)
    ]
    if rows:
        with office.database.write() as connection:
            access_log.add_access(connection, rows)


def break_glass(office: Office, actor: Actor, case_ref: str, reason: str) -> None:
    """Let `actor` see a case of another team for an hour. Raises BadInput without a reason, UnknownName."""
    reason, at = " ".join(reason.split()), now()
    if len(reason) < _SHORTEST_REASON:
        raise BadInput("Say why you need to see this case.", next="A few words are enough: “covering for North today”.")
    with office.database.write() as connection:
        if access_log.holder_of(connection, case_ref) is None:
            raise _no_such_case(case_ref)
        facts = {"entry": entry_at(at), "username": actor.username, "case_ref": case_ref, "reason": reason}
        access_log.add_grant(connection, {**facts, "granted_at": at, "expires_at": seconds_after(at, GLASS_SECONDS)})
