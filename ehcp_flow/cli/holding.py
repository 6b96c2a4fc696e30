"""`ehcp assign`, `caseload`: who holds which cases, and who carries how much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ehcp_flow.cli.arguments import AsJson, AsOf, complete_case, day_or_today, office
from ehcp_flow.cli.cover import absence_words
from ehcp_flow.cli.output import console, escaped, print_json
from ehcp_flow.cli.progress import progress_bar

if TYPE_CHECKING:
    from ehcp_flow.services.hand_over import HandedOver


def add_to(app: typer.Typer) -> None:
    """Add these commands to the main one."""
    app.command(rich_help_panel="One case")(assign)
    app.command(rich_help_panel="Figures")(caseload)


def assign(
    cases: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CASE]...", help="One case or several, by reference.", autocompletion=complete_case),
    ] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="USERNAME", help="The officer.")] = None,
    team: Annotated[str | None, typer.Option("--team", help="The team, if not the officer's own.")] = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="USERNAME", help="All the cases this officer holds.")
    ] = None,
    open_only: Annotated[bool, typer.Option("--open-only", help="Leave cases that have ended where they are.")] = False,
    note: Annotated[str | None, typer.Option("--note", help="A remark kept with each entry.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change hands.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say who holds a case, several cases, or all that another officer held. The clocks go with them.

    Each hand-over is an entry in the case's journal. Several cases change hands together or not at all; those
    that are held so already are left alone.

    Examples: ehcp assign NA-2026-0042 --to b.jones · ehcp assign --from a.smith --to b.jones --note "new area"
    """
    if len(cases or []) == 1 and not (from_ or open_only or dry_run):
        _assign_one((cases or [""])[0], to, team, note, as_json=as_json)
        return
    from ehcp_flow.services.hand_over import hand_over

    with progress_bar("Handing over") as tell:
        handed = hand_over(
            office(),
            to,
            team,
            cases=cases or (),
            from_officer=from_,
            open_only=open_only,
            note=note,
            dry_run=dry_run,
            progress=tell,
        )
    if as_json:
        print_json(_as_json(handed, from_, dry_run=dry_run))
    else:
        _print_handed_over(handed, from_, dry_run=dry_run)


def _assign_one(case: str, to: str | None, team: str | None, note: str | None, *, as_json: bool) -> None:
    from ehcp_flow.services.assign import assign as assign_case

    held = assign_case(office(), case, to, team, note)
    if as_json:
        print_json({"case": case, **held})
    else:
        team_words = f" (team {held['team']})" if held.get("team") else ""
        typer.echo(f"{case} is held by {held.get('officer', 'nobody yet')}{team_words}.")


def _print_handed_over(handed: HandedOver, from_: str | None, *, dry_run: bool) -> None:
    out = console()
    to = _holder(handed)
    if not handed.cases:
        held = f"{_number(handed.left_alone, 'case')} held so already" if handed.left_alone else "no cases found"
        out.print(f"Nothing to hand over to {to}: {held}.")
        return
    went = "would go" if dry_run else "went"
    source = f" from {escaped(from_)}" if from_ else ""
    out.print(f"[bold]{_number(len(handed.cases), 'case')}[/] {went}{source} to {to}; {handed.open_cases:,} open.")
    clocks = handed.clocks
    late = f"[bold red]{clocks.overdue:,} overdue[/]" if clocks.overdue else "none overdue"
    law = f" ({clocks.overdue_law:,} of them law)" if clocks.overdue else ""
    out.print(f"{_number(clocks.total, 'open clock')} {went} with them: {late}{law}.")
    if handed.away:
        out.print(f"[yellow]Take care:[/] {absence_words(handed.away)}.")
    if handed.left_alone:
        out.print(f"{_number(handed.left_alone, 'case')} held so already, left alone.")
    if dry_run:
        out.print("[dim]Nothing was written. Leave out --dry-run to do it.[/]")
    elif handed.officer:
        out.print(f"[dim]See them with: ehcp due --officer {handed.officer} · the load: ehcp caseload[/]")


def _holder(handed: HandedOver) -> str:
    if handed.officer is None:
        return f"team {escaped(handed.team)}, no officer yet"
    return escaped(handed.officer) + (f" (team {escaped(handed.team)})" if handed.team else " (no team)")


def _number(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _as_json(handed: HandedOver, from_: str | None, *, dry_run: bool) -> dict[str, Any]:
    return {
        "from": from_,
        "officer": handed.officer,
        "team": handed.team,
        "dry_run": dry_run,
        "cases": list(handed.cases),
        "open_cases": handed.open_cases,
        "open_clocks": handed.clocks.total,
        "overdue": handed.clocks.overdue,
        "overdue_law": handed.clocks.overdue_law,
        "left_alone": handed.left_alone,
    }


def caseload(
    as_of: AsOf = None,
    team: Annotated[str | None, typer.Option("--team", help="Only this team's officers.")] = None,
    officer: Annotated[
        str | None, typer.Option("--officer", metavar="USERNAME", help="One officer's load, stage by stage.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Who carries how much: open cases weighted by stage, against the days each officer works.

    What nobody holds comes first. The weights are in workflows/settings/caseload.yaml, or where EHCP_CASELOAD says.

    Examples: ehcp caseload --team North · ehcp caseload --officer a.smith
    """
    from ehcp_flow.cli.caseload_page import caseload_as_json, print_caseload, print_officer
    from ehcp_flow.services.caseload import caseload as weigh

    day = day_or_today(as_of)
    if day < day_or_today(None):
        with progress_bar("Going back to that day") as tell:
            report = weigh(office(), day, team, officer, tell)
    else:
        report = weigh(office(), day, team, officer)
    if as_json:
        print_json(caseload_as_json(report))
    elif officer:
        print_officer(report, office().workflows)
    else:
        print_caseload(report, office().workflows)
