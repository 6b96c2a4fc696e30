"""What the API answers with. These names are a contract: they are added to, never changed within `v1`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from ehcp_flow.services.check_event import OVERRIDE

if TYPE_CHECKING:
    from ehcp_flow.analytics.observations import Observation
    from ehcp_flow.engine.verdict import Verdict
    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.services.show_case import CaseView, HistoryLine

WITHHELD = "(withheld)"


class CaseLine(BaseModel):
    """A case in a list."""

    case_ref: str = Field(examples=["NA-2026-0042"])
    workflow: str = Field(examples=["needs_assessment"])
    state: str = Field(examples=["assessing"])
    is_ended: bool
    opened_on: date
    officer: str | None
    team: str | None
    authority: str
    person_ref: str | None = Field(description="Who it is about, by reference; the same person has the same one.")
    plan_ref: str | None
    follows: str | None = Field(description="The case this one followed on from.")
    entries: int = Field(description="How many entries its journal has: what If-Match is compared with.")


class CasePage(BaseModel):
    """A page of cases, by reference."""

    cases: list[CaseLine]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class Person(BaseModel):
    """A child or young person: only for tokens good for `names`."""

    given_name: str
    family_name: str
    date_of_birth: date | None
    upn: str | None
    looked_after: bool


class Clock(BaseModel):
    """A time limit in a case, judged for a day. Days are calendar days."""

    clock: str = Field(examples=["finalise_plan"])
    subject: str | None = Field(description="Which one, where there is one for each: the provider, the setting.")
    period: int = Field(description="1, or more where the clock began anew.")
    title: str
    basis: str = Field(description="law, guidance or local")
    cite: str = Field(examples=["regs r.13(2)"])
    started_on: date
    due_on: date = Field(description="The last day in time.")
    stopped_on: date | None
    dropped_on: date | None
    outcome: str = Field(description="running, in_time, breach, excepted or dropped")
    days_taken: int
    days_left: int | None = Field(description="To the due date while it runs; negative when past it.")
    days_late: int
    under: str | None = Field(description="The citation of the exception that lifts it.")


class Event(BaseModel):
    """An entry of a case's journal. Nothing is ever changed: a correction is a further entry."""

    entry: int
    event: str = Field(examples=["final_plan_sent"])
    happened_on: date
    details: dict[str, str] = Field(description=f"Free text is {WITHHELD} from tokens not good for `names`.")
    note: str | None = Field(description="Only for tokens good for `names`, for it may name a child.")
    recorded_at: datetime
    recorded_by: str
    corrects: int | None = Field(description="The entry that this one replaces or takes back.")
    replaced_by: int | None


class Case(BaseModel):
    """A case on a day, as far as was known."""

    case_ref: str
    workflow: str
    as_of: date
    state: str
    state_title: str
    is_ended: bool
    officer: str | None
    team: str | None
    authority: str
    person_ref: str | None
    person: Person | None = Field(description="Only for tokens good for `names`.")
    plan_ref: str | None
    follows: str | None
    linked: list[str] = Field(description="Other cases of the same person that the account may read.")
    entries: int = Field(description="How many entries the journal has: what If-Match is compared with.")
    next_events: list[str] = Field(description="What may be recorded now.")
    findings: list[str] = Field(description="What is odd in its history.")
    clocks: list[Clock]


class Events(BaseModel):
    """A case's journal, by the day things happened."""

    case_ref: str
    events: list[Event]


class Clocks(BaseModel):
    """A case's time limits on a day."""

    case_ref: str
    as_of: date
    clocks: list[Clock]


class Limit(BaseModel):
    """An open time limit in a list."""

    case_ref: str
    workflow: str
    clock: str
    subject: str | None
    period: int
    basis: str
    officer: str | None
    team: str | None
    started_on: date
    due_on: date
    is_excepted: bool
    outcome: str
    days_left: int | None
    days_late: int
    state: str


class LimitPage(BaseModel):
    """A page of open limits, the longest overdue first."""

    as_of: date
    until: date
    limits: list[Limit]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class Recorded(BaseModel):
    """What one recording changed."""

    case_ref: str
    entry: int
    event: str
    happened_on: date
    state_before: str
    state_after: str
    entries: int = Field(description="How many entries the journal has now.")
    findings: list[str]
    clocks: list[Clock] = Field(description="The case's clocks as they stand today.")


def case_line(row: Any) -> CaseLine:
    """A case in a list, from its row."""
    said = dict(row._mapping)  # noqa: SLF001 SQLAlchemy's public name for a row's dict
    return CaseLine(**{name: said[name] for name in CaseLine.model_fields if name in said}, entries=row.last_seq)


def clock(each: Verdict) -> Clock:
    """A judged clock."""
    found = each.clock
    return Clock(
        clock=found.rule.id,
        subject=found.subject,
        period=found.period,
        title=found.rule.title,
        basis=found.basis,
        cite=found.cite,
        started_on=found.started_on,
        due_on=found.due_on,
        stopped_on=found.stopped_on,
        dropped_on=found.dropped_on,
        outcome=each.outcome,
        days_taken=each.days_taken,
        days_left=each.days_left,
        days_late=each.days_late,
        under=each.under,
    )


def limit(each: Observation) -> Limit:
    """An open limit in a list."""
    return Limit(**{name: getattr(each, name) for name in Limit.model_fields})


def case(view: CaseView, entries: int, linked: list[str], *, with_names: bool) -> Case:
    """A case; without names where they are not to be seen."""
    facts = view.facts
    return Case(
        case_ref=view.case_ref,
        workflow=view.workflow.workflow,
        as_of=view.as_of,
        state=view.state.state,
        state_title=view.workflow.state_title(view.state.state),
        is_ended=view.state.is_ended,
        officer=view.officer,
        team=view.team,
        authority=facts.authority,
        person_ref=facts.person_ref,
        person=_person(facts) if with_names and facts.person_ref else None,
        plan_ref=facts.plan_ref,
        follows=facts.follows,
        linked=linked,
        entries=entries,
        next_events=list(view.state.next_events),
        findings=[str(each) for each in view.state.findings],
        clocks=[clock(each) for each in view.verdicts],
    )


def _person(facts: Any) -> Person:
    return Person(**{name: getattr(facts, name) for name in Person.model_fields})


def event(workflow: Workflow, line: HistoryLine, *, with_names: bool) -> Event:
    """An entry of a journal; without free text where names are not to be seen, for it may hold one."""
    entry = line.entry
    return Event(
        entry=entry.seq,
        event=entry.name,
        happened_on=entry.happened_on,
        details=dict(entry.details) if with_names else _without_free_text(workflow, entry.name, entry.details),
        note=entry.note if with_names else None,
        recorded_at=entry.recorded_at,
        recorded_by=entry.recorded_by,
        corrects=entry.corrects,
        replaced_by=line.replaced_by,
    )


def _without_free_text(workflow: Workflow, name: str, details: Mapping[str, str]) -> dict[str, str]:
    rule = workflow.events.get(name)
    known = rule.details if rule else {}
    subjects = {each.one_for_each for each in workflow.clocks.values()}
    said = {}
    for key, value in details.items():
        detail = known.get(key)
        is_free = key == OVERRIDE or (detail is not None and detail.is_ == "text" and not detail.known_values)
        said[key] = WITHHELD if is_free and key not in subjects else value
    return said
