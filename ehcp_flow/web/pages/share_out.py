"""Sharing work out in a team: many cases at once, a whole caseload, and the days somebody is away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from ehcp_flow.errors import EhcpError
from ehcp_flow.services.absence import come_back, record_absence
from ehcp_flow.services.officers import OfficerLine, list_officers
from ehcp_flow.services.policy import NotPermitted
from ehcp_flow.services.share_out import list_open_cases, share_out
from ehcp_flow.today import today
from ehcp_flow.web.forms import Form, boxes_of, empty_form, read_form
from ehcp_flow.web.rendering import flash, render, see_other
from ehcp_flow.web.rules import requires
from ehcp_flow.web.views.event_form import Choice
from ehcp_flow.web.views.team import PAGE, case_lines
from ehcp_flow.web.views.today import NOBODY, pages_of
from ehcp_flow.web.work import actor_of, call, office_of

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office
    from ehcp_flow.services.policy import Actor

router = APIRouter()

ALL: Final = "all"


@router.get("/team/cases", dependencies=[requires("team.manage")])
async def cases_to_share(request: Request) -> Response:
    """Somebody's open cases, or nobody's, to tick and give to others."""
    return await _cases_page(request, request.query_params.get("officer", NOBODY), empty_form())


async def _cases_page(request: Request, officer: str, form: Form) -> Response:
    number = request.query_params.get("page", "1")
    page = int(number) if number.isdecimal() and int(number[:6]) > 0 else 1
    holder = None if officer == NOBODY else officer
    found = await call(request, list_open_cases, actor_of(request), holder, page, PAGE)
    officers = await call(request, list_officers, today())
    named = {each.username: each.name for each in officers}
    return render(
        request,
        "casework/share_out.html",
        status=200 if form.is_good else 422,
        form=form,
        officer=officer,
        holder=holder,
        title=f"Open cases of {named.get(holder, holder)}" if holder else "Open cases that nobody holds",
        total=found.total,
        lines=list(case_lines(found, office_of(request).workflows, today())),
        officers=[Choice(each.username, _title(each)) for each in _by_team(officers) if each.username != holder],
        pages=pages_of(found.total, page, lambda to: _path(officer, page=str(to))),
        form_path=_path(officer, page=str(page)),
        picked=form.all("case"),
    )


def _path(officer: str, **more: str) -> str:
    return f"/team/cases?{urlencode({'officer': officer, **more})}"


def _by_team(officers: list[OfficerLine]) -> list[OfficerLine]:
    return sorted((each for each in officers if each.works_on), key=lambda each: (each.team or "", each.name))


def _title(officer: OfficerLine) -> str:
    is_away = officer.away is not None and officer.away.first_day <= today()
    return f"{officer.name}, {officer.team or 'no team'}{' (away)' if is_away else ''}"


@router.post("/team/cases", dependencies=[requires("team.manage")])
async def share(request: Request) -> Response:
    """Give the ticked cases to somebody; or all open ones, after the number was shown and confirmed."""
    officer = request.query_params.get("officer", NOBODY)
    form = await read_form(request)
    to = form.text("to", "who takes the cases over")
    note = form.text("note", "a note", is_needed=False, longest=500) or None
    is_all = form.raw("which") == ALL and officer != NOBODY
    cases = form.all("case")
    if not is_all and not cases:
        form.refuse("case", "Tick the cases to hand over")
    if not form.is_good:
        return await _cases_page(request, officer, form)
    whose: dict[str, Any] = {"from_officer": officer} if is_all else {"cases": cases}
    is_sure = not is_all or form.raw("sure") == "yes"
    try:
        handed = await call(request, share_out, actor_of(request), to, note=note, dry_run=not is_sure, **whose)
    except EhcpError as refused:
        form.refuse("to", str(refused))
        return await _cases_page(request, officer, form)
    if not is_sure:
        return render(
            request, "casework/share_out_sure.html", handed=handed, officer=officer, note=note, form_path=_path(officer)
        )
    number = len(handed.cases)
    flash(request, f"{number} case{'' if number == 1 else 's'} handed over to {to}.{_remark(handed)}")
    return see_other(_path(officer))


def _remark(handed: Any) -> str:
    left = f" {handed.left_alone} were theirs already." if handed.left_alone else ""
    return f"{left} They are away {handed.away.days}." if handed.away else left


@router.get("/team/absence", dependencies=[requires("team.manage")])
async def absence_form(request: Request) -> Response:
    """The days an officer is away, and who covers."""
    officer = await call(request, _within_reach, actor_of(request), request.query_params.get("officer", ""))
    return await _absence_page(request, officer, empty_form())


def _within_reach(office: Office, actor: Actor, username: str) -> OfficerLine:
    """An officer of one of the actor's teams. Raises NotPermitted for anybody else."""
    for each in list_officers(office, today()):
        if each.username == username and (actor.teams is None or each.team in actor.teams):
            return each
    raise NotPermitted(
        f"{username or 'Nobody'} is not an officer of your teams.", next="Choose one on the team’s page."
    )


async def _absence_page(request: Request, officer: OfficerLine, form: Form) -> Response:
    others = [each for each in await call(request, list_officers, today()) if each.username != officer.username]
    away = officer.away
    return render(
        request,
        "casework/absence.html",
        status=200 if form.is_good else 422,
        form=form,
        officer=officer,
        away=away,
        is_away=away is not None and away.first_day <= today(),
        first=form.boxes("first", None if form.sent else away.first_day if away else today()),
        last=form.boxes("last") if form.sent or not away else boxes_of(away.last_day),
        cover=form.raw("cover") if form.sent else (away.cover or "") if away else "",
        officers=[Choice(each.username, _title(each)) for each in _by_team(others)],
        form_path=f"/team/absence?{urlencode({'officer': officer.username})}",
    )


@router.post("/team/absence", dependencies=[requires("team.manage")])
async def note_absence(request: Request) -> Response:
    """Note, change or end an absence."""
    officer = await call(request, _within_reach, actor_of(request), request.query_params.get("officer", ""))
    form = await read_form(request)
    is_back = form.raw("what") == "back"
    first = form.day("first", "the first day away") if not is_back else None
    last = form.day("last", "the last day away") if not is_back else None
    cover = form.raw("cover") or None
    if form.is_good:
        try:
            if is_back:
                begins = officer.away.first_day if officer.away else None
                await call(request, come_back, officer.username, today(), begins)
                flash(request, f"The absence of {officer.name} is ended.")
            else:
                away, _ = await call(request, record_absence, officer.username, first, last, cover, today())
                flash(request, f"{officer.name} is away {away.days}.")
            return see_other(f"/team?{urlencode({'team': officer.team})}" if officer.team else "/team")
        except EhcpError as refused:
            form.refuse("first", f"{refused.what} {refused.why}".strip())
    return await _absence_page(request, officer, form)
