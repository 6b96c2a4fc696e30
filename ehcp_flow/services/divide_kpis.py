"""The figures of the workflow files, each divided by month, team, officer, provider and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ehcp_flow.services.report_figures import FigureRequest, frames_for
from ehcp_flow.services.report_kpis import kpi_rules, must_be_a_period

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_table import FigureTable
    from ehcp_flow.services.office import Office


def divide_kpis(
    office: Office, request: FigureRequest, *, workflow: str | None = None, kpi: str | None = None
) -> list[FigureTable]:
    """A table for each figure (or for the one called `kpi`), its rows as `request.by` asks, by month if it does not.

    Raises BadInput for a period that ends before it begins, UnknownName for a figure there is not.
    """
    from ehcp_flow.analytics.disclosure import published
    from ehcp_flow.analytics.figures.workflow_figures import make_kpi

    must_be_a_period(request.first, request.last)
    rules = kpi_rules(office, workflow, kpi)
    frames = frames_for(office, request, ()).narrowed(request)
    tables = [make_kpi(frames, request, process.workflow, rule) for process, rule in rules]
    smallest = frames.settings.smallest_published
    return [published(table, smallest) for table in tables] if request.published else tables
