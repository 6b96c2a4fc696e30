"""One's own due dates as a calendar: secret links made and removed, and the calendar each of them gives."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, cast

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from ehcp_flow.errors import BadInput
from ehcp_flow.services.calendar_feeds import add_feed, list_feeds, read_feed, revoke_feed
from ehcp_flow.services.policy import PUBLIC, NotPermitted
from ehcp_flow.web.api_calls.pace import Pace
from ehcp_flow.web.forms import Form, empty_form, read_form
from ehcp_flow.web.rendering import flash, render, see_other
from ehcp_flow.web.rules import requires
from ehcp_flow.web.work import actor_of, call

if TYPE_CHECKING:
    from fastapi import FastAPI

router = APIRouter()
_may = [requires("feed.own")]
_WRONG_LINKS_PER_MINUTE: Final = 30
_LONGEST_SECRET: Final = 100


@router.get("/account/feeds", dependencies=_may)
async def feeds_page(request: Request) -> Response:
    """One's calendar links, and a form to make one."""
    return await _page(request, empty_form())


@router.post("/account/feeds", dependencies=_may)
async def make(request: Request) -> Response:
    """Make a link, and show it: this page is the only one that ever does."""
    form = await read_form(request)
    label = form.text("label", "where it is used", longest=60)
    if form.is_good:
        try:
            secret = await call(request, add_feed, _officer(request), label)
        except BadInput as wrong:
            form.refuse("label", str(wrong))
        else:
            return await _page(request, empty_form(), f"{_base(request)}/feeds/{secret}.ics")
    return await _page(request, form)


@router.post("/account/feeds/{feed}/remove", dependencies=_may)
async def remove(request: Request, feed: str) -> Response:
    """Remove a link, at once and for good."""
    await call(request, revoke_feed, _officer(request), feed)
    flash(request, "The calendar link is removed: it works no more.")
    return see_other("/account/feeds")


def _base(request: Request) -> str:
    # Not the Host header: whoever can have it say something else would have the link lead there.
    return str(request.app.state.office.settings.base_url).rstrip("/")


def _officer(request: Request) -> str:
    officer = actor_of(request).officer
    if officer is None:
        raise NotPermitted("You hold no cases yourself.", next="Calendar links are for officers who hold cases.")
    return officer


async def _page(request: Request, form: Form, link: str = "") -> Response:
    officer = actor_of(request).officer
    found = await call(request, list_feeds, officer) if officer else ()
    status = 422 if form.errors else 200
    return render(request, "account/feeds.html", status=status, officer=officer, feeds=found, form=form, link=link)


@router.get("/feeds/{secret}.ics", dependencies=[requires(PUBLIC)])
async def feed(request: Request, secret: str) -> Response:
    """The calendar whose link this is: case references and what is due, no names. Whoever has the link may read it."""
    pace, address = _pace(request.app), request.client.host if request.client else ""
    if pace.is_empty(address):
        return PlainTextResponse("Too many wrong links. Try again in a minute.\n", 429, {"Retry-After": "60"})
    found = await call(request, read_feed, secret) if len(secret) <= _LONGEST_SECRET else None
    if found is None:
        pace.take(address)
        return PlainTextResponse("There is no such calendar. Its link may have been removed.\n", 404)
    content = found[1]
    tag = f'"{hashlib.sha256(content).hexdigest()[:24]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "private, no-cache",
        "X-Robots-Tag": "noindex",
        "Referrer-Policy": "no-referrer",
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(None, 304, headers)
    headers["Content-Disposition"] = 'inline; filename="due-dates.ics"'
    return Response(content, 200, headers, "text/calendar; charset=utf-8")


def _pace(app: FastAPI) -> Pace:
    """How many wrong links of one address are answered."""
    if getattr(app.state, "feed_pace", None) is None:
        app.state.feed_pace = Pace(_WRONG_LINKS_PER_MINUTE)
    return cast("Pace", app.state.feed_pace)
