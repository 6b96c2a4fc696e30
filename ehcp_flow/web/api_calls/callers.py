"""Who calls the API: a program with a token in its `Authorization` header. Cookies count for nothing here.

That is also why calls need no form token: no browser adds this header by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from ehcp_flow.errors import UnknownName
from ehcp_flow.services.api_tokens import SCOPES, Caller, caller_with
from ehcp_flow.services.policy import PUBLIC, NotSignedIn, must_be_allowed
from ehcp_flow.services.write_for_programs import must_reach
from ehcp_flow.web.api_calls.pace import Pace
from ehcp_flow.web.api_calls.problems import ScopeMissing, TooFast
from ehcp_flow.web.rules import Rule
from ehcp_flow.web.work import call

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office

CALLS_PER_MINUTE: Final = 1_200
FAILURES_PER_MINUTE: Final = 60
_LONGEST_TOKEN: Final = 200
_SCHEME: Final = "bearer"

in_the_header = HTTPBearer(
    auto_error=False,
    description="A token, made by an administrator: `ehcp users token add`, or the page /admin/tokens.",
)


class ApiRule(Rule):
    """What a route of the API asks: a working token that is good for `scope`, of an account with the permission."""

    def __init__(self, permission: str, scope: str | None, *, case: str | None = None, sees: str | None = None) -> None:
        super().__init__(permission, case=case, sees=sees)
        if scope is not None and scope not in SCOPES:
            raise ValueError(f"There is no scope {scope}.")
        self.scope = scope

    async def __call__(self, request: Request) -> None:
        """Raises NotSignedIn, ScopeMissing, NotPermitted, TooFast or UnknownName."""
        request.state.actor = request.state.signed_in = None  # whatever cookie came along
        if self.permission == PUBLIC:
            return
        caller = await _caller(request)
        request.state.actor, request.state.caller = caller.actor, caller
        must_be_allowed(caller.actor, self.permission)
        if self.scope is not None and self.scope not in caller.scopes:
            raise ScopeMissing(f"This token is not good for “{self.scope}”.", next="Ask for a token with that scope.")
        if self.case is not None:
            ref = request.path_params[self.case]
            if not ref.isprintable():
                raise UnknownName("There is no such case.")
            await call(request, must_reach, caller.actor, ref, self.sees)


async def _caller(request: Request) -> Caller:
    """Whoever calls, if they do not call too often. Raises NotSignedIn or TooFast."""
    address = request.client.host if request.client else ""
    failures, calls = _paces(request)
    if failures.is_empty(address):
        raise TooFast(failures.take(address))
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    found = None
    if scheme.lower() == _SCHEME and len(secret) <= _LONGEST_TOKEN:
        found = await call(request, _found, secret.strip())
    if found is None:
        failures.take(address)
        raise NotSignedIn("No working token came with this call.", next="Send one: Authorization: Bearer ehcp_…")
    if seconds := calls.take(found.token_id):
        raise TooFast(seconds)
    return found


def _found(office: Office, secret: str) -> Caller | None:
    return caller_with(office, secret)


def _paces(request: Request) -> tuple[Pace, Pace]:
    """How many failures of one address, and how many calls with one token, are answered."""
    state = request.app.state
    if getattr(state, "api_paces", None) is None:
        state.api_paces = Pace(FAILURES_PER_MINUTE), Pace(CALLS_PER_MINUTE)
    return cast("tuple[Pace, Pace]", state.api_paces)


def caller_of(request: Request) -> Caller:
    """The program that calls, once its route's rule has let it in."""
    return cast("Caller", request.state.caller)


def good_for(scope: str | None, permission: str, *, case: str | None = None, sees: str | None = None) -> list[Any]:
    """The dependencies of a route of the API: its rule, and how the token is sent, for the description."""
    return [Depends(ApiRule(permission, scope, case=case, sees=sees)), Depends(in_the_header)]
