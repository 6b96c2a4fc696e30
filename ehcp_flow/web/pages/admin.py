"""Administration: settings, the nights, notices, the journal. No page here shows what a case says."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from ehcp_flow.errors import UnknownName
from ehcp_flow.services.list_notices import list_notices, retry_notices, standing_of
from ehcp_flow.services.night_status import night_status
from ehcp_flow.services.show_settings import show_settings
from ehcp_flow.services.upkeep_aside import UPKEEP, begin_upkeep, records_kept, upkeep
from ehcp_flow.services.work_aside import work_standing
from ehcp_flow.today import now
from ehcp_flow.web.forms import read_form
from ehcp_flow.web.nav import Nav
from ehcp_flow.web.rendering import flash, render, see_other
from ehcp_flow.web.rules import requires, routes_of
from ehcp_flow.web.views.admin import report_lines
from ehcp_flow.web.work import call, in_thread

router = APIRouter()
NAV = Nav("Admin", "/admin", order=90, permission="admin.settings")


@router.get("/admin", dependencies=[requires("admin.settings")])
async def admin_page(request: Request) -> Response:
    """What there is to administer, and whether anything needs somebody now."""
    pages = {route.path for route in routes_of(request.app) if "GET" in route.methods}
    return render(request, "admin/index.html", status_of_nights=await call(request, night_status), pages=pages)


@router.get("/admin/settings", dependencies=[requires("admin.settings")])
async def settings_page(request: Request) -> Response:
    """The settings in force; secrets are not shown."""
    return render(request, "admin/settings.html", settings=await call(request, show_settings))


@router.get("/admin/runs", dependencies=[requires("admin.runs")])
async def runs_page(request: Request) -> Response:
    """The last nights, those missed, and the next."""
    return render(request, "admin/runs.html", nights=await call(request, night_status), report_lines=report_lines)


@router.get("/admin/notices", dependencies=[requires("admin.runs")])
async def notices_page(request: Request, show: str = "") -> Response:
    """What waits in the outbox and what was given up: to whom, never what it says."""
    found = await call(request, list_notices, dead=show == "given-up", sent=show == "all")
    rows = [(row, standing_of(row)) for row in found]
    dead = sum(standing == "given up" for _, standing in rows)
    return render(request, "admin/notices.html", rows=rows, show=show, dead=dead)


@router.post("/admin/notices/retry", dependencies=[requires("admin.runs")])
async def retry(request: Request) -> Response:
    """Let one notice that was given up be tried again, or all of them."""
    form = await read_form(request)
    key = form.raw("key")
    if not key and form.raw("all") != "yes":
        raise UnknownName("No notice was chosen.", next="Go back and choose one.")
    tried = await call(request, retry_notices, now(), key or None)
    many = f"{len(tried):,} notice{'' if len(tried) == 1 else 's'}"
    flash(request, f"{many} will be sent with the next round." if tried else "None was given up.")
    return see_other("/admin/notices")


@router.get("/admin/records", dependencies=[requires("admin.runs")])
async def records_page(request: Request) -> Response:
    """The journal and what is derived from it: prove the one, make the other again."""
    return render(request, "admin/records.html", kept=await call(request, records_kept))


@router.post("/admin/records/{name}", dependencies=[requires("admin.runs")])
async def begin(request: Request, name: str) -> Response:
    """Begin to verify or to rebuild."""
    if name not in UPKEEP:
        raise UnknownName("There is no such upkeep.", next="Go back and choose one.")
    work = await call(request, begin_upkeep, name, now())
    return see_other(f"/admin/records/{work.key}")


@router.get("/admin/records/{key}", dependencies=[requires("admin.runs")])
async def upkeep_page(request: Request, key: str) -> Response:
    """How the upkeep stands."""
    work = await call(request, upkeep, key)
    state, said = await in_thread(request, lambda: work_standing(work))
    return render(request, "admin/upkeep.html", work=work, said=said, state=state)
