"""The first and last events of some names in every case (or for every provider), all in one pass over the events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import narwhals as nw

from ehcp_flow.analytics.setwise.places import PER_DAY

if TYPE_CHECKING:
    from ehcp_flow.analytics.setwise.law_in_numbers import Plan

Which = Literal["first", "last", "mirrored_first", "mirrored_last"]


@dataclass(frozen=True, slots=True)
class Marked:
    """Events that count as one thing: those of some names, from one day to another, with some details."""

    codes: tuple[int, ...]
    first_day: int | None = None
    last_day: int | None = None
    details: tuple[tuple[str, str], ...] = ()

    def is_among(self) -> nw.Expr:
        """Whether an event is one of them."""
        found = nw.col("code").is_in(list(self.codes))
        if self.first_day is not None:
            found &= nw.col("place") >= self.first_day * PER_DAY
        if self.last_day is not None:
            found &= nw.col("place") < (self.last_day + 1) * PER_DAY
        for name, value in self.details:
            found &= nw.col(name) == value
        return found


def starting(plan: Plan) -> Marked:
    """The events that start a clock: on days for which the file says the law, and with the details it asks for."""
    last = plan.last_day if plan.rule.in_force.last else None
    return Marked(plan.starts, plan.first_day, last, tuple(plan.rule.only_when.items()))


@dataclass
class Extremes:
    """Collects what is wanted of a group's events, each thing once, and works it all out in one pass.

    `group` begins the columns' names, so that those of a case and of each of its providers can stand side by side.
    """

    group: str
    _names: dict[tuple[Marked, Which], str] = field(default_factory=dict)

    def of(self, marked: Marked, which: Which) -> nw.Expr | None:
        """The column with the first (or last) place of `marked`; None where there are no such events at all."""
        if not marked.codes:
            return None
        return nw.col(self._names.setdefault((marked, which), f"{self.group}_{which}_{len(self._names)}"))

    def by(self, keys: Sequence[str], events: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """A row for each group, with every column asked for so far."""
        sources = {
            name: nw.when(marked.is_among()).then(nw.col("mirrored" if "mirrored" in which else "place"))
            for (marked, which), name in self._names.items()
        }
        worked_out = [
            nw.col(name).max() if "last" in which else nw.col(name).min() for (_, which), name in self._names.items()
        ]
        return events.with_columns(**sources).group_by(*keys).agg(*worked_out)


def all_of(conditions: Iterable[nw.Expr | None]) -> nw.Expr:
    """Whether all of some conditions hold; one that is null, or None, does not."""
    return _together([each for each in conditions if each is not None], is_any=False)


def any_of(conditions: Iterable[nw.Expr | None]) -> nw.Expr:
    """Whether any of some conditions holds; one that is null, or None, does not."""
    return _together([each for each in conditions if each is not None], is_any=True)


def _together(conditions: Sequence[nw.Expr], *, is_any: bool) -> nw.Expr:
    found = nw.lit(not is_any)
    for each in conditions:
        found = found | each.fill_null(False) if is_any else found & each.fill_null(False)
    return found
