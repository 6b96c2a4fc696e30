"""The figures of two packs beside each other: every number that differs, and the cases that came and went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Rows = Sequence[Mapping[str, Any]]
Cases = Mapping[tuple[str, str, str], frozenset[str]]
"""The cases behind a number, by figure, row and column."""


@dataclass(frozen=True, slots=True)
class CellChange:
    """A number that is not the same in both packs, with the cases that came into it and those that went.

    Without a list of cases (a median, a share) both are empty, and `is_listed` is False: it follows from others.
    """

    figure: str
    title: str
    row: str
    column: str
    before: str
    after: str
    came: tuple[str, ...] = ()
    went: tuple[str, ...] = ()
    is_listed: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one pack: rows by figure, titles, and the cases behind the numbers."""

    rows: Mapping[str, Rows]
    titles: Mapping[str, str]
    cases: Cases


def cells_between(before: Figures, after: Figures) -> Iterator[CellChange]:
    """Every number that differs, figure by figure, in the order of the second pack."""
    for figure in [*after.rows, *(name for name in before.rows if name not in after.rows)]:
        olds, news = _by_row(before.rows.get(figure, ())), _by_row(after.rows.get(figure, ()))
        for row in dict.fromkeys([*olds, *news]):
            yield from _of_row(figure, row, (before, olds.get(row, {})), (after, news.get(row, {})))


def _by_row(rows: Rows) -> dict[str, Mapping[str, Any]]:
    """The rows by the text of their first cell; one that comes again gets a number."""
    seen: Counter[str] = Counter()
    found: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        name = str(next(iter(row.values()), ""))
        seen[name] += 1
        found[name if seen[name] == 1 else f"{name} ({seen[name]})"] = row
    return found


def _of_row(
    figure: str, row: str, before: tuple[Figures, Mapping[str, Any]], after: tuple[Figures, Mapping[str, Any]]
) -> Iterator[CellChange]:
    (old_figures, old), (new_figures, new) = before, after
    title = new_figures.titles.get(figure) or old_figures.titles.get(figure, figure)
    for column in list(dict.fromkeys([*old, *new]))[1:] or ["row"]:
        was, now = old.get(column), new.get(column)
        had = old_figures.cases.get((figure, row, column), frozenset())
        has = new_figures.cases.get((figure, row, column), frozenset())
        if was == now and had == has:
            continue
        came, went = tuple(sorted(has - had)), tuple(sorted(had - has))
        yield CellChange(figure, title, row, column, _said(was), _said(now), came, went, bool(had or has))


def _said(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value)
