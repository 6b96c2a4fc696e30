"""One case: where it stands, why each day is due, and who holds it."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from ehcp_flow.engine.words import long_date
from ehcp_flow.errors import EhcpError, UnknownName
from ehcp_flow.services.assign import assign
from ehcp_flow.services.officers import list_officers
from ehcp_flow.services.policy import may
from ehcp_flow.services.show_case import show_case
from ehcp_flow.services.show_change import show_change
from ehcp_flow.today import ENGLAND, today
from ehcp_flow.web.forms import Form, empty_form, read_form
from ehcp_flow.web.links import case_path
from ehcp_flow.web.rendering import flash, render, see_other
from ehcp_flow.web.rules import requires
from ehcp_flow.web.views.case import CasePage, ClockLine, Sight, case_page, clock_path
from ehcp_flow.web.views.change import Changed, changed
from ehcp_flow.web.views.event_form import Choice
from ehcp_flow.web.work import actor_of, call, office_of

if TYPE_CHECKING:
    from datetime import date

    from ehcp_flow.services.office import Office
    from ehcp_flow.services.policy import Actor

router = APIRouter()


@router.get("/cases/{ref:case}", dependencies=[requires("case.read", case="ref")])
async def case(request: Request, ref: str) -> Response:
    """A case as it is or, with a day in the address, as it stood then and, if wanted, as was known then."""
    form = Form(FormData(dict(request.query_params)))
    on = form.day("on", "the day", is_needed=False)
    if on is not None and on > today():
        form.refuse("on", "The day must be today or in the past")
    day = on if on is not None and form.is_good else None
    known = day is not None and form.raw("known") == "then"
    context = await call(request, _gather, actor_of(request), ref, day, known=known)
    if context["change"] is None and form.raw("entry").isdecimal():
        with suppress(UnknownName):  # an old or mistyped link still shows the case
            context["change"] = await call(request, _changed, actor_of(request), ref, int(form.raw("entry")[:6]))
    return render(request, "casework/case.html", form=form, boxes=form.boxes("on"), known=known, **context)


def _gather(office: Office, actor: Actor, ref: str, day: date | None, *, known: bool) -> dict[str, Any]:
    known_at = datetime.combine(day, time.max, ENGLAND).astimezone(UTC) if day and known else None
    view = show_case(office, ref, day or today(), known_at)
    sight = Sight(actor.sees_names, may(actor, "case.record"), is_past=day is not None)
    named = {each.username: each.name for each in list_officers(office, today())}
    return {
        "page": case_page(view, office.calendar, office.workflows, sight),
        "past": day is not None,
        "change": None,
        "officer_name": named.get(view.officer or "", ""),
        "now_path": case_path(ref),
        "record_path": case_path(ref, "record"),
        "hand_over_path": case_path(ref, "hand-over"),
        "access_path": case_path(ref, "access"),
    }


def _changed(office: Office, actor: Actor, ref: str, entry: int) -> Changed:
    recorded = show_change(office, ref, entry)
    return changed(recorded, today(), office.workflows, may_open=may(actor, "case.record"))


@router.get(
    "/cases/{ref:case}/clocks/{clock}", dependencies=[requires("case.read", case="ref", sees="explanation of a date")]
)
async def clock(request: Request, ref: str, clock: str) -> Response:
    """Why a day is due: the paragraph for the family, how it was counted, and the law it comes from."""
    period = request.query_params.get("period", "1")
    page, line = await call(request, _clock, actor_of(request), ref, clock, period)
    trace = line.explanation.trace
    titles = {
        name: rule.title for name, rule in office_of(request).workflow(trace["rule"]["workflow"]).exceptions.items()
    }
    facts = [("Started by", f"{trace['started_by']['title']}, {line.started}"), ("Limit", trace["rule"]["limit"])]
    facts.append(("Last day in time", line.due))
    claimed = [{**each, "title": titles.get(each["exception"], each["exception"])} for each in trace["exceptions"]]
    return render(
        request, "casework/clock.html", page=page, line=line, facts=facts, claimed=claimed, case_path=case_path(ref)
    )


def _clock(office: Office, actor: Actor, ref: str, name: str, period: str) -> tuple[CasePage, ClockLine]:
    view = show_case(office, ref, today())
    page = case_page(view, office.calendar, office.workflows, Sight(actor.sees_names, may_record=False))
    lines = {line.path: line for line in (*page.open_clocks, *page.closed_clocks)}
    for each in view.verdicts:
        if each.clock.name == name and str(each.clock.period) == period:
            return page, lines[clock_path(ref, each)]
    raise UnknownName(f"Case {ref} has no such limit today.", next="See its limits on the page of the case.")


@router.get("/cases/{ref:case}/hand-over", dependencies=[requires("case.hand_over", case="ref")])
async def hand_over_form(request: Request, ref: str) -> Response:
    """The form to give a case to somebody else."""
    return await _hand_over_page(request, ref, empty_form())


async def _hand_over_page(request: Request, ref: str, form: Form) -> Response:
    context = await call(request, _gather, actor_of(request), ref, None, known=False)
    officers = await call(request, _officers)
    status = 200 if form.is_good else 422
    return render(request, "casework/hand_over.html", status=status, form=form, officers=officers, **context)


def _officers(office: Office) -> list[Choice]:
    found = sorted(list_officers(office, today()), key=lambda each: (each.team or "", each.name))
    return [Choice(each.username, f"{each.name}, {each.team or 'no team'}{_away(each)}") for each in found]


def _away(officer: Any) -> str:
    away = officer.away
    return f" (away until {long_date(away.last_day)})" if away and away.first_day <= today() else ""


@router.post("/cases/{ref:case}/hand-over", dependencies=[requires("case.hand_over", case="ref", sees=None)])
async def hand_over_case(request: Request, ref: str) -> Response:
    """Give a case to somebody else."""
    form = await read_form(request)
    to = form.text("officer", "who takes over the case")
    note = form.text("note", "a note", is_needed=False, longest=500)
    if form.is_good:
        try:
            await call(request, assign, ref, to, None, note or None)
        except EhcpError as refused:
            form.refuse("officer", str(refused))
    if not form.is_good:
        return await _hand_over_page(request, ref, form)
    flash(request, f"Case {ref} is held by {to} now.")
    return see_other(case_path(ref))
