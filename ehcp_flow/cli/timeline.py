"""A case's clocks as bars on one scale of days, for people who would rather look than read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ehcp_flow.engine.count import days_between

if TYPE_CHECKING:
    from rich.console import Console

    from ehcp_flow.engine.verdict import Verdict

_LABEL = 30
_NARROWEST, _WIDEST = 20, 60
_COLOURS = {"in_time": "green", "running": "cyan", "breach": "red", "excepted": "yellow", "dropped": "dim"}


@dataclass(frozen=True, slots=True)
class Scale:
    """The days from `first` to `last`, spread over `width` characters."""

    first: date
    last: date
    width: int

    def place(self, day: date) -> int:
        """The character on which `day` falls, 0 to width - 1."""
        whole = max(days_between(self.first, self.last), 1)
        return max(0, min(self.width - 1, days_between(self.first, day) * (self.width - 1) // whole))


def scale_of(verdicts: Sequence[Verdict], as_of: date, width: int) -> Scale:
    """A scale that holds every clock's start, due date and end, and the day of judgement while one runs."""
    ends = [each.clock.stopped_on or each.clock.dropped_on or as_of for each in verdicts]
    last = max([*ends, *(each.clock.due_on for each in verdicts)])
    return Scale(min(each.clock.started_on for each in verdicts), last, width)


def bar(each: Verdict, scale: Scale, as_of: date) -> str:
    """`━` time used within the limit, `▓` time past it, `─` time left, `│` the last day in time."""
    clock = each.clock
    end = clock.stopped_on or clock.dropped_on or as_of
    start, due, stop = (scale.place(day) for day in (clock.started_on, clock.due_on, end))
    if clock.rule.kind != "limit":
        stop = min(stop, due)  # nothing is overdue where time alone breaks nothing
    cells = [" "] * scale.width
    for cell in range(start, max(due, stop) + 1):
        if cell > due:
            cells[cell] = "▓"
        else:
            cells[cell] = "━" if cell <= stop else "─"
    cells[due] = "│"
    return "".join(cells).rstrip()


def print_timeline(out: Console, verdicts: Sequence[Verdict], as_of: date) -> None:
    """Print one bar for each clock, with the scale's first and last day above."""
    from ehcp_flow.cli.output import escaped

    width = max(_NARROWEST, min(_WIDEST, out.width - _LABEL - 2))
    scale = scale_of(verdicts, as_of, width)
    ends = f"{scale.first}{str(scale.last).rjust(width - len(str(scale.first)))}"
    out.print(f"[dim]{' ' * _LABEL}  {ends}[/]")
    for each in verdicts:
        clock = each.clock
        title = f"{clock.subject.replace('_', ' ')}: {clock.rule.title}" if clock.subject else clock.rule.title
        label = title if len(title) <= _LABEL else title[: _LABEL - 1] + "…"
        colour = _COLOURS[each.outcome]
        out.print(f"{escaped(label.ljust(_LABEL))}  [{colour}]{bar(each, scale, as_of)}[/]", soft_wrap=True)
    out.print(f"[dim]{' ' * _LABEL}  ━ used ─ left ▓ past the limit │ last day in time[/]")
