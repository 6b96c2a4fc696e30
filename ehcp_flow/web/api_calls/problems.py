"""Refusals of the API, each as a problem by RFC 9457: what happened, why, and what to do next.

Of a request that cannot be read nothing is repeated, for it may name a child.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from fastapi import Response
from pydantic import BaseModel, Field

from ehcp_flow.errors import BadInput, Busy, Conflict, DatabaseTrouble, EhcpError, NotAllowed, UnknownName
from ehcp_flow.services.answer_once import KeyUsedOtherwise
from ehcp_flow.services.policy import NotPermitted, NotSignedIn

if TYPE_CHECKING:
    from fastapi import Request

PATH: Final = "/api/"
MEDIA_TYPE: Final = "application/problem+json"
_KIND: Final = "urn:ehcp-flow:problem:"
_REALM: Final = 'Bearer realm="EHCP Flow"'


class TooFast(EhcpError):
    """More calls than are answered in a minute; `seconds` until the next one is."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__("There were too many calls.", next=f"Call again in {seconds} seconds.")


class ChangedMeanwhile(EhcpError):
    """The case is no longer as `If-Match` says."""

    def __init__(self) -> None:
        super().__init__(
            "The case has changed since you read it.", "Nothing was written.", "Read it again, then decide."
        )


class ScopeMissing(NotPermitted):
    """The token is not good for this."""


class Mistake(BaseModel):
    """One mistake in a request."""

    where: str = Field(description="The field, as a path: body.happened_on, query.limit.")
    says: str = Field(description="What is wrong with it.")


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="Which kind of problem it is; the same text for the same kind.")
    title: str = Field(description="The kind of problem in a few words.")
    status: int = Field(description="The HTTP status.")
    detail: str | None = Field(None, description="What happened here, and why.")
    next: str | None = Field(None, description="What to do next.")
    errors: list[Mistake] | None = Field(None, description="Each mistake in the request.")


_SAID: Final[tuple[tuple[type[EhcpError], int, str, str], ...]] = (
    (NotSignedIn, 401, "no-token", "A working token is needed"),
    (ScopeMissing, 403, "scope-missing", "The token is not good for this"),
    (NotPermitted, 403, "not-permitted", "The account may not do this"),
    (TooFast, 429, "too-fast", "Too many calls"),
    (ChangedMeanwhile, 412, "changed-meanwhile", "The case has changed"),
    (KeyUsedOtherwise, 422, "key-used-otherwise", "The Idempotency-Key came with another request"),
    (Conflict, 409, "conflict", "Somebody else was faster"),
    (UnknownName, 404, "unknown", "There is no such thing"),
    (NotAllowed, 409, "not-allowed", "This step is not lawful now"),
    (BadInput, 422, "bad-input", "Something sent cannot be used"),
    (Busy, 503, "busy", "Busy"),
    (DatabaseTrouble, 503, "database-trouble", "The database cannot be used now"),
)
_BY_STATUS: Final = {
    400: ("bad-request", "The request cannot be read"),
    404: ("unknown", "There is no such thing"),
    405: ("method-not-allowed", "This address does not take that method"),
    413: ("too-large", "The request is too large"),
    415: ("wrong-content-type", "The request is of a kind that is not read here"),
}
_NAME: Final = re.compile(r"[A-Za-z0-9_]{1,60}", re.ASCII)
_UNEXPECTED: Final = "server-error", "Something went wrong here"


def is_api(request: Request) -> bool:
    """Whether a request is one of the API, so that refusals are problems and not pages."""
    return request.url.path.startswith(PATH)


def problem(
    status: int,
    kind: str,
    title: str,
    *,
    detail: str = "",
    next_step: str = "",
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem as it is sent."""
    said: dict[str, Any] = {"type": _KIND + kind, "title": title, "status": status}
    said |= {"detail": detail} if detail else {}
    said |= {"next": next_step} if next_step else {}
    said |= {"errors": list(errors)} if errors else {}
    content = json.dumps(said, ensure_ascii=False)
    return Response(content, status, {"Cache-Control": "no-store", **(headers or {})}, MEDIA_TYPE)


def problem_of(error: EhcpError) -> Response:
    """The problem that one of our own errors is."""
    said = next((each[1:] for each in _SAID if isinstance(error, each[0])), (500, *_UNEXPECTED))
    status, name, title = said
    if status == 500:
        return problem(status, name, title)
    detail = " ".join(part for part in (error.what, error.why) if part)
    # What to type at the command line is no help to a program.
    next_step = "" if "ehcp " in error.next else error.next
    return problem(status, name, title, detail=detail, next_step=next_step, headers=_headers(error, status))


def _headers(error: EhcpError, status: int) -> dict[str, str]:
    if isinstance(error, TooFast):
        return {"Retry-After": str(error.seconds)}
    if isinstance(error, ScopeMissing):
        return {"WWW-Authenticate": f'{_REALM}, error="insufficient_scope"'}
    if status == 401:
        return {"WWW-Authenticate": _REALM}
    return {"Retry-After": "5"} if status == 503 else {}


def problem_of_status(status: int, headers: Mapping[str, str] | None = None) -> Response:
    """The problem for an HTTP status that the framework itself answers."""
    name, title = _BY_STATUS.get(status, _UNEXPECTED if status >= 500 else ("bad-request", "This cannot be done"))
    return problem(status, name, title, headers=headers)


def problem_of_mistakes(found: Sequence[Mapping[str, Any]]) -> Response:
    """The problem for a request whose fields are wrong: every mistake, and nothing of what was sent."""
    errors = [
        {"where": ".".join(map(_as_name, each.get("loc", ()))), "says": str(each.get("msg", ""))} for each in found[:50]
    ]
    return problem(422, "bad-input", "Something sent cannot be used", errors=errors)


def _as_name(part: object) -> str:
    """A part of a field's path; what is no name at all is not repeated."""
    return str(part) if _NAME.fullmatch(str(part)) else "…"
