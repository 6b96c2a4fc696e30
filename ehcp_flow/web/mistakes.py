"""What goes wrong, as a page in plain words (or, under /api/, as a problem document): never a traceback."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from ehcp_flow.errors import BadFile, BadInput, Conflict, DatabaseTrouble, EhcpError, NotAllowed, UnknownName
from ehcp_flow.services.access import OutOfReach
from ehcp_flow.services.policy import NotPermitted, NotSignedIn
from ehcp_flow.web.api_calls.problems import is_api, problem_of, problem_of_mistakes, problem_of_status
from ehcp_flow.web.forms import Form, empty_form
from ehcp_flow.web.rendering import render, see_other
from ehcp_flow.web.rules import StaleForm

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

log = logging.getLogger(__name__)

STATUSES: Final[tuple[tuple[type[EhcpError], int], ...]] = (
    (NotSignedIn, 401),
    (NotPermitted, 403),
    (StaleForm, 403),
    (UnknownName, 404),
    (Conflict, 409),
    (NotAllowed, 409),
    (BadFile, 422),
    (BadInput, 422),
    (DatabaseTrouble, 503),
)
TITLES: Final = {
    400: "That request cannot be understood",
    401: "Sign in",
    403: "You cannot see this",
    404: "Page not found",
    405: "That cannot be done here",
    409: "This cannot be done now",
    413: "That is too large",
    422: "There is a problem",
    429: "Too many tries",
    503: "The service cannot be used just now",
}
_NEXT: Final = {
    404: "Check the address, or start again from the first page.",
    405: "Start again from the first page.",
    413: "Send less at a time.",
    422: "Go back, check what you typed and send it again.",
}


def add_to(app: FastAPI) -> None:
    """Let the application answer mistakes with these pages."""
    app.add_exception_handler(EhcpError, _answer_ours)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(RequestValidationError, _answer_unreadable)


def status_of(error: EhcpError) -> int:
    """The HTTP status that says what kind of error it is."""
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 400)


async def _answer_ours(request: Request, error: Exception) -> Response:
    if not isinstance(error, EhcpError):
        raise error
    status = status_of(error)
    if is_api(request):
        return problem_of(error)
    if isinstance(error, NotSignedIn):
        return see_other(f"/sign-in?next={quote(_here(request), safe='/')}")
    if isinstance(error, OutOfReach):
        return show_out_of_reach(request, error, empty_form(), status)
    return render(request, "mistake.html", status=status, title=TITLES.get(status, TITLES[400]), error=error)


def show_out_of_reach(request: Request, error: OutOfReach, form: Form, status: int) -> Response:
    """That a case is another team's, with the form to see it all the same, for whoever may."""
    return render(request, "out_of_reach.html", status=status, error=error, form=form)


def _here(request: Request) -> str:
    """Where to go on after signing in: the same page, if it is one to be looked at."""
    if request.method != "GET":
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


async def _answer_http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    answer = _answer(request, error.status_code)
    answer.headers.update(error.headers or {})
    return answer


async def _answer_unreadable(request: Request, error: Exception) -> Response:
    if is_api(request) and isinstance(error, RequestValidationError):
        return problem_of_mistakes(error.errors())
    return _answer(request, 422)


def answer_unexpected(request: Request, error: Exception) -> Response:
    """What to show when the program itself went wrong; where it did is logged, but not with what, for that may name
    a child.
    """
    ours = [step for step in traceback.extract_tb(error.__traceback__) if "ehcp_flow" in step.filename]
    where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "elsewhere"
    log.error("unexpected_error kind=%s where=%s", type(error).__name__, where)
    return _answer(request, 500)


def _answer(request: Request, status: int) -> Response:
    title = TITLES.get(status) or "Sorry, something went wrong"
    said = _NEXT.get(status, "What was not finished was not recorded. Try again; if it happens again, tell your IT.")
    if is_api(request):
        return problem_of_status(status)
    return render(request, "mistake.html", status=status, title=title, error=EhcpError("", next=said))
