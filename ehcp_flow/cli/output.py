"""How things look in a terminal, and as JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from ehcp_flow.analytics.observations import Observation
    from ehcp_flow.engine.verdict import Verdict

PIPED_WIDTH = 160

COLOURS = {"breach": "bold red", "in_time": "green", "running": "", "excepted": "yellow", "dropped": "dim"}


def console() -> Console:
    """The terminal; where output is piped, wide and without colour so that nothing is cut."""
    from rich.console import Console

    if sys.stdout.isatty():
        return Console(highlight=False, soft_wrap=False)
    return Console(highlight=False, width=PIPED_WIDTH, color_system=None)


def print_json(content: Any) -> None:
    """Print JSON, dates as ISO text."""
    typer.echo(json.dumps(content, indent=2, ensure_ascii=False, default=str))


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and whether it may be folded or holds numbers."""

    heading: str
    folds: bool = False
    right: bool = False


def print_table(columns: Sequence[Column], rows: Iterable[Sequence[str]], to: Console | None = None) -> None:
    """Print rows under headings, as wide as they need to be and no wider than the terminal."""
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(
            column.heading,
            no_wrap=not column.folds,
            overflow="fold",
            justify="right" if column.right else "left",
            ratio=1 if column.folds else None,
        )
    for row in rows:
        table.add_row(*row)
    (to or console()).print(table)


def escaped(text: str | None) -> str:
    """Text from people, so that brackets in it are not taken for styling."""
    from rich.markup import escape

    return escape(text or "")


def in_days(each: Observation) -> str:
    """`12 days late`, `today`, `3 days left`."""
    left = each.days_left
    if left is None:
        return f"{plural(each.days_late)} late" if each.days_late else "in time"
    if left == 0:
        return "today"
    return f"{plural(left)} left" if left > 0 else f"{plural(-left)} late"


def plural(number: int) -> str:
    """`1 day`, `2 days`."""
    return f"{number:,} day{'' if number == 1 else 's'}"


def outcome_words(each: Verdict) -> str:
    """A verdict in a few words, for a table."""
    clock = each.clock
    if each.outcome == "dropped":
        return f"dropped {clock.dropped_on}"
    if clock.rule.leaves_time:
        return _window_words(each)
    if each.outcome == "in_time":
        return f"in time, {clock.stopped_on}"
    if each.outcome in ("breach", "excepted"):
        done = f"done {clock.stopped_on}, " if clock.stopped_on else ""
        lifted = f" (lifted, {each.under})" if each.outcome == "excepted" else ""
        return f"{done}{plural(each.days_late)} late{lifted}"
    if (each.days_left or 0) < 0:
        return "past; late only if done"
    return "due today" if each.days_left == 0 else f"{plural(each.days_left or 0)} left"


def _window_words(each: Verdict) -> str:
    if each.outcome == "breach":
        return f"done {each.clock.stopped_on}, {plural(each.days_late)} too soon"
    if each.outcome == "in_time":
        return "the time was left"
    return f"not before {next_day(each.clock.due_on)}"


def next_day(day: date) -> date:
    """The day after."""
    return date.fromordinal(day.toordinal() + 1)
