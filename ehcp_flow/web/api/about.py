"""`/api/v1`: the token one calls with, what can be recorded, and the description of all this."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from ehcp_flow.services.api_tokens import SCOPES
from ehcp_flow.services.policy import PUBLIC
from ehcp_flow.web.api_calls import law_shapes
from ehcp_flow.web.api_calls.answers import answer
from ehcp_flow.web.api_calls.callers import caller_of, good_for
from ehcp_flow.web.api_calls.description import V1, described, refusals
from ehcp_flow.web.rendering import render
from ehcp_flow.web.rules import requires
from ehcp_flow.web.views.api_description import shown
from ehcp_flow.web.work import office_of

router = APIRouter(prefix=V1)


@router.get(
    "/token",
    operation_id="show_token",
    summary="The token of this call",
    tags=["About"],
    dependencies=good_for(None, "account.own"),
    response_model=law_shapes.TokenSaid,
    responses=refusals(304),
)
async def show_token(request: Request) -> Response:
    """For whom it acts, what it is good for, and whose cases it reaches."""
    return answer(request, law_shapes.token(caller_of(request)))


@router.get(
    "/workflows",
    operation_id="list_workflows",
    summary="The processes, their events and their clocks",
    tags=["The law"],
    dependencies=good_for(None, "law.read"),
    response_model=law_shapes.Processes,
    responses=refusals(304),
)
async def list_workflows(request: Request) -> Response:
    """What can be recorded, which details are asked, and which time limits run, as the workflow files say."""
    found = [law_shapes.process(each) for each in office_of(request).workflows.values()]
    return answer(request, law_shapes.Processes(workflows=found))


@router.get("/openapi.json", include_in_schema=False, dependencies=[requires(PUBLIC)])
async def openapi(request: Request) -> Response:
    """The description for programs (OpenAPI 3.1)."""
    return JSONResponse(described(request.app), headers={"Cache-Control": "no-cache"})


@router.get("/docs", include_in_schema=False, dependencies=[requires(PUBLIC)])
async def docs(request: Request) -> Response:
    """The description for people."""
    groups, base_url = shown(described(request.app)), office_of(request).settings.base_url.rstrip("/")
    return render(request, "api/docs.html", groups=groups, scopes=SCOPES, base_url=base_url)
