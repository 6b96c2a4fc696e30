"""Signing in, and choosing a password by a link that works once."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from ehcp_flow.errors import BadInput
from ehcp_flow.services.policy import PUBLIC
from ehcp_flow.services.sessions import end_session
from ehcp_flow.services.sign_in import SignInDone, WrongPassword, sign_in, use_link, whose_link
from ehcp_flow.services.throttle import TooManyTries
from ehcp_flow.web.cookies import DEVICE, SESSION, VISITOR, cookie, cookie_name, read_cookie
from ehcp_flow.web.forms import Form, empty_form, read_form
from ehcp_flow.web.rendering import render, see_other
from ehcp_flow.web.rules import requires
from ehcp_flow.web.work import call, signed_in

router = APIRouter()
_A_YEAR: Final = 365 * 24 * 60 * 60


@router.get("/sign-in", dependencies=[requires(PUBLIC)])
async def sign_in_page(request: Request) -> Response:
    """The form to sign in with."""
    if signed_in(request):
        return see_other(safe_path(request.query_params.get("next")))
    return _show(request, empty_form(), 200)


@router.post("/sign-in", dependencies=[requires(PUBLIC)])
async def sign_in_now(request: Request) -> Response:
    """Sign in, and go on to where one wanted to."""
    form = await read_form(request)
    username, password = form.text("username", "your username"), form.raw("password")
    if not password:
        form.refuse("password", "Enter your password")
    if not form.is_good:
        return _show(request, form, 422)
    try:
        done = await call(request, sign_in, username, password, address_of(request), device_of(request))
    except WrongPassword as wrong:
        form.refuse("username", wrong.what)
        return _show(request, form, 422)
    except TooManyTries as slow:
        form.refuse("username", str(slow))
        answer = _show(request, form, 429)
        answer.headers["Retry-After"] = str(slow.seconds)
        return answer
    return await welcome(request, done, form.raw("next"))


def _show(request: Request, form: Form, status: int) -> Response:
    wanted = form.raw("next") or request.query_params.get("next", "")
    has_sso = bool(request.app.state.office.settings.oidc_issuer)
    is_out = "out" in request.query_params
    return render(request, "sign_in.html", status=status, form=form, next=wanted, has_sso=has_sso, is_out=is_out)


async def welcome(request: Request, done: SignInDone, wanted: str | None) -> Response:
    """Give a browser its cookies and send it on; whoever was signed in there before is so no more."""
    if before := signed_in(request):
        await call(request, end_session, before.id_hash)
        request.state.signed_in = None
    answer = see_other(safe_path(wanted))
    for set_cookie in (
        cookie(request, SESSION, done.session),
        cookie(request, DEVICE, done.device, seconds=_A_YEAR),
        cookie(request, VISITOR, "", seconds=0),
    ):
        answer.headers.append("Set-Cookie", set_cookie)
    return answer


def safe_path(wanted: str | None) -> str:
    """Where to go on: a path of ours, never another site's address that somebody slipped into a link."""
    path = wanted or "/"
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if plain else "/"


def address_of(request: Request) -> str:
    """Where the browser is; behind a proxy that is trusted, what the proxy says."""
    return request.client.host if request.client else "unknown"


def device_of(request: Request) -> str | None:
    """The cookie of a browser at which somebody signed in before."""
    return read_cookie(request, cookie_name(request, DEVICE))


@router.get("/welcome/{token}", dependencies=[requires(PUBLIC)])
async def link_page(request: Request, token: str) -> Response:
    """The form to choose a password with; looking at it does not use the link up, as mail programs look at links."""
    username = await call(request, whose_link, token)
    return render(request, "choose_password.html", form=empty_form(), username=username)


@router.post("/welcome/{token}", dependencies=[requires(PUBLIC)])
async def use_link_now(request: Request, token: str) -> Response:
    """Choose the password, and be signed in."""
    username = await call(request, whose_link, token)
    form = await read_form(request)
    password = chosen_password(form)
    if form.is_good:
        try:
            return await welcome(request, await call(request, use_link, token, password, device_of(request)), "/")
        except BadInput as wrong:
            form.refuse("password", str(wrong))
    return render(request, "choose_password.html", status=422, form=form, username=username)


def chosen_password(form: Form) -> str:
    """The password that was typed twice; what is wrong is noted in the form."""
    password = form.raw("password")
    if not password:
        form.refuse("password", "Enter a password")
    elif password != form.raw("again"):
        form.refuse("again", "The two passwords are not the same")
    return password
