"""The caseload page: the unassigned, then each team with its officers, in a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ehcp_flow.analytics.caseload import Share
from ehcp_flow.cli.fitting import print_fitting
from ehcp_flow.cli.output import Column, console, escaped
from ehcp_flow.engine.words import long_date, plain_date
from ehcp_flow.law.event_rule import NOT_STARTED

if TYPE_CHECKING:
    from decimal import Decimal

    from rich.console import Console

    from ehcp_flow.analytics.caseload import Load, OfficerLoad, Stage, Unassigned, Worker
    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.services.caseload import CaseloadReport

BAR = 8
FULL, NEARLY = 100, 90
_WORKFLOWS_WITH_ROOM = 2


@dataclass(frozen=True, slots=True)
class Counted:
    """A column that counts cases: its heading, and the workflow it counts (all of them, if None)."""

    heading: str
    workflow: str | None

    def cell(self, load: Load) -> str:
        """The number, or a dash for none."""
        number = load.cases if self.workflow is None else load.of_workflow(self.workflow)
        return f"{number:,}" if number else "–"


def print_caseload(report: CaseloadReport, workflows: Mapping[str, Workflow]) -> None:
    """Print everybody's load."""
    out, found = console(), report.caseloads
    out.print(f"[bold]Caseloads on {long_date(report.as_of)}[/]\n")
    _print_unassigned(out, report)
    counted = _counted(found.total, workflows)
    columns = [
        Column("officer"),
        *(Column(each.heading, right=True) for each in counted),
        Column("load", right=True),
        Column("of", right=True),
        Column("share"),
        Column("overdue", right=True),
        Column("7 days", right=True),
    ]
    print_fitting(out, columns, _rows(report, counted), folding=0)
    out.print()
    _print_remarks(out, report, workflows)


def _counted(total: Load, workflows: Mapping[str, Workflow]) -> Sequence[Counted]:
    """A column for each process there are open cases of, if there is room for them, or else one for all cases."""
    names = sorted({name for name, _ in total.stages})
    if not names or len(names) > _WORKFLOWS_WITH_ROOM or not set(names) <= set(workflows):
        return [Counted("cases", None)]
    return [Counted(workflows[name].case_prefix, name) for name in names]


def _rows(report: CaseloadReport, counted: Sequence[Counted]) -> Iterator[Sequence[str]]:
    found = report.caseloads
    for team in found.teams:
        officers = [each for each in team.officers if each.capacity or each.load.cases]  # who has left is not shown
        if not officers:
            continue
        name = escaped(team.team) if team.team else "[yellow]In no team[/]"
        yield [f"[bold]{name}[/]", *_cells(team, counted)]
        for officer in officers:
            name = escaped(officer.worker.username)
            yield [f"  [yellow]{name}[/]" if officer.worker.away_until else f"  {name}", *_cells(officer, counted)]
    if report.team is None and len(found.teams) > 1:
        yield ["[bold]All[/]", *_cells(Share(found.total, found.capacity), counted)]


def _cells(of: Share, counted: Sequence[Counted]) -> list[str]:
    load = of.load
    cases = [each.cell(load) for each in counted]
    return [*cases, _weight(load.weight), _plain(of.capacity), _bar(of), *_pressing(load)]


def _pressing(load: Load) -> tuple[str, str]:
    return f"[red]{load.overdue:,}[/]" if load.overdue else "–", f"{load.due_soon:,}" if load.due_soon else "–"


def _bar(of: Share) -> str:
    percent = of.percent
    if percent is None:
        return "[bold red]no days[/]" if of.is_over else "[dim]no days[/]"
    style = "bold red" if of.is_over else "yellow" if percent >= NEARLY else "green"
    filled = min(BAR, round(BAR * percent / FULL))
    return f"[{style}]{'█' * filled}[/][dim]{'░' * (BAR - filled)}[/] [{style}]{percent:>4} %[/]"


def _weight(weight: Decimal) -> str:
    return f"{weight:,.1f}"


def _plain(weight: Decimal) -> str:
    """A weight without needless decimals."""
    return f"{weight:,.2f}".rstrip("0").rstrip(".")


def _print_unassigned(out: Console, report: CaseloadReport) -> None:
    unassigned = report.caseloads.unassigned
    cases = sum(each.load.cases for each in unassigned)
    limits = sum(each.load.overdue + each.load.due_soon for each in unassigned)
    if not cases and not limits:
        return
    out.print(f"[bold yellow]Nobody holds {_cases(cases)}[/]")
    for each in unassigned:
        load = each.load
        overdue = f", [red]{load.overdue:,} overdue[/]" if load.overdue else ""
        soon = f", {load.due_soon:,} due in 7 days" if load.due_soon else ""
        out.print(f"  {_where(each)}: {_cases(load.cases)}, load {_weight(load.weight)}{overdue}{soon}")
    out.print("  [dim]ehcp due --unassigned · ehcp assign CASE … --to USERNAME[/]\n")


def _cases(number: int) -> str:
    return f"{number:,} open case{'' if number == 1 else 's'}"


def _where(each: Unassigned) -> str:
    if each.officer:
        team = f"team {escaped(each.team)}" if each.team else "no team"
        return f"{escaped(each.officer)} (no officer any more), {team}"
    return f"Team {escaped(each.team)}" if each.team else "No team"


def _print_remarks(out: Console, report: CaseloadReport, workflows: Mapping[str, Workflow]) -> None:
    found = report.caseloads
    over = [each.worker.username for each in found.officers if each.is_over]
    if over:
        out.print(f"[bold red]Over ({len(over)}):[/] {escaped(', '.join(over))}")
    for worker in (each.worker for each in found.officers):
        if worker.away_until:
            out.print(_away(worker))
    if report.elsewhere:
        out.print(f"[yellow]Officers in no team hold {_cases(report.elsewhere)}:[/] ehcp caseload")
    for stage in found.without_weight:
        default = _plain(report.weights.default)
        out.print(f"[yellow]No weight is given for {_stage(stage, workflows)}: each counts {default}.[/]")
    out.print(
        "[dim]load: open cases, weighted by stage · of: a full caseload for the days worked\n"
        "overdue, 7 days: time limits in law past their day, and due by a week from it\n"
        "One officer stage by stage: ehcp caseload --officer USERNAME[/]"
    )


def _away(worker: Worker) -> str:
    cover = f"{escaped(worker.cover)} covers" if worker.cover else "[yellow]nobody covers[/]"
    until = plain_date(worker.away_until) if worker.away_until else ""
    return f"{escaped(worker.username)} is away until {until}: {cover}"


def _stage(stage: Stage, workflows: Mapping[str, Workflow]) -> str:
    """`NA, drafting the plan`; in the words of the database where no workflow file knows the stage any more."""
    name, state = stage
    workflow = workflows.get(name)
    if workflow is None:
        return escaped(f"{name}, {state}")
    title = workflow.state_title(state) if state == NOT_STARTED or state in workflow.states else state
    return f"{workflow.case_prefix}, {title.lower()}"


def _place(stage: Stage, workflows: Mapping[str, Workflow]) -> tuple[str, int]:
    """The order of the workflow file, which is that of the statute."""
    name, state = stage
    states = list(workflows[name].states) if name in workflows else []
    return name, states.index(state) if state in states else -1


def print_officer(report: CaseloadReport, workflows: Mapping[str, Workflow]) -> None:
    """Print one officer's load stage by stage, so that the figure can be checked by hand."""
    out, found = console(), report.caseloads
    shares = list(found.officers)
    for each in shares:
        _print_worker(out, each.worker)
    if not shares:
        _print_unassigned(out, report)
    columns = [Column("stage"), *(Column(word, right=True) for word in ("cases", "each", "load"))]
    total = found.total
    rows = [
        [
            _stage(stage, workflows),
            f"{cases:,}",
            _plain(report.weights.of(stage)),
            _plain(cases * report.weights.of(stage)),
        ]
        for stage, cases in sorted(total.stages.items(), key=lambda each: _place(each[0], workflows))
    ]
    rows.append(["[bold]All[/]", f"[bold]{total.cases:,}[/]", "", f"[bold]{_plain(total.weight)}[/]"])
    print_fitting(out, columns, rows, folding=0)
    for each in shares:
        out.print(f"\n{_bar(each)} of {_plain(each.capacity)}{', [bold red]over[/]' if each.is_over else ''}")
    out.print(f"Time limits in law: {total.overdue:,} overdue, {total.due_soon:,} due in the next 7 days.")


def _print_worker(out: Console, worker: Worker) -> None:
    team = escaped(worker.team) if worker.team else "[yellow]no team[/]"
    days = f"{worker.days_a_week} day{'' if worker.days_a_week == 1 else 's'} a week"
    out.print(f"[bold]{escaped(worker.name)}[/] ({escaped(worker.username)}), {team}, works {days}")
    if worker.away_until:
        out.print(_away(worker))
    out.print()


def caseload_as_json(report: CaseloadReport) -> dict[str, Any]:
    """The same for programs."""
    found = report.caseloads
    return {
        "as_of": report.as_of,
        "full_caseload": float(report.weights.full_caseload),
        "unassigned": [{"officer": each.officer, "team": each.team, **_load(each.load)} for each in found.unassigned],
        "teams": [
            {"team": team.team, **_share(team), "officers": [_officer(each) for each in team.officers]}
            for team in found.teams
        ],
        "total": {**_load(found.total), "capacity": float(found.capacity)},
        "without_weight": [{"workflow": name, "state": state} for name, state in found.without_weight],
        "held_by_officers_in_no_team": report.elsewhere,
    }


def _load(load: Load) -> dict[str, Any]:
    stages = [{"workflow": name, "state": state, "cases": cases} for (name, state), cases in load.stages.items()]
    return {
        "open_cases": load.cases,
        "stages": stages,
        "load": float(load.weight),
        "overdue_law": load.overdue,
        "due_in_7_days_law": load.due_soon,
    }


def _share(of: Share) -> dict[str, Any]:
    return {**_load(of.load), "capacity": float(of.capacity), "percent": of.percent, "is_over": of.is_over}


def _officer(each: OfficerLoad) -> dict[str, Any]:
    worker = each.worker
    who = {"username": worker.username, "name": worker.name, "days_a_week": worker.days_a_week}
    return {**who, "away_until": worker.away_until, "covered_by": worker.cover, **_share(each)}
