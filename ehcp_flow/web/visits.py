"""Who calls, at every request: the session is looked up, and every answer gets its security headers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request

from ehcp_flow.services.sessions import find_session, keep_messages
from ehcp_flow.services.sign_in_tokens import hash_of, new_token
from ehcp_flow.web.cookies import VISITOR, cookie, cookie_name, is_secure, read_cookie, session_cookie
from ehcp_flow.web.mistakes import answer_unexpected
from ehcp_flow.web.work import call

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ehcp_flow.services.sessions import SignedIn

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_TWO_YEARS = "max-age=63072000; includeSubDomains"
_FOR_EVER = "public, max-age=31536000, immutable"


class Visits:
    """The outermost layer around the application."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look up who calls, let the application answer, and add the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        is_static = request.url.path.startswith("/static/")
        fresh = None if is_static else await _recognise(request)
        before, has_started = _messages(request), False

        async def send_with_headers(message: Message) -> None:
            nonlocal has_started
            if message["type"] == "http.response.start":
                has_started = True
                headers = MutableHeaders(scope=message)
                _add_headers(request, headers, is_static=is_static)
                if fresh:
                    headers.append("Set-Cookie", cookie(request, VISITOR, fresh))
                await _keep(request, before)
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception as error:  # a server would log it whole, with what it says of a child
            if has_started or os.environ.get("EHCP_DEBUG"):
                raise
            await answer_unexpected(Request(scope), error)(scope, receive, send_with_headers)


async def _recognise(request: HTTPConnection) -> str | None:
    """Note who calls; gives the new cookie of a visitor who has none and is not signed in."""
    state: Any = request.state
    state.signed_in = state.actor = None
    state.csrf = ""
    if "authorization" in request.headers:  # a program, which has no session
        return None
    token = read_cookie(request, session_cookie(request))
    found = await call(request, find_session, token) if token else None
    if found is not None:
        state.signed_in, state.actor, state.csrf = found, found.actor, found.csrf
        return None
    # Not signed in: a form's token is made from a cookie that only this browser has.
    visitor = read_cookie(request, cookie_name(request, VISITOR))
    fresh = None if visitor else new_token()
    state.csrf = hash_of(f"csrf {visitor or fresh}")
    return fresh


def _messages(request: HTTPConnection) -> list[str]:
    session: SignedIn | None = getattr(request.state, "signed_in", None)
    return list(session.messages) if session else []


async def _keep(request: HTTPConnection, before: list[str]) -> None:
    session: SignedIn | None = getattr(request.state, "signed_in", None)
    if session is not None and session.messages != before:
        await call(request, keep_messages, session.id_hash, session.messages)


def _add_headers(request: HTTPConnection, headers: MutableHeaders, *, is_static: bool) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    # What a page shows of a child must not stay in a browser's or a proxy's store.
    headers.setdefault("Cache-Control", _FOR_EVER if is_static else "no-store")
    if is_secure(request):
        headers.setdefault("Strict-Transport-Security", _TWO_YEARS)
