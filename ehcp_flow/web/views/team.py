"""The team's page: who carries how much, what is late or nearly so, and what nobody holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from ehcp_flow.engine.count import days_between
from ehcp_flow.engine.words import plain_date
from ehcp_flow.web.links import case_path
from ehcp_flow.web.views.words import days_tone, subject_title
from ehcp_flow.web.words import days_left

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from ehcp_flow.analytics.caseload import Load, OfficerLoad, Share
    from ehcp_flow.analytics.observations import Observation
    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.services.caseload import CaseloadReport
    from ehcp_flow.services.share_out import OpenCases
    from ehcp_flow.web.views.words import Tone

BAR: Final = 120
FULL: Final = 100
NEARLY: Final = 90
_WIDEST = 150
FEW: Final = 10
PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class LoadLine:
    """What an officer or a team carries. The bar is `BAR` long at half as much again as full; `mark` is full."""

    name: str
    username: str
    cases: int
    load: str
    capacity: str
    percent: str
    bar: int
    mark: int
    level: str
    overdue: int
    soon: int
    away: str
    is_team: bool = False

    @property
    def list_path(self) -> str:
        """The list of what is due in these cases."""
        return f"/today?{urlencode({'officer': self.username})}"

    @property
    def cases_path(self) -> str:
        """The page from which their cases are shared out."""
        return f"/team/cases?{urlencode({'officer': self.username})}"

    @property
    def absence_path(self) -> str:
        """The page of their absences."""
        return f"/team/absence?{urlencode({'officer': self.username})}"


def load_lines(report: CaseloadReport, names: Mapping[str, str]) -> list[LoadLine]:
    """Team by team with its officers; who works no days and holds nothing has left, and is not shown."""
    lines = []
    for team in report.caseloads.teams:
        officers = [each for each in team.officers if each.capacity or each.load.cases]
        if officers:
            lines.append(_line(team.team or "In no team", "", team, is_team=True))
            lines += [_officer_line(each, names) for each in officers]
    return lines


def _officer_line(each: OfficerLoad, names: Mapping[str, str]) -> LoadLine:
    worker = each.worker
    return _line(worker.name, worker.username, each, away=away_words(worker.away_until, worker.cover, names))


def away_words(until: date | None, cover: str | None, names: Mapping[str, str]) -> str:
    """`away until 4 December 2026, Bea Jones covers`."""
    if until is None:
        return ""
    return f"away until {plain_date(until)}, {names.get(cover, cover) if cover else 'nobody'} covers"


def _line(name: str, username: str, of: Share, *, away: str = "", is_team: bool = False) -> LoadLine:
    percent = of.percent
    shown = 0 if percent is None else min(percent, _WIDEST)
    level = "over" if of.is_over else "full" if (percent or 0) >= NEARLY else "room"
    return LoadLine(
        name=name,
        username=username,
        cases=of.load.cases,
        load=f"{of.load.weight:,.0f}",
        capacity=f"{of.capacity:,.0f}",
        percent=f"{percent:,}%" if percent is not None else "works no days",
        bar=BAR * shown // _WIDEST,
        mark=BAR * FULL // _WIDEST,
        level=level,
        overdue=of.load.overdue,
        soon=of.load.due_soon,
        away=away,
        is_team=is_team,
    )


@dataclass(frozen=True, slots=True)
class UnassignedLine:
    """Cases that no officer there is holds."""

    where: str
    cases: int
    overdue: int
    soon: int


def unassigned_lines(report: CaseloadReport) -> list[UnassignedLine]:
    """Cases without an officer, or of one who has left."""
    return [
        UnassignedLine(_where(each.officer, each.team), each.load.cases, each.load.overdue, each.load.due_soon)
        for each in report.caseloads.unassigned
        if each.load.cases or _presses(each.load)
    ]


def _presses(load: Load) -> bool:
    return bool(load.overdue or load.due_soon)


def _where(officer: str | None, team: str | None) -> str:
    if officer:
        return f"{officer} (no officer any more), {team or 'no team'}"
    return team or "No team"


@dataclass(frozen=True, slots=True)
class LimitLine:
    """A limit that is broken or nearly so."""

    case_ref: str
    path: str
    what: str
    due: str
    days: str
    tone: Tone
    holder: str


def limit_lines(
    found: Sequence[Observation], workflows: Mapping[str, Workflow], names: Mapping[str, str]
) -> Iterator[LimitLine]:
    """The first few of them."""
    for each in found[:FEW]:
        workflow = workflows[each.workflow]
        rule = workflow.clocks[each.clock]
        subject = subject_title(workflow, rule, each.subject)
        left = each.days_left or 0
        holder = names.get(each.officer or "", each.officer) or each.team or "nobody"
        what = f"{rule.title}: {subject}" if subject else rule.title
        due = plain_date(each.due_on)
        path = case_path(each.case_ref)
        yield LimitLine(each.case_ref, path, what, due, days_left(left), days_tone(left), holder)


def case_lines(found: OpenCases, workflows: Mapping[str, Workflow], today: date) -> Iterator[dict[str, Any]]:
    """Open cases to be shared out."""
    for row in found.rows:
        workflow = workflows.get(row.workflow)
        left = days_between(today, row.due_on) if row.due_on else None
        yield {
            "case_ref": row.case_ref,
            "path": case_path(row.case_ref),
            "process": workflow.title if workflow else row.workflow,
            "state": workflow.state_title(row.state) if workflow else row.state,
            "due": plain_date(row.due_on) if row.due_on else "",
            "days": days_left(left) if left is not None else "",
            "tone": days_tone(left) if left is not None else "off",
            "team": row.team or "no team",
        }
