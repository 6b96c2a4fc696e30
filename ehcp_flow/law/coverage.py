"""Temporal coverage: on every day the file covers, exactly one limit of each clock is in force."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ehcp_flow.law.clock_rule import ClockRule


def uncovered_days(clock: ClockRule, first: date) -> Iterator[tuple[date, int]]:
    """The days since `first` on which the number of limits in force becomes other than one, with that number.

    Only edges need looking at: between them nothing changes.
    """
    if not clock.limits:
        return
    for day in sorted(_edges(clock, first)):
        if not clock.in_force.covers(day):
            continue
        count = sum(dated.in_force.covers(day) for dated in clock.limits)
        if count != 1:
            yield day, count


def _edges(clock: ClockRule, first: date) -> set[date]:
    edges = {first}
    for dated in clock.limits:
        if dated.in_force.first and dated.in_force.first > first:
            edges.add(dated.in_force.first)
        if dated.in_force.last and dated.in_force.last >= first:
            edges.add(date.fromordinal(dated.in_force.last.toordinal() + 1))
    return edges
