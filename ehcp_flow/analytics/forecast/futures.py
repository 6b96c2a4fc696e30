"""What may become of a case: the way on of past cases that stood at the same stage at the same age.

An open case is given the future of a past one that stood where it stands. Where that one is itself still open, another
takes over from there, so that slow cases are not forgotten. Only moves of a recent time count, in blocks of four weeks
that are drawn anew for each run: a good or a bad month is good or bad for all cases.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from ehcp_flow.analytics.journeys import Journey

BLOCK = 28
"""Days of a block: moves of the same block are drawn together."""

_NEAR = ((0, 1), (3, 1), (9, 3), (28, 7), (84, 28), (364, 91))
"""How far in days the age of a past case may be from that of the case it stands for, from the nearest; and the steps in
which its days within that are taken. Every day counts once, so that none is nearer to its end than it would be."""
_ENOUGH = 10
_TRIES = 12
_MOST_HANDED_ON = 60


@dataclass(frozen=True, slots=True)
class _Past:
    """A journey as ages: when it came to each stage, and when and how it ended (or was last seen)."""

    start: int
    ages: tuple[int, ...]
    states: tuple[str, ...]
    last: int
    end: str | None
    is_over: bool

    def state_at(self, age: int) -> str:
        """Where it stood at that age; at the very beginning, at its first stage."""
        return self.states[max(bisect_right(self.ages, age) - 1, 0)]


@dataclass(frozen=True, slots=True)
class Future:
    """So many days from now a case ends in `end`; if `end` is None it does not end as far as can be seen."""

    days: int
    end: str | None


Spells = dict[str, list[tuple[int, int, int]]]
"""For each state the cases that stood there, by their number, with their age when they came and when they left it."""

Donor = tuple[int, int, int]
"""A past case by its number, its age where it is taken up, and the block in which it stood there."""


class Futures:
    """Draws what may become of cases. Nothing after `day` is looked at, and moves before `since` only where needed."""

    def __init__(self, found: Sequence[Journey], day: date, since: date) -> None:
        stood = [each.as_on(day) for each in found]
        self._past = [_as_ages(each, day) for each in stood if each is not None and each.stages]
        self._day, self._since = day.toordinal(), since.toordinal()
        self._spells = _spells(self._past)
        self._recent = _later(self._spells, self._past, self._since)
        self._donors: dict[tuple[str, int], list[Donor]] = {}
        self._waiting: dict[tuple[str, int, int], float] = {}
        self.blocks = max((self._day - self._since) // BLOCK, 1)

    def drawn_blocks(self, random: Random) -> list[int]:
        """How often each block of the recent time counts in one run: drawn with replacement."""
        weights = [0] * (self.blocks + 1)
        for _ in range(self.blocks):
            weights[random.randrange(self.blocks)] += 1
        weights[self.blocks] = 1  # what is older is asked only where nothing recent is known
        return weights

    def draw(self, state: str, age: int, random: Random, weights: Sequence[int]) -> Future:
        """What becomes of a case that stands at `state` and is `age` days old."""
        elapsed, most = 0, max(weights)
        for _ in range(_MOST_HANDED_ON):
            donors = self.donors(state, age + elapsed)
            if not donors:
                return Future(elapsed, None)
            number, at_age, _ = _picked(donors, random.random, weights, most)
            past = self._past[number]
            elapsed += past.last - at_age
            if past.is_over:
                return Future(elapsed, past.end)
            state = past.states[-1]
        return Future(elapsed, None)

    def chance_of_waiting(self, state: str, age: int, days: int) -> float:
        """The chance that a case at `state`, `age` days old, has not ended after so many days more; nothing is drawn.

        1 where nobody is known who ever stood there.
        """
        key = (state, age, days)
        if key not in self._waiting:
            donors = self.donors(state, age)
            waits = [self._waits(donor, age, days) for donor in donors]
            self._waiting[key] = sum(waits) / len(waits) if waits else 1.0
        return self._waiting[key]

    def _waits(self, donor: Donor, age: int, days: int) -> float:
        number, at_age, _ = donor
        past = self._past[number]
        left = past.last - at_age
        if left > days:
            return 1.0
        return 0.0 if past.is_over else self.chance_of_waiting(past.states[-1], age + left, days - left)

    def donors(self, state: str, age: int) -> list[Donor]:
        """Past cases that stood at `state` at nearly that age, of the recent time if there are enough of it."""
        key = (state, age)
        if key not in self._donors:
            self._donors[key] = self._found(state, age)
        return self._donors[key]

    def _found(self, state: str, age: int) -> list[Donor]:
        """Of the recent time, the nearest in age of whom there are enough; or else any; or else of any time."""
        best: list[Donor] = []
        most = 0
        for near, step in _NEAR:
            found = self._within(self._recent, state, range(age - near, age + near + 1, step))
            number = len({donor[0] for donor in found})
            if number >= _ENOUGH:
                return found
            if number > most:
                best, most = found, number
        return best or self._within(self._spells, state, range(age - near, age + near + 1, step))

    def _within(self, spells: Spells, state: str, ages: range) -> list[Donor]:
        found: list[Donor] = []
        for number, first, after in spells.get(state, ()):
            if first > ages[-1] or after <= ages[0]:
                continue
            start = self._past[number].start
            taken_up = (age for age in ages if first <= age < after)
            found += [(number, age, min((self._day - start - age) // BLOCK, self.blocks)) for age in taken_up]
        return found


def _as_ages(each: Journey, day: date) -> _Past:
    """The journey's stages up to its end; what follows it (an ended state, a reversal) is no part of the wait."""
    last = each.age_on(each.ended_on or day)
    steps = [(max(each.age_on(on), 0), state) for on, state in each.points()]
    kept = [step for step in steps if step[0] < last or each.ended_on is None] or steps[:1]
    ages, states = zip(*kept, strict=True)
    return _Past(each.started_on.toordinal(), tuple(ages), tuple(states), last, each.end, each.ended_on is not None)


def _spells(past: Sequence[_Past]) -> Spells:
    spells: Spells = {}
    for number, each in enumerate(past):
        leaves = (*each.ages[1:], each.last)
        for state, first, after in zip(each.states, each.ages, leaves, strict=True):
            spells.setdefault(state, []).append((number, first, after))
    return spells


def _later(spells: Spells, past: Sequence[_Past], since: int) -> Spells:
    """What of the spells lies on `since` or after it."""
    return {
        state: [
            (number, max(first, since - past[number].start), after)
            for number, first, after in each
            if past[number].start + after > since
        ]
        for state, each in spells.items()
    }


def _picked(donors: Sequence[Donor], random: Callable[[], float], weights: Sequence[int], most: int) -> Donor:
    """One of the donors, the more likely the more often its block counts in this run."""
    number = len(donors)
    for _ in range(_TRIES):
        donor = donors[int(random() * number)]
        if random() * most < weights[donor[2]]:
            return donor
    return donor
