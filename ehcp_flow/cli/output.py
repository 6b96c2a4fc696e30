"""How things look in a terminal, and as JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from ehcp_flow.analytics.observations import Observation
    from ehcp_flow.engine.verdict import Verdict

PIPED_WIDTH = 1_000
NARROWEST = 24
"""Text in a column narrower than this is put on lines of its own."""

_GAP = 2

COLOURS = {"breach": "bold red", "in_time": "green", "running": "", "excepted": "yellow", "dropped": "dim"}


def console() -> Console:
    """The terminal; where output is piped, without colour and so wide that a row is one line."""
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


def print_table(
    columns: Sequence[Column], rows: Iterable[Sequence[str]], to: Console | None = None, *, headed: bool = True
) -> None:
    """Print rows under headings, as wide as they need to be and no wider than the terminal.

    Where the terminal is too narrow for columns of text, their text is put on lines of its own.
    """
    from rich.table import Table

    out, shown = to or console(), list(rows)
    widths = [_width(column, [row[number] for row in shown]) for number, column in enumerate(columns)]
    if _is_too_narrow(out.width, columns, shown, widths):
        _print_stacked(out, columns, shown, widths, headed=headed)
        return
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="dim", show_header=headed)
    for column in columns:
        table.add_column(
            column.heading,
            no_wrap=not column.folds,
            overflow="fold",
            justify="right" if column.right else "left",
            ratio=1 if column.folds else None,
        )
    for row in shown:
        table.add_row(*row)
    out.print(table)


def _is_too_narrow(room: int, columns: Sequence[Column], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> bool:
    """Whether a column of text would be narrower than its longest word, or too narrow to read."""
    texts = [number for number, column in enumerate(columns) if column.folds]
    taken = sum(width + _GAP for number, width in enumerate(widths) if number not in texts)
    longest = max((len(word) for row in rows for number in texts for word in row[number].split()), default=0)
    return room - taken < len(texts) * (max(NARROWEST, longest) + _GAP)


def _width(column: Column, cells: Sequence[str]) -> int:
    from rich.text import Text

    return max([len(column.heading), *(Text.from_markup(cell).cell_len for cell in cells)])


def _print_stacked(
    out: Console, columns: Sequence[Column], rows: Sequence[Sequence[str]], widths: Sequence[int], *, headed: bool
) -> None:
    """Each row as a line of its short cells, its text indented below; or, if the text comes first, above them."""
    text_first = columns[0].folds
    short_by, text_by = (_GAP, 0) if text_first else (0, _GAP)
    if headed:
        print_indented(out, _short_line(columns, [f"[dim]{column.heading}[/]" for column in columns], widths), short_by)
    for row in rows:
        short = _short_line(columns, row, widths)
        texts = [text for text, column in zip(row, columns, strict=True) if column.folds and text]
        if not text_first:
            print_indented(out, short, short_by)
        for text in texts:
            print_indented(out, text, text_by)
        if text_first:
            print_indented(out, short, short_by)


def _short_line(columns: Sequence[Column], row: Sequence[str], widths: Sequence[int]) -> Text:
    from rich.text import Text

    cells = []
    for cell, column, width in zip(row, columns, widths, strict=True):
        if not column.folds:
            cells.append(Text.from_markup(cell))
            cells[-1].align("right" if column.right else "left", width)
    line = Text(" " * _GAP).join(cells)
    line.rstrip()
    return line


def print_indented(out: Console, text: str | Text, by: int = _GAP) -> None:
    """Print text so that the lines it is folded into are indented too."""
    from rich.padding import Padding

    out.print(Padding(text, (0, 0, 0, by), expand=False))


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
    from ehcp_flow.engine.count import day_after

    if each.outcome == "breach":
        return f"done {each.clock.stopped_on}, {plural(each.days_late)} too soon"
    if each.outcome == "in_time":
        return "the time was left"
    return f"not before {day_after(each.clock.due_on)}"
