"""Temporal coverage: on every day the file covers, exactly one limit of each clock is in force."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from ehcp_flow.law.clock_rule import ClockRule
from ehcp_flow.law.in_force import InForce


def wrongly_covered(clock: ClockRule, covers_from: date) -> Iterator[tuple[InForce, int]]:
    """The times since `covers_from` at which the number of limits in force is not one, each with that number.

    Only edges need looking at: between them nothing changes.
    """
    if not clock.limits:
        return
    first = max(covers_from, clock.in_force.first or covers_from)
    periods = (*(dated.in_force for dated in clock.limits), clock.in_force)
    for begins, next_begins in pairwise([*sorted({first, *_edges(periods, first)}), None]):
        if begins is None or not clock.in_force.covers(begins):
            continue
        count = sum(dated.in_force.covers(begins) for dated in clock.limits)
        if count != 1:
            yield InForce(begins, _day_before(next_begins) if next_begins else None), count


def _edges(periods: tuple[InForce, ...], after: date) -> Iterator[date]:
    """The days after `after` on which a period begins, or is over for the first time."""
    for period in periods:
        if period.first and period.first > after:
            yield period.first
        if period.last and after <= period.last < date.max:
            yield date.fromordinal(period.last.toordinal() + 1)


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
