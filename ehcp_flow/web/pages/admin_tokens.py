"""Tokens of the API: made, shown once, and revoked. No page here shows what a case says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import Response

from ehcp_flow.errors import EhcpError
from ehcp_flow.services.accounts import list_accounts
from ehcp_flow.services.api_tokens import (
    MOST_DAYS,
    SCOPES,
    USUAL_DAYS,
    add_token,
    list_tokens,
    revoke_token,
    standing_of,
)
from ehcp_flow.services.policy import ROLES
from ehcp_flow.today import today
from ehcp_flow.web.forms import Form, empty_form, read_form
from ehcp_flow.web.rendering import flash, render, see_other
from ehcp_flow.web.rules import requires
from ehcp_flow.web.work import call

if TYPE_CHECKING:
    from ehcp_flow.services.api_tokens import NewToken

router = APIRouter()
_may = [requires("admin.tokens")]


@router.get("/admin/tokens", dependencies=_may)
async def tokens_page(request: Request) -> Response:
    """The tokens there are, without their secrets, and a form to make one."""
    return await _page(request, empty_form())


@router.post("/admin/tokens", dependencies=_may)
async def make(request: Request) -> Response:
    """Make a token, and show it: this page is the only one that ever does."""
    form = await read_form(request)
    username, label = form.text("username", "the account", longest=64), form.text("label", "a label", longest=100)
    days = form.text("days", "how many days it is good for", longest=4)
    if days and not days.isdecimal():
        form.refuse("days", f"The days must be a number from 1 to {MOST_DAYS}")
    if form.is_good:
        try:
            new = await call(request, add_token, username, label, form.all("scopes"), int(days))
        except EhcpError as wrong:
            form.refuse(_field(wrong.what), str(wrong))
        else:
            return await _page(request, empty_form(), new)
    return await _page(request, form)


def _field(said: str) -> str:
    """The field that a refusal is about."""
    return next((name for name, word in (("username", "account"), ("scopes", "scope")) if word in said), "days")


async def _page(request: Request, form: Form, new: NewToken | None = None) -> Response:
    found = [(row, standing_of(row, today())) for row in await call(request, list_tokens)]
    actors = [line.actor for line in await call(request, list_accounts) if line.is_active]
    return render(
        request,
        "admin/tokens.html",
        status=422 if form.errors else 200,
        tokens=found,
        accounts=[(actor.username, f"{actor.username} ({ROLES[actor.role]})") for actor in actors],
        form=form,
        new=new,
        scopes=[(scope, f"{meaning} ({scope})") for scope, meaning in SCOPES.items()],
        usual_days=USUAL_DAYS,
        most_days=MOST_DAYS,
    )


@router.post("/admin/tokens/{token}/revoke", dependencies=_may)
async def revoke(request: Request, token: str) -> Response:
    """Revoke a token, at once and for good."""
    await call(request, revoke_token, token)
    flash(request, "The token is revoked: it works no more.")
    return see_other("/admin/tokens")
