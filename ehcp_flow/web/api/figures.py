"""`/api/v1/kpis`, `figures` and `observations`: what analysts read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from functools import partial
from typing import IO, TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import StreamingResponse

from ehcp_flow.errors import UnknownName
from ehcp_flow.services.figures_at_hand import figures_at_hand
from ehcp_flow.services.figures_within_reach import within_reach, without_case_rows
from ehcp_flow.services.observations_for_programs import MEDIA_TYPES, observations_file
from ehcp_flow.services.report_figures import FigureRequest, figure_definitions
from ehcp_flow.services.report_kpis import report_kpis
from ehcp_flow.today import today
from ehcp_flow.web.api_calls import bodies, figure_shapes
from ehcp_flow.web.api_calls.answers import answer
from ehcp_flow.web.api_calls.callers import caller_of, good_for
from ehcp_flow.web.api_calls.description import V1, refusals
from ehcp_flow.web.work import call, in_thread

if TYPE_CHECKING:
    from ehcp_flow.web.api_calls.bodies import PeriodAsked

router = APIRouter(prefix=V1, tags=["Figures"])

_reads = good_for("figures", "figures.read")
_BLOCK = 262_144


def _period(asked: PeriodAsked) -> tuple[date, date, date]:
    """The first day, the last day and the day to judge for: this calendar year so far, if nothing is said."""
    as_of = asked.as_of or today()
    last = asked.to or as_of
    return asked.from_ or date(last.year, 1, 1), last, as_of


@router.get(
    "/kpis",
    operation_id="list_kpis",
    summary="The figures of the workflow files for a period",
    dependencies=_reads,
    response_model=figure_shapes.Kpis,
    responses=refusals(304, 404),
)
async def list_kpis(request: Request, asked: Annotated[bodies.KpisAsked, Query()]) -> Response:
    """In time, of how many, left out, still open, for the whole authority; this calendar year if nothing is said."""
    first, last, as_of = _period(asked)
    found = await call(request, report_kpis, first, last, as_of, asked.known_at, workflow=asked.workflow, kpi=asked.kpi)
    said = figure_shapes.Kpis(first=first, last=last, as_of=as_of, kpis=[figure_shapes.kpi(each) for each in found])
    return answer(request, said)


@router.get(
    "/figures",
    operation_id="list_figures",
    summary="The catalogue of figures",
    dependencies=_reads,
    response_model=figure_shapes.Catalogue,
    responses=refusals(304),
)
async def list_figures(request: Request) -> Response:
    """Every figure there is, and what it means."""
    found = [figure_shapes.definition(each) for each in figure_definitions()]
    return answer(request, figure_shapes.Catalogue(figures=found))


@router.get(
    "/figures/{figure}",
    operation_id="show_figure",
    summary="One figure of the catalogue",
    dependencies=_reads,
    response_model=figure_shapes.Table,
    responses=refusals(304, 404),
)
async def show_figure(
    request: Request, figure: bodies.FigureName, asked: Annotated[bodies.FigureAsked, Query()]
) -> Response:
    """Its table, what it says in one sentence, and its definition. `published=true` takes small numbers out."""
    first, last, as_of = _period(asked)
    if figure not in {each.id for each in figure_definitions()}:
        raise UnknownName("There is no such figure.", next="GET /api/v1/figures lists them.")
    wanted = FigureRequest(
        first, last, as_of, asked.known_at, asked.by, team=asked.team, officer=asked.officer, published=asked.published
    )
    found, caller = (await call(request, figures_at_hand, wanted, (figure,))).tables[0], caller_of(request)
    sees_cases = caller.scopes & {"cases", "observations"}
    table = await call(request, within_reach, caller.actor, found) if sees_cases else without_case_rows(found)
    return answer(request, figure_shapes.table(table, wanted))


@router.get(
    "/observations",
    operation_id="read_observations",
    summary="The observations table",
    dependencies=good_for("observations", "figures.cases"),
    response_class=Response,
    responses={
        200: {
            "description": "Every clock of every case as it stood on a day; the columns are described in "
            "docs/observations.md.",
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Observations"}},
                "text/csv": {"schema": {"type": "string"}},
                "application/vnd.apache.parquet": {"schema": {"type": "string", "format": "binary"}},
            },
        },
        **refusals(404),
    },
)
async def read_observations(request: Request, asked: Annotated[bodies.ObservationsAsked, Query()]) -> Response:
    """One row for each case, clock and subject, without names, as CSV, JSON or Parquet."""
    as_of = asked.as_of or today()
    file = await call(
        request,
        observations_file,
        caller_of(request).actor,
        asked.format,
        as_of,
        asked.known_at,
        workflow=asked.workflow,
        clock=asked.clock,
    )
    name = f"observations-{as_of}.{asked.format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(_blocks(request, file), 200, headers, MEDIA_TYPES[asked.format])


async def _blocks(request: Request, file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while block := await in_thread(request, partial(file.read, _BLOCK)):
            yield block
