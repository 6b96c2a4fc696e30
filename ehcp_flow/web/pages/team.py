"""Team: what is late or nearly so, who carries how much, what nobody holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from ehcp_flow.engine.words import long_date
from ehcp_flow.services.caseload import caseload
from ehcp_flow.services.list_work import Wanted, list_work
from ehcp_flow.services.officers import list_officers
from ehcp_flow.services.policy import NotPermitted
from ehcp_flow.today import today
from ehcp_flow.web.forms import empty_form
from ehcp_flow.web.nav import Nav
from ehcp_flow.web.rendering import render
from ehcp_flow.web.rules import requires
from ehcp_flow.web.views.event_form import Choice
from ehcp_flow.web.views.team import BAR, limit_lines, load_lines, unassigned_lines
from ehcp_flow.web.work import actor_of, call

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office
    from ehcp_flow.services.policy import Actor

router = APIRouter()
NAV = Nav("Team", "/team", order=30, permission="team.read")


@router.get("/team", dependencies=[requires("team.read")])
async def team(request: Request) -> Response:
    """One's own team, or another within reach; every team for who may see them all."""
    context = await call(request, _gather, actor_of(request), request.query_params.get("team", ""))
    return render(request, "casework/team.html", form=empty_form(), bar=BAR, **context)


def teams_within_reach(office: Office, actor: Actor) -> list[str]:
    """The teams whose pages `actor` may see."""
    teams = {each.team for each in list_officers(office, today()) if each.team}
    return sorted(teams if actor.teams is None else teams & actor.teams)


def _gather(office: Office, actor: Actor, wanted: str) -> dict[str, Any]:
    day, teams = today(), teams_within_reach(office, actor)
    if wanted and wanted not in teams:
        raise NotPermitted(f"{wanted} is not among your teams.", next="Ask your administrator if you need to see it.")
    chosen = wanted or (None if actor.teams is None else actor.team if actor.team in teams else next(iter(teams), ""))
    officers = list_officers(office, day)
    names = {each.username: each.name for each in officers}
    shared: dict[str, Any] = {
        "team": chosen,
        "teams": [Choice(name, name) for name in teams],
        "sees_all": actor.teams is None,
        "day_words": long_date(day),
    }
    if chosen == "":
        return {**shared, "report": None}
    report = caseload(office, day, chosen)
    work = list_work(office, day, Wanted(team=chosen, basis="law"))
    near = (*work.today, *work.soon)
    total = report.caseloads.total
    return {
        **shared,
        "report": report,
        "loads": load_lines(report, names),
        "unassigned": unassigned_lines(report),
        "unassigned_cases": sum(each.load.cases for each in report.caseloads.unassigned),
        "over": sum(each.is_over for each in report.caseloads.officers),
        "cases": total.cases,
        "overdue": list(limit_lines(work.overdue, office.workflows, names)),
        "overdue_total": len(work.overdue),
        "near": list(limit_lines(near, office.workflows, names)),
        "near_total": len(near),
        "away": [each for each in officers if each.away and chosen in (None, each.team)],
        "names": names,
    }
