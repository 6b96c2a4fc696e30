"""The figures: the catalogue with what each says, one with its chart and definition, the cases behind a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from ehcp_flow.errors import UnknownName
from ehcp_flow.returns.charts import chart_svg
from ehcp_flow.returns.figure_workbook import figure_workbook
from ehcp_flow.services.download_figure import as_csv
from ehcp_flow.services.figures_at_hand import cases_behind, figures_at_hand
from ehcp_flow.services.figures_within_reach import within_reach
from ehcp_flow.services.officers import list_officers
from ehcp_flow.services.report_figures import figure_definitions
from ehcp_flow.today import today
from ehcp_flow.web.links import case_path
from ehcp_flow.web.nav import Nav
from ehcp_flow.web.rendering import render
from ehcp_flow.web.rules import log_access, requires
from ehcp_flow.web.views import figures as views
from ehcp_flow.web.work import actor_of, call, in_thread

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_request import Definition
    from ehcp_flow.analytics.figure_table import FigureTable
    from ehcp_flow.services.figures_at_hand import FiguresAtHand

router = APIRouter()
NAV = Nav("Figures", "/figures", order=60, permission="figures.read")

CASES_ON_A_PAGE = 100
CHART_WIDTH, CHART_HEIGHT = 820, 280
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/figures", dependencies=[requires("figures.read")])
async def catalogue_page(request: Request) -> Response:
    """Every figure there is, by group, with the sentence each says for the period asked for."""
    asked, teams = await _asked(request)
    found = await call(request, figures_at_hand, asked.request, again=_again(request))
    said = {table.id: table for table in found.tables}
    drawn = next((table for table in found.tables if table.chart), None)
    return render(
        request,
        "figures/index.html",
        drawn=drawn,
        chart=await _chart(request, drawn) if drawn else "",
        groups=views.in_groups(figure_definitions()),
        said=said,
        asked=asked,
        teams=teams,
        periods=views.periods(asked.request.as_of),
        found=found,
    )


async def _asked(request: Request) -> tuple[views.Wanted, list[str]]:
    officers = await call(request, list_officers, today())
    teams = sorted({each.team for each in officers if each.team})
    return views.wanted(request.query_params, today(), teams), teams


def _again(request: Request) -> bool:
    return request.query_params.get("again") == "yes"


@router.get("/figures/{figure}", dependencies=[requires("figures.read")])
async def figure_page(request: Request, figure: str) -> Response:
    """One figure: its message, its chart beside its table, its definition."""
    definition = _definition(figure)
    asked, teams = await _asked(request)
    found = await call(request, figures_at_hand, asked.request, (figure,), again=_again(request))
    table = await call(request, within_reach, actor_of(request), found.tables[0])
    return render(
        request,
        "figures/figure.html",
        definition=definition,
        table=table,
        rows=views.shown_rows(table, asked),
        chart=await _chart(request, table),
        asked=asked,
        teams=teams,
        periods=views.periods(asked.request.as_of),
        divisions=views.divisions(definition),
        bases=views.BASIS,
        found=found,
        headings=list(zip(table.columns, views.titles(table), strict=True)),
    )


async def _chart(request: Request, table: FigureTable) -> Markup:
    svg = await in_thread(request, lambda: chart_svg(table, width=CHART_WIDTH, height=CHART_HEIGHT))
    return Markup(svg)  # noqa: S704 drawn by us, its words escaped


def _definition(figure: str) -> Definition:
    """The figure's definition. Raises UnknownName."""
    found = next((each for each in figure_definitions() if each.id == figure), None)
    if found is None:
        raise UnknownName("There is no such figure.", next="Choose one from the list of figures.")
    return found


async def _table(request: Request, figure: str) -> tuple[FigureTable, views.Wanted, FiguresAtHand]:
    _definition(figure)
    asked, _ = await _asked(request)
    found = await call(request, figures_at_hand, asked.request, (figure,))
    table = await call(request, within_reach, actor_of(request), found.tables[0])
    return table, asked, found


@router.get("/figures/{figure}/cases", dependencies=[requires("figures.cases")])
async def cases_page(request: Request, figure: str, row: str = "", column: str = "", page: int = 1) -> Response:
    """The cases behind one number, by reference: those within reach, a hundred to a page, each noted as seen."""
    table, asked, _ = await _table(request, figure)
    refs = table.cases.get((row, column), ())
    heading = next((each for each in table.columns if each.name == column), None)
    if heading is None or not refs:
        raise UnknownName("There are no cases behind that number.", next="Go back to the figure and choose another.")
    page = max(1, min(page, 1 + (len(refs) - 1) // CASES_ON_A_PAGE))
    first = (page - 1) * CASES_ON_A_PAGE
    shown, within = await call(request, cases_behind, actor_of(request), refs, first, CASES_ON_A_PAGE)
    await log_access(request, *(each.case_ref for each in shown), what="cases behind a figure")
    return render(
        request,
        "figures/cases.html",
        table=table,
        row=row,
        column=heading,
        cases=shown,
        within=within,
        outside=len(refs) - within,
        page=page,
        pages=1 + max(0, within - 1) // CASES_ON_A_PAGE,
        first=first,
        case_path=case_path,
        asked=asked,
    )


@router.get("/figures/{figure}/download.csv", dependencies=[requires("figures.read")])
async def download_csv(request: Request, figure: str) -> Response:
    """The figure's table as CSV, unrounded."""
    table, _, _ = await _table(request, figure)
    return _download(as_csv(table), f"{table.id}.csv", "text/csv; charset=utf-8")


@router.get("/figures/{figure}/download.xlsx", dependencies=[requires("figures.read")])
async def download_workbook(request: Request, figure: str) -> Response:
    """The figure's table as a workbook with its definition."""
    table, asked, found = await _table(request, figure)
    content = await in_thread(request, lambda: figure_workbook(table, asked.in_words, found.reckoned_at))
    return _download(content, f"{table.id}.xlsx", XLSX)


def _download(content: bytes, name: str, kind: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
