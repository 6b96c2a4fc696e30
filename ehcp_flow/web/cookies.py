"""The cookies we set: not for scripts, not sent along from other sites' forms, and over TLS only where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

SESSION: Final = "ehcp_session"
VISITOR: Final = "ehcp_visitor"
DEVICE: Final = "ehcp_device"
SIGN_ON: Final = "ehcp_sign_on"
LONGEST: Final = 300


def is_secure(request: HTTPConnection) -> bool:
    """Whether the browser came over TLS, at our door or at the proxy's before it."""
    return bool(request.app.state.office.settings.https) or request.url.scheme == "https"


def cookie_name(request: HTTPConnection, name: str) -> str:
    """Over TLS a name that browsers accept from this very host only."""
    return f"__Host-{name}" if is_secure(request) else name


def session_cookie(request: HTTPConnection) -> str:
    """The name of the cookie that holds a session's secret."""
    return cookie_name(request, SESSION)


def read_cookie(request: HTTPConnection, name: str) -> str | None:
    """A cookie's value, if it is of a length we give out."""
    value = request.cookies.get(name)
    return value if value and len(value) < LONGEST else None


def cookie(request: HTTPConnection, name: str, value: str, *, seconds: int | None = None) -> str:
    """A Set-Cookie header. `seconds` is how long the browser keeps it; without it, until it is closed; 0 forgets it."""
    parts = [f"{cookie_name(request, name)}={value}", "Path=/", "HttpOnly", "SameSite=Lax"]
    if seconds is not None:
        parts.append(f"Max-Age={seconds}")
    if is_secure(request):
        parts.append("Secure")
    return "; ".join(parts)
