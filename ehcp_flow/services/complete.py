"""What a shell may offer while somebody types; silent when there is nothing to offer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ehcp_flow.engine.history import history
from ehcp_flow.engine.replay import replay
from ehcp_flow.errors import EhcpError
from ehcp_flow.services.find_case import case_file
from ehcp_flow.storage import people
from ehcp_flow.today import today

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office

_MOST = 30


def case_refs(office: Office, beginning: str) -> list[str]:
    """References that begin with what was typed."""
    try:
        with office.database.read() as connection:
            return list(people.case_refs_from(connection, beginning, _MOST))
    except EhcpError:
        return []


def lawful_events(office: Office, case_ref: str) -> list[tuple[str, str]]:
    """The events allowed now in a case, with their titles."""
    try:
        with office.database.read() as connection:
            file = case_file(office, connection, case_ref)
    except EhcpError:
        return []
    state = replay(file.workflow, history(file.entries, today()))
    return [(name, file.workflow.events[name].title) for name in state.next_events]
