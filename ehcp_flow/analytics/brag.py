"""Blue, green, amber, red, white: how something stands against what was agreed, and how many stand so.

Nothing here is about figures only: a target for a KPI and an action in a plan are counted alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal, get_args

from ehcp_flow.analytics.figure_table import Cell, Column

Brag = Literal["blue", "green", "amber", "red", "white"]
"""Blue: done, the target is reached. Green: as agreed for today. Amber: short of it, but not far. Red: further short.
White: nothing is agreed for a day that has come, or nothing is known."""

COLOURS: tuple[Brag, ...] = ("green", "amber", "red", "blue", "white")
"""In the order in which boards list them."""

assert set(COLOURS) == set(get_args(Brag))  # noqa: S101 - at import, so that no colour is ever left out

TOTAL = "All"

Better = Literal["higher", "lower"]


def rated(actual: float | None, agreed: float | None, target: float, amber_within: float, better: Better) -> Brag:
    """How `actual` stands against what is `agreed` for today (None: nothing yet) and against the `target`.

    >>> rated(57.0, 55.0, 60.0, 5.0, "higher"), rated(51.0, 55.0, 60.0, 5.0, "higher")
    ('green', 'amber')
    """
    if actual is None:
        return "white"
    if _short(actual, target, better) <= 0:
        return "blue"
    if agreed is None:
        return "white"
    short = _short(actual, agreed, better)
    if short <= 0:
        return "green"
    return "amber" if short <= amber_within else "red"


def _short(actual: float, agreed: float, better: Better) -> float:
    return agreed - actual if better == "higher" else actual - agreed


def brag_columns(of: str = "Theme") -> tuple[Column, ...]:
    """The columns of a count by colour."""
    return (
        Column("theme", of),
        *(Column(colour, colour.capitalize(), "count") for colour in COLOURS),
        Column("all", "All", "count"),
    )


def brag_rows(marked: Iterable[tuple[str, Brag]]) -> tuple[tuple[Cell, ...], ...]:
    """How many of each theme stand at each colour: a row for each theme in the order they come, and one of all.

    >>> brag_rows([("Advice", "green"), ("Advice", "red"), ("Plans", "green")])
    (('Advice', 1, 0, 1, 0, 0, 2), ('Plans', 1, 0, 0, 0, 0, 1), ('All', 2, 0, 1, 0, 0, 3))
    """
    counts: dict[str, Counter[Brag]] = {}
    for theme, brag in marked:
        counts.setdefault(theme, Counter())[brag] += 1
    everything = sum(counts.values(), Counter())
    return tuple(_row(theme, count) for theme, count in (*counts.items(), (TOTAL, everything)))


def _row(theme: str, count: Counter[Brag]) -> tuple[Cell, ...]:
    return (theme, *(count[colour] for colour in COLOURS), count.total())


def brag_words(marked: Iterable[Brag]) -> str:
    """`3 green, 1 amber, 2 red`."""
    count = Counter(marked)
    return ", ".join(f"{count[colour]} {colour}" for colour in COLOURS if count[colour]) or "none"
