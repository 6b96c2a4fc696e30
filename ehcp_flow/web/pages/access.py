"""Seeing a case of another team with a reason, and the report of who saw a person's cases."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from ehcp_flow.errors import BadInput
from ehcp_flow.services.access import OutOfReach, break_glass
from ehcp_flow.services.access_report import access_report
from ehcp_flow.today import now
from ehcp_flow.web.forms import read_form
from ehcp_flow.web.links import case_path
from ehcp_flow.web.mistakes import show_out_of_reach
from ehcp_flow.web.rendering import render, see_other
from ehcp_flow.web.rules import requires
from ehcp_flow.web.work import actor_of, call

router = APIRouter()


@router.post("/break-glass", dependencies=[requires("case.break_glass")])
async def break_glass_now(request: Request) -> Response:
    """See a case of another team for an hour; the reason is kept."""
    form = await read_form(request)
    case_ref = form.text("case_ref", "the case")
    try:
        await call(request, break_glass, actor_of(request), case_ref, form.text("reason", "a reason"))
    except BadInput as wrong:
        form.refuse("reason", str(wrong))
    if not form.is_good:
        return show_out_of_reach(request, OutOfReach(case_ref), form, 422)
    return see_other(case_path(case_ref))


_REPORT: Final = requires("access.report", case="case_ref", sees="access report")


@router.get("/cases/{case_ref:case}/access", dependencies=[_REPORT])
async def report(request: Request, case_ref: str) -> Response:
    """Who saw a person's cases: a page that prints well."""
    found = await call(request, access_report, case_ref)
    back = case_path(case_ref)
    return render(request, "access_report.html", case_ref=case_ref, report=found, made_at=now(), back=back)
