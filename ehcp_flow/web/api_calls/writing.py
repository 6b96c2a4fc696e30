"""Writing through the API: once for each Idempotency-Key, answered with what it changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from fastapi import Request, Response

from ehcp_flow.engine.verdict import verdict
from ehcp_flow.services.answer_once import Answer, answer_once
from ehcp_flow.today import today
from ehcp_flow.web.api_calls import shapes
from ehcp_flow.web.api_calls.answers import JSON
from ehcp_flow.web.api_calls.callers import caller_of
from ehcp_flow.web.api_calls.description import V1
from ehcp_flow.web.links import CaseRef
from ehcp_flow.web.work import call

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office
    from ehcp_flow.services.write_for_programs import Written

_CREATED: Final = 201


async def written_once(request: Request, key: str | None, do: Callable[[Office], Written]) -> Response:
    """Do it, or answer what was answered before under the same key. The answer holds no name, and may be kept."""
    sent = "\n".join((request.method, request.url.path, request.headers.get("if-match", ""))).encode()
    whole = sent + b"\n" + await request.body()
    given = await call(request, answer_once, caller_of(request).token_id, key, whole, partial(_answer, do))
    headers = {"Location": given.location, "Cache-Control": "no-store"}
    if given.is_repeated:
        headers["Idempotency-Replayed"] = "true"
    return Response(given.body, given.status, headers, JSON)


def _answer(do: Callable[[Office], Written], office: Office) -> Answer:
    written = do(office)
    recorded = written.recorded
    said = shapes.Recorded(
        case_ref=recorded.case_ref,
        entry=recorded.entry.seq,
        event=recorded.entry.name,
        happened_on=recorded.entry.happened_on,
        state_before=recorded.state_before,
        state_after=recorded.state_after,
        entries=written.entries,
        findings=[str(finding) for finding in recorded.findings],
        clocks=[shapes.clock(verdict(each, today())) for each in recorded.clocks_after],
    )
    location = f"{V1}/cases/{quote(CaseRef().to_string(recorded.case_ref), safe='~')}"
    return Answer(_CREATED, said.model_dump_json(), location)
