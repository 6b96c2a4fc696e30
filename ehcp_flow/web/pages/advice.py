"""Advice: what each giver owes and since when; for a giver, their own open requests and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from ehcp_flow.engine.words import long_date, plain_date
from ehcp_flow.services.list_advice import Owed, list_advice
from ehcp_flow.services.officers import list_officers
from ehcp_flow.services.policy import ADVICE_GIVER
from ehcp_flow.today import today
from ehcp_flow.web.forms import empty_form
from ehcp_flow.web.links import case_path
from ehcp_flow.web.nav import Nav
from ehcp_flow.web.pages.team import teams_within_reach
from ehcp_flow.web.rendering import render
from ehcp_flow.web.rules import requires
from ehcp_flow.web.views.event_form import Choice
from ehcp_flow.web.views.today import record_path
from ehcp_flow.web.views.words import days_tone
from ehcp_flow.web.words import days_left
from ehcp_flow.web.work import actor_of, call

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ehcp_flow.analytics.observations import Observation
    from ehcp_flow.services.office import Office
    from ehcp_flow.services.policy import Actor

router = APIRouter()
NAV = Nav("Advice", "/advice", order=40, permission="advice.read")

MOST: Final = 200


@dataclass(frozen=True, slots=True)
class OwedBlock:
    """What one giver owes, as the page shows it."""

    title: str
    path: str
    total: int
    overdue: int
    oldest: str
    lines: tuple[dict[str, Any], ...]


@router.get("/advice", dependencies=[requires("advice.read")])
async def advice(request: Request) -> Response:
    """Who owes how much and, for one of them, which requests."""
    query = request.query_params
    context = await call(request, _gather, actor_of(request), query.get("provider", ""), query.get("team", ""))
    return render(request, "casework/advice.html", form=empty_form(), **context)


def _gather(office: Office, actor: Actor, provider: str, team: str) -> dict[str, Any]:
    is_own = actor.role == ADVICE_GIVER
    if is_own:
        found = list_advice(office, today(), providers=[actor.provider] if actor.provider else [])
        teams, names = [], {}
    else:
        teams = teams_within_reach(office, actor)
        team = team if team in teams else ""
        found = _within_reach(list_advice(office, today(), team=team or None), actor)
        names = {each.username: each.name for each in list_officers(office, today())}
    shown = [each for each in found if not provider or each.provider == provider]
    return {
        "day_words": long_date(today()),
        "is_own": is_own,
        "owed": [_block(office, each, names) for each in shown],
        "providers": [Choice(each.provider, each.title) for each in sorted(found, key=lambda each: each.title)],
        "chosen": provider,
        "teams": [Choice(name, name) for name in teams],
        "team": team,
    }


def _within_reach(found: list[Owed], actor: Actor) -> list[Owed]:
    kept = [
        Owed(each.provider, each.title, tuple(line for line in each.requests if actor.reaches(line.team, line.officer)))
        for each in found
    ]
    return [each for each in kept if each.requests]


def _block(office: Office, each: Owed, names: Mapping[str, str]) -> OwedBlock:
    return OwedBlock(
        title=each.title[:1].upper() + each.title[1:],
        path=f"/advice?{urlencode({'provider': each.provider})}",
        total=len(each.requests),
        overdue=each.overdue,
        oldest=plain_date(each.oldest),
        lines=tuple(_line(office, line, names) for line in each.requests[:MOST]),
    )


def _line(office: Office, each: Observation, names: Mapping[str, str]) -> dict[str, Any]:
    workflow = office.workflows[each.workflow]
    left = each.days_left or 0
    return {
        "case_ref": each.case_ref,
        "path": case_path(each.case_ref),
        "what": workflow.clocks[each.clock].title,
        "basis": each.basis,
        "due": plain_date(each.due_on),
        "days": f"{days_left(left)}, lifted" if each.is_excepted else days_left(left),
        "tone": "lifted" if each.is_excepted else days_tone(left),
        "asked": plain_date(each.started_on),
        "holder": names.get(each.officer or "", each.officer) or each.team or "nobody",
        "record_path": record_path(each, workflow),
    }
