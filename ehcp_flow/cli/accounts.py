"""`ehcp users account`: who may sign in to the web application, and `ehcp access-report`: who saw a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ehcp_flow.cli.arguments import AsJson, office
from ehcp_flow.cli.fitting import print_fitting
from ehcp_flow.cli.output import Column, console, escaped, print_json, print_table

if TYPE_CHECKING:
    from ehcp_flow.services.access_report import AccessLine
    from ehcp_flow.services.accounts import AccountLine

app = typer.Typer(no_args_is_help=True, help="Who may sign in to the web application, in which role, for which teams.")

_ROLES = "case_officer, senior_case_manager, director, analyst, advice_giver or administrator"
Username = Annotated[str, typer.Argument(metavar="USERNAME", help="As used for signing in.")]
Role = Annotated[str, typer.Option("--role", metavar="ROLE", help=f"{_ROLES}.")]
Teams = Annotated[
    list[str] | None,
    typer.Option("--team", help="A team whose cases they see; may be given again. Their officer's own, if none is."),
]
AllTeams = Annotated[bool, typer.Option("--all-teams", help="Cases of every team.")]
AsOfficer = Annotated[
    str | None, typer.Option("--officer", metavar="OFFICER", help="The officer they are, if called otherwise.")
]
Provider = Annotated[str | None, typer.Option("--provider", help="Whom an advice-giver answers for: health, school …")]
Names = Annotated[bool, typer.Option("--names", help="An analyst who may see names of children.")]


def add_to(app_: typer.Typer, users: typer.Typer) -> None:
    """Add these commands to the main one and to `users`."""
    users.add_typer(app, name="account")
    app_.command("access-report", rich_help_panel="Upkeep")(access_report)


@app.command()
def add(
    username: Username,
    role: Role,
    name: Annotated[str, typer.Option("--name", help="Their name.")] = "",
    team: Teams = None,
    all_teams: AllTeams = False,
    officer: AsOfficer = None,
    provider: Provider = None,
    names: Names = False,
) -> None:
    """Let somebody sign in, and print the link by which they choose a password.

    Example: ehcp users account add a.smith --role case_officer --name "Alex Smith" --team North
    """
    from ehcp_flow.services.accounts import add_account

    teams = ["*"] if all_teams else team or []
    add_account(office(), username, role, name=name, teams=teams, officer=officer, provider=provider, sees_names=names)
    _print_link(username)


@app.command()
def link(username: Username) -> None:
    """Print a link by which they choose a password: it works once, within a day. Earlier links work no more.

    Example: ehcp users account link a.smith
    """
    _print_link(username)


def _print_link(username: str) -> None:
    from ehcp_flow.services.sign_in import make_link

    here = office()
    token = make_link(here, username)
    typer.echo(f"{username} chooses a password here, once, within a day:")
    typer.echo(f"\n  {here.settings.base_url}/welcome/{token}\n")
    typer.echo("Give it to them alone. EHCP_BASE_URL says where the web application is, if the address is not right.")


@app.command()
def role(
    username: Username,
    role: Annotated[str, typer.Argument(metavar="ROLE", help=f"{_ROLES}.")],
    team: Teams = None,
    all_teams: AllTeams = False,
    provider: Provider = None,
    names: Names = False,
) -> None:
    """Change somebody's role, and the teams whose cases they see. They sign in again afterwards.

    Example: ehcp users account role a.smith senior_case_manager --all-teams
    """
    from ehcp_flow.services.accounts import change_account

    facts: dict[str, Any] = {"role": role, "sees_names": names}
    if team or all_teams:
        facts["teams"] = ["*"] if all_teams else team
    if provider:
        facts["provider"] = provider
    line = change_account(office(), username, **facts)
    typer.echo(f"{username} is {_role(line)}, and sees cases of {_teams(line)}.")


@app.command()
def disable(username: Username) -> None:
    """Let somebody sign in no more, and sign them out everywhere. What they recorded stays.

    Example: ehcp users account disable a.smith
    """
    from ehcp_flow.services.accounts import change_account

    change_account(office(), username, is_active=False)
    typer.echo(f"{username} can no longer sign in. To let them in again: ehcp users account enable {username}")


@app.command()
def enable(username: Username) -> None:
    """Let somebody sign in again, with the password they had.

    Example: ehcp users account enable a.smith
    """
    from ehcp_flow.services.accounts import change_account

    change_account(office(), username, is_active=True)
    typer.echo(f"{username} can sign in again.")


@app.command("sign-out")
def sign_out(username: Username) -> None:
    """Sign somebody out at every browser, as after one was lost.

    Example: ehcp users account sign-out a.smith
    """
    from ehcp_flow.services.accounts import show_account
    from ehcp_flow.services.sessions import end_all_sessions

    show_account(office(), username)
    number = end_all_sessions(office(), username)
    typer.echo(f"{username} was signed in at {number} browser{'' if number == 1 else 's'}, and is so no more.")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """The accounts there are: role, scope, and how each signs in.

    Example: ehcp users account list --json
    """
    from ehcp_flow.services.accounts import list_accounts

    found = list_accounts(office())
    if as_json:
        print_json([_as_json(line) for line in found])
    elif not found:
        typer.echo("Nobody can sign in yet. ehcp serve prints a link that makes the administrator; or add somebody:")
        typer.echo('ehcp users account add a.smith --role case_officer --name "Alex Smith"')
    else:
        columns = [Column("username"), Column("name"), Column("role"), Column("cases of"), Column("signs in with")]
        print_fitting(console(), columns, [_cells(line) for line in found], folding=3)


def _cells(line: AccountLine) -> tuple[str, ...]:
    actor = line.actor
    return escaped(actor.username), escaped(actor.name), escaped(_role(line)), escaped(_teams(line)), _door(line)


def _role(line: AccountLine) -> str:
    return line.actor.role.replace("_", " ")


def _teams(line: AccountLine) -> str:
    teams = line.actor.teams
    return "every team" if teams is None else ", ".join(sorted(teams)) or "no team"


def _door(line: AccountLine) -> str:
    if not line.is_active:
        return "[red]disabled[/]"
    doors = [door for door, is_there in (("password", line.has_password), ("organisation", line.subject)) if is_there]
    return ", ".join(doors) or "[yellow]not yet[/]"


def _as_json(line: AccountLine) -> dict[str, Any]:
    actor = line.actor
    return {
        "username": actor.username,
        "name": actor.name,
        "role": actor.role,
        "teams": None if actor.teams is None else sorted(actor.teams),
        "officer": actor.officer,
        "provider": actor.provider,
        "sees_names": actor.sees_names,
        "is_active": line.is_active,
        "has_password": line.has_password,
        "has_single_sign_on": line.subject is not None,
    }


def access_report(
    case: Annotated[
        str | None, typer.Argument(metavar="CASE", help="A case; other cases of the same person too.")
    ] = None,
    person: Annotated[
        str | None, typer.Option("--person", metavar="PERSON", help="A person's reference instead.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Who saw a person's cases in the web application, and when. No child is named.

    Example: ehcp access-report NA-2026-0042
    """
    from ehcp_flow.services import access_report as reports

    if (case is None) == (person is None):
        raise typer.BadParameter("Give a case, or --person.")
    found = reports.access_report(office(), case) if case else reports.access_report_of_person(office(), person or "")
    if as_json:
        print_json({"cases": found.case_refs, "seen": [_line_as_json(line) for line in found.lines]})
    elif not found.lines:
        typer.echo(f"Nobody has looked at {', '.join(found.case_refs)} in the web application.")
    else:
        columns = [Column("when"), Column("who"), Column("case"), Column("what"), Column("reason given", folds=True)]
        print_table(columns, [_line_cells(line) for line in found.lines], console())


def _line_cells(line: AccessLine) -> tuple[str, ...]:
    from ehcp_flow.today import ENGLAND

    when = f"{line.at.astimezone(ENGLAND):%Y-%m-%d %H:%M}"
    return when, escaped(line.username), line.case_ref, escaped(line.what), escaped(line.reason or "")


def _line_as_json(line: AccessLine) -> dict[str, Any]:
    return {
        "at": line.at.isoformat(),
        "username": line.username,
        "name": line.name,
        "role": line.role,
        "case_ref": line.case_ref,
        "what": line.what,
        "reason": line.reason,
    }
