"""Search: by reference, name, pupil number or date of birth. What was typed never stands in an address or a log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from ehcp_flow.engine.words import plain_date
from ehcp_flow.errors import BadInput
from ehcp_flow.services.search_cases import MOST, search_for
from ehcp_flow.today import today
from ehcp_flow.web.forms import Form, empty_form, read_form
from ehcp_flow.web.links import case_path
from ehcp_flow.web.nav import Nav
from ehcp_flow.web.rendering import render, see_other
from ehcp_flow.web.rules import log_access, requires
from ehcp_flow.web.work import actor_of, call, office_of

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office
    from ehcp_flow.services.policy import Actor
    from ehcp_flow.services.search_cases import Found

router = APIRouter()
NAV = Nav("Search", "/search", order=20, permission="person.search")

TYPED: Final = "typed"


@router.get("/search", dependencies=[requires("person.search")])
async def search_page(request: Request) -> Response:
    """The box to type into."""
    return _page(request, empty_form(), None, ())


@router.post("/search", dependencies=[requires("person.search")])
async def search(request: Request) -> Response:
    """What was found; the case itself, where its whole reference was typed."""
    form, actor = await read_form(request), actor_of(request)
    typed = form.text(TYPED, "what you are looking for", longest=200)
    if not form.is_good:
        return _page(request, form, None, ())
    try:
        found = await call(request, search_for, actor, typed, today())
    except BadInput as refused:
        form.refuse(TYPED, f"{refused.what} {refused.next}")
        return _page(request, form, None, ())
    if found.how == "reference" and [line.case_ref.upper() for line in found.lines] == [typed.upper()]:
        return see_other(case_path(found.lines[0].case_ref))
    lines = tuple(_lines(office_of(request), actor, found))
    if actor.sees_names:
        await log_access(request, *(line["case_ref"] for line in lines), what="search result")
    return _page(request, form, found, lines)


def _page(request: Request, form: Form, found: Found | None, lines: tuple[dict[str, Any], ...]) -> Response:
    status = 200 if form.is_good else 422
    names = actor_of(request).sees_names
    return render(
        request,
        "casework/search.html",
        status=status,
        form=form,
        found=found,
        lines=lines,
        most=MOST,
        sees_names=names,
        as_understood=_as_understood(found) if found else "",
    )


def _as_understood(found: Found) -> str:
    """How what was typed was read, so that an empty answer can be understood."""
    asked = found.asked
    if asked.upn:
        return "the unique pupil number you typed"
    if asked.reference:
        return "a case reference"
    born = f"the date of birth {plain_date(asked.born)}" if asked.born else ""
    return " and ".join(part for part in ("a name" if asked.words else "", born) if part)


def _lines(office: Office, actor: Actor, found: Found) -> Iterator[dict[str, Any]]:
    for row in found.lines:
        workflow = office.workflows.get(row.workflow)
        name = f"{row.given_name or ''} {row.family_name or ''}".strip()
        yield {
            "case_ref": row.case_ref,
            "path": case_path(row.case_ref),
            "name": name if actor.sees_names else "",
            "born": plain_date(row.date_of_birth) if row.date_of_birth and actor.sees_names else "",
            "process": workflow.title if workflow else row.workflow,
            "state": workflow.state_title(row.state) if workflow else row.state,
            "is_ended": row.is_ended,
            "opened": plain_date(row.opened_on),
            "holder": row.officer or row.team or "nobody",
        }
