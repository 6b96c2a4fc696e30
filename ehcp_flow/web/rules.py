"""Every route declares its rule: `@router.get("/today", dependencies=[requires("work.read")])`.

A route without one keeps the application from starting. A form is refused without its token.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from fastapi import Depends, Request
from starlette.routing import Mount

from ehcp_flow.errors import EhcpError, UnknownName
from ehcp_flow.services.access import log_accesses, look_at_case
from ehcp_flow.services.policy import PERMISSIONS, PUBLIC, must_be_allowed
from ehcp_flow.web.work import actor_of, actor_or_none, call

if TYPE_CHECKING:
    from fastapi import FastAPI

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_FIELD: Final = "csrf_token"  # noqa: S105 the name of a field
TOKEN_HEADER: Final = "X-CSRF-Token"  # noqa: S105 the name of a header


class StaleForm(EhcpError):
    """The form did not come from our page, or the page had been open for too long."""

    def __init__(self) -> None:
        super().__init__(
            "That page had been open for too long, or you signed in again meanwhile.",
            "Nothing was recorded.",
            "Go back, load the page again and send the form once more.",
        )


class Rule:
    """What a route asks of whoever calls it: a permission and, with `case`, that the case is within their reach.

    `case` is the name of the path's parameter that holds a reference; `sees` says what is then noted in the access
    log (`None`: the page shows nothing of the case).
    """

    def __init__(self, permission: str, *, case: str | None = None, sees: str | None = "case page") -> None:
        if permission != PUBLIC and permission not in PERMISSIONS:
            raise ValueError(f"The policy knows no permission {permission}.")
        self.permission, self.case, self.sees = permission, case, sees

    async def __call__(self, request: Request) -> None:
        """Raises NotSignedIn, NotPermitted, OutOfReach, UnknownName or StaleForm."""
        must_be_allowed(actor_or_none(request), self.permission)
        if request.method not in SAFE:
            await check_form(request)
        if self.case is not None:
            ref = request.path_params[self.case]
            if not ref.isprintable():  # a reference is text that people read; PostgreSQL takes no NUL at all
                raise UnknownName("There is no such case.", next="Check the reference, or search for it.")
            await call(request, look_at_case, actor_of(request), ref, self.sees)


def requires(permission: str, *, case: str | None = None, sees: str | None = "case page") -> Any:
    """The rule of a route, to be put in its `dependencies`; see Rule."""
    return Depends(Rule(permission, case=case, sees=sees))


async def log_access(request: Request, *case_refs: str, what: str) -> None:
    """Note that whoever is signed in saw these cases: for search results and lists that show names."""
    await call(request, log_accesses, actor_of(request).username, case_refs, what)


async def check_form(request: Request) -> None:
    """That a form was sent from our own page. Raises StaleForm.

    Two independent proofs: the browser says where the form comes from, and the form carries the session's token.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise StaleForm
    given = request.headers.get(TOKEN_HEADER) or (await request.form()).get(TOKEN_FIELD)
    wanted = getattr(request.state, "csrf", "")
    if not wanted or not isinstance(given, str) or not hmac.compare_digest(given.encode(), wanted.encode()):
        raise StaleForm


def rule_of(route: Any) -> Rule | None:
    """The rule that a route declares."""
    dependant = getattr(route, "dependant", None)
    calls = [each.call for each in dependant.dependencies] if dependant else []
    return next((each for each in calls if isinstance(each, Rule)), None)


def routes_of(app: FastAPI) -> Iterator[Any]:
    """Every route of an application, those of included routers too; mounted folders of files are left out."""
    yield from _flat(app.routes)


def _flat(routes: Any) -> Iterator[Any]:
    for route in routes:
        if isinstance(route, Mount) and hasattr(route.app, "directory"):
            continue
        inner = getattr(route, "routes", None)
        if inner:
            yield from _flat(inner)
        else:
            yield route


def must_all_have_rules(app: FastAPI) -> None:
    """Raises ValueError for a route without a rule: what nobody decided about is not served."""
    without = [str(getattr(route, "path", route)) for route in routes_of(app) if rule_of(route) is None]
    if without:
        raise ValueError(f"These routes declare no rule: {', '.join(without)}. Add dependencies=[requires(…)].")
