"""Correcting an entry: another day, other details, or that it never was. What was recorded first stays visible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from ehcp_flow.engine.event import ADMINISTRATIVE
from ehcp_flow.errors import EhcpError, NotAllowed, UnknownName
from ehcp_flow.services.check_event import OVERRIDE, event_rule
from ehcp_flow.services.correct_event import correct_event
from ehcp_flow.services.show_case import show_case
from ehcp_flow.today import today
from ehcp_flow.web.forms import Form, empty_form, read_form
from ehcp_flow.web.links import case_path
from ehcp_flow.web.rendering import render, see_other
from ehcp_flow.web.rules import requires
from ehcp_flow.web.views.case import Sight, case_page
from ehcp_flow.web.views.event_form import DAY, OVERRIDE_REASON, Choice, answers, filled_in, questions
from ehcp_flow.web.views.refusals import refusal_words
from ehcp_flow.web.work import actor_of, call

if TYPE_CHECKING:
    from ehcp_flow.engine.event import Event
    from ehcp_flow.services.office import Office
    from ehcp_flow.services.policy import Actor
    from ehcp_flow.services.show_case import CaseView
    from ehcp_flow.web.views.case import CasePage
    from ehcp_flow.web.views.event_form import Question

router = APIRouter()

HOW: Final = "how"
REASON: Final = "reason"
CHANGE, TAKE_BACK = "change", "take_back"
HOWS: Final = (
    Choice(CHANGE, "It happened, but the day or the details are wrong"),
    Choice(TAKE_BACK, "It never happened", "It is taken back. It stays in the history, struck out."),
)


@dataclass(frozen=True, slots=True)
class Correcting:
    """A form at work: the case, the entry as it stands, and what its event asks."""

    view: CaseView
    page: CasePage
    entry: Event
    asked: tuple[Question, ...]


@router.get(
    "/cases/{ref:case}/entries/{entry}/correct",
    dependencies=[requires("case.record", case="ref", sees="correction form")],
)
async def correction_form(request: Request, ref: str, entry: str) -> Response:
    """The form to correct an entry, filled in with what it says."""
    at_work = await call(request, _correcting, actor_of(request), ref, entry)
    return _page(request, at_work, empty_form())


def _correcting(office: Office, actor: Actor, ref: str, number: str) -> Correcting:
    view = show_case(office, ref, today())
    line = next((line for line in view.lines if str(line.entry.seq) == number), None)
    if line is None:
        raise UnknownName(f"Case {ref} has no entry {number}.", next="See them on the page of the case.")
    if line.entry.name in ADMINISTRATIVE:
        raise NotAllowed(f"Entry {number} is no event that can be corrected.", next="Hand the case over again instead.")
    if line.replaced_by:
        raise NotAllowed(
            f"Entry {number} was replaced by entry {line.replaced_by} already.",
            next="Go back to the case, and correct that one if it is wrong.",
        )
    rule = event_rule(view.workflow, line.entry.name)
    page = case_page(view, office.calendar, office.workflows, Sight(actor.sees_names))
    return Correcting(view, page, line.entry, questions(view.workflow, rule))


def _page(request: Request, at_work: Correcting, form: Form) -> Response:
    ref, entry = at_work.view.case_ref, at_work.entry
    shown = filled_in(form, at_work.asked, entry.details, entry.happened_on)
    return render(
        request,
        "casework/correct.html",
        status=200 if form.is_good else 422,
        page=at_work.page,
        entry=entry,
        rule=at_work.view.workflow.events[entry.name],
        asked=at_work.asked,
        shown=shown,
        hows=HOWS,
        form=form,
        how=form.raw(HOW) or CHANGE,
        case_path=case_path(ref),
        form_path=case_path(ref, "entries", str(entry.seq), "correct"),
    )


@router.post("/cases/{ref:case}/entries/{entry}/correct", dependencies=[requires("case.record", case="ref", sees=None)])
async def correct(request: Request, ref: str, entry: str) -> Response:
    """Correct an entry, or take it back; then the case, with what changed on top."""
    form = await read_form(request)
    at_work = await call(request, _correcting, actor_of(request), ref, entry)
    how = form.choice(HOW, "what is wrong with the entry", (CHANGE, TAKE_BACK))
    is_change = how == CHANGE
    day = form.day(DAY, "the day it happened") if is_change else None
    details = answers(form, at_work.asked) if is_change else {}
    reason = form.text(REASON, "why it is corrected", longest=500)
    override = form.text(OVERRIDE_REASON, "a reason", is_needed=False, longest=500)
    if form.is_good:
        try:
            recorded = await call(
                request,
                correct_event,
                ref,
                at_work.entry.seq,
                happened_on=day,
                details=details,
                retract=not is_change,
                reason=reason,
                override=override or None,
            )
            return see_other(case_path(ref, entry=str(recorded.entry.seq)))
        except EhcpError as refused:
            said = refusal_words(at_work.view.workflow, refused)
            is_out_of_order = isinstance(refused, NotAllowed) and OVERRIDE in refused.next
            form.refuse(OVERRIDE_REASON if is_out_of_order else DAY if is_change else HOW, said)
    return _page(request, at_work, form)
