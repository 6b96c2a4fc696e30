"""What a recording changed, as the page says it at the top of the case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ehcp_flow.engine.event import ASSIGNED, RETRACTED
from ehcp_flow.engine.words import long_date, plain_date
from ehcp_flow.services.clock_changes import clock_changes
from ehcp_flow.web.links import new_case_path
from ehcp_flow.web.views.case import detail_words, entry_title
from ehcp_flow.web.views.words import outcome_words, subject_title

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from ehcp_flow.engine.verdict import Verdict
    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.services.record_event import Recorded


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A clock that the recording started, stopped or changed, or that runs on."""

    word: str
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What an entry did. `opens_path` leads to the form of the case it calls for."""

    heading: str
    what: str
    state: str
    lines: tuple[ChangeLine, ...]
    note: str
    opens_path: str
    opens_title: str
    opens_reason: str


def changed(recorded: Recorded, today: date, workflows: Mapping[str, Workflow], *, may_open: bool) -> Changed:
    """What `recorded` changed, in words."""
    entry, workflow = recorded.entry, recorded.workflow
    rule = workflow.events.get(entry.name)
    opens = recorded.opens if may_open else None
    path = ""
    if opens and opens.workflow in workflows:
        day = entry.happened_on.isoformat()
        path = new_case_path(opens.workflow, opens.with_, follows=recorded.case_ref, on=day)
    return Changed(
        heading=_heading(recorded),
        what=_what(recorded),
        state=_state(recorded),
        lines=tuple(_lines(recorded, today)),
        note=(rule.note or "") if rule else "",
        opens_path=path,
        opens_title=workflows[opens.workflow].title if opens and path else "",
        opens_reason=opens.reason if opens else "",
    )


def _heading(recorded: Recorded) -> str:
    entry = recorded.entry
    if entry.name == RETRACTED:
        return "Taken back"
    if entry.corrects:
        return "Corrected"
    if entry.name == ASSIGNED:
        return "Handed over"
    return "Case opened" if entry.seq == 1 else "Recorded"


def _what(recorded: Recorded) -> str:
    entry = recorded.entry
    said = ", ".join(answer for _, answer in detail_words(recorded.workflow, entry))
    title = entry_title(recorded.workflow, entry)
    return f"{title}{f' ({said})' if said else ''}, {long_date(entry.happened_on)}"


def _state(recorded: Recorded) -> str:
    title = recorded.workflow.state_title
    if recorded.state_before == recorded.state_after:
        return f"The case stands where it stood: {title(recorded.state_after)}."
    if recorded.entry.seq == 1:
        return f"The case stands at: {title(recorded.state_after)}."
    return f"The case has moved from “{title(recorded.state_before)}” to “{title(recorded.state_after)}”."


def _lines(recorded: Recorded, today: date) -> Iterator[ChangeLine]:
    for each in clock_changes(recorded, today):
        clock = each.verdict.clock
        subject = subject_title(recorded.workflow, clock.rule, clock.subject)
        title = f"{clock.rule.title} – {subject}" if subject else clock.rule.title
        yield ChangeLine(each.word, title, _words(each.word, each.verdict))


def _words(word: str, verdict: Verdict) -> str:
    if word == "Gone":
        return "what started it was taken back"
    clock = verdict.clock
    is_open = clock.stopped_by is None and clock.dropped_by is None
    due = f"due {plain_date(clock.due_on)}, " if is_open and not clock.rule.leaves_time else ""
    return f"{due}{outcome_words(verdict)}"
