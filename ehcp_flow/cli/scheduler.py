"""`ehcp sweep`, `scheduler run`, `scheduler status`, `metrics`: the nights, and whoever watches over them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ehcp_flow.cli.arguments import AsJson, day_or_today, office
from ehcp_flow.cli.output import Column, console, print_json, print_table

if TYPE_CHECKING:
    from rich.console import Console

    from ehcp_flow.services.night_status import DoneRun, JobStatus, NightStatus
    from ehcp_flow.services.nights import NightReport

WAIT_SECONDS = 60

scheduler = typer.Typer(no_args_is_help=True, help="The process that does each night's work, and how the nights stand.")


def add_to(app: typer.Typer) -> None:
    """Add these commands to the main one."""
    app.command(rich_help_panel="Every day")(sweep)
    app.command(rich_help_panel="Upkeep")(metrics)
    app.add_typer(scheduler, name="scheduler", rich_help_panel="Upkeep")


def sweep(
    date: Annotated[
        str | None, typer.Option("--date", metavar="DATE", help="The business date.", show_default="today")
    ] = None,
    only: Annotated[bool, typer.Option("--only", help="In one go, without a run for each night missed.")] = False,
    as_json: AsJson = False,
) -> None:
    """The night's work: flag every limit that passed, or came near, since the last night done.

    Every night that was missed is made up, in order. Safe to run twice, or beside the scheduler: nothing is flagged
    a second time. `ehcp due` and `ehcp breaches` do not wait for it.
    """
    from ehcp_flow.services.jobs import SWEEP_JOB
    from ehcp_flow.services.nights import do_one_night, last_night, work_through

    day, before = day_or_today(date), last_night(office())
    done: list[NightReport] = []
    if only:
        nights = iter([do_one_night(office(), day, wait_seconds=WAIT_SECONDS)])
    else:
        nights = work_through(office(), SWEEP_JOB, day, is_sure=date is not None, wait_seconds=WAIT_SECONDS)
    for night in nights:
        done.append(night)
        if not as_json:
            typer.echo(_night_line(night))
    if as_json:
        nights_done = [{"business_date": night.business_date, **night.report} for night in done]
        print_json({"business_date": day, "last_night": before, **_totals(done), "nights": nights_done})
    elif done:
        for clock, number in _totals(done)["by_clock"].items():
            typer.echo(f"  {number:>6,}  {clock}")
    else:
        typer.echo(f"Nothing to do: the nights are done up to {before}.")


def _night_line(night: NightReport) -> str:
    report = night.report
    skipped = ", ".join(f"{number:,} {reason}" for reason, number in report["skipped"].items())
    breaches = f"{report['new_breaches']:,} new breach{'' if report['new_breaches'] == 1 else 'es'}"
    return (
        f"{night.business_date}: {breaches}, {report['new_near']:,} come near, {report['fell_due']:,} fell due"
        + (f" ({skipped})" if skipped else "")
        + f"; {report['seconds']:.2f} s"
        + (f". {report['trouble']}" if report.get("trouble") else "")
    )


def _totals(nights: list[NightReport]) -> dict[str, Any]:
    by_clock: Counter[str] = Counter()
    for night in nights:
        by_clock.update(night.report["by_clock"])
    counts = {name: sum(night.report[name] for night in nights) for name in ("fell_due", "new_breaches", "new_near")}
    return {**counts, "by_clock": dict(by_clock.most_common())}


@scheduler.command("run")
def run_scheduler(
    once: Annotated[
        bool, typer.Option("--once", help="Do what is to be done now, and stop: for cron and systemd timers.")
    ] = False,
    metrics_port: Annotated[
        int | None,
        typer.Option("--metrics-port", metavar="PORT", help="Serve /metrics and /health on 127.0.0.1:PORT."),
    ] = None,
) -> None:
    """Do each night's work at EHCP_SWEEP_AT (02:30 in England if unset), and send notices every few minutes.

    What was missed is made up first. Any number may run; one at a time works. Stop it with Ctrl-C or SIGTERM: what
    is under way is finished.
    """
    from ehcp_flow.scheduler.run import run, run_once
    from ehcp_flow.settings import read_settings

    if not once:
        run(read_settings(), metrics_port)
    elif not run_once(read_settings()):
        raise typer.Exit(1)


@scheduler.command("status")
def scheduler_status(as_json: AsJson = False) -> None:
    """The last nights, the next, what waits to be sent. Exit code 1 when a night is missing or a clock is doubted.

    A night is called missing an hour after its time. Whoever did it (the scheduler, cron, a person) is all one.
    """
    from ehcp_flow.services.night_status import night_status

    status = night_status(office())
    if as_json:
        print_json(_status(status))
    else:
        _print_status(status)
    if not status.is_well:
        raise typer.Exit(1)


def _status(status: NightStatus) -> dict[str, Any]:
    return {
        "is_well": status.is_well,
        "next_at": status.next_at.isoformat(),
        "sweep_age_hours": status.sweep_age_hours,
        "missing_nights": status.missing,
        "doubts": status.doubts,
        "notices": {"waiting": status.notices_waiting, "given_up": status.notices_given_up},
        "jobs": [
            {
                "job": job.name,
                "missing": job.missing,
                "runs": [
                    {"business_date": run.business_date, "finished_at": run.finished_at.isoformat(), **run.report}
                    for run in job.runs
                ],
            }
            for job in status.jobs
        ],
    }


def _print_status(status: NightStatus) -> None:
    out = console()
    for doubt in status.doubts:
        out.print(f"[bold red]{doubt}[/]")
    for job in status.jobs:
        _print_job(out, job)
    out.print(f"Next night: {status.next_at:%Y-%m-%d %H:%M %Z}")
    out.print(f"Notices: {status.notices_waiting:,} waiting, {status.notices_given_up:,} given up")


def _print_job(out: Console, job: JobStatus) -> None:
    out.print(f"[bold]{job.name}[/]  {job.title}")
    if job.missing:
        days = ", ".join(map(str, job.missing[:7])) + (" …" if len(job.missing) > 7 else "")
        out.print(
            f"[bold red]Missing ({len(job.missing):,}): {days}[/]  [dim]make up with: ehcp scheduler run --once[/]"
        )
    rows = [
        (str(run.business_date), f"{run.finished_at:%Y-%m-%d %H:%M} UTC", _in_words(run.report)) for run in job.runs
    ]
    if rows:
        print_table([Column("night"), Column("finished"), Column("what", folds=True)], rows, out)
    elif not job.missing:
        out.print("[dim]no run yet[/]")
    out.print()


def _run_row(run: DoneRun) -> tuple[str, str, str]:
    return str(run.business_date), f"{run.finished_at:%Y-%m-%d %H:%M}", _in_words(run.report)


def _in_words(report: dict[str, Any]) -> str:
    said = {name: value for name, value in report.items() if not isinstance(value, dict) and value != ""}
    numbers = [f"{name.replace('_', ' ')} {value}" for name, value in said.items()]
    return " · ".join(numbers + [f"skipped: {number:,} {why}" for why, number in report.get("skipped", {}).items()])


def metrics(
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE", help="Write them to a file, at once and whole, for a textfile collector."),
    ] = None,
) -> None:
    """Figures for Prometheus: age of the last sweep, nights missing, open breaches, notices waiting.

    Counts and times only; no case is named. For a textfile collector, from a timer:
    [bold]ehcp metrics --to /var/lib/node_exporter/ehcp.prom[/].
    """
    from ehcp_flow.services.metrics import metrics_in_any_case, write_whole

    text, trouble = metrics_in_any_case(office())
    if to is None:
        typer.echo(text, nl=False)
    else:
        write_whole(to, text)
    if trouble is not None:
        raise trouble
