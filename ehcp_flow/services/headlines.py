"""The figures on the directors' page: those of the workflow files for this year so far, and earlier mornings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from ehcp_flow.analytics.kpis import figure
from ehcp_flow.analytics.observations import Observation, observe
from ehcp_flow.engine.count import day_after, day_before, days_between
from ehcp_flow.notices.director import Before, Headline, Share
from ehcp_flow.notices.words import day_and_month, month_and_year
from ehcp_flow.storage import clock_table, flags

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ehcp_flow.law.kpi_rule import KpiRule
    from ehcp_flow.services.office import Office

DIGESTS = "digests"
"""The digests' rows in the ledger of nights."""

MONTHS = 6
_BACK = (1, 7, 28)
_MORNINGS_READ = 40


def headlines(office: Office, connection: Connection, day: date, wanted: Sequence[str]) -> list[Headline]:
    """The KPIs called so in any workflow, in the order wanted; names that no workflow knows are left out."""
    rules = {rule.id: (name, rule) for name, workflow in office.workflows.items() for rule in workflow.kpis.values()}
    seen: dict[tuple[str, str], list[Observation]] = {}
    found = []
    for workflow, rule in (rules[each] for each in wanted if each in rules):
        key = (workflow, rule.clock)
        if key not in seen:
            seen[key] = list(_observations(connection, day, *key))
        found.append(_headline(rule, seen[key], day))
    return found


def _observations(connection: Connection, day: date, workflow: str, clock: str) -> Iterator[Observation]:
    nobody: dict[str, Any] = {"authority": "", "person_ref": None}  # of whom a figure is, is nothing to this page
    for row in clock_table.clock_rows(connection, day, workflow=workflow, clock=clock):
        yield observe({**row._asdict(), **nobody}, day)


def _headline(rule: KpiRule, seen: Sequence[Observation], day: date) -> Headline:
    def share(words: str, first: date, last: date) -> Share:
        found = figure(rule, seen, first, last, day)
        return Share(words, found.numerator, found.denominator)

    year = share("this year", date(day.year, 1, 1), day)
    before = share("last year", date(day.year - 1, 1, 1), _a_year_before(day))
    months = tuple(share(month_and_year(first), first, min(last, day)) for first, last in _months(day))
    return Headline(rule.title, year, before, months)


def _a_year_before(day: date) -> date:
    """The same day of last year; for 29 February the day before 1 March."""
    return day_before(day_after(day).replace(year=day.year - 1 if day_after(day).year == day.year else day.year))


def _months(day: date) -> list[tuple[date, date]]:
    """The first and last days of this month and those before it, the earliest first."""
    found: list[tuple[date, date]] = []
    last = day
    for _ in range(MONTHS):
        found.append((last.replace(day=1), last))
        last = day_before(last.replace(day=1))
    return found[::-1]


def befores(connection: Connection, day: date) -> list[Before]:
    """How many limits were broken and open on the last morning, and those a week and four weeks ago or just before."""
    runs = [row for row in flags.runs_of(connection, DIGESTS, _MORNINGS_READ) if row.business_date < day]
    found: dict[date, Before] = {}
    for back in _BACK:
        run = next((row for row in runs if days_between(row.business_date, day) >= back), None)
        if run is not None:
            found[run.business_date] = Before(day_and_month(run.business_date), run.report.get("open", {}))
    return list(found.values())
