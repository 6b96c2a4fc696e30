"""Write new journal entries of one case with everything that follows from them, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ehcp_flow.services.derive import Derived, derive
from ehcp_flow.services.flagging import settle_flags
from ehcp_flow.storage import clock_table, flags, journal
from ehcp_flow.today import ENGLAND

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ehcp_flow.engine.event import Event
    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.services.office import Office

SWEEP = "sweep"


def write_entries(
    office: Office,
    connection: Connection,
    workflow: Workflow,
    before: Sequence[Event],
    last_hash: str,
    new: Sequence[Event],
) -> Derived:
    """Append `new` to the case whose entries are `before`, and bring its derived rows and flags up to date."""
    swept_until = flags.swept_until(connection, SWEEP)  # first: whoever holds rows must not wait for a night
    journal.append(connection, new, last_hash)
    derived = derive(workflow, [*before, *new], office.calendar)
    clock_table.replace_case(connection, derived.standing["case_ref"], derived.standing, derived.rows)
    day = new[-1].recorded_at.astimezone(ENGLAND).date()
    settle_flags(connection, derived.rows, swept_until, day, {workflow.workflow: workflow.digest})
    return derived
