"""The law as it stands in the workflow files, for people: limits, texts, pictures, and examples run while you wait."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import Response

from ehcp_flow.law.citation import CHECK_MARKS
from ehcp_flow.services.check_workflows import check_workflows, run_tables
from ehcp_flow.web.nav import Nav
from ehcp_flow.web.rendering import render
from ehcp_flow.web.rules import requires
from ehcp_flow.web.views import law
from ehcp_flow.web.views.state_drawing import state_drawing
from ehcp_flow.web.work import call, in_thread, office_of

if TYPE_CHECKING:
    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.services.check_workflows import Tested
    from ehcp_flow.services.office import Office

router = APIRouter()
NAV = Nav("Law", "/law", order=80, permission="law.read")


@router.get("/law", dependencies=[requires("law.read")])
async def law_page(request: Request) -> Response:
    """Which processes there are, which texts they cite, and how well they were checked."""
    workflows = office_of(request).workflows
    tested = {each.workflow: each for each in await call(request, run_tables)}
    checked = await call(request, check_workflows)
    sources = {name: each for workflow in workflows.values() for name, each in workflow.sources.items()}
    return render(
        request,
        "law/index.html",
        workflows=in_order(workflows.values()),
        tested=tested,
        unverified=checked.unverified,
        sources=sources.values(),
        check_marks=CHECK_MARKS,
    )


def in_order(workflows: Iterable[Workflow]) -> list[Workflow]:
    """The processes, those that another one leads to after it."""
    found = list(workflows)
    opened = {event.opens.workflow for each in found for event in each.events.values() if event.opens}
    return sorted(found, key=lambda each: each.workflow in opened)


@router.get("/law/{name}", dependencies=[requires("law.read")])
async def workflow_page(request: Request, name: str) -> Response:
    """One process: every limit, the steps, the exceptions, the figures, and what nobody has checked."""
    workflow = office_of(request).workflow(name)
    (tested,) = await call(request, run_tables, name)
    checked = await call(request, check_workflows, name)
    return render(
        request,
        "law/workflow.html",
        workflow=workflow,
        tested=tested,
        clocks=law.shown_clocks(workflow, tested),
        drawing=await in_thread(request, lambda: state_drawing(workflow)),
        unchecked=law.unchecked(workflow, checked.unverified),
        facts=law.exception_facts,
        bases=law.BASIS,
    )


@router.get("/law/{name}/examples", dependencies=[requires("law.read")])
async def examples_page(request: Request, name: str, clock: str = "") -> Response:
    """The examples beside the file, run just now: all of them, or those about one limit."""
    workflow, tested, shown = await call(request, _examples, name, clock)
    return render(
        request,
        "law/examples.html",
        workflow=workflow,
        tested=tested,
        examples=shown,
        clock=workflow.clocks.get(clock),
    )


def _examples(office: Office, name: str, clock: str) -> tuple[Workflow, Tested, list[law.ShownExample]]:
    workflow = office.workflow(name)
    (tested,) = run_tables(office, name)
    wanted = clock if clock in workflow.clocks else None
    return workflow, tested, law.shown_examples(workflow, tested.results, wanted)
