"""One's own account: who one is here, one's password, and signing out."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from ehcp_flow.errors import BadInput
from ehcp_flow.services.accounts import show_account
from ehcp_flow.services.policy import ROLES
from ehcp_flow.services.sessions import end_all_sessions, end_session
from ehcp_flow.services.sign_in import WrongPassword, change_password
from ehcp_flow.services.throttle import TooManyTries
from ehcp_flow.web.cookies import SESSION, cookie
from ehcp_flow.web.forms import Form, empty_form, read_form
from ehcp_flow.web.pages.sign_in import address_of, chosen_password, device_of, welcome
from ehcp_flow.web.rendering import render, see_other
from ehcp_flow.web.rules import requires
from ehcp_flow.web.work import actor_of, call, signed_in

router = APIRouter()


@router.get("/account", dependencies=[requires("account.own")])
async def account(request: Request) -> Response:
    """Who one is here."""
    actor = actor_of(request)
    line = await call(request, show_account, actor.username)
    return render(request, "account.html", role=ROLES[actor.role], has_password=line.has_password)


@router.get("/account/password", dependencies=[requires("account.own")])
async def password_page(request: Request) -> Response:
    """The form to change one's password."""
    return render(request, "change_password.html", form=empty_form())


@router.post("/account/password", dependencies=[requires("account.own")])
async def change_password_now(request: Request) -> Response:
    """Change one's password; every other browser is signed out."""
    form = await read_form(request)
    new = chosen_password(form)
    if not form.raw("old"):
        form.refuse("old", "Enter your present password")
    if form.is_good:
        done = await _change(request, form, new)
        if done is not None:
            return done
    return render(request, "change_password.html", status=422, form=form)


async def _change(request: Request, form: Form, new: str) -> Response | None:
    username, old = actor_of(request).username, form.raw("old")
    try:
        done = await call(request, change_password, username, old, new, address_of(request), device_of(request))
    except WrongPassword:
        form.refuse("old", "Your present password is not right")
    except TooManyTries as slow:
        form.refuse("old", str(slow))
    except BadInput as wrong:
        form.refuse("password", str(wrong))
    else:
        return await welcome(request, done, "/account?changed=1")
    return None


@router.post("/sign-out", dependencies=[requires("account.own")])
async def sign_out(request: Request) -> Response:
    """Sign out at this browser."""
    if session := signed_in(request):
        await call(request, end_session, session.id_hash)
    return _goodbye(request)


@router.post("/account/sign-out-everywhere", dependencies=[requires("account.own")])
async def sign_out_everywhere(request: Request) -> Response:
    """Sign out at every browser, as after one was lost."""
    await call(request, end_all_sessions, actor_of(request).username)
    return _goodbye(request)


def _goodbye(request: Request) -> Response:
    request.state.signed_in = None
    answer = see_other("/sign-in?out=1")
    answer.headers.append("Set-Cookie", cookie(request, SESSION, "", seconds=0))
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
