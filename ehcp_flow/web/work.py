"""Calling services from a page: in a few threads, as the person who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar, cast

import anyio.to_thread
from anyio import CapacityLimiter
from starlette.requests import HTTPConnection

from ehcp_flow.services.policy import NotSignedIn

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office
    from ehcp_flow.services.policy import Actor
    from ehcp_flow.services.sessions import SignedIn

THREADS: Final = 4
"""Python runs one thread at a time, so a few that wait for the database are enough; forty only get in each
other's way."""

P = ParamSpec("P")
T = TypeVar("T")


def office_of(request: HTTPConnection) -> Office:
    """The workplace in which whoever is signed in is at work."""
    office = cast("Office", request.app.state.office)
    actor = actor_or_none(request)
    return office if actor is None else office.acting_as(actor.username)


def signed_in(request: HTTPConnection) -> SignedIn | None:
    """The session of this request."""
    return cast("SignedIn | None", getattr(request.state, "signed_in", None))


def actor_or_none(request: HTTPConnection) -> Actor | None:
    """Who is at work, if anybody is signed in."""
    return cast("Actor | None", getattr(request.state, "actor", None))


def actor_of(request: HTTPConnection) -> Actor:
    """Who is at work. Raises NotSignedIn."""
    actor = actor_or_none(request)
    if actor is None:
        raise NotSignedIn("Sign in first.")
    return actor


async def call(
    request: HTTPConnection, service: Callable[Concatenate[Office, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """`service(office, *args, **kwargs)` in one of a few threads, recorded as done by whoever is signed in."""
    return await in_thread(request, partial(service, office_of(request), *args, **kwargs))


async def in_thread(request: HTTPConnection, work: Callable[[], T]) -> T:
    """`work()` in one of a few threads, for anything that waits or computes for long."""
    return await anyio.to_thread.run_sync(work, limiter=limiter_of(request.app.state))


def limiter_of(state: Any) -> CapacityLimiter:
    """The limiter of an application's threads; made on first use, inside the event loop."""
    if getattr(state, "limiter", None) is None:
        state.limiter = CapacityLimiter(THREADS)
    return cast("CapacityLimiter", state.limiter)
