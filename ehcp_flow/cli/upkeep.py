"""`ehcp init`, `import`, `rebuild`, `verify`: keeping the database in order."""

from __future__ import annotations

from typing import Annotated

import typer

from ehcp_flow.cli import chronology
from ehcp_flow.cli.arguments import AsJson, day_or_today, office
from ehcp_flow.cli.imports import import_
from ehcp_flow.cli.output import print_json
from ehcp_flow.cli.progress import progress_bar


def add_to(app: typer.Typer) -> None:
    """Add these commands to the main one."""
    chronology.add_to(app)
    app.command(rich_help_panel="Upkeep")(init)
    app.command("import", rich_help_panel="Upkeep")(import_)
    app.command(rich_help_panel="Upkeep")(rebuild)
    app.command(rich_help_panel="Upkeep")(verify)


def init(
    made_up: Annotated[
        bool, typer.Option("--made-up", help="Also fill it with a made-up authority, to try things on.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether it is up to date; exit with 1 if it is not.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the database at EHCP_DATABASE_URL, or bring an older one up to date.

    Nothing in it is lost, and running it twice is safe. With --made-up an empty one is filled with an authority
    whose people do not exist.
    """
    from ehcp_flow.services.initialise import check_database, initialise

    if check:
        typer.echo(f"The database is up to date (version {check_database(office())}).")
        return
    made = initialise(office())
    if as_json:
        print_json({"place": made.place, "before": made.before, "now": made.now})
    elif made.before == made.now:
        typer.echo(f"The database at {made.place} is up to date (version {made.now}).")
    elif made.before:
        typer.echo(f"The database at {made.place} was brought from version {made.before} to {made.now}.")
    else:
        typer.echo(f"A new database was made at {made.place}.")
    if made_up:
        _make_up()
    elif not as_json and not made.before:
        typer.echo("Next: ehcp users add USERNAME · ehcp open needs_assessment request_received · ehcp import --help")


def _make_up() -> None:
    from ehcp_flow.services.make_up import make_up

    with progress_bar("Making up an authority") as tell:
        made = make_up(office(), day_or_today(None), progress=tell)
    typer.echo(f"{made.name}: {len(made.people):,} people who do not exist, {len(made.cases):,} cases.", err=True)


def rebuild(as_json: AsJson = False) -> None:
    """Remake every derived row (where cases stand, their clocks) from the journal.

    Needed after a workflow file or the calendar changed. The journal itself is only read; stopped half-way, nothing
    has changed.
    """
    from ehcp_flow.services.rebuild import rebuild as rebuild_all

    with progress_bar("Rebuilding") as tell:
        made = rebuild_all(office(), tell)
    if as_json:
        print_json({"cases": made.cases, "entries": made.entries, "clocks": made.clocks})
    else:
        typer.echo(f"Rebuilt {made.clocks:,} clocks of {made.cases:,} cases from {made.entries:,} entries.")


def verify(as_json: AsJson = False) -> None:
    """Check that nothing in the journal was changed behind the program's back.

    Every entry carries a fingerprint of the one before it. The first entry that is not as it was recorded is named,
    and the exit code is 1.
    """
    from ehcp_flow.services.rebuild import verify as verify_all

    with progress_bar("Verifying") as tell:
        found = verify_all(office(), tell)
    bad = found.bad
    if as_json:
        trouble = {"case": bad.case_ref, "entry": bad.seq, "reason": bad.reason} if bad else None
        print_json({"entries": found.entries, "bad": trouble})
    elif bad is None:
        typer.echo(f"All {found.entries:,} entries are as they were recorded.")
    else:
        message = f"ehcp: entry {bad.seq} of case {bad.case_ref} is not as it was recorded: {bad.reason}"
        typer.echo(f"{message} Restore a backup and compare.", err=True)
    if bad is not None:
        raise typer.Exit(1)
