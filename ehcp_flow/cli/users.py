"""`ehcp users`: officers who hold cases, their teams and working days, and who covers while they are away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ehcp_flow.cli.arguments import AsJson, day_or_today, office, read_day
from ehcp_flow.cli.fitting import print_fitting
from ehcp_flow.cli.output import Column, console, escaped, print_json

if TYPE_CHECKING:
    from datetime import date

    from ehcp_flow.services.absence import Away
    from ehcp_flow.services.officers import OfficerLine

app = typer.Typer(no_args_is_help=True, help="Officers who hold cases, their teams, and who is away.")

Username = Annotated[str, typer.Argument(metavar="USERNAME", help="Short, as used for signing in.")]
Team = Annotated[str | None, typer.Option("--team", help="Their team; made if it is new.")]
WorksOn = Annotated[
    str | None,
    typer.Option("--works-on", metavar="DAYS", help="Working days: “mon tue wed”, mon-thu, none.", show_default=False),
]
_FULL_WEEK = ("mon", "tue", "wed", "thu", "fri")


@app.command()
def add(
    username: Username,
    name: Annotated[str, typer.Option("--name", help="The officer's name.")] = "",
    team: Team = None,
    works_on: WorksOn = None,
) -> None:
    """Add an officer, and their team if it is new. Works Monday to Friday unless --works-on says otherwise.

    Example: ehcp users add a.smith --name "Alex Smith" --team North --works-on "mon tue wed"
    """
    from ehcp_flow.services.officers import WHOLE_WEEK, add_officer

    add_officer(office(), username, name or username, team, works_on or WHOLE_WEEK)
    typer.echo(f"{username} can now hold cases: ehcp assign CASE --to {username}")


@app.command()
def change(
    username: Username,
    name: Annotated[str | None, typer.Option("--name", help="The officer's name.")] = None,
    team: Annotated[str | None, typer.Option("--team", help="Their team; made if it is new, '' for none.")] = None,
    works_on: WorksOn = None,
    as_json: AsJson = False,
) -> None:
    """Change an officer's name, team or working days. Their cases stay in the team they are in.

    Example: ehcp users change a.smith --works-on mon-thu
    """
    from ehcp_flow.services.officers import change_officer

    line = change_officer(office(), username, name=name, team=team, works_on=works_on)
    if as_json:
        print_json(_as_json(line, day_or_today(None)))
        return
    in_team = f"team {line.team}" if line.team else "no team"
    days = "no days" if not line.works_on else " ".join(line.works_on)
    typer.echo(f"{line.username} is {line.name}, {in_team}, and works {days}.")
    if team:
        typer.echo(f"To take their cases to the team as well: ehcp assign --from {username} --to {username}")


@app.command()
def away(
    username: Username,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day away.", show_default="today")
    ] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day away.")] = None,
    cover: Annotated[
        str | None, typer.Option("--cover", metavar="OTHER", help="The officer who looks after their cases.")
    ] = None,
    back: Annotated[bool, typer.Option("--back", help="They are back, or will not be away after all.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say that an officer is away and who covers, or that they are back. No case changes hands.

    Meanwhile the cover's lists also show these cases, marked. The same command with another --to or --cover
    changes an absence; --from names one that is not today's.

    Examples: ehcp users away a.smith --from 2026-12-01 --to 2026-12-11 --cover b.jones · ehcp users away a.smith --back
    """
    from ehcp_flow.services.absence import come_back, record_absence

    today, begins, ends = day_or_today(None), read_day(first), read_day(last)
    if back and (last or cover):
        raise typer.BadParameter("--back goes with --from at most.")
    if back:
        absence, said = come_back(office(), username, today, begins), "is back; they were to be away"
    else:
        absence, changed = record_absence(office(), username, begins, ends, cover, today)
        said = "is now away" if changed else "is away"
    if as_json:
        print_json({"username": username, "back": back, **_absence_as_json(absence)})
        return
    typer.echo(f"{username} {said} {absence.days}.")
    if not back and absence.cover:
        typer.echo(f"{absence.cover} covers: ehcp due --officer {absence.cover} shows these cases too, marked.")
    elif not back:
        typer.echo(f"Nobody covers yet: ehcp users away {username} --from {absence.first_day} --cover OTHER")


@app.command("list")
def list_(
    team: Annotated[str | None, typer.Option("--team", help="Only this team's officers.")] = None,
    as_json: AsJson = False,
) -> None:
    """The officers there are: team, working days, who is away or soon will be, and who covers.

    Example: ehcp users list --team North
    """
    from ehcp_flow.services.officers import list_officers

    today = day_or_today(None)
    found = [line for line in list_officers(office(), today) if team in (None, line.team)]
    if as_json:
        print_json([_as_json(line, today) for line in found])
    elif not found:
        typer.echo("There are no officers yet. Add one with: ehcp users add USERNAME --name NAME --team TEAM")
    else:
        columns = [Column("username"), Column("name"), Column("team"), Column("works on"), Column("away")]
        print_fitting(console(), columns, [_cells(line, today) for line in found], folding=2)
        _print_absences(found, today)


def _cells(line: OfficerLine, today: date) -> tuple[str, ...]:
    team = escaped(line.team) if line.team else "[yellow]none[/]"
    days = "mon–fri" if line.works_on == _FULL_WEEK else " ".join(line.works_on) or "[yellow]none[/]"
    return escaped(line.username), escaped(line.name), team, days, _when(line.away, today)


def _when(absence: Away | None, today: date) -> str:
    if absence is None:
        return ""
    return "[yellow]now[/]" if absence.first_day <= today else f"[dim]{absence.first_day}[/]"


def _print_absences(found: list[OfficerLine], today: date) -> None:
    """One line for each absence, below the table, where there is room to say who covers."""
    from ehcp_flow.engine.words import plain_date

    out = console()
    absences = [line.away for line in found if line.away]
    if absences:
        out.print()
    for absence in sorted(absences, key=lambda each: (each.first_day, each.officer)):
        begins = "" if absence.first_day <= today else f" from {plain_date(absence.first_day)}"
        cover = f"{escaped(absence.cover)} covers" if absence.cover else "[yellow]nobody covers[/]"
        out.print(f"{escaped(absence.officer)} is away{begins} until {plain_date(absence.last_day)}: {cover}")


def _as_json(line: OfficerLine, today: date) -> dict[str, Any]:
    absence = line.away
    return {
        "username": line.username,
        "name": line.name,
        "team": line.team,
        "works_on": list(line.works_on),
        "is_away": bool(absence and absence.first_day <= today),
        "absence": _absence_as_json(absence) if absence else None,
    }


def _absence_as_json(absence: Away) -> dict[str, Any]:
    return {"from": absence.first_day, "to": absence.last_day, "cover": absence.cover}
