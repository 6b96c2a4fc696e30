"""Pages from templates: `render(request, "today.html", rows=rows)`."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, Undefined
from jinja2.utils import missing
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse

from ehcp_flow.engine.words import plain_date
from ehcp_flow.services.policy import may
from ehcp_flow.web.nav import entries_for
from ehcp_flow.web.rules import TOKEN_FIELD
from ehcp_flow.web.words import days_left, moment, weeks
from ehcp_flow.web.work import actor_or_none, signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

STATIC: Final = Path(__file__).parent / "static"
SERVICE: Final = "EHCP Flow"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates: everything is escaped unless it is marked as safe, and a misspelt name is an error."""
    components = PackageLoader("govuk_frontend_jinja")
    loader = ChoiceLoader([PackageLoader("ehcp_flow.web"), PrefixLoader({"govuk_frontend_jinja": components})])
    # Asking every file of a page whether it changed costs a tenth of the page; whoever edits one says so.
    is_edited = bool(os.environ.get("EHCP_DEBUG"))
    made = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, auto_reload=is_edited)
    made.filters |= {"day": plain_date, "days_left": days_left, "weeks": weeks, "moment": moment}
    made.globals |= {"static": static_url, "service": SERVICE, "has_styles": has_styles}
    made.undefined = _NameMustExist
    return made


class _NameMustExist(Undefined):
    """A misspelt name is an error; a key that is not there is not, for GOV.UK's components ask for many."""

    def _or_fail(self, otherwise: Any) -> Any:
        if self._undefined_obj is missing and self._undefined_hint is None:
            self._fail_with_undefined_error()
        return otherwise

    def __str__(self) -> str:
        return str(self._or_fail(""))

    def __bool__(self) -> bool:
        return bool(self._or_fail(otherwise=False))

    def __iter__(self) -> Iterator[Any]:
        return iter(self._or_fail(()))


def render(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page, with who is signed in, the navigation, the form's token and the messages that waited for it."""
    return HTMLResponse(page(request, template, **context), status_code=status)


def page(request: Request, template: str, **context: Any) -> str:
    """The text of a page."""
    actor = actor_or_none(request)
    given = {
        "request": request,
        "actor": actor,
        "may": lambda permission: may(actor, permission),
        "nav": entries_for(request.app.state.navigation, actor, request.url.path),
        "csrf_token": getattr(request.state, "csrf", ""),
        "csrf_field": csrf_field(request),
        "messages": take_messages(request),
    }
    return environment().get_template(template).render(given | context)


def csrf_field(request: Request) -> Markup:
    """The hidden field that every form holds: `{{ csrf_field }}`."""
    field = Markup('<input type="hidden" name="{}" value="{}">')
    return field.format(TOKEN_FIELD, getattr(request.state, "csrf", ""))


def flash(request: Request, message: str) -> None:
    """Say something on the next page that whoever is signed in sees. Never a child's name: messages are kept."""
    if session := signed_in(request):
        session.messages.append(message)


def take_messages(request: Request) -> list[str]:
    """The messages that wait, which then wait no more."""
    session = signed_in(request)
    if session is None:
        return []
    taken, session.messages = session.messages, []
    return taken


def see_other(path: str) -> RedirectResponse:
    """Send the browser on to another page after a form (POST/redirect/GET). `path` must be one of ours."""
    return RedirectResponse(path, status_code=303)


@lru_cache(maxsize=64)
def static_url(name: str) -> str:
    """Where a file of `static/` is served, with its digest, so that browsers may keep it for ever."""
    path = STATIC / name
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "none"
    return f"/static/{name}?v={digest}"


def has_styles() -> bool:
    """Whether scripts/setup-web has built the look; without it a plain one serves."""
    return (STATIC / "built" / "app.css").is_file()
