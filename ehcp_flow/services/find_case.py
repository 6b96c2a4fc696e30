"""Find a case and all that is recorded in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from ehcp_flow.engine.event import Event
from ehcp_flow.engine.history import history
from ehcp_flow.errors import UnknownName
from ehcp_flow.services.derive import holder, opened_on
from ehcp_flow.storage import journal, people

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.services.office import Office


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case's fixed facts and its whole journal."""

    case_ref: str
    workflow: Workflow
    facts: Any
    entries: list[Event]
    last_hash: str

    @property
    def opened_on(self) -> date | None:
        """The day the case began, unless everything was taken back."""
        return opened_on(self.workflow, history(self.entries, date.max))

    @property
    def holder(self) -> tuple[str | None, str | None]:
        """The officer and the team that hold it."""
        return holder(self.entries)


def case_file(office: Office, connection: Connection, case_ref: str) -> CaseFile:
    """The case called `case_ref`. Raises UnknownName with the nearest references there are."""
    facts = people.case_of(connection, case_ref)
    if facts is None:
        raise _unknown(connection, case_ref)
    entries, last_hash = journal.events_of(connection, case_ref)
    return CaseFile(case_ref, office.workflow(facts.workflow), facts, entries, last_hash)


def _unknown(connection: Connection, case_ref: str) -> UnknownName:
    near = people.case_refs_like(connection, case_ref.strip().upper()) or people.case_refs_like(
        connection, case_ref[-4:]
    )
    return UnknownName(
        f"There is no case {case_ref}.",
        next=f"Did you mean {' or '.join(near[:3])}?" if near else "Open one with: ehcp open",
    )
