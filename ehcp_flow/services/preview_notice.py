"""What a recipient is told this morning, without sending anything to anybody."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ehcp_flow.errors import UnknownName
from ehcp_flow.notices.render import Message, render
from ehcp_flow.services.channels import Channels
from ehcp_flow.services.compose_notices import for_advice_giver, for_directors, for_officer, for_team
from ehcp_flow.services.find_officer import known_officer, known_team
from ehcp_flow.services.gather_morning import Gathered, gather
from ehcp_flow.services.read_channels import read_channels
from ehcp_flow.services.write_notices import last_told

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ehcp_flow.notices.document import Document
    from ehcp_flow.services.office import Office

KINDS = ("officer", "team", "directors", "advice-giver")


def preview(office: Office, day: date, kind: str, name: str = "") -> Message | None:
    """The digest of a recipient for `day`; None where there is nothing to tell them.

    Works with or without a file of channels. Raises UnknownName for a kind, officer or team there is not.
    """
    path = office.settings.channels
    channels = read_channels(path) if path else Channels()
    with office.database.read() as connection:
        gathered = gather(office, connection, day, *last_told(connection, day), channels.link)
        document = _document(office, connection, gathered, channels, kind, name)
    return render(document) if document else None


def _document(
    office: Office, connection: Connection, gathered: Gathered, channels: Channels, kind: str, name: str
) -> Document | None:
    if kind == "officer":
        known_officer(connection, name)
        return for_officer(gathered, name, even_if_empty=channels.even_if_empty)
    if kind == "team":
        known_team(connection, name)
        return for_team(gathered, name)
    if kind == "directors":
        return for_directors(office, connection, gathered, channels.figures)
    if kind == "advice-giver":
        return for_advice_giver(gathered, name)
    raise UnknownName(f"There is no kind of recipient called {kind}.", next=f"There are: {', '.join(KINDS)}.")
