"""Which counts to withhold so that no small one can be reckoned back from sums.

A set of counts is safe if, for every small one, the numbers withheld can be moved a little so that the small one
changes, every sum still holds and none falls below 0: whoever sees the rest cannot tell the two apart. Such moves are
looked for among the solutions of the sums; where none is found, more is withheld.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain
from math import lcm

from ehcp_flow.analytics.sums import Place, Sum, is_shown

Move = dict[Place, int]


def withheld_places(values: Mapping[Place, int], sums: Sequence[Sum], smallest: int) -> set[Place]:
    """The places, of those that are shown, to withhold: every count from 1 to `smallest` - 1, and what protects it."""
    small = {place for place, value in values.items() if 0 < value < smallest}
    withheld = {place for place in small if is_shown(place)}
    while exposed := _exposed(values, sums, small, withheld):
        more = {found for place in exposed if (found := _next(values, sums, place, withheld)) is not None}
        if not more:
            return withheld
        withheld |= more
    return withheld


def _exposed(values: Mapping[Place, int], sums: Sequence[Sum], small: set[Place], withheld: set[Place]) -> list[Place]:
    """The small counts for which no move is found, in the table's order."""
    unknown = withheld | {place for place in values if not is_shown(place)}
    moves = list(_moves(sums, unknown))
    in_no_sum = unknown - {place for each in sums for place in each.places}
    safe = set(in_no_sum)
    for move in chain(moves, _pairs(moves)):
        if all(values[place] + step >= 0 for place, step in move.items()):
            safe |= move.keys()
    return sorted(small - safe)


def _pairs(moves: Sequence[Move]) -> Iterator[Move]:
    """Two moves at once, for what one alone would bring below 0."""
    for number, one in enumerate(moves):
        for other in moves[number + 1 :]:
            if one.keys() & other.keys():
                both = {place: one.get(place, 0) + other.get(place, 0) for place in one.keys() | other.keys()}
                yield {place: step for place, step in both.items() if step}


def _moves(sums: Sequence[Sum], unknown: set[Place]) -> Iterator[Move]:
    """Whole-number changes of the unknown counts that leave every sum true: a basis of them, up and down."""
    solved = _solved(sums, unknown)
    for free in sorted(unknown - solved.keys()):
        move = {free: Fraction(1)}
        move |= {place: -row[free] for place, row in solved.items() if row.get(free)}
        if len(move) > 1:
            scale = lcm(*(step.denominator for step in move.values()))
            for sign in (1, -1):
                yield {place: sign * int(step * scale) for place, step in move.items()}


def _solved(sums: Sequence[Sum], unknown: set[Place]) -> dict[Place, dict[Place, Fraction]]:
    """The sums solved for some of the unknown counts: each of those, with what else of the unknown is in its row."""
    solved: dict[Place, dict[Place, Fraction]] = {}
    for each in sums:
        row = {place: Fraction(-1) for place in each.parts if place in unknown}
        if each.total in unknown:
            row[each.total] = Fraction(1)
        for place, other in solved.items():
            _subtract(row, other, row.get(place, Fraction(0)))
        if not row:
            continue
        pivot = min(row)
        row = {place: value / row[pivot] for place, value in row.items()}
        for other in solved.values():
            _subtract(other, row, other.get(pivot, Fraction(0)))
        solved[pivot] = row
    return solved


def _subtract(row: dict[Place, Fraction], other: Mapping[Place, Fraction], times: Fraction) -> None:
    if not times:
        return
    for place, value in other.items():
        left = row.get(place, Fraction(0)) - times * value
        if left:
            row[place] = left
        else:
            row.pop(place, None)


def _next(values: Mapping[Place, int], sums: Sequence[Sum], place: Place, withheld: set[Place]) -> Place | None:
    """The count to withhold next so that an exposed one is safe; None if there is none left that could help.

    It comes from the sums that give a count away because all else in them is shown. Totals go last; of the others
    first what is in most such sums, then the smallest that is not 0.
    """
    unknown = withheld | {other for other in values if not is_shown(other)}
    near = _connected(sums, place, unknown)
    tight = [each for each in near if len(unknown & set(each.places)) == 1] or near
    totals = {each.total for each in near}
    left = [other for each in tight for other in each.places if other not in unknown]
    if not left:
        return None
    return min(left, key=lambda other: (other in totals, -left.count(other), values[other] == 0, values[other], other))


def _connected(sums: Sequence[Sum], place: Place, unknown: set[Place]) -> list[Sum]:
    """The sums that an unknown count is in, those that the other unknown counts in them are in, and so on."""
    reached, found, to_look_at = {place}, list[Sum](), list(sums)
    while near := [each for each in to_look_at if reached & set(each.places)]:
        found += near
        to_look_at = [each for each in to_look_at if each not in near]
        reached |= {other for each in near for other in each.places if other in unknown}
    return found
