"""`ehcp notices`, `calendar`: what people are told, whether it arrived, and due dates for a calendar."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ehcp_flow.cli.arguments import AsJson, AsOf, day_or_today, office
from ehcp_flow.cli.output import Column, escaped, print_json, print_table
from ehcp_flow.today import ENGLAND, now

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row

notices = typer.Typer(no_args_is_help=True, help="What people are told in the morning, and whether it arrived.")

Key = Annotated[str, typer.Argument(metavar="KEY", help="The notice's key, or a part that no other has.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the main one."""
    app.add_typer(notices, name="notices", rich_help_panel="Upkeep")
    app.command(rich_help_panel="Every day")(calendar)


@notices.command("list")
def list_(
    dead: Annotated[bool, typer.Option("--dead", help="Only those given up.")] = False,
    sent: Annotated[bool, typer.Option("--sent", help="Also those sent.")] = False,
    lines: Annotated[int, typer.Option("--lines", min=1, help="How many to list.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Notices that wait or were given up, the newest first.

    Example: ehcp notices list --dead
    """
    from ehcp_flow.services.list_notices import list_notices, standing_of

    found = list_notices(office(), dead=dead, sent=sent, most=lines)
    if as_json:
        print_json([{"standing": standing_of(row), **row._asdict()} for row in found])
        return
    if not found:
        typer.echo("No notice was given up." if dead else "No notices." if sent else "Every notice has been sent.")
        return
    columns = [Column("day"), Column("to"), Column("kind"), Column("standing"), Column("tries", right=True)]
    rows = [
        (str(row.business_date), escaped(row.recipient), row.kind, _standing(row), str(row.attempts), _more(row))
        for row in found
    ]
    print_table([*columns, Column("", folds=True)], rows)


def _standing(row: Row[Any]) -> str:
    from ehcp_flow.services.list_notices import standing_of

    word = standing_of(row)
    colour = {"given up": "bold red", "tried": "yellow", "sent": "green"}.get(word)
    return f"[{colour}]{word}[/]" if colour else word


def _more(row: Row[Any]) -> str:
    if row.sent_at:
        return _clock(row.sent_at)
    again = f"; again {_clock(row.next_try_at)}" if row.next_try_at and row.attempts else ""
    return escaped(f"{row.trouble}{again}") if row.trouble else ""


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(ENGLAND):%Y-%m-%d %H:%M}"


@notices.command()
def show(
    key: Key,
    html: Annotated[Path | None, typer.Option("--html", help="Write its HTML to this file (until it is sent).")] = None,
    as_json: AsJson = False,
) -> None:
    """One notice: what it says, and what became of it.

    Its KEY is the first column of `ehcp notices list`.
    """
    from ehcp_flow.services.list_notices import show_notice, standing_of

    row = show_notice(office(), key)
    if html is not None:
        _write(html, row.html.encode())
    if as_json:
        print_json({"standing": standing_of(row), **row._asdict()})
        return
    typer.echo(f"{row.key}\nto {row.recipient}, {standing_of(row)}, tried {row.attempts} times")
    if row.trouble:
        typer.echo(row.trouble)
    typer.echo(f"\n{row.subject}\n\n{row.text}")


def _write(path: Path, content: bytes) -> None:
    from ehcp_flow.services.officer_calendar import write_whole

    write_whole(path, content)


@notices.command()
def retry(
    key: Annotated[str | None, typer.Argument(metavar="KEY", help="A notice that was given up.")] = None,
    all_dead: Annotated[bool, typer.Option("--all-dead", help="All that were given up.")] = False,
) -> None:
    """Let what was given up be tried again, from the beginning.

    Example: ehcp notices retry --all-dead
    """
    from ehcp_flow.services.list_notices import retry_notices

    if (key is None) != all_dead:
        raise typer.BadParameter("Give the KEY of a notice, or --all-dead.")
    found = retry_notices(office(), now(), key)
    typer.echo(f"{len(found):,} to be sent with the next round: ehcp notices send" if found else "None was given up.")


@notices.command()
def send(as_json: AsJson = False) -> None:
    """Send what is due, now. The scheduler does it every few minutes.

    Exit code 1 if a notice was given up.
    """
    from ehcp_flow.services.list_notices import need_channels
    from ehcp_flow.services.send_notices import send_due

    need_channels(office())
    report = send_due(office())
    if as_json:
        print_json(dict(report))
    else:
        typer.echo(f"{report.sent:,} sent, {report.failed:,} to be tried again, {report.given_up:,} given up.")
        typer.echo(f"{report.waiting:,} wait; {report.dead:,} were given up in all.")
    if report.given_up:
        raise typer.Exit(1)


@notices.command()
def check(as_json: AsJson = False) -> None:
    """Read the file of channels and say who is told over which channel, and who is forgotten.

    Nothing is sent.
    """
    from ehcp_flow.services.check_channels import check_channels

    found = check_channels(office())
    if as_json:
        print_json({"told": [{"to": to, "channel": says} for to, says in found.told], "doubts": found.doubts})
        return
    print_table(
        [Column("to"), Column("channel", folds=True)], [(escaped(to), escaped(says)) for to, says in found.told]
    )
    for doubt in found.doubts:
        typer.echo(f"Look at this: {doubt}")


@notices.command()
def preview(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="officer, team, directors or advice-giver.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which one; nothing for directors.")] = "",
    as_of: AsOf = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write it as HTML to this file.")] = None,
) -> None:
    """What somebody is told this morning, without sending anything.

    Examples: ehcp notices preview officer asmith · ehcp notices preview directors --html page.html
    """
    from ehcp_flow.services.preview_notice import preview as preview_notice

    message = preview_notice(office(), day_or_today(as_of), kind, name)
    if message is None:
        typer.echo("There is nothing to tell, so nothing would be sent.")
    elif html is not None:
        _write(html, message.html.encode())
        typer.echo(f"{message.subject}: {html}")
    else:
        typer.echo(f"{message.subject}\n\n{message.text}")


def calendar(
    officer: Annotated[str, typer.Argument(metavar="OFFICER", help="Whose due dates: a username.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The .ics file to write; - for the terminal.")],
) -> None:
    """An officer's due dates as a calendar file, which calendar programs can subscribe to.

    Case references and what is due only. Repeat it every night; entries keep their identity when a date moves.
    """
    from ehcp_flow.services.officer_calendar import officer_calendar

    made = officer_calendar(office(), officer, now())
    if str(out) == "-":
        typer.echo(made.content.decode(), nl=False)
        return
    _write(out, made.content)
    typer.echo(f"{made.dues:,} due dates of {officer} are in {out}.")
