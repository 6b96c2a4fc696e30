"""`ehcp observations`: every clock of every case on a day, as a file for analysts."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ehcp_flow.cli.arguments import AsOf, KnownAt, day_or_today, office, read_moment
from ehcp_flow.cli.lists import Workflow
from ehcp_flow.cli.output import Column, console, print_table

if TYPE_CHECKING:
    from ehcp_flow.services.export_observations import Exported


class FileFormat(StrEnum):
    """What kind of file."""

    csv = "csv"
    parquet = "parquet"


def add_to(app: typer.Typer) -> None:
    """Add this command to the main one."""
    app.command(rich_help_panel="Figures")(observations)


def observations(
    as_of: AsOf = None,
    known_at: KnownAt = None,
    file_format: Annotated[
        FileFormat, typer.Option("--format", help="csv, or parquet (which needs --out).")
    ] = FileFormat.csv,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="A new file to write.", show_default="the screen")
    ] = None,
    workflow: Workflow = None,
    dictionary: Annotated[bool, typer.Option("--dictionary", help="Say what each column means, and stop.")] = False,
) -> None:
    """Every time limit of every case on a day: one row for each case, clock and subject.

    What all lists and figures are made from. A cell that a spreadsheet would take for a formula begins with an
    apostrophe in CSV. No name of a child is in it.

    Example: ehcp observations --as-of 2026-10-31 --format parquet --out october.parquet
    """
    if dictionary:
        _print_dictionary()
        return
    if file_format is FileFormat.parquet and out is None:
        raise typer.BadParameter("Parquet cannot be shown on a screen. Name a file: --out observations.parquet")
    from rich.console import Console

    from ehcp_flow.services.export_observations import export_observations, write_new

    screen = Console(stderr=True, highlight=False)
    with screen.status("Deriving every clock …"):
        made = export_observations(
            office(), day_or_today(as_of), read_moment(known_at), file_format=file_format.value, workflow=workflow
        )
    if out is None:
        sys.stdout.buffer.write(made.content)
        sys.stdout.flush()
    else:
        write_new(out, made.content)
    screen.print(f"[dim]{_said(made)}[/]")


def _said(made: Exported) -> str:
    if not made.observations:
        return "No clocks on that day: open a case with ehcp open, or bring your tracker with ehcp import."
    told = f"{made.observations:,} observations of {made.cases:,} cases"
    return f"{told}; {made.through_the_engine:,} cases one by one" if made.through_the_engine else told


def _print_dictionary() -> None:
    from ehcp_flow.services.return_observations import described_observations

    columns = [Column("column"), Column("what it says", folds=True), Column("unit", folds=True)]
    print_table(columns, [(each.column, each.meaning, each.unit) for each in described_observations()], console())
