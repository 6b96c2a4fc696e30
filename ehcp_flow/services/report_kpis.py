"""The figures of the workflows' `kpis:` sections for a period."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from ehcp_flow.analytics.kpis import Figure, figure
from ehcp_flow.errors import BadInput, UnknownName
from ehcp_flow.services.observe import observations_touching

if TYPE_CHECKING:
    from ehcp_flow.law.kpi_rule import KpiRule
    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.services.office import Office


def report_kpis(
    office: Office,
    first: date,
    last: date,
    as_of: date,
    known_at: datetime | None = None,
    *,
    workflow: str | None = None,
    kpi: str | None = None,
) -> list[Figure]:
    """Every figure (or the one called `kpi`) from `first` to `last`, both counted, as it stood on `as_of`.

    Raises BadInput for a period that ends before it begins, UnknownName for a figure there is not.
    """
    must_be_a_period(first, last)
    rules = kpi_rules(office, workflow, kpi)
    clocks = {rule.clock for _, rule in rules}
    seen = observations_touching(office, first, last, as_of, known_at, clocks=clocks, workflow=workflow)
    return [
        figure(rule, (each for each in seen if each.workflow == process.workflow), first, last, as_of)
        for process, rule in rules
    ]


def kpi_rules(office: Office, workflow: str | None = None, kpi: str | None = None) -> list[tuple[Workflow, KpiRule]]:
    """The figures of the workflow files, or of one `workflow`, or the one called `kpi`.

    Raises UnknownName for a figure there is not.
    """
    wanted = [office.workflow(workflow)] if workflow else list(office.workflows.values())
    rules = [(each, rule) for each in wanted for rule in each.kpis.values() if kpi in (None, rule.id)]
    if not rules:
        known = ", ".join(name for each in wanted for name in each.kpis) or "none"
        raise UnknownName(
            f"There is no figure called {kpi}." if kpi else "No figures are defined.",
            next=f"There are: {known}.",
        )
    return rules


def must_be_a_period(first: date, last: date) -> None:
    """Raise BadInput for a period that ends before it begins."""
    if last < first:
        raise BadInput(f"The period ends on {last}, before it begins on {first}.")
