"""How tables of figures look in a terminal: what they say first, then the numbers, then what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ehcp_flow.cli.figure_cells import WITHHELD, Shown, chunks, shown_columns, widths
from ehcp_flow.cli.output import console, escaped, print_json

if TYPE_CHECKING:
    from rich.console import Console

    from ehcp_flow.analytics.figure_request import Definition, FigureRequest
    from ehcp_flow.analytics.figure_table import FigureTable
    from ehcp_flow.services.office import Office


@dataclass(frozen=True, slots=True)
class Show:
    """Which figures to show and how: one of the catalogue, or those of the workflow files."""

    figure: str | None
    workflow: str | None
    kpi: str | None
    csv: Path | None
    cases: bool
    as_json: bool


def list_catalogue(*, as_json: bool) -> None:
    """Every figure of the catalogue, group by group."""
    from ehcp_flow.services.report_figures import figure_definitions

    found = figure_definitions()
    if as_json:
        print_json([_defined(each) for each in found])
        return
    out = console()
    for group in dict.fromkeys(each.group for each in found):
        out.print(f"[bold]{group}[/]")
        for each in found:
            if each.group == group:
                _print_definition(out, each)
        out.print()
    out.print("[dim]One of them: ehcp kpis --figure ID · divided: --by · its cases: --cases · as a file: --csv FILE[/]")


def _print_definition(out: Console, each: Definition) -> None:
    from rich.padding import Padding

    out.print(f"  [cyan]{each.id}[/]  {each.title}")
    divided = f" [dim]By: {', '.join(each.by)}.[/]" if each.by else ""
    out.print(Padding(f"{each.meaning}{divided}", (0, 0, 0, 6), expand=False))


def _defined(each: Definition) -> dict[str, Any]:
    names = ("id", "group", "title", "meaning", "numerator", "denominator", "left_out", "source", "basis", "by")
    return {name: getattr(each, name) for name in names}


def show_figures(office: Office, request: FigureRequest, show: Show) -> None:
    """Print the figures, or write the one there is to a file."""
    tables = _tables(office, request, show)
    if show.csv:
        _write_csv(tables, show.csv)
    elif show.as_json:
        print_json({**_asked(request), "figures": [_for_programs(each, cases=show.cases) for each in tables]})
    else:
        out = console()
        out.print(f"[bold]{request.first} to {request.last}[/], as it stood on {request.as_of}")
        for each in tables:
            print_figure(out, each, cases=show.cases)


def _tables(office: Office, request: FigureRequest, show: Show) -> list[FigureTable]:
    if show.figure is None:
        from ehcp_flow.services.divide_kpis import divide_kpis

        return divide_kpis(office, request, workflow=show.workflow, kpi=show.kpi)
    from ehcp_flow.services.report_figures import figure_definitions, figure_tables

    definition = next((each for each in figure_definitions() if each.id == show.figure), None)
    if definition and request.by and request.by not in definition.by:
        ways = f"by {', '.join(definition.by)}" if definition.by else "only as a whole"
        raise typer.BadParameter(f"{show.figure} is not given by {request.by}; it is given {ways}.")
    return figure_tables(office, request, [show.figure])


def _write_csv(tables: Sequence[FigureTable], path: Path) -> None:
    from ehcp_flow.errors import BadInput
    from ehcp_flow.services.download_figure import as_csv

    if len(tables) != 1:
        raise typer.BadParameter("--csv writes one table: name it with --figure or --kpi.")
    try:
        path.write_bytes(as_csv(tables[0]))
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}.", next="Name another file.") from None
    typer.echo(f"{path}: {len(tables[0].rows):,} rows of {tables[0].title}", err=True)


def _asked(request: FigureRequest) -> dict[str, Any]:
    return {
        "from": request.first,
        "to": request.last,
        "as_of": request.as_of,
        "by": request.by,
        "published": request.published,
    }


def _for_programs(table: FigureTable, *, cases: bool) -> dict[str, Any]:
    names = ("id", "title", "message", "meaning", "numerator", "denominator", "left_out", "source", "basis", "notes")
    columns = [
        {"name": each.name, "title": each.title, "kind": each.kind, "meaning": each.meaning} for each in table.columns
    ]
    rows = [{column.name: cell for column, cell in zip(table.columns, row, strict=True)} for row in table.rows]
    found = {name: getattr(table, name) for name in names} | {"columns": columns, "rows": rows}
    if table.withheld:
        found["withheld"] = [{"row": number, "column": name} for number, name in sorted(table.withheld)]
    if cases:
        found["cases"] = [
            {"row": row, "column": name, "cases": refs} for (row, name), refs in sorted(table.cases.items())
        ]
    return found


def print_figure(out: Console, table: FigureTable, *, cases: bool = False) -> None:
    """The message, the table in as many parts as the width needs, its notes and its definition."""
    out.print(f"\n[bold]{escaped(table.title)}[/]")
    out.print(escaped(table.message))
    shown = shown_columns(table)
    for part in chunks(shown, out.width) if table.rows else ():
        out.print()
        _print_part(out, part, len(table.rows))
    out.print()
    for line in _definition_lines(table):
        out.print(f"[dim]{escaped(line)}[/]")
    if cases:
        _print_cases(out, table)


def _print_part(out: Console, part: Sequence[Shown], number_of_rows: int) -> None:
    from rich.table import Table

    grid = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for column, width in zip(part, widths(part, out.width), strict=True):
        grid.add_column(column.heading, justify="right" if column.right else "left", width=width)
    for number in range(number_of_rows):
        grid.add_row(*(escaped(column.cells[number]) for column in part))
    out.print(grid)


def _definition_lines(table: FigureTable) -> Iterator[str]:
    yield table.meaning
    parts = (("Counted", table.numerator), ("Out of", table.denominator))
    for word, text in (*parts, ("Left out", table.left_out), ("Source", table.source)):
        if text:
            yield f"{word}: {text}"
    yield from table.notes
    if table.withheld:
        yield f"{WITHHELD}: withheld"


def _print_cases(out: Console, table: FigureTable) -> None:
    titles = {column.name: column.title for column in table.columns}
    for row in table.rows:
        label = f"{row[0]:%B %Y}" if isinstance(row[0], date) else str(row[0])
        for (of_row, name), refs in sorted(table.cases.items()):
            if of_row == str(row[0]) and label != "All":
                title = titles.get(name, name.replace("_", " "))
                out.print(f"\n{escaped(label)}, {escaped(title)} ({len(refs):,}): {' '.join(refs)}", soft_wrap=True)
