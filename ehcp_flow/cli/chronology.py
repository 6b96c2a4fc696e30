"""`ehcp replay`: a chronology in, verdicts out, no database."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ehcp_flow.cli.arguments import AsJson, KnownAt, office, read_day, read_moment
from ehcp_flow.errors import BadInput
from ehcp_flow.today import today

if TYPE_CHECKING:
    from ehcp_flow.services.replay_file import Replayed


def add_to(app: typer.Typer) -> None:
    """Add this command to the main one."""
    app.command(rich_help_panel="The law")(replay)


def replay(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="YAML or JSON, one case or a list; - for standard input.")
    ],
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="Judge every case for this day.", show_default="each case's own"),
    ] = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Judge chronologies without a database: the state, every clock, and what looks wrong.

    A case is written like this (every other key of an event is a detail):

      case: X1
      workflow: needs_assessment
      as_of: 2025-08-21
      events:
        - {event: request_received, on: 2025-04-02}
        - {event: advice_requested, on: 2025-05-20, provider: school}
    """
    from ehcp_flow.services.replay_file import read_chronology, replay_cases

    name, text = _read(file)
    judged = replay_cases(office(), name, read_chronology(name, text), today, read_day(as_of), read_moment(known_at))
    if as_json:
        _print_json(judged)
    else:
        _print(list(judged))


def _read(file: str) -> tuple[str, str]:
    try:
        if file == "-":
            return "standard input", sys.stdin.buffer.read().decode("utf-8-sig")
        path = Path(file)
        return path.name, path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(
            f"{file} is not UTF-8 text.", next="Save it as UTF-8; for spreadsheets use: ehcp import"
        ) from None
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {(error.strerror or 'unknown reason').lower()}.") from None


def _print_json(judged: Any) -> None:
    import json

    from ehcp_flow.cli.case_page import verdict_as_json

    cases = [
        {
            "case": each.case,
            "workflow": each.workflow.workflow,
            "as_of": each.as_of,
            "state": each.state.state,
            "findings": [str(finding) for finding in each.state.findings],
            "clocks": [verdict_as_json(one) for one in each.verdicts],
        }
        for each in judged
    ]
    typer.echo(json.dumps(cases, ensure_ascii=False, default=date.isoformat, indent=None if len(cases) > 1 else 2))


def _print(judged: list[Replayed]) -> None:
    from ehcp_flow.cli.case_page import print_clocks
    from ehcp_flow.cli.output import console, escaped

    out = console()
    for number, each in enumerate(judged):
        if number:
            out.print()
        title = each.workflow.state_title(each.state.state)
        out.print(f"[bold]{escaped(each.case)}[/]  {each.workflow.title}: [bold]{title}[/] on {each.as_of}")
        print_clocks(out, each.verdicts)
        for finding in each.state.findings:
            out.print(f"[yellow]Look at this:[/] {escaped(str(finding))}")
