"""Record what happened in a case, and say what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ehcp_flow.engine.clocks import clocks
from ehcp_flow.engine.event import Event
from ehcp_flow.engine.history import history
from ehcp_flow.errors import Conflict
from ehcp_flow.services.check_event import (
    OVERRIDE,
    check_day,
    check_details,
    check_exception,
    check_order,
    event_rule,
)
from ehcp_flow.services.find_case import CaseFile, case_file
from ehcp_flow.services.write_case import write_entries
from ehcp_flow.today import now, today

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ehcp_flow.engine.clock import Clock
    from ehcp_flow.engine.event import Finding
    from ehcp_flow.engine.working_days import Calendar
    from ehcp_flow.law.event_rule import Opens
    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.services.office import Office


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one recording changed."""

    case_ref: str
    workflow: Workflow
    entry: Event
    state_before: str
    state_after: str
    seen_before: tuple[Event, ...]
    clocks_after: tuple[Clock, ...]
    findings: tuple[Finding, ...]
    opens: Opens | None
    calendar: Calendar

    @property
    def clocks_before(self) -> tuple[Clock, ...]:
        """The case's clocks without the recording; worked out when asked for, as nothing written rests on them."""
        return clocks(self.workflow, self.seen_before, self.calendar)


def record_event(
    office: Office,
    case_ref: str,
    name: str,
    happened_on: date,
    details: Mapping[str, str] | None = None,
    *,
    note: str | None = None,
    override: str | None = None,
    expected_entry: int | None = None,
) -> Recorded:
    """Record that `name` happened on `happened_on` in the case.

    `override` is the reason for recording what is out of order. `expected_entry` is the number of the last
    entry the caller saw: if there are newer ones, Conflict is raised and nothing is written.
    Raises UnknownName, BadInput, NotAllowed, Conflict or DatabaseTrouble.
    """
    said = dict(details or {})
    if override:
        said[OVERRIDE] = override
    with office.database.write() as connection:
        file = case_file(office, connection, case_ref)
        nobody_was_faster(file, expected_entry)
        rule = event_rule(file.workflow, name)
        # An exception may have begun before the case did.
        check_day(name, happened_on, today(), None if rule.records_exception else file.opened_on)
        check_details(file.workflow, rule, said)
        new = Event(
            case_ref=case_ref,
            seq=len(file.entries) + 1,
            name=name,
            happened_on=happened_on,
            recorded_at=now(),
            recorded_by=office.user,
            details=said,
            note=note,
        )
        return append_checked(office, connection, file, new)


def append_checked(office: Office, connection: object, file: CaseFile, new: Event) -> Recorded:
    """Append one entry after checking that it is lawful where it falls."""
    after = [*file.entries, new]
    then, now_ = check_order(file.workflow, file.case_ref, file.entries, after, new)
    if new.name in file.workflow.events:
        check_exception(office, file.workflow, after, new)
    derived = write_entries(office, connection, file.workflow, file.entries, file.last_hash, [new])  # type: ignore[arg-type]
    rule = file.workflow.events.get(new.name)
    return Recorded(
        case_ref=file.case_ref,
        workflow=file.workflow,
        entry=new,
        state_before=then.state,
        state_after=now_.state,
        seen_before=history(file.entries, date.max),
        clocks_after=derived.clocks,
        findings=now_.findings,
        opens=rule.opens if rule else None,
        calendar=office.calendar,
    )


def nobody_was_faster(file: CaseFile, expected_entry: int | None) -> None:
    """Refuse where a case has other entries than the caller saw. Raises Conflict."""
    if expected_entry is not None and len(file.entries) != expected_entry:
        newest: Sequence[Event] = file.entries[expected_entry:]
        said = ", ".join(f"{entry.name} on {entry.happened_on} by {entry.recorded_by}" for entry in newest[:3])
        raise Conflict(
            f"Case {file.case_ref} has changed since you looked.",
            f"Recorded meanwhile: {said}. Nothing of yours was written." if said else "Nothing of yours was written.",
            f"Look again with: ehcp show {file.case_ref}",
        )
