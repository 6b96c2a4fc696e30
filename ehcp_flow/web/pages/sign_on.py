"""Signing in with the organisation's account: to its sign-in page, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast
from urllib.parse import quote, unquote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from ehcp_flow.services.policy import PUBLIC
from ehcp_flow.services.sign_in import sign_in_proved
from ehcp_flow.services.sign_in_tokens import new_token
from ehcp_flow.services.sign_on_accounts import account_for
from ehcp_flow.services.single_sign_on import SignOnRefused, single_sign_on
from ehcp_flow.web.cookies import SIGN_ON, cookie, cookie_name, read_cookie
from ehcp_flow.web.pages.sign_in import device_of, safe_path, welcome
from ehcp_flow.web.rules import requires
from ehcp_flow.web.work import call

if TYPE_CHECKING:
    from ehcp_flow.services.single_sign_on import SingleSignOn

router = APIRouter()
BACK: Final = "/sign-in/organisation/back"
_TEN_MINUTES: Final = 600
_LONGEST_PATH: Final = 120


@router.get("/sign-in/organisation", dependencies=[requires(PUBLIC)])
async def leave(request: Request) -> Response:
    """Send the browser to the organisation's sign-in page."""
    secret = new_token()
    answer = RedirectResponse(await _provider(request).address(secret), status_code=302)
    wanted = quote(safe_path(request.query_params.get("next")), safe="/")
    kept = f"{secret}.{wanted if len(wanted) <= _LONGEST_PATH else '/'}"
    answer.headers.append("Set-Cookie", cookie(request, SIGN_ON, kept, seconds=_TEN_MINUTES))
    return answer


@router.get(BACK, dependencies=[requires(PUBLIC)])
async def come_back(request: Request) -> Response:
    """Let in whoever the provider says it is, if it can prove that this browser asked for it."""
    secret, _, wanted = (read_cookie(request, cookie_name(request, SIGN_ON)) or "").partition(".")
    if not secret:
        raise SignOnRefused(
            "You could not be signed in.",
            "The sign-in took too long, or began in another browser.",
            "Try again from the start.",
        )
    claims = await _provider(request).claims(secret, dict(request.query_params))
    username = await call(request, account_for, claims)
    answer = await welcome(request, await call(request, sign_in_proved, username, device_of(request)), unquote(wanted))
    answer.headers.append("Set-Cookie", cookie(request, SIGN_ON, "", seconds=0))
    return answer


def _provider(request: Request) -> SingleSignOn:
    state = request.app.state
    if getattr(state, "single_sign_on", None) is None:
        state.single_sign_on = single_sign_on(state.office.settings, BACK)
    return cast("SingleSignOn", state.single_sign_on)
