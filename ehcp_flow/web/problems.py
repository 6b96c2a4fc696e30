"""Errors for programs, as RFC 9457 describes them."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from starlette.requests import Request


def problem(request: Request, status: int, title: str, detail: str = "") -> JSONResponse:
    """A problem document: what happened, and why and what to do next."""
    said = {
        "type": "about:blank",
        "status": status,
        "title": title or HTTPStatus(status).phrase,
        "detail": detail,
        "instance": request.url.path,
    }
    return JSONResponse(said, status_code=status, media_type="application/problem+json")
