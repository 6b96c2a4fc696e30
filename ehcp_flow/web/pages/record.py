"""Recording what happened: choose the event, fill in a short form, see what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from ehcp_flow.engine.way import next_steps
from ehcp_flow.errors import Conflict, EhcpError, NotAllowed
from ehcp_flow.law.event_rule import NOT_STARTED
from ehcp_flow.services.check_event import event_rule
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.show_case import show_case
from ehcp_flow.today import today
from ehcp_flow.web.forms import Form, NotADay, empty_form, read_day, read_form
from ehcp_flow.web.links import case_path
from ehcp_flow.web.rendering import render, see_other
from ehcp_flow.web.rules import requires
from ehcp_flow.web.views.case import Sight, case_page
from ehcp_flow.web.views.event_form import DAY, LAST_ENTRY, NOTE, OVERRIDE_REASON, answers, filled_in, questions
from ehcp_flow.web.views.refusals import refusal_words
from ehcp_flow.web.views.words import subject_title
from ehcp_flow.web.work import actor_of, call

if TYPE_CHECKING:
    from datetime import date

    from ehcp_flow.law.event_rule import EventRule
    from ehcp_flow.services.office import Office
    from ehcp_flow.services.policy import Actor
    from ehcp_flow.services.show_case import CaseView
    from ehcp_flow.web.views.case import CasePage
    from ehcp_flow.web.views.event_form import Question

router = APIRouter()

_WHY_ALL_THE_SAME = {
    False: "If it happened all the same, say here why it is recorded out of order.",
    True: "If you must keep it on the record, say here why. It will not lift the limit.",
}


@dataclass(frozen=True, slots=True)
class Recording:
    """A form at work: the case as it is now, the event, and what is asked."""

    view: CaseView
    page: CasePage
    rule: EventRule
    asked: tuple[Question, ...]

    @property
    def is_lawful(self) -> bool:
        """Whether the event may come next as the case stands today."""
        return self.rule.id in self.view.state.next_events


@router.get("/cases/{ref:case}/record", dependencies=[requires("case.record", case="ref", sees="record form")])
async def choose(request: Request, ref: str) -> Response:
    """Choose what happened: what stops a clock, if one is named; what may come next; and what is out of order."""
    clock = request.query_params.get("clock", "")
    context = await call(request, _choices, actor_of(request), ref, clock)
    return render(request, "casework/choose.html", case_path=case_path(ref), **context)


def _choices(office: Office, actor: Actor, ref: str, clock: str) -> dict[str, Any]:
    view = show_case(office, ref, today())
    page = case_page(view, office.calendar, office.workflows, Sight(actor.sees_names))
    first, title = _for_clock(view, clock)
    lawful = [view.workflow.events[name] for name in view.state.next_events if name not in first]
    others = [
        rule
        for rule in view.workflow.events.values()
        if rule.id not in view.state.next_events and set(rule.from_) != {NOT_STARTED}
    ]
    return {
        "page": page,
        "clock_title": title,
        "first": [_link(view, view.workflow.events[name]) for name in first],
        "lawful": [_link(view, rule) for rule in lawful],
        "others": [_link(view, rule) for rule in others],
    }


def _for_clock(view: CaseView, name: str) -> tuple[list[str], str]:
    """The events to record next for a clock of the case, and what it is called; nothing for a clock it has not."""
    for each in view.verdicts:
        if each.clock.name == name:
            subject = subject_title(view.workflow, each.clock.rule, each.clock.subject)
            title = f"{each.clock.rule.title}: {subject}" if subject else each.clock.rule.title
            return list(next_steps(view.workflow, view.state.state, each.clock.rule)), title
    return [], ""


def _link(view: CaseView, rule: EventRule) -> dict[str, str]:
    return {"title": rule.title, "dated": rule.dated, "path": case_path(view.case_ref, "record", rule.id)}


@router.get("/cases/{ref:case}/record/{event}", dependencies=[requires("case.record", case="ref", sees="record form")])
async def form_of_event(request: Request, ref: str, event: str) -> Response:
    """The form of an event; details in the address are filled in."""
    at_work = await call(request, _recording, actor_of(request), ref, event)
    return _page(request, at_work, empty_form(), request.query_params)


def _recording(office: Office, actor: Actor, ref: str, event: str) -> Recording:
    view = show_case(office, ref, today())
    rule = event_rule(view.workflow, event)
    page = case_page(view, office.calendar, office.workflows, Sight(actor.sees_names))
    return Recording(view, page, rule, questions(view.workflow, rule, view.verdicts))


def _page(request: Request, at_work: Recording, form: Form, given: Mapping[str, str]) -> Response:
    ref = at_work.view.case_ref
    needs_reason = bool(form.sent) and (OVERRIDE_REASON in form.errors or OVERRIDE_REASON in form.sent)
    return render(
        request,
        "casework/record.html",
        status=200 if form.is_good else 422,
        page=at_work.page,
        rule=at_work.rule,
        asked=at_work.asked,
        shown=filled_in(form, at_work.asked, given, _day_given(given)),
        form=form,
        is_lawful=at_work.is_lawful,
        needs_reason=needs_reason or not at_work.is_lawful,
        last_entry=at_work.page.last_entry,
        case_path=case_path(ref),
        choose_path=case_path(ref, "record"),
        form_path=case_path(ref, "record", at_work.rule.id),
    )


def _day_given(given: Mapping[str, str]) -> date:
    try:
        return read_day(given.get("on", "today"))
    except NotADay:
        return today()


@router.post("/cases/{ref:case}/record/{event}", dependencies=[requires("case.record", case="ref", sees=None)])
async def record(request: Request, ref: str, event: str) -> Response:
    """Record what happened; then the case, with what changed on top."""
    form = await read_form(request)
    at_work = await call(request, _recording, actor_of(request), ref, event)
    happened_on = form.day(DAY, "the day it happened")
    details = answers(form, at_work.asked)
    note = form.text(NOTE, "a note", is_needed=False, longest=1000)
    override = form.text(OVERRIDE_REASON, "a reason", is_needed=False, longest=500)
    seen = form.raw(LAST_ENTRY)
    if form.is_good and happened_on is not None:
        try:
            recorded = await call(
                request,
                record_event,
                ref,
                event,
                happened_on,
                details,
                note=note or None,
                override=override or None,
                expected_entry=int(seen) if seen.isdecimal() and len(seen) < 7 else None,
            )
            return see_other(f"{case_path(ref, entry=str(recorded.entry.seq))}")
        except EhcpError as refused:
            _note_refusal(form, at_work, refused)
    return _page(request, at_work, form, {})


def _note_refusal(form: Form, at_work: Recording, refused: EhcpError) -> None:
    """Say what was refused beside the field that mends it."""
    said = refusal_words(at_work.view.workflow, refused)
    if isinstance(refused, Conflict):
        form.refuse(LAST_ENTRY, f"{said} Look at the history below, and record it again if it is still right.")
    elif isinstance(refused, NotAllowed) and at_work.view.state.state != NOT_STARTED:
        form.refuse(OVERRIDE_REASON, f"{said} {_WHY_ALL_THE_SAME[at_work.rule.records_exception]}")
    else:
        form.refuse(_field_of(refused, at_work.asked), said)


def _field_of(refused: EhcpError, asked: Sequence[Question]) -> str:
    """The field that a refusal speaks of; the day, if it speaks of none."""
    return next((each.name for each in asked if f"{each.detail}" in refused.what), DAY)
