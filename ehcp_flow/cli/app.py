"""The `ehcp` command. Only what a command needs is imported, and only when it runs."""

from __future__ import annotations

import os
import sys
import traceback
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from ehcp_flow import __version__
from ehcp_flow.cli import (
    accounts,
    cases,
    copies,
    figures,
    forecast,
    holding,
    law,
    lists,
    notices,
    observations,
    programs,
    returns,
    scheduler,
    serve,
    upkeep,
    users,
)
from ehcp_flow.cli.asked_for import only_asked_for
from ehcp_flow.cli.help_text import let_help_flow
from ehcp_flow.errors import BadFile, EhcpError

STOPPED = 130
"""The exit code after Ctrl-C, by the custom of shells."""

app = typer.Typer(
    name="ehcp",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""EHC plan cases against their statutory time limits.

    Start with [bold]ehcp init[/], then [bold]ehcp open[/] a case or [bold]ehcp import[/] a tracker.
    Every morning: [bold]ehcp due[/]. Why is this the date? [bold]ehcp explain CASE CLOCK[/].

    The database is in EHCP_DATABASE_URL (sqlite:///ehcp.db if unset). Dates are written 2026-09-01.""",
)
cases.add_to(app)
holding.add_to(app)
lists.add_to(app)
figures.add_to(app)
forecast.add_to(app)
observations.add_to(app)
upkeep.add_to(app)
scheduler.add_to(app)
notices.add_to(app)
serve.add_to(app)
copies.add_to(app)
app.add_typer(returns.app, name="return", rich_help_panel="Figures")
app.add_typer(law.app, name="workflows", rich_help_panel="The law")
accounts.add_to(app, users.app)
programs.add_to(app, users.app)
app.add_typer(users.app, name="users", rich_help_panel="Upkeep")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ehcp {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version and stop.")
    ] = False,
) -> None:
    """Options of every command."""


def main() -> None:
    """Run the command line; a mistake is one clear line and exit code 1, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that has no “ or → shows ? for it
    asked_for = only_asked_for(app, sys.argv[1:])
    let_help_flow(asked_for)
    try:
        asked_for()
    except EhcpError as error:
        _say(error)
        sys.exit(error.exit_code)
    except SystemExit as end:
        if end.code == STOPPED:
            typer.echo("ehcp: stopped. What was not finished was not written.", err=True)
        raise
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:  # whatever it is, a case officer must not be left with a traceback
        if os.environ.get("EHCP_DEBUG"):
            raise
        _say_unexpected(error)
        sys.exit(1)


def _say(error: EhcpError) -> None:
    text = str(error) if isinstance(error, BadFile) else " ".join(str(error).split())
    typer.echo(f"ehcp: {text}", err=True)


def _say_unexpected(error: Exception) -> None:
    """Say where the program went wrong, not with what: an error's own words may name a child."""
    ours = [step for step in traceback.extract_tb(error.__traceback__) if "ehcp_flow" in step.filename]
    where = f" in {Path(ours[-1].filename).name}, line {ours[-1].lineno}" if ours else ""
    what = f"this should not happen ({type(error).__name__}{where}). What was not finished was not written."
    typer.echo(f"ehcp: {what} Please report it; EHCP_DEBUG=1 shows more, which may name a child.", err=True)
