"""What an import would change in a case that is there already: new entries, corrections, retractions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from ehcp_flow.engine.event import ADMINISTRATIVE, RETRACTED, Event
from ehcp_flow.engine.history import corrected

if TYPE_CHECKING:
    from ehcp_flow.intake.planned import PlannedCase, PlannedEvent
    from ehcp_flow.law.workflow import Workflow

IMPORTED = " (import)"
"""How `recorded_by` ends for what came from a file: only that may be taken back by a later import."""

_CHANGED = "changed in the imported file"
_GONE = "no longer in the imported file"

Subject = tuple[str, ...]


def entry_of(case_ref: str, seq: int, planned: PlannedEvent, at: datetime, by: str, file: str) -> Event:
    """A planned event as a journal entry that says which row it came from."""
    return Event(
        case_ref, seq, planned.name, planned.happened_on, at, by, planned.details, f"{file}, row {planned.row}"
    )


def changes(
    workflow: Workflow, entries: Sequence[Event], planned: PlannedCase, at: datetime, by: str, file: str
) -> list[Event]:
    """The entries that bring the journal of a case to what the file says; none if it says that already.

    Events are matched by name and subject (provider, setting, exception), the earliest with the earliest.
    What people recorded themselves and the file does not know is left alone.
    """
    standing = _by_subject(workflow, [each for each in corrected(entries) if each.name not in ADMINISTRATIVE])
    wanted = _by_subject(workflow, [entry_of(planned.case_ref, 0, each, at, by, file) for each in planned.events])
    new: list[Event] = []
    for subject in dict.fromkeys([*wanted, *standing]):
        new.extend(_match(standing.get(subject, []), wanted.get(subject, []), at, by))
    return [replace(each, seq=len(entries) + number) for number, each in enumerate(new, 1)]


def _match(standing: list[Event], wanted: list[Event], at: datetime, by: str) -> Iterator[Event]:
    left_standing, left_wanted = _without_pairs(standing, wanted)
    for old, new in zip(left_standing, left_wanted, strict=False):
        yield replace(new, corrects=old.seq, note=f"{_CHANGED}: {new.note}")
    yield from left_wanted[len(left_standing) :]
    for old in left_standing[len(left_wanted) :]:
        if old.recorded_by.endswith(IMPORTED):
            yield Event(old.case_ref, 0, RETRACTED, old.happened_on, at, by, {}, _GONE, corrects=old.seq)


def _without_pairs(standing: list[Event], wanted: list[Event]) -> tuple[list[Event], list[Event]]:
    """Both lists without the events that say the same in both."""
    left_wanted, left_standing = list(wanted), []
    for old in standing:
        same = next((new for new in left_wanted if _says(new) == _says(old)), None)
        if same is None:
            left_standing.append(old)
        else:
            left_wanted.remove(same)
    return left_standing, left_wanted


def _says(event: Event) -> tuple[object, ...]:
    return event.happened_on, sorted(event.details.items())


def _by_subject(workflow: Workflow, events: Sequence[Event]) -> dict[Subject, list[Event]]:
    found: dict[Subject, list[Event]] = defaultdict(list)
    for event in sorted(events, key=lambda each: (each.happened_on, each.seq)):
        found[_subject(workflow, event)].append(event)
    return found


def _subject(workflow: Workflow, event: Event) -> Subject:
    """The event's name with the details that tell one such event from another."""
    rule = workflow.events.get(event.name)
    if rule is None:
        return (event.name,)
    telling = {each.one_for_each for each in workflow.clocks.values()}
    names = [name for name, detail in rule.details.items() if name in telling or detail.is_ in ("exception", "clock")]
    return (event.name, *(event.details.get(name, "") for name in names))
