"""Tables that fold a column only where the terminal is too narrow for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ehcp_flow.cli.output import Column, print_table

if TYPE_CHECKING:
    from rich.console import Console

_GAP = 2


def print_fitting(out: Console, columns: Sequence[Column], rows: Iterable[Sequence[str]], folding: int) -> None:
    """Print a table in which the column numbered `folding` is folded if, and only if, the rows would not fit."""
    from rich.text import Text

    shown = list(rows)
    lines = [[column.heading for column in columns], *shown]
    widths = [max(Text.from_markup(cell).cell_len for cell in cells) for cells in zip(*lines, strict=True)]
    needed = sum(widths) + _GAP * (len(widths) - 1)
    fitted = [replace(column, folds=number == folding and needed > out.width) for number, column in enumerate(columns)]
    print_table(fitted, shown, out)
