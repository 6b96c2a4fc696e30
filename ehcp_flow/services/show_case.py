"""One case: where it stands, its clocks, its history with corrections visible, and what may come next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ehcp_flow.engine.clocks import clocks
from ehcp_flow.engine.event import RETRACTED, Event
from ehcp_flow.engine.explain import Explanation, explain
from ehcp_flow.engine.history import corrected, history
from ehcp_flow.engine.replay import CaseState, replay
from ehcp_flow.engine.verdict import Verdict, verdict
from ehcp_flow.errors import UnknownName
from ehcp_flow.services.derive import holder
from ehcp_flow.services.find_case import case_file
from ehcp_flow.storage import flags, people

if TYPE_CHECKING:
    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.services.office import Office


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A journal entry, and the number of the entry that replaced it, if one did."""

    entry: Event
    replaced_by: int | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case on a day, as far as was known."""

    case_ref: str
    workflow: Workflow
    as_of: date
    facts: Any
    officer: str | None
    team: str | None
    state: CaseState
    verdicts: tuple[Verdict, ...]
    lines: tuple[HistoryLine, ...]
    flags: tuple[Any, ...]
    linked: tuple[Any, ...]


def show_case(office: Office, case_ref: str, as_of: date, known_at: datetime | None = None) -> CaseView:
    """Everything about one case on `as_of`, as recorded by `known_at`. Raises UnknownName."""
    with office.database.read() as connection:
        file = case_file(office, connection, case_ref)
        raised = tuple(flags.flags_of(connection, case_ref))
        linked = tuple(people.linked_cases(connection, case_ref, file.facts.person_ref))
    known = [entry for entry in file.entries if known_at is None or entry.recorded_at <= known_at]
    seen = history(known, as_of)
    officer, team = holder(known)
    return CaseView(
        case_ref=case_ref,
        workflow=file.workflow,
        as_of=as_of,
        facts=file.facts,
        officer=officer,
        team=team,
        state=replay(file.workflow, seen),
        verdicts=tuple(verdict(clock, as_of) for clock in clocks(file.workflow, seen, office.calendar)),
        lines=_lines(known, as_of),
        flags=raised,
        linked=linked,
    )


def _lines(known: list[Event], as_of: date) -> tuple[HistoryLine, ...]:
    replaced = {entry.corrects: entry.seq for entry in known if entry.corrects is not None}
    standing = {entry.seq for entry in corrected(known)}
    shown = [
        entry for entry in known if entry.happened_on <= as_of or entry.seq not in standing or entry.name == RETRACTED
    ]
    shown.sort(key=lambda entry: (entry.happened_on, entry.seq))
    return tuple(HistoryLine(entry, replaced.get(entry.seq)) for entry in shown)


def explain_clock(
    office: Office, case_ref: str, clock: str, as_of: date, known_at: datetime | None = None
) -> list[Explanation]:
    """Explain one clock of the case (`give_advice[school]`; without a subject, every subject's), or all (`all`).

    Raises UnknownName with the clocks the case has.
    """
    view = show_case(office, case_ref, as_of, known_at)
    wanted = [each for each in view.verdicts if clock in ("all", each.clock.name, each.clock.rule.id)]
    if not wanted:
        known = ", ".join(each.clock.name for each in view.verdicts) or "none yet"
        raise UnknownName(f"Case {case_ref} has no clock {clock} on {as_of}.", next=f"It has: {known}.")
    return [explain(each, view.workflow, office.calendar) for each in wanted]
