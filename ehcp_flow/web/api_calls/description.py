"""The description of the API (OpenAPI 3.1), made from its routes: what is described is what is served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi.openapi.utils import get_openapi

from ehcp_flow import __version__
from ehcp_flow.web.api_calls.figure_shapes import Observations
from ehcp_flow.web.api_calls.problems import MEDIA_TYPE, Problem

if TYPE_CHECKING:
    from fastapi import FastAPI

V1: Final = "/api/v1"
TITLE: Final = "EHCP Flow API"
SUMMARY: Final = "EHC plan cases in England against their statutory time limits, for other programs."
DESCRIPTION: Final = """\
Dates are civil dates in England (`2026-09-01`); moments have an offset (`2026-09-01T09:00:00Z`).

**Token.** Every call carries `Authorization: Bearer ehcp_…`. A token acts for an account, within its scopes and the
account's role and teams. A case of another team is answered as if it were not there (404).

**Lists** come a page at a time: send `next` as `cursor` until it is null. **Reading** gives an `ETag`; send it as
`If-None-Match` and what has not changed is answered with 304. **Writing** takes an `Idempotency-Key`, so that a call
may be repeated safely, and `If-Match` with the case's ETag, so that nobody overwrites what they have not seen.

**Refusals** are problems by RFC 9457 (`application/problem+json`): `type` says which kind, `detail` what happened.
"""
TAGS: Final = (
    ("Cases", "Cases, their journals and their time limits."),
    ("Due", "What is due and what is late, over all cases."),
    ("Figures", "Figures and the observations behind them."),
    ("The law", "The processes, events and clocks that the workflow files define."),
    ("About", "The token and this description."),
)
_MEANS: Final = {
    304: "What you have is still so.",
    400: "The body is no text that could be JSON.",
    401: "No working token came with the call.",
    403: "The token or its account may not do this.",
    404: "There is no such thing, or it is out of the account's reach.",
    409: "The step is not lawful now, or somebody else was faster.",
    412: "The case has changed since it was read (If-Match).",
    413: "The body is too large.",
    422: "Something sent cannot be used.",
    429: "Too many calls; `Retry-After` says when to call again.",
    503: "The database cannot be used now; `Retry-After` says when to call again.",
}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """How a route may refuse, beside what every route may answer."""
    schema = {"$ref": "#/components/schemas/Problem"}
    said: dict[int | str, dict[str, Any]] = {}
    for status in sorted({401, 403, 422, 429, 503, *statuses}):
        said[status] = {"description": _MEANS[status]}
        if status != 304:
            said[status]["content"] = {MEDIA_TYPE: {"schema": schema}}
    return said


def described(app: FastAPI) -> dict[str, Any]:
    """The description of the application's routes under /api/v1, made once."""
    if getattr(app.state, "api_description", None) is None:
        app.state.api_description = _described(app)
    found: dict[str, Any] = app.state.api_description
    return found


def _described(app: FastAPI) -> dict[str, Any]:
    routes = [route for route in app.router.routes if str(getattr(route, "path", "")).startswith(V1)]
    said = get_openapi(
        title=TITLE,
        version=__version__,
        summary=SUMMARY,
        description=DESCRIPTION,
        routes=routes,
        tags=[{"name": name, "description": text} for name, text in TAGS],
        license_info={"name": "MIT", "identifier": "MIT"},
    )
    schemas = said["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for model in (Problem, Observations):  # named by hand in the answers they belong to
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {})
        schemas[model.__name__] = schema
    return said
