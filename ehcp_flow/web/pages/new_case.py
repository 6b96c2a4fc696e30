"""Opening a case: choose how it begins, say whom it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from ehcp_flow.errors import EhcpError, UnknownName
from ehcp_flow.services.access import look_at_case
from ehcp_flow.services.check_event import event_rule
from ehcp_flow.services.officers import list_officers
from ehcp_flow.services.open_case import NewPerson, open_case
from ehcp_flow.services.search_cases import search_cases
from ehcp_flow.services.show_case import show_case
from ehcp_flow.today import today
from ehcp_flow.web.forms import Form, NotADay, empty_form, read_day, read_form
from ehcp_flow.web.links import case_path, new_case_path
from ehcp_flow.web.rendering import render, see_other
from ehcp_flow.web.rules import requires
from ehcp_flow.web.views.event_form import DAY, Choice, answers, filled_in, questions
from ehcp_flow.web.views.new_case import SAME, SAMES, SEXES, UPN, openings, read_person
from ehcp_flow.web.views.refusals import refusal_words
from ehcp_flow.web.work import actor_of, call, office_of

if TYPE_CHECKING:
    from datetime import date

    from ehcp_flow.law.event_rule import EventRule
    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.services.office import Office
    from ehcp_flow.services.policy import Actor
    from ehcp_flow.services.show_case import CaseView
    from ehcp_flow.web.views.event_form import Question

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Opening:
    """A form at work: how the case begins, the case it follows, and who can hold it."""

    workflow: Workflow
    rule: EventRule
    asked: tuple[Question, ...]
    follows: CaseView | None
    officers: tuple[Choice, ...]


@router.get("/new-case", dependencies=[requires("case.record")])
async def choose_opening(request: Request) -> Response:
    """Choose how a new case begins."""
    return render(request, "casework/new_case.html", found=openings(office_of(request).workflows, new_case_path))


@router.get("/new-case/{workflow}/{event}", dependencies=[requires("case.record")])
async def opening_form(request: Request, workflow: str, event: str) -> Response:
    """The form to open a case by an event; the day and the case it follows may stand in the address."""
    query = request.query_params
    at_work = await call(request, _opening, actor_of(request), workflow, event, query.get("follows", ""))
    return _page(request, at_work, empty_form(), query)


def _opening(office: Office, actor: Actor, name: str, event: str, follows: str) -> Opening:
    workflow = office.workflow(name)
    rule = event_rule(workflow, event)
    if rule not in workflow.opening_events:
        raise UnknownName(f"“{rule.title}” does not open a case.", next="Choose how it begins under “Open a new case”.")
    before = None
    if follows:
        look_at_case(office, actor, follows, "opening a case that follows")
        before = show_case(office, follows, today())
    officers = sorted(list_officers(office, today()), key=lambda each: (each.username != actor.officer, each.name))
    choices = tuple(Choice(each.username, f"{each.name}, {each.team or 'no team'}") for each in officers)
    return Opening(workflow, rule, questions(workflow, rule), before, choices)


def _page(
    request: Request, at_work: Opening, form: Form, given: Mapping[str, str], known: tuple[Any, ...] = ()
) -> Response:
    actor, workflow, rule = actor_of(request), at_work.workflow, at_work.rule
    before = at_work.follows
    holder = before.officer if before else actor.officer
    return render(
        request,
        "casework/new_case_form.html",
        status=200 if form.is_good else 422,
        form=form,
        workflow=workflow,
        rule=rule,
        asked=at_work.asked,
        shown=filled_in(form, at_work.asked, given, _day_given(given)),
        follows=before,
        born=form.boxes("born"),
        officers=at_work.officers,
        holder=form.raw("officer") if form.sent else holder or "",
        known=[{"case_ref": each.case_ref, "path": case_path(each.case_ref)} for each in known],
        sexes=SEXES,
        sames=SAMES,
        form_path=new_case_path(workflow.workflow, rule.id, **({"follows": before.case_ref} if before else {})),
    )


def _day_given(given: Mapping[str, str]) -> date:
    try:
        return read_day(given.get("on", "today"))
    except NotADay:
        return today()


@router.post("/new-case/{workflow}/{event}", dependencies=[requires("case.record")])
async def open_new_case(request: Request, workflow: str, event: str) -> Response:
    """Open the case; then the case, with what began on top."""
    form = await read_form(request)
    follows = request.query_params.get("follows", "")
    at_work = await call(request, _opening, actor_of(request), workflow, event, follows)
    happened_on = form.day(DAY, "the day that counts")
    details = answers(form, at_work.asked)
    case_ref = form.text("case_ref", "a reference", is_needed=False, longest=40)
    officer = form.choice("officer", "who holds the case", [each.value for each in at_work.officers], is_needed=False)
    person: NewPerson | str | None = None if follows else read_person(form)
    known: tuple[Any, ...] = ()
    if isinstance(person, NewPerson) and person.upn:
        known = await call(request, _known_by_upn, person.upn)
        person = _same_or_new(form, person, known)
    if form.is_good and happened_on is not None:
        try:
            recorded = await call(
                request,
                open_case,
                workflow,
                event,
                happened_on,
                details,
                case_ref=case_ref or None,
                person=person,
                officer=officer or None,
                follows=follows or None,
            )
            return see_other(case_path(recorded.case_ref, entry="1"))
        except EhcpError as refused:
            said = refusal_words(at_work.workflow, refused)
            form.refuse("case_ref" if case_ref and case_ref in refused.what else DAY, said)
    return _page(request, at_work, form, {}, known)


def _known_by_upn(office: Office, upn: str) -> tuple[Any, ...]:
    """The cases of whoever has this number already, in whatever team: nobody is to be kept twice."""
    return search_cases(office, upn, today()).lines


def _same_or_new(form: Form, person: NewPerson, known: tuple[Any, ...]) -> NewPerson | str:
    """The person we know, if the form says that it is the same; a number that two would have is refused."""
    if not known:
        return person
    if form.raw(SAME) == "yes":
        return str(known[0].person_ref)
    form.refuse(SAME if form.raw(SAME) != "no" else UPN, "Somebody with this unique pupil number is known already")
    return person
