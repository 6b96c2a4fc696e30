"""What an entry changed when it was recorded: the same as was shown then, worked out from the journal again."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ehcp_flow.engine.clocks import clocks
from ehcp_flow.engine.history import history
from ehcp_flow.engine.replay import replay
from ehcp_flow.errors import UnknownName
from ehcp_flow.services.find_case import case_file
from ehcp_flow.services.record_event import Recorded

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office


def show_change(office: Office, case_ref: str, entry: int) -> Recorded:
    """The state and the clocks before and after entry number `entry`. Raises UnknownName for none."""
    with office.database.read() as connection:
        file = case_file(office, connection, case_ref)
    if not 1 <= entry <= len(file.entries):
        raise UnknownName(f"Case {case_ref} has no entry {entry}.", next=f"It has entries 1 to {len(file.entries)}.")
    new = file.entries[entry - 1]
    before, after = (history(file.entries[:end], date.max) for end in (entry - 1, entry))
    then, now = replay(file.workflow, before), replay(file.workflow, after)
    rule = file.workflow.events.get(new.name)
    return Recorded(
        case_ref=case_ref,
        workflow=file.workflow,
        entry=new,
        state_before=then.state,
        state_after=now.state,
        seen_before=before,
        clocks_after=clocks(file.workflow, after, office.calendar),
        findings=now.findings,
        opens=rule.opens if rule else None,
        calendar=office.calendar,
    )
