"""Find an officer or a team by name, or say kindly that there is none."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from ehcp_flow.errors import UnknownName
from ehcp_flow.storage import people

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

_FEW = 8
_NEAR = 0.75


def known_officer(connection: Connection, username: str) -> Row[Any]:
    """The officer called `username`. Raises UnknownName with the nearest there are."""
    known = people.officer_named(connection, username)
    if known is None:
        names = [each.username for each in people.officers(connection)]
        raise UnknownName(f"There is no officer {username}.", next=_there_are(username, names, "ehcp users add"))
    return known


def known_team(connection: Connection, name: str) -> str:
    """The team called `name`. Raises UnknownName with the nearest there are."""
    names = people.teams(connection)
    if name not in names:
        how = "ehcp users add USERNAME --team NAME"
        raise UnknownName(f"There is no team {name}.", next=_there_are(name, list(names), how))
    return name


def _there_are(wanted: str, names: list[str], how: str) -> str:
    if not names:
        return f"Add one with: {how}"
    close = get_close_matches(wanted, names, n=3, cutoff=_NEAR)
    if close:
        return f"Did you mean {' or '.join(close)}?"
    return f"There are: {', '.join(names[:_FEW])}{' …' if len(names) > _FEW else '.'}"
