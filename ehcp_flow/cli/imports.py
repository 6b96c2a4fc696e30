"""`ehcp import`: a council's tracker as it is, workbook or CSV."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ehcp_flow.cli.arguments import AsJson, office
from ehcp_flow.cli.output import Column, console, escaped, print_json, print_table
from ehcp_flow.cli.progress import progress_bar

if TYPE_CHECKING:
    from rich.console import Console

    from ehcp_flow.services.import_events import ImportReport

_LINES = 20


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A workbook (.xlsx, .xls, .ods) or CSV.")],
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="MAP", help="What the columns are; see --guess.")
    ] = None,
    guess: Annotated[bool, typer.Option("--guess", help="Propose a mapping from the headings, and stop.")] = False,
    workflow: Annotated[
        str | None, typer.Option("--workflow", help="With --guess: the process the file is about.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen; write nothing.")] = False,
    skip_errors: Annotated[
        bool, typer.Option("--skip-errors", help="Import the good rows although others have errors.")
    ] = False,
    errors: Annotated[
        Path | None, typer.Option("--errors", metavar="XLSX", help="Write the rows with problems to this workbook.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Import a tracker as it is: one row a child, or one row an event.

    First let it guess, then look at a dry run, then import:

      ehcp import tracker.xlsx --guess > tracker.map.yaml
      ehcp import tracker.xlsx --map tracker.map.yaml --dry-run --errors problems.xlsx
      ehcp import tracker.xlsx --map tracker.map.yaml

    It is all written or nothing. The same file twice changes nothing; a changed row becomes corrections.
    """
    if guess:
        _guess(file, workflow)
        return
    if mapping is None:
        raise typer.BadParameter(
            "What the columns are is not said. Give --map MAP, or --guess to have one proposed.", param_hint="--map"
        )
    from ehcp_flow.services.import_events import import_file

    with progress_bar("Importing") as tell:
        report = import_file(office(), file, mapping, dry_run=dry_run, skip_errors=skip_errors, progress=tell)
    if errors is not None:
        _write_errors(errors, report)
    if as_json:
        print_json(_as_json(report, dry_run=dry_run))
    else:
        _print(console(), report, dry_run=dry_run, errors=errors)


def _guess(file: Path, workflow: str | None) -> None:
    from ehcp_flow.services.guess_mapping import guess_mapping

    typer.echo(guess_mapping(office(), file, workflow), nl=False)


def _write_errors(path: Path, report: ImportReport) -> None:
    from ehcp_flow.intake.error_workbook import write_error_workbook

    write_error_workbook(path, report.table, report.intake.problems)


def _print(out: Console, report: ImportReport, *, dry_run: bool, errors: Path | None) -> None:
    intake = report.intake
    blank = f", {intake.rows_blank:,} blank" if intake.rows_blank else ""
    twice = f", {intake.rows_duplicate:,} said twice" if intake.rows_duplicate else ""
    out.print(f"[bold]{escaped(report.file)}[/]: {intake.rows_read:,} rows read{blank}{twice}")
    for note in intake.notes:
        out.print(f"[dim]{escaped(note)}[/]")
    _print_problems(out, report)
    _print_findings(out, report)
    _print_counts(out, report, dry_run=dry_run)
    if errors is not None:
        out.print(f"The rows with problems are in {escaped(str(errors))}.")
    if dry_run:
        out.print("[bold]Dry run: nothing was written.[/]")


def _print_problems(out: Console, report: ImportReport) -> None:
    found = report.intake.problems
    if not found:
        return
    bad, warned = len(report.intake.errors), len(report.intake.warnings)
    out.print(f"\n[red]{bad:,} errors[/] (rows left out), [yellow]{warned:,} warnings[/] (imported: look at them)")
    rows = [
        (
            str(each.row),
            escaped(f"{each.column} {each.heading}".strip()),
            f"[{'red' if each.severity == 'error' else 'yellow'}]{escaped(_what(each))}[/]",
        )
        for each in found[:_LINES]
    ]
    print_table([Column("row", right=True), Column("column", folds=True), Column("problem", folds=True)], rows, out)
    if len(found) > _LINES:
        out.print(f"[dim]… and {len(found) - _LINES:,} more: --errors FILE.xlsx writes them all[/]")


def _what(problem: Any) -> str:
    return f"'{problem.value}' {problem.message}" if problem.value else problem.message


def _print_findings(out: Console, report: ImportReport) -> None:
    if not report.findings:
        return
    cases = len({case for case, _ in report.findings})
    out.print(f"\n[yellow]{cases:,} cases whose history looks wrong[/] (taken as it is; look at them with ehcp show)")
    rows = [(escaped(case), escaped(finding)) for case, finding in report.findings[:_LINES]]
    print_table([Column("case"), Column("finding", folds=True)], rows, out)
    if len(report.findings) > _LINES:
        out.print(f"[dim]… and {len(report.findings) - _LINES:,} more[/]")


def _print_counts(out: Console, report: ImportReport, *, dry_run: bool) -> None:
    if report.changes_nothing:
        out.print(f"\nThe database says all of this already ({report.unchanged_cases:,} cases): nothing to change.")
        return
    would = "would be " if dry_run else ""
    out.print(
        f"\n{report.new_cases:,} cases {would}opened, {report.changed_cases:,} {would}changed, "
        f"{report.unchanged_cases:,} unchanged"
    )
    out.print(
        f"{report.new_events:,} events {would}recorded, {report.corrections:,} {would}corrected, "
        f"{report.retractions:,} {would}taken back"
    )
    if report.new_officers:
        names = ", ".join(report.new_officers[:6]) + (" …" if len(report.new_officers) > 6 else "")
        out.print(f"{len(report.new_officers):,} officers {would}added: {escaped(names)}")


def _as_json(report: ImportReport, *, dry_run: bool) -> dict[str, Any]:
    return {
        "file": report.file,
        "dry_run": dry_run,
        "rows_read": report.intake.rows_read,
        "new_cases": report.new_cases,
        "changed_cases": report.changed_cases,
        "unchanged_cases": report.unchanged_cases,
        "new_events": report.new_events,
        "corrections": report.corrections,
        "retractions": report.retractions,
        "new_officers": report.new_officers,
        "notes": list(report.intake.notes),
        "problems": [each._asdict() for each in report.intake.problems],
        "findings": [{"case": case, "finding": finding} for case, finding in report.findings],
    }
