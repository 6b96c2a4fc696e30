"""What waits in the outbox, what was given up, and what one notice says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ehcp_flow.errors import BadInput, NotAllowed, UnknownName
from ehcp_flow.storage import notices

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from ehcp_flow.services.office import Office


def list_notices(office: Office, *, dead: bool = False, sent: bool = False, most: int = 200) -> Sequence[Row[Any]]:
    """Notices waiting and given up, the newest first; only those given up, or those sent as well."""
    with office.database.read() as connection:
        return notices.listed(connection, dead=dead, sent=sent, most=most)


def standing_of(row: Row[Any]) -> str:
    """`sent`, `given up`, `waiting`, or `tried` where it failed before."""
    if row.sent_at:
        return "sent"
    if row.given_up_at:
        return "given up"
    return "tried" if row.attempts else "waiting"


def show_notice(office: Office, key: str) -> Row[Any]:
    """One notice, by its key or by a part of it that no other has. Raises UnknownName with those that are near."""
    with office.database.read() as connection:
        found = notices.notice(connection, _whole(connection, key))
    if found is None:
        raise _unknown(key)
    return found


def _whole(connection: Connection, key: str) -> str:
    if notices.notice(connection, key) is not None:
        return key
    near = notices.keys_like(connection, key)
    if len(near) > 1:
        raise UnknownName(f"Several notices have “{key}” in their key.", next=f"Among them: {', '.join(near)}.")
    if not near:
        raise _unknown(key)
    return near[0]


def _unknown(key: str) -> UnknownName:
    return UnknownName(f"There is no notice {key}.", next="See them with: ehcp notices list --sent")


def retry_notices(office: Office, now: datetime, key: str | None = None) -> list[str]:
    """Let a notice that was given up (without a key, all of them) be tried again; gives their keys.

    Raises UnknownName, or NotAllowed if it was not given up.
    """
    with office.database.write() as connection:
        if key is not None:
            whole = _whole(connection, key)
            if not notices.revive(connection, whole, now):
                raise NotAllowed(f"The notice {whole} was not given up.", "It was sent, or is tried again by itself.")
            return [whole]
        dead = [row.key for row in notices.listed(connection, dead=True, sent=False, most=1_000_000)]
        notices.revive(connection, None, now)
        return dead


def need_channels(office: Office) -> None:
    """Raise BadInput where no file of channels is set."""
    if office.settings.channels is None:
        raise BadInput(
            "Nobody is told anything yet: EHCP_CHANNELS is not set.",
            next="It names a file of who is told what; docs/notices.md shows one.",
        )
