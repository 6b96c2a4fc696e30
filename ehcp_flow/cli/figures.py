"""`ehcp kpis`: the figures a director and an analyst look at."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ehcp_flow.cli.arguments import AsJson, AsOf, KnownAt, day_or_today, office, read_day, read_moment
from ehcp_flow.cli.lists import Workflow
from ehcp_flow.cli.output import Column, console, print_json, print_table
from ehcp_flow.today import EARLIEST, LATEST

if TYPE_CHECKING:
    from rich.console import Console

    from ehcp_flow.analytics.kpis import Figure


class By(StrEnum):
    """What figures can be divided by."""

    month = "month"
    quarter = "quarter"
    year = "year"
    authority = "authority"
    team = "team"
    officer = "officer"
    age = "age"
    provider = "provider"


def add_to(app: typer.Typer) -> None:
    """Add this command to the main one."""
    app.command(rich_help_panel="Figures")(kpis)


def kpis(
    month: Annotated[str | None, typer.Option("--month", metavar="2026-10", help="One calendar month.")] = None,
    year: Annotated[
        int | None, typer.Option("--year", min=EARLIEST.year, max=LATEST.year, help="One calendar year.")
    ] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day of the period.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day of the period.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    workflow: Workflow = None,
    kpi: Annotated[str | None, typer.Option("--kpi", help="Only this figure.")] = None,
    figure: Annotated[
        str | None, typer.Option("--figure", metavar="ID", help="A figure of the catalogue; --list has them.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the catalogue: every figure and what it says.")] = False,
    by: Annotated[By | None, typer.Option("--by", help="Divide the figures.")] = None,
    team: Annotated[str | None, typer.Option("--team", help="Only this team's cases.")] = None,
    officer: Annotated[str | None, typer.Option("--officer", help="Only this officer's cases.")] = None,
    publish: Annotated[bool, typer.Option("--publish", help="Without small numbers and cases.")] = False,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write the table to a file.")] = None,
    cases: Annotated[bool, typer.Option("--cases", help="List the cases behind each figure.")] = False,
    as_json: AsJson = False,
) -> None:
    """The timeliness figures of a period: in time, of how many, left out, still open.

    Without a period: this calendar year so far. Each figure is defined in its workflow file; law and
    guidance are never added together.

    [bold]--list[/] shows the whole catalogue: backlog, decisions, advice, requests, reviews and more. One of it:
    [bold]ehcp kpis --figure backlog[/]. Divided: [bold]--by team[/]. For the public: [bold]--publish[/].
    """
    if listed:
        from ehcp_flow.cli.figure_pages import list_catalogue

        list_catalogue(as_json=as_json)
        return
    day = day_or_today(as_of)
    begins, ends = period(month, year, read_day(first), read_day(last), day)
    if figure or by or team or officer or publish or csv:
        from ehcp_flow.analytics.figure_request import FigureRequest
        from ehcp_flow.cli.figure_pages import Show, show_figures

        request = FigureRequest(
            begins,
            ends,
            day,
            read_moment(known_at),
            by=by.value if by else None,
            team=team,
            officer=officer,
            published=publish,
        )
        show_figures(office(), request, Show(figure, workflow, kpi, csv, cases=cases, as_json=as_json))
        return
    from ehcp_flow.services.report_kpis import report_kpis

    figures = report_kpis(office(), begins, ends, day, read_moment(known_at), workflow=workflow, kpi=kpi)
    if as_json:
        print_json({"from": begins, "to": ends, "as_of": day, "kpis": [_figure(each, cases) for each in figures]})
        return
    out = console()
    out.print(f"[bold]{begins} to {ends}[/], as it stood on {day}\n")
    _print_figures(out, figures)
    if cases:
        _print_cases(out, figures)


def period(month: str | None, year: int | None, first: date | None, last: date | None, day: date) -> tuple[date, date]:
    """The period asked for; by default the calendar year of `day`, so far."""
    if sum((month is not None, year is not None, first is not None or last is not None)) > 1:
        raise typer.BadParameter("Give one of --month, --year, and --from with --to.")
    if month:
        try:
            begins = date.fromisoformat(f"{month}-01")
        except ValueError:
            raise typer.BadParameter(f"{month} is not a month. Write it as 2026-10.") from None
        return begins, begins.replace(day=monthrange(begins.year, begins.month)[1])
    if year:
        return date(year, 1, 1), date(year, 12, 31)
    return first or date((last or day).year, 1, 1), last or day


def _print_figures(out: Console, figures: list[Figure]) -> None:
    columns = [
        Column("figure", folds=True),
        Column("in time", right=True),
        Column("of", right=True),
        Column("%", right=True),
        Column("95% sure", right=True),
        Column("left out", right=True),
        Column("open", right=True),
        Column("overdue", right=True),
    ]
    print_table(columns, [_cells(each) for each in figures], out)
    out.print(
        "\n[dim]left out: exceptions, where the figure says so · open: of these, not met yet · "
        "overdue: all open past their day\n95% sure: the share lies between these, were chance all there is (Wilson)\n"
        "Every figure's meaning: ehcp workflows show NAME · its cases: --cases · more figures: --list[/]"
    )


def _cells(each: Figure) -> tuple[str, ...]:
    percent = "–" if each.percent is None else f"{each.percent:.1f}"
    tag = "" if each.rule.basis == "law" else f" [dim]({each.rule.basis})[/]"
    return (
        f"{each.rule.title}{tag}",
        f"{each.numerator:,}",
        f"{each.denominator:,}",
        percent,
        _interval(each),
        f"{len(each.left_out):,}",
        f"{len(each.still_open):,}",
        f"{each.open_overdue:,}",
    )


def _interval(each: Figure) -> str:
    from ehcp_flow.analytics.proportions import wilson

    low, high = wilson(each.numerator, each.denominator)
    return "" if low is None or high is None else f"{low:.0f}–{high:.0f}"


def _figure(each: Figure, cases: bool) -> dict[str, Any]:
    from ehcp_flow.analytics.proportions import wilson

    rule, (low, high) = each.rule, wilson(each.numerator, each.denominator)
    found: dict[str, Any] = {
        "kpi": rule.id,
        "title": rule.title,
        "meaning": rule.meaning,
        "clock": rule.clock,
        "basis": rule.basis,
        "cohort": rule.cohort,
        "exceptions": rule.exceptions,
        "numerator": each.numerator,
        "denominator": each.denominator,
        "percent": each.percent,
        "percent_low": None if low is None else round(low, 1),
        "percent_high": None if high is None else round(high, 1),
        "left_out": len(each.left_out),
        "still_open": len(each.still_open),
        "not_yet_due": len(each.not_yet_due),
        "open_overdue": each.open_overdue,
    }
    if cases:
        parts = {"in_time": each.in_time, "late": each.late, "left_out": each.left_out, "not_yet_due": each.not_yet_due}
        found["cases"] = {name: [one.case_ref for one in part] for name, part in parts.items()}
    return found


def _print_cases(out: Console, figures: list[Figure]) -> None:
    for each in figures:
        out.print(f"\n[bold]{each.rule.title}[/]")
        for word, part in (("in time", each.in_time), ("late", each.late), ("left out", each.left_out)):
            refs = " ".join(one.case_ref for one in part) or "none"
            out.print(f"{word} ({len(part):,}): {refs}", soft_wrap=True)
