"""One case as its page shows it: where it stands, its clocks, what may come next, its history, cases beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ehcp_flow.engine.event import ADMINISTRATIVE, ASSIGNED, RETRACTED
from ehcp_flow.engine.exceptions import read_date
from ehcp_flow.engine.explain import Explanation, explain
from ehcp_flow.engine.words import long_date, lower_first, plain_date
from ehcp_flow.law.event_rule import ANY_OPEN, ANY_STARTED
from ehcp_flow.services.check_event import OVERRIDE
from ehcp_flow.today import ENGLAND
from ehcp_flow.web.links import case_path
from ehcp_flow.web.views.timeline import Timeline, timeline
from ehcp_flow.web.views.words import outcome_tone, outcome_words, subject_title
from ehcp_flow.web.words import days_left

if TYPE_CHECKING:
    from ehcp_flow.engine.event import Event
    from ehcp_flow.engine.verdict import Verdict
    from ehcp_flow.engine.working_days import Calendar
    from ehcp_flow.law.event_rule import DetailRule, EventRule
    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.services.show_case import CaseView, HistoryLine
    from ehcp_flow.web.views.words import Tone


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A clock: what is owed, its last day, how it stands, and why."""

    title: str
    subject: str
    basis: str
    started: str
    due: str
    words: str
    tone: Tone
    is_open: bool
    path: str
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the history. `replaced_by` is the entry that corrects it or takes it back."""

    number: int
    day: str
    title: str
    details: tuple[tuple[str, str], ...]
    note: str
    override: str
    recorded: str
    corrects: int | None
    replaced_by: int | None
    is_event: bool
    correct_path: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """An event that may be recorded next."""

    title: str
    path: str
    opens_other: bool = False


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case."""

    case_ref: str
    process: str
    name: str
    born: str
    is_looked_after: bool
    state: str
    is_ended: bool
    as_of: str
    opened: str
    officer: str
    team: str
    pressing: str
    pressing_tone: Tone
    open_clocks: tuple[ClockLine, ...]
    closed_clocks: tuple[ClockLine, ...]
    picture: Timeline | None
    findings: tuple[str, ...]
    steps: tuple[Step, ...]
    other_steps: tuple[Step, ...]
    entries: tuple[Entry, ...]
    last_entry: int
    linked: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Sight:
    """How somebody looks at a case: whether they may see the name and record, and whether at a past day."""

    sees_name: bool = True
    may_record: bool = True
    is_past: bool = False


def case_page(view: CaseView, calendar: Calendar, workflows: Mapping[str, Workflow], sight: Sight) -> CasePage:
    """The page of a case; the name is left out for who may not see it, steps for who may not record."""
    with_name, may_record = sight.sees_name, sight.may_record and not sight.is_past
    facts = view.facts
    lines = [_clock_line(view, each, calendar) for each in view.verdicts]
    pressing, tone = _pressing(view)
    steps, others = _steps(view) if may_record else ((), ())
    opened = next((line.entry.happened_on for line in view.lines if line.entry.name not in ADMINISTRATIVE), None)
    return CasePage(
        case_ref=view.case_ref,
        process=view.workflow.title,
        name=" ".join(part for part in (facts.given_name, facts.family_name) if part) if with_name else "",
        born=plain_date(facts.date_of_birth) if with_name and facts.date_of_birth else "",
        is_looked_after=bool(facts.looked_after),
        state=view.workflow.state_title(view.state.state),
        is_ended=view.state.is_ended,
        as_of=long_date(view.as_of),
        opened=plain_date(opened) if opened else "",
        officer=view.officer or "",
        team=view.team or "",
        pressing=pressing,
        pressing_tone=tone,
        open_clocks=tuple(line for line in lines if line.is_open),
        closed_clocks=tuple(line for line in lines if not line.is_open),
        picture=timeline(view, is_past=sight.is_past),
        findings=tuple(str(finding) for finding in view.state.findings),
        steps=steps,
        other_steps=others,
        entries=tuple(_entry(view, line, may_record=may_record) for line in view.lines),
        last_entry=max((line.entry.seq for line in view.lines), default=0),
        linked=tuple(_linked(view, workflows)),
    )


def clock_path(case_ref: str, verdict: Verdict) -> str:
    """The address of a clock's explanation."""
    period = {"period": str(verdict.clock.period)} if verdict.clock.period > 1 else {}
    return case_path(case_ref, "clocks", verdict.clock.name, **period)


def _clock_line(view: CaseView, verdict: Verdict, calendar: Calendar) -> ClockLine:
    clock = verdict.clock
    return ClockLine(
        title=clock.rule.title,
        subject=subject_title(view.workflow, clock.rule, clock.subject),
        basis=clock.basis,
        started=plain_date(clock.started_on),
        due=plain_date(clock.due_on),
        words=outcome_words(verdict),
        tone=outcome_tone(verdict),
        is_open=not verdict.is_final,
        path=clock_path(view.case_ref, verdict),
        explanation=explain(verdict, view.workflow, calendar),
    )


def _pressing(view: CaseView) -> tuple[str, Tone]:
    """The limit to look at first: the law's before others', the earliest of them; one that is lifted comes last."""
    running = [each for each in view.verdicts if not each.is_final and each.clock.rule.kind == "limit"]
    running.sort(key=lambda each: (each.outcome == "excepted", each.clock.due_on))
    law = [each for each in running if each.clock.basis == "law" and each.outcome != "excepted"]
    first = next(iter([*law, *running]), None)
    if first is None:
        return "", "off"
    subject = subject_title(view.workflow, first.clock.rule, first.clock.subject)
    what = f"{first.clock.rule.title} ({lower_first(subject)})" if subject else first.clock.rule.title
    left = days_left(first.days_left or 0)
    return f"{what}: {left}. Last day in time: {long_date(first.clock.due_on)}.", outcome_tone(first)


def _steps(view: CaseView) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """The lawful steps that lead on from here, and those that may come at any time."""
    rules = [view.workflow.events[name] for name in view.state.next_events]
    on = tuple(_step(view, rule) for rule in rules if leads_on(view, rule))
    return on, tuple(_step(view, rule) for rule in rules if not leads_on(view, rule))


def _step(view: CaseView, rule: EventRule) -> Step:
    return Step(rule.title, case_path(view.case_ref, "record", rule.id), rule.opens is not None)


def leads_on(view: CaseView, rule: EventRule) -> bool:
    """Whether an event is what the case waits for: a step of the process, or one that stops a clock that runs."""
    if any(rule.id in each.clock.rule.stops_on and not each.is_final for each in view.verdicts):
        return True
    return rule.to is not None and not {ANY_OPEN, ANY_STARTED} & set(rule.from_)


def _entry(view: CaseView, line: HistoryLine, *, may_record: bool) -> Entry:
    entry = line.entry
    is_event = entry.name not in ADMINISTRATIVE
    stands = is_event and line.replaced_by is None and may_record
    return Entry(
        number=entry.seq,
        day=plain_date(entry.happened_on),
        title=entry_title(view.workflow, entry),
        details=tuple(detail_words(view.workflow, entry)),
        note=entry.note or "",
        override=entry.details.get(OVERRIDE, ""),
        recorded=f"{plain_date(entry.recorded_at.astimezone(ENGLAND).date())} by {entry.recorded_by}",
        corrects=entry.corrects if entry.name != RETRACTED else None,
        replaced_by=line.replaced_by,
        is_event=is_event,
        correct_path=case_path(view.case_ref, "entries", str(entry.seq), "correct") if stands else None,
    )


def entry_title(workflow: Workflow, entry: Event) -> str:
    """What an entry says, in words."""
    if entry.name == RETRACTED:
        return f"Entry {entry.corrects} taken back"
    if entry.name == ASSIGNED:
        return "Handed over"
    rule = workflow.events.get(entry.name)
    return rule.title if rule else entry.name


def detail_words(workflow: Workflow, entry: Event) -> Iterator[tuple[str, str]]:
    """The details of an entry as question and answer; an override is shown apart."""
    rule = workflow.events.get(entry.name)
    for name, value in entry.details.items():
        if name == OVERRIDE:
            continue
        detail = rule.details.get(name) if rule else None
        yield (detail.title if detail else name.replace("_", " ").capitalize()), _answer(workflow, detail, name, value)


def _answer(workflow: Workflow, detail: DetailRule | None, name: str, value: str) -> str:
    if detail is None:
        return value
    if detail.is_ == "exception" and value in workflow.exceptions:
        return workflow.exceptions[value].title
    if detail.is_ == "date" and (day := read_date(value)):
        return plain_date(day)
    clock, _, subject = value.partition("[")
    if detail.is_ == "clock" and clock in workflow.clocks:
        rule = workflow.clocks[clock]
        named = subject_title(workflow, rule, subject.rstrip("]"))
        return f"{rule.title} – {named}" if named else rule.title
    usual = {key: title for rule in workflow.events.values() for key, title in _values(rule, name).items()}
    return detail.known_values.get(value) or usual.get(value) or value.replace("_", " ")


def _values(rule: EventRule, detail: str) -> Mapping[str, str]:
    return rule.details[detail].known_values if detail in rule.details else {}


def _linked(view: CaseView, workflows: Mapping[str, Workflow]) -> Iterator[dict[str, str]]:
    for each in view.linked:
        process = workflows[each.workflow].title if each.workflow in workflows else each.workflow
        how = "follows this case" if each.follows == view.case_ref else "the same child or young person"
        how = "this case follows it" if view.facts.follows == each.case_ref else how
        yield {"case_ref": each.case_ref, "path": case_path(each.case_ref), "process": process, "how": how}
