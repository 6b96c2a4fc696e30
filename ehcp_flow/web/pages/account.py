"""One's own account: who one is here, and signing out."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from ehcp_flow.services.policy import ROLES
from ehcp_flow.services.sessions import end_session
from ehcp_flow.web.cookies import SESSION, cookie
from ehcp_flow.web.rendering import render, see_other
from ehcp_flow.web.rules import requires
from ehcp_flow.web.work import actor_of, call, signed_in

router = APIRouter()


@router.get("/account", dependencies=[requires("account.own")])
async def account(request: Request) -> Response:
    """Who one is here."""
    return render(request, "account.html", role=ROLES[actor_of(request).role])


@router.post("/sign-out", dependencies=[requires("account.own")])
async def sign_out(request: Request) -> Response:
    """Sign out at this browser."""
    if session := signed_in(request):
        await call(request, end_session, session.id_hash)
        request.state.signed_in = None
    answer = see_other("/sign-in?out=1")
    answer.headers.append("Set-Cookie", cookie(request, SESSION, "", seconds=0))
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
