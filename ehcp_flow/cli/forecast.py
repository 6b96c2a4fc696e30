"""`ehcp forecast`: what is likely to come, what a target needs, and which cases to look at first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ehcp_flow.cli.arguments import AsJson, AsOf, KnownAt, day_or_today, office, read_day, read_moment
from ehcp_flow.cli.progress import progress_bar

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_table import FigureTable


def add_to(app: typer.Typer) -> None:
    """Add this command to the main one."""
    app.command(rich_help_panel="Figures")(forecast)


def forecast(
    months: Annotated[int, typer.Option("--months", min=1, max=24, help="How many months ahead.")] = 6,
    target: Annotated[
        float | None,
        typer.Option("--target", metavar="PERCENT", min=1, max=100, help="Share of plans due to be in time."),
    ] = None,
    by_date: Annotated[
        str | None, typer.Option("--by-date", metavar="DATE", help="The day by which, at the end of a month.")
    ] = None,
    cases: Annotated[bool, typer.Option("--cases", help="The open cases likely to be late, likeliest first.")] = False,
    tried: Annotated[bool, typer.Option("--tried", help="Show how forecasts of months gone by did.")] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Do not try it on months gone by: quicker, less sure.")
    ] = False,
    lines: Annotated[int, typer.Option("--lines", min=1, help="With --cases: how many to show.")] = 25,
    team: Annotated[str | None, typer.Option("--team", help="Only this team's cases.")] = None,
    officer: Annotated[str | None, typer.Option("--officer", help="Only this officer's cases.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Plans overdue in the months ahead, and the output a target needs.

    Each open case is given the future of a past case that stood at the same stage at the same age. Three tables: what
    comes if things go on as they do; how many plans a week a target needs, oldest first; and the way there.

    [bold]ehcp forecast --target 60 --by-date 2027-03-31[/]: 60% of the plans due in March 2027 in time.
    [bold]ehcp forecast --cases --team "North-east area"[/]: where to look first.
    [bold]ehcp forecast --tried[/]: how such forecasts have done here. Trust them no further than that.
    """
    from ehcp_flow.analytics.figure_request import FigureRequest

    day = day_or_today(as_of)
    request = FigureRequest(day, day, day, read_moment(known_at), team=team, officer=officer)
    if cases:
        from ehcp_flow.services.forecast_breaches import breach_odds_tables

        tables = breach_odds_tables(office(), day, request.known_at, team=team, officer=officer)
        tables = tables if as_json else [_cut(tables[0], lines), *tables[1:]]
    else:
        from ehcp_flow.services.forecast import ForecastRequest, forecast_tables

        asked = ForecastRequest(request, months, target, read_day(by_date), is_tried=not quick or tried)
        with progress_bar("Looking ahead, and at months gone by") as progress:
            found = forecast_tables(office(), asked, progress)
        tables = [each for each in found if tried or each.id != "forecast_record"]
    _print(tables, as_json=as_json)


def _cut(table: FigureTable, lines: int) -> FigureTable:
    more = len(table.rows) - lines
    if more <= 0:
        return table
    return replace(table, rows=table.rows[:lines], notes=(f"… and {more:,} less likely: --lines 1000", *table.notes))


def _print(tables: list[FigureTable], *, as_json: bool) -> None:
    from ehcp_flow.cli.figure_pages import print_figure
    from ehcp_flow.cli.output import console, print_json

    if as_json:
        print_json({"figures": [_for_programs(each) for each in tables]})
        return
    out = console()
    for each in tables:
        print_figure(out, each)


def _for_programs(table: FigureTable) -> dict[str, Any]:
    names = [column.name for column in table.columns]
    rows = [dict(zip(names, row, strict=True)) for row in table.rows]
    said = ("id", "title", "message", "meaning", "notes")
    return {**{name: getattr(table, name) for name in said}, "rows": rows}
