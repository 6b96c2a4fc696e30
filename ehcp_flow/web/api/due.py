"""`/api/v1/due` and `/api/v1/breaches`: open time limits over all cases."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request, Response

from ehcp_flow.engine.count import days_on
from ehcp_flow.services.list_work import LATER
from ehcp_flow.services.read_pages import WantedDue, key_of, read_due
from ehcp_flow.today import today
from ehcp_flow.web.api_calls import bodies, shapes
from ehcp_flow.web.api_calls.answers import answer, cursor_after, key_in, no_cursor
from ehcp_flow.web.api_calls.callers import caller_of, good_for
from ehcp_flow.web.api_calls.description import V1, refusals
from ehcp_flow.web.work import call

if TYPE_CHECKING:
    from ehcp_flow.services.read_pages import DueKey

router = APIRouter(prefix=V1, tags=["Due"], dependencies=good_for("cases", "work.read"))


@router.get(
    "/due",
    operation_id="list_due",
    summary="Open time limits, by due date",
    response_model=shapes.LimitPage,
    responses=refusals(304, 404),
)
async def list_due(request: Request, asked: Annotated[bodies.DueAsked, Query()]) -> Response:
    """Limits that somebody still has to meet, the longest overdue first; those that an exception lifts are marked."""
    day = asked.as_of or today()
    return await _page(request, asked, day, asked.until or days_on(day, LATER), excepted=None)


@router.get(
    "/breaches",
    operation_id="list_breaches",
    summary="Time limits that are broken and not yet met",
    response_model=shapes.LimitPage,
    responses=refusals(304, 404),
)
async def list_breaches(request: Request, asked: Annotated[bodies.BreachesAsked, Query()]) -> Response:
    """The longest overdue first. Limits that an exception lifts are not broken, and left out."""
    day = asked.as_of or today()
    return await _page(request, asked, day, days_on(day, -1), excepted=False)


async def _page(
    request: Request, asked: bodies.BreachesAsked, as_of: date, until: date, *, excepted: bool | None
) -> Response:
    said = asked.model_dump(include={"workflow", "team", "officer", "clock", "basis", "ended"})
    wanted, after = WantedDue(**said, excepted=excepted), _after(asked.cursor)
    found = await call(request, read_due, caller_of(request).actor, as_of, until, wanted, after, asked.limit + 1)
    following = cursor_after(key_of(found[asked.limit - 1])) if len(found) > asked.limit else None
    lines = [shapes.limit(each) for each in found[: asked.limit]]
    return answer(request, shapes.LimitPage(as_of=as_of, until=until, limits=lines, next=following))


def _after(cursor: str | None) -> DueKey | None:
    key = key_in(cursor, (str, str, str, str, int))
    if key is None:
        return None
    try:
        return date.fromisoformat(key[0]), key[1], key[2], key[3], key[4]
    except ValueError:
        raise no_cursor() from None
