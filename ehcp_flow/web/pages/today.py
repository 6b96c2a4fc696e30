"""Today: what a case officer must do now, and next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from ehcp_flow.engine.words import long_date, plain_date
from ehcp_flow.services.case_names import case_names
from ehcp_flow.services.list_work import Wanted
from ehcp_flow.services.work_page import work_page
from ehcp_flow.today import today
from ehcp_flow.web.forms import empty_form
from ehcp_flow.web.nav import Nav
from ehcp_flow.web.rendering import render
from ehcp_flow.web.rules import log_access, requires
from ehcp_flow.web.views.event_form import Choice
from ehcp_flow.web.views.today import ANYBODY, NOBODY, SORTS, Filters, shown_lines, today_page, with_names
from ehcp_flow.web.work import actor_of, call

if TYPE_CHECKING:
    from datetime import date

    from ehcp_flow.services.office import Office
    from ehcp_flow.services.officers import OfficerLine
    from ehcp_flow.services.policy import Actor
    from ehcp_flow.services.work_page import WorkPage

router = APIRouter()
NAV = Nav("Today", "/today", order=10, permission="work.read")


@router.get("/today", dependencies=[requires("work.read")])
async def today_list(request: Request) -> Response:
    """The work list: one's own and whom one covers for, unless somebody else's is asked for."""
    actor, filters, day = actor_of(request), Filters.read(request.query_params), today()
    context = await call(request, _gather, actor, filters, day)
    page = context["page"]
    if filters.names and actor.sees_names and page.case_refs:
        await log_access(request, *page.case_refs, what="name in a list")
        context["page"] = with_names(page, await call(request, case_names, page.case_refs))
    return render(request, "casework/today.html", **context)


def _gather(office: Office, actor: Actor, filters: Filters, day: date) -> dict[str, Any]:
    whose = _whose(actor, filters)
    wanted = Wanted(
        officer=whose,
        team=filters.team or None,
        clock=filters.clock or None,
        basis=filters.basis or None,
        workflow=filters.workflow or None,
        unassigned=filters.officer == NOBODY,
    )
    work = work_page(office, actor, day, wanted, shown_lines(filters))
    officers = [each for each in work.officers if actor.teams is None or each.team in actor.teams]
    named = {each.username: each.name for each in work.officers}
    return {
        "page": today_page(work, office.workflows, filters, whose),
        "form": empty_form(),
        "whose": whose,
        "whose_is_chosen": bool(filters.officer),
        "title": _title(actor, filters, whose, named),
        "day_words": long_date(day),
        "covers": list(_cover_words(work, whose, actor.officer, named)),
        **_choices(office, actor, officers),
    }


def _whose(actor: Actor, filters: Filters) -> str | None:
    if filters.officer in (ANYBODY, NOBODY):
        return None
    return filters.officer or actor.officer


def _title(actor: Actor, filters: Filters, whose: str | None, named: dict[str, str]) -> str:
    if filters.officer == NOBODY:
        return "Cases that nobody holds"
    if whose is None:
        return f"Team {filters.team}" if filters.team else "Everybody’s cases"
    return "Today" if whose == actor.officer else f"Cases of {named.get(whose, whose)}"


def _cover_words(work: WorkPage, whose: str | None, me: str | None, named: dict[str, str]) -> Iterator[str]:
    """Whose cases are in the list besides, and whether whose list it is are away themselves."""

    def name(username: str) -> str:
        return named.get(username, username)

    own = work.away.get(whose or "")
    if own:
        until = plain_date(own.last_day)
        cover = f"{name(own.cover)} covers" if own.cover else "nobody covers"
        yield (
            f"You are away until {until}: {cover}."
            if whose == me
            else f"{name(whose or '')} is away until {until}: {cover}."
        )
    if work.covering:
        last = max(work.away[officer].last_day for officer in work.covering)
        names = " and ".join(name(officer) for officer in work.covering)
        theirs = f"{work.covered_lines} of these limits {'is' if work.covered_lines == 1 else 'are'} theirs"
        yield f"Covering for {names} until {plain_date(last)}: {theirs}."


def _choices(office: Office, actor: Actor, officers: list[OfficerLine]) -> dict[str, Any]:
    rules = {rule.id: rule.title for workflow in office.workflows.values() for rule in workflow.clocks.values()}
    limits = {
        rule.id for workflow in office.workflows.values() for rule in workflow.clocks.values() if rule.kind == "limit"
    }
    everybody = [Choice(ANYBODY, "Everybody")] if actor.officer else []
    return {
        "first_officer": "My own, and those I cover" if actor.officer else "Everybody",
        "officers": [
            *everybody,
            Choice(NOBODY, "Nobody yet"),
            *(Choice(each.username, each.name) for each in officers if each.username != actor.officer),
        ],
        "teams": [Choice(name, name) for name in sorted({each.team for each in officers if each.team})],
        "processes": [Choice(name, workflow.title) for name, workflow in office.workflows.items()],
        "clocks": [Choice(name, title) for name, title in rules.items() if name in limits],
        "bases": [
            Choice("law", "Law only"),
            Choice("guidance", "Guidance only"),
            Choice("local", "Our own targets only"),
        ],
        "sorts": [Choice(key, title) for key, title in SORTS.items() if key != "due"],
    }
