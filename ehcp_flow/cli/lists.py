"""`ehcp due`, `breaches`, `kpis`: what a case officer, a manager and a director look at."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ehcp_flow.cli.arguments import AsJson, AsOf, day_or_today, office, read_day
from ehcp_flow.cli.cover import holder_words, print_absences, print_cover
from ehcp_flow.cli.output import Column, console, escaped, in_days, print_json, print_table

if TYPE_CHECKING:
    from rich.console import Console

    from ehcp_flow.analytics.observations import Observation
    from ehcp_flow.services.list_work import WorkList

BREACHES_FOUND = 3
_LINES = 15

Officer = Annotated[str | None, typer.Option("--officer", metavar="USERNAME", help="Only this officer's cases.")]
Team = Annotated[str | None, typer.Option("--team", help="Only this team's cases.")]
ClockName = Annotated[str | None, typer.Option("--clock", help="Only this clock: give_advice\\[school] …")]
Basis = Annotated[str | None, typer.Option("--basis", help="Only law, guidance or local.")]
Workflow = Annotated[str | None, typer.Option("--workflow", help="Only this process.")]
Lines = Annotated[int, typer.Option("--lines", min=1, help="How many lines of each group to list.")]
Everything = Annotated[bool, typer.Option("--all", help="List every line.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the main one."""
    app.command(rich_help_panel="Every day")(due)
    app.command(rich_help_panel="Every day")(breaches)


def due(
    as_of: AsOf = None,
    officer: Officer = None,
    team: Team = None,
    clock: ClockName = None,
    basis: Basis = None,
    workflow: Workflow = None,
    unassigned: Annotated[bool, typer.Option("--unassigned", help="Only cases that no officer holds.")] = False,
    ended: Annotated[bool, typer.Option("--ended", help="Also clocks of cases that have ended.")] = False,
    lines: Lines = _LINES,
    everything: Everything = False,
    as_json: AsJson = False,
) -> None:
    """What is overdue, due today, and due in the next 7 and 28 days.

    The most overdue come first. Limits that an exception lifts are listed apart: their day has passed, and
    the step must follow as soon as practicable. An officer's list also shows, marked, the cases they cover.

    Examples: ehcp due --officer asmith · ehcp due --clock finalise_plan --team North · ehcp due --unassigned
    """
    from ehcp_flow.services.list_work import Wanted, list_work

    day = day_or_today(as_of)
    work = list_work(office(), day, Wanted(officer, team, clock, _basis(basis), workflow, unassigned, ended))
    groups = {
        "overdue": work.overdue,
        "today": work.today,
        "next_7_days": work.soon,
        "next_28_days": work.later,
        "excepted": work.excepted,
    }
    if as_json:
        found_as_json = {name: [_with_cover(work, each) for each in found] for name, found in groups.items()}
        print_json({"as_of": day, **found_as_json})
        return
    out = console()
    if officer:
        print_cover(out, work, officer)
    if not work.total:
        _nothing_due(out, day, officer or team or clock or basis or workflow)
    titles = {
        "overdue": "[bold red]Overdue[/]",
        "today": "[bold yellow]Due today[/]",
        "next_7_days": "[bold]Due in the next 7 days[/]",
        "next_28_days": "Due in the next 28 days",
        "excepted": "Past their day, limit lifted by an exception",
    }
    for name, found in groups.items():
        if found:
            out.print(f"\n{titles[name]} ({len(found):,})")
            _print_observations(out, found, None if everything else lines, work, officer)
    if not officer:
        print_absences(out, work)
    if work.in_ended_cases:
        out.print(f"\n[dim]{work.in_ended_cases:,} more in cases that have ended: --ended[/]")
    if work.total:
        out.print("\n[dim]Why is this the date?  ehcp explain CASE CLOCK[/]")
        out.print("[dim]What happened?         ehcp record CASE EVENT[/]")


def _with_cover(work: WorkList, each: Observation) -> dict[str, Any]:
    away = work.away.get(each.officer or "")
    return {**_line(each), "covered_by": away.cover if away else None}


def _nothing_due(out: Console, day: date, narrowed: str | None) -> None:
    out.print(f"Nothing is overdue or due in the four weeks from {day}" + (" with these filters." if narrowed else "."))
    hint = "Leave out a filter, or look further with --as-of." if narrowed else "Open a case with: ehcp open --help"
    out.print(f"[dim]{hint}[/]")


def breaches(
    as_of: AsOf = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Also limits broken since then and met by now.")
    ] = None,
    officer: Officer = None,
    team: Team = None,
    clock: ClockName = None,
    basis: Basis = None,
    workflow: Workflow = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 3 when there are any, for monitoring.")
    ] = False,
    lines: Lines = _LINES,
    everything: Everything = False,
    as_json: AsJson = False,
) -> None:
    """Limits that are broken: past their last day, not met, and lifted by no exception.

    The longest overdue come first; law and guidance are counted apart.

    Examples: ehcp breaches --clock finalise_plan · ehcp breaches --since 2026-09-01 --json
    """
    from ehcp_flow.services.list_work import Wanted, list_breaches

    day = day_or_today(as_of)
    wanted = Wanted(officer, team, clock, _basis(basis), workflow, ended=True)
    found = list_breaches(office(), day, wanted, read_day(since))
    if as_json:
        print_json({"as_of": day, "breaches": [_line(each) for each in found]})
    else:
        _print_breaches(day, found, None if everything else lines)
    if exit_code and found:
        raise typer.Exit(BREACHES_FOUND)


def _print_breaches(day: date, found: list[Observation], lines: int | None) -> None:
    out = console()
    if not found:
        out.print(f"No limit is broken on {day}.")
        return
    law = sum(each.basis == "law" for each in found)
    out.print(
        f"[bold red]{len(found):,} limits broken on {day}[/], {law:,} of them law, {len(found) - law:,} guidance."
    )
    out.print()
    _print_observations(out, tuple(found), lines)


def _basis(basis: str | None) -> str | None:
    if basis not in (None, "law", "guidance", "local"):
        raise typer.BadParameter(f"{basis} is not a basis. Use law, guidance or local.", param_hint="--basis")
    return basis


def _line(each: Observation) -> dict[str, Any]:
    title = office().workflow(each.workflow).clocks[each.clock].title
    return {**asdict(each), "title": title, "days_left": each.days_left}


def _print_observations(
    out: Console,
    found: tuple[Observation, ...],
    lines: int | None,
    work: WorkList | None = None,
    asked_for: str | None = None,
) -> None:
    shown = found[:lines]
    columns = [Column("due"), Column("", right=True), Column("case"), Column("what", folds=True), Column("officer")]
    rows = []
    for each in shown:
        rule = office().workflow(each.workflow).clocks[each.clock]
        subject = f" – {each.subject.replace('_', ' ')}" if each.subject else ""
        tag = "" if each.basis == "law" else f" [dim]({each.basis})[/]"
        what = f"{rule.title}{escaped(subject)}{tag}"
        rows.append((str(each.due_on), in_days(each), each.case_ref, what, holder_words(each, work, asked_for)))
    print_table(columns, rows, out)
    if len(found) > len(shown):
        out.print(f"[dim]… and {len(found) - len(shown):,} more: --all[/]")
