"""`ehcp backup`, `restore`, `move`, `upgrade`: the whole database at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ehcp_flow.cli.arguments import AsJson, office
from ehcp_flow.cli.output import print_json
from ehcp_flow.cli.progress import progress_bar


def add_to(app: typer.Typer) -> None:
    """Add these commands to the main one."""
    for command in (upgrade, backup, restore, move):
        app.command(rich_help_panel="Upkeep")(command)


def upgrade(
    to: Annotated[
        str, typer.Option("--to", metavar="VERSION", help="A version to go up or back to.", show_default="the newest")
    ] = "head",
    as_json: AsJson = False,
) -> None:
    """Bring an older database up to date (or, with --to, back: what newer versions added is lost).

    Make a backup first: ehcp backup FILE
    """
    from ehcp_flow.services.initialise import upgrade as upgrade_database

    made = upgrade_database(office(), to)
    if as_json:
        print_json({"place": made.place, "before": made.before, "now": made.now})
    elif made.before == made.now:
        typer.echo(f"The database at {made.place} is at version {made.now} already.")
    else:
        typer.echo(f"The database at {made.place} was brought from version {made.before} to {made.now}.")


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup to write; it must not be there yet.")],
    as_json: AsJson = False,
) -> None:
    """Write everything recorded to one file, as it stood at one moment; recording may go on meanwhile.

    The same file serves SQLite and PostgreSQL. It holds children's data and is readable by its owner only.

    Example: ehcp backup /backups/ehcp-2026-11-25.zip
    """
    from ehcp_flow.services.backup import backup as back_up

    with progress_bar("Backing up") as tell:
        made = back_up(office(), file, tell)
    if as_json:
        print_json({"file": str(made.path), "rows": made.rows})
    else:
        typer.echo(f"{made.rows['cases']:,} cases with {made.rows['journal']:,} entries are in {made.path}.")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup made with ehcp backup.")],
    as_json: AsJson = False,
) -> None:
    """Bring a backup into a new or empty database, and prove that it is whole.

    Example: EHCP_DATABASE_URL=sqlite:///restored.db ehcp restore /backups/ehcp-2026-11-25.zip
    """
    from ehcp_flow.services.backup import restore as bring_back

    with progress_bar("Restoring") as tell:
        made, proof = bring_back(office(), file, tell)
    if as_json:
        print_json(
            {"file": str(made.path), "rows": made.rows, "entries_verified": proof.entries, "sound": not proof.bad}
        )
    else:
        typer.echo(f"{made.rows['cases']:,} cases were restored; all derived rows were made again.")
        if proof.bad is None:
            typer.echo(f"All {proof.entries:,} entries are as they were recorded.")
    if proof.bad is not None:
        bad = proof.bad
        typer.echo(
            f"ehcp: entry {bad.seq} of case {bad.case_ref} was changed before the backup: {bad.reason}", err=True
        )
        raise typer.Exit(1)


def move(
    to: Annotated[str, typer.Option("--to", metavar="URL", help="The other database, new or empty.")],
    as_json: AsJson = False,
) -> None:
    """Move everything to another database, for example from SQLite to PostgreSQL, and compare.

    Nobody can record while it runs. The old database stays as it is.

    Example: ehcp move --to postgresql://ehcp_owner@db.example/ehcp
    """
    from ehcp_flow.services.move import move as carry_over

    with progress_bar("Moving") as tell:
        moved = carry_over(office(), to, tell)
    if as_json:
        print_json({"rows": moved.rows, "fingerprint": moved.fingerprint})
        return
    typer.echo(f"{moved.rows['cases']:,} cases with {moved.rows['journal']:,} entries arrived, row for row.")
    typer.echo(f"The journal's fingerprint is the same in both: {moved.fingerprint[:16]}…")
    typer.echo("Next: set EHCP_DATABASE_URL to the new database, and keep the old one until you are sure.")
