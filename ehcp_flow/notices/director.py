"""One page of figures for a director, every morning: where we stand, what is new, and whether it gets better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from ehcp_flow.notices.document import Bar, Chart, Charts, Document, Part, Table, tile
from ehcp_flow.notices.lines import BASES, Line, Morning, counted, in_words
from ehcp_flow.notices.words import day_and_month

_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many in time, for a period in words."""

    period: str
    in_time: int
    of: int

    @property
    def percent(self) -> float | None:
        """The share, to one decimal; None where there is nothing to take a share of."""
        return round(_HUNDRED * self.in_time / self.of, 1) if self.of else None

    @property
    def in_words(self) -> str:
        """`63.2% (12 of 19)`."""
        return f"{self.percent:.1f}% ({self.in_time:,} of {self.of:,})" if self.of else "none yet"


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure of a workflow file for this year so far and the same days of last year, and month by month."""

    title: str
    this_year: Share
    last_year: Share
    months: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Before:
    """How many limits of each basis were open and broken on an earlier morning, for comparison."""

    label: str
    open: Mapping[str, int]


def director_page(
    morning: Morning, headlines: Sequence[Headline], befores: Sequence[Before], unassigned: int
) -> Document:
    """The director's page; `morning` holds every team's lines, and all that is overdue, ended cases included."""
    parts: list[Part] = []
    if headlines:
        parts.append(Charts("This year", tuple(map(_chart, headlines))))
    if befores:
        parts.append(_trend(morning, befores))
    parts += _open_by_clock(morning)
    new = f"new since {day_and_month(morning.since)}" if morning.since else "new"
    return Document(
        subject=f"EHCP, {day_and_month(morning.day)}: limits broken {in_words(morning.overdue)}; "
        f"{new} {in_words(morning.broken)}",
        title="Where we stand",
        day=morning.day,
        lead=tuple(_lead(morning, unassigned)),
        tiles=(
            tile("Broken and open", "late", morning.overdue),
            tile(f"{new[:1].upper()}{new[1:]}", "late", morning.broken),
            tile("Cleared", "good", morning.cleared),
            tile("Due in 7 days", "soon", (*morning.today, *morning.week)),
        ),
        parts=tuple(parts),
        why="This goes every working day to the directors.",
        link=morning.link,
    )


def _lead(morning: Morning, unassigned: int) -> list[str]:
    if not morning.overdue:
        return ["No time limit is broken and open this morning."]
    oldest = [f"{basis} {_oldest(lines)}" for basis, lines in _apart(morning.overdue)]
    said = [f"The longest overdue: {'; '.join(oldest)}."]
    if unassigned:
        said.append(f"Open cases that no officer holds: {unassigned:,}.")
    return said


def _apart(lines: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    return [(basis, found) for basis in BASES if (found := [line for line in lines if line.basis == basis])]


def _oldest(lines: Sequence[Line]) -> str:
    worst = max(lines, key=lambda line: line.days_late)
    return f"{worst.days_late:,} days ({worst.case_ref})"


def _open_by_clock(morning: Morning) -> list[Part]:
    headings = ("Time limit", "Open", "New", "Oldest, days", "Case")
    return [
        Table(f"Broken and open: {basis}", headings, _rows(lines, morning.broken), _MEANING[basis])
        for basis, lines in _apart(morning.overdue)
    ]


_MEANING = {
    "law": "Limits of the Children and Families Act 2014 and its regulations.",
    "guidance": "Limits of the Code of Practice and the Ombudsman. Not part of the figures for law.",
    "local": "Limits of our own.",
}


def _rows(lines: Sequence[Line], broken: Sequence[Line]) -> tuple[tuple[str, ...], ...]:
    titled = sorted(lines, key=lambda line: line.title)
    groups = [list(found) for _, found in groupby(titled, key=lambda line: line.title)]
    rows = []
    for found in sorted(groups, key=len, reverse=True):
        one = max(found, key=lambda line: line.days_late)
        new = sum((line.title, line.basis) == (one.title, one.basis) for line in broken)
        rows.append((one.title, f"{len(found):,}", f"{new:,}", f"{one.days_late:,}", one.case_ref))
    return tuple(rows)


def _chart(headline: Headline) -> Chart:
    bars = tuple(Bar(each.period, each.percent, each.in_words) for each in headline.months)
    said = (f"So far: {headline.this_year.in_words}", f"Last year to this day: {headline.last_year.in_words}")
    return Chart(headline.title, said, bars)


def _trend(morning: Morning, befores: Sequence[Before]) -> Table:
    """Open breaches on earlier mornings, each basis in a column of its own."""
    bases = [basis for basis, _ in counted(morning.overdue)]
    rows = [Before("This morning", dict(counted(morning.overdue))), *befores]
    cells = tuple((each.label, *(f"{each.open.get(basis, 0):,}" for basis in bases)) for each in rows)
    return Table("Is it getting better?", ("Broken and open", *(basis.capitalize() for basis in bases)), cells)
