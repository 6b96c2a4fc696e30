"""The forecast and the recovery plan: what is likely to come, and the output that a target needs.

The module's name comes before that of `figures`, so that `/figures/recovery` is not taken for a figure's name.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from ehcp_flow.returns.charts import chart_svg
from ehcp_flow.services.forecast import ForecastRequest
from ehcp_flow.services.forecast_aside import begin_forecast, forecast_kept, from_json, request_on
from ehcp_flow.services.officers import list_officers
from ehcp_flow.services.work_aside import work_standing
from ehcp_flow.today import now, today
from ehcp_flow.web.forms import Form, empty_form, read_form
from ehcp_flow.web.rendering import render, see_other
from ehcp_flow.web.rules import requires
from ehcp_flow.web.views import figures as views
from ehcp_flow.web.work import call, in_thread

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_table import FigureTable

router = APIRouter()

_MAY = [requires("figures.read")]
_MONTHS = ("3", "6", "9", "12")


@router.get("/figures/recovery", dependencies=_MAY)
async def recovery_page(request: Request) -> Response:
    """What target is meant, and by when."""
    return await _recovery_page(request, empty_form())


async def _recovery_page(request: Request, form: Form) -> Response:
    officers = await call(request, list_officers, today())
    teams = sorted({each.team for each in officers if each.team})
    status = 200 if form.is_good else 422
    choices = [(team, team) for team in teams]
    return render(request, "figures/recovery.html", status=status, form=form, team_choices=choices)


@router.post("/figures/recovery", dependencies=_MAY)
async def begin(request: Request) -> Response:
    """Begin the forecast."""
    form = await read_form(request)
    target = _share(form)
    by_date = form.day("by_date", "the date to reach it by", is_needed=False)
    months = form.choice("months", "how many months ahead", _MONTHS)
    if not form.is_good:
        return await _recovery_page(request, form)
    asked = ForecastRequest(request_on(today(), form.raw("team") or None), int(months), target, by_date)
    work = await call(request, begin_forecast, asked, now())
    return see_other(f"/figures/recovery/{work.key}")


def _share(form: Form) -> float | None:
    typed = form.text("target", "a share", is_needed=False, longest=8).rstrip("% ")
    try:
        share = float(typed) if typed else None
    except ValueError:
        share = -1.0
    if share is not None and not 1 <= share <= 100:
        form.refuse("target", "The share must be a number from 1 to 100")
    return share


@router.get("/figures/recovery/{key}", dependencies=_MAY)
async def result_page(request: Request, key: str) -> Response:
    """How far the forecast is, or its tables with their charts."""
    work = await call(request, forecast_kept, key)
    state, said = await in_thread(request, lambda: work_standing(work))
    tables = [from_json(each) for each in said["result"]["tables"]] if state == "done" else []
    shown = await in_thread(request, lambda: [_shown(each) for each in tables])
    by_date = work.about["by_date"]
    return render(
        request,
        "figures/recovery_result.html",
        work=work,
        state=state,
        said=said,
        shown=shown,
        as_of=date.fromisoformat(work.about["as_of"]),
        by_date=date.fromisoformat(by_date) if by_date else None,
    )


def _shown(table: FigureTable) -> dict[str, object]:
    """What a part of the page needs of one table."""
    asked = views.wanted({}, today(), ())
    return {
        "table": table,
        "rows": views.shown_rows(table, asked),
        "headings": list(zip(table.columns, views.titles(table), strict=True)),
        "chart": Markup(chart_svg(table, width=820, height=260)),  # noqa: S704 drawn by us, its words escaped
    }
