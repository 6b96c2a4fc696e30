"""Correct or take back an entry, by a further entry: what was recorded first stays on the record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from ehcp_flow.engine.event import ADMINISTRATIVE, RETRACTED, Event
from ehcp_flow.engine.history import corrected, history
from ehcp_flow.errors import BadInput, NotAllowed, UnknownName
from ehcp_flow.services.check_event import OVERRIDE, check_day, check_details, event_rule
from ehcp_flow.services.derive import opened_on
from ehcp_flow.services.find_case import CaseFile, case_file
from ehcp_flow.services.record_event import Recorded, append_checked, nobody_was_faster
from ehcp_flow.today import now, today

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office


def correct_event(
    office: Office,
    case_ref: str,
    entry: int,
    *,
    happened_on: date | None = None,
    details: Mapping[str, str] | None = None,
    retract: bool = False,
    reason: str,
    override: str | None = None,
    expected_entry: int | None = None,
) -> Recorded:
    """Correct entry number `entry` of the case: another day, other details, or (`retract`) that it never was.

    The reason is kept as the entry's note. `expected_entry` is the number of the last entry the caller saw, as for
    record_event. Raises UnknownName, BadInput, NotAllowed, Conflict.
    """
    if not reason.strip():
        raise BadInput("A correction needs a reason.", next='Give --reason "why it is corrected".')
    with office.database.write() as connection:
        file = case_file(office, connection, case_ref)
        nobody_was_faster(file, expected_entry)
        old = _standing_entry(file, entry)
        if retract:
            name, day, said = RETRACTED, old.happened_on, {}
        else:
            name, day, said = old.name, happened_on or old.happened_on, {**old.details, **(details or {})}
            _check(file, old, day, said)
        if override:
            said[OVERRIDE] = override
        seq = len(file.entries) + 1
        new = Event(case_ref, seq, name, day, now(), office.user, said, reason, corrects=entry)
        return append_checked(office, connection, file, new)


def _standing_entry(file: CaseFile, number: int) -> Event:
    found = next((entry for entry in file.entries if entry.seq == number), None)
    if found is None:
        raise UnknownName(
            f"Case {file.case_ref} has no entry {number}.", next=f"See them with: ehcp show {file.case_ref}"
        )
    if found.name in ADMINISTRATIVE:
        raise NotAllowed(f"Entry {number} is no event that can be corrected.", next="Record what is right instead.")
    if found in corrected(file.entries):
        return found
    later = _last_word_on(file, found)
    if later.name == RETRACTED:
        raise NotAllowed(
            f"Entry {number} was taken back by entry {later.seq}.", next="If it did happen, record it again."
        )
    raise NotAllowed(
        f"Entry {number} was replaced by entry {later.seq} already.", next=f"Correct entry {later.seq} instead."
    )


def _last_word_on(file: CaseFile, entry: Event) -> Event:
    """The entry at the end of the row of corrections that begins with `entry`."""
    following = [later for later in file.entries if later.corrects == entry.seq]
    return _last_word_on(file, following[-1]) if following else entry


def _check(file: CaseFile, old: Event, day: date, details: dict[str, str]) -> None:
    if day == old.happened_on and details == dict(old.details):
        raise BadInput("The correction changes nothing.", next="Give --on DATE or another detail, or --retract.")
    rule = event_rule(file.workflow, old.name)
    others = [entry for entry in corrected(file.entries) if entry.seq != old.seq]
    may_come_first = rule in file.workflow.opening_events or rule.records_exception
    first = None if may_come_first else opened_on(file.workflow, history(others, date.max))
    check_day(old.name, day, today(), first)
    check_details(file.workflow, rule, details)
