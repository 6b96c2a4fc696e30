"""The first page, and what is open to everybody: whether the service is up, and what it is."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from ehcp_flow.services.policy import PUBLIC
from ehcp_flow.web.nav import entries_for
from ehcp_flow.web.rendering import render, see_other
from ehcp_flow.web.rules import requires
from ehcp_flow.web.work import actor_of

router = APIRouter()


@router.get("/", dependencies=[requires("account.own")])
async def first_page(request: Request) -> Response:
    """Send each person to the first page that is theirs."""
    entries = entries_for(request.app.state.navigation, actor_of(request), "/")
    return see_other(str(entries[0]["href"]) if entries else "/account")


@router.get("/health", dependencies=[requires(PUBLIC)])
async def health() -> Response:
    """That the service answers, for whoever watches over it."""
    return PlainTextResponse("ok\n")


@router.get("/about", dependencies=[requires(PUBLIC)])
async def about(request: Request) -> Response:
    """What this is."""
    return render(request, "about.html")


@router.get("/accessibility", dependencies=[requires(PUBLIC)])
async def accessibility(request: Request) -> Response:
    """The accessibility statement."""
    return render(request, "accessibility.html")
