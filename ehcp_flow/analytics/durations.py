"""How long it takes, cases that still wait counted: Kaplan–Meier and Aalen–Johansen, exact where days are tied.

A mean over plans already issued leaves out everybody who still waits. Here each case counts for as long as it was
followed. Days are whole and many cases end on the same one; nothing is drawn at random, so that a figure made again
is the same to the last digit (docs/decisions/0021-our-own-survival-figures.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import exp, isfinite, log, sqrt

Z_95 = 1.959963984540054
"""95% of a normal distribution lies within so many standard errors."""

HALF = 0.5
NEVER = -1
"""Where the last day followed should stand, when there is none."""


@dataclass(frozen=True, slots=True)
class Wait:
    """How long one case has waited, in days, and how the wait ended; `end` is None while it goes on.

    `entered` is the age at which we began to follow it, where that was not from its start: the case is counted only
    on days after it.
    """

    days: int
    end: str | None = None
    entered: int | None = None
    case_ref: str = ""

    @property
    def is_followed(self) -> bool:
        """Whether there is any day on which it counts."""
        return self.entered is None or self.entered < self.days


@dataclass(frozen=True, slots=True)
class Step:
    """A day on which something ended: so many were at risk just before, so many ended, and the share afterwards.

    `low` and `high` are the 95% band; None where it cannot be said (nobody, or everybody, has ended).
    """

    day: int
    at_risk: int
    ended: int
    share: float
    error: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """A share that changes by steps. `starts_at` is the share before the first: 1 still waiting, or 0 ended.

    `followed_to` is the last day on which anybody was followed.
    """

    steps: tuple[Step, ...]
    starts_at: float
    followed_to: int

    def at(self, day: int) -> Step | None:
        """The step in force on a day; None before the first, and where nobody was followed so long.

        After the last ones of all ended, that step stays.
        """
        if not self.steps or day < self.steps[0].day:
            return None
        last = self.steps[-1]
        if day > self.followed_to and last.ended < last.at_risk:
            return None
        return next(step for step in reversed(self.steps) if step.day <= day)

    def share_on(self, day: int) -> float | None:
        """The share on a day; None beyond what was followed."""
        if self.steps and day >= self.steps[0].day:
            step = self.at(day)
            return step.share if step else None
        return self.starts_at if day <= self.followed_to else None

    def first_day_at(self, share: float) -> int | None:
        """The first day on which no more than `share` still wait; of one that rises, on which so many have ended."""
        falls = self.starts_at > HALF
        return next((s.day for s in self.steps if (s.share <= share if falls else s.share >= share)), None)

    def median(self) -> int | None:
        """The day by which half have ended; None if fewer have."""
        return self.first_day_at(HALF)


def still_waiting(waits: Iterable[Wait], ends: Collection[str], fewest: int = 1) -> Curve:
    """Kaplan–Meier: of cases followed, the share whose wait had not ended in one of `ends`, day by day.

    What ended otherwise, or has not ended, counts up to its last day. The band is Greenwood's on the log(−log) scale.
    The curve ends on the last day on which `fewest` were at risk: a handful of cases says little, and may show who they
    are.
    """
    days = _followed(waits, fewest)
    share, spread, steps = 1.0, 0.0, []
    for day, at_risk, ended in days:
        gone = sum(count for end, count in ended.items() if end in ends)
        if not gone:
            continue
        share *= 1 - gone / at_risk
        spread = spread + gone / (at_risk * (at_risk - gone)) if gone < at_risk else float("inf")
        error = share * sqrt(spread) if share else 0.0
        steps.append(Step(day, at_risk, gone, share, error, *_log_log_band(share, error)))
    return Curve(tuple(steps), 1.0, days[-1][0] if days else NEVER)


def ended_by(waits: Iterable[Wait], ends: Sequence[str], fewest: int = 1) -> dict[str, Curve]:
    """Aalen–Johansen: of all cases, the share that ended in each of `ends` by each day; what ends one ends the others.

    The shares of all ends and of those still waiting add up to one. An end that is not in `ends` counts as not ended.
    The curves end as in `still_waiting`.
    """
    days = _followed(waits, fewest)
    kinds = {end: _Incidence() for end in ends}
    waiting = 1.0
    for day, at_risk, ended in days:
        gone = sum(ended[end] for end in ends)
        if not gone:
            continue
        for end, kind in kinds.items():
            kind.step(day, at_risk, ended[end], gone, waiting)
        waiting *= 1 - gone / at_risk
    followed_to = days[-1][0] if days else NEVER
    return {end: Curve(tuple(kind.steps), 0.0, followed_to) for end, kind in kinds.items()}


class _Incidence:
    """One kind of end: its share, and the sums from which the variance of that share is made.

    The variance is that of the usual delta method, with the sums written out so that each day is visited once.
    """

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._share = 0.0
        self._all = self._all_share = self._all_square = 0.0
        self._own = self._cross = self._cross_share = 0.0

    def step(self, day: int, at_risk: int, ended: int, gone: int, waiting: float) -> None:
        """A day on which `ended` of `at_risk` ended in this way and `gone` in any; `waiting` is the share before it."""
        self._share += waiting * ended / at_risk
        share, each = self._share, waiting / at_risk
        all_gone = gone / (at_risk * (at_risk - gone)) if gone < at_risk else 0.0
        self._all += all_gone
        self._all_share += share * all_gone
        self._all_square += share * share * all_gone
        self._own += each * each * ended * (at_risk - ended) / at_risk
        self._cross += each * ended / at_risk
        self._cross_share += share * each * ended / at_risk
        if ended:
            variance = (
                share * share * self._all
                - 2 * share * self._all_share
                + self._all_square
                + self._own
                - 2 * share * self._cross
                + 2 * self._cross_share
            )
            error = sqrt(max(variance, 0.0))
            self.steps.append(Step(day, at_risk, ended, share, error, *_log_log_band(share, error)))


_Day = tuple[int, int, Counter[str | None]]


def _followed(waits: Iterable[Wait], fewest: int) -> list[_Day]:
    """The days up to the last one on which at least `fewest` were at risk."""
    days = list(_days([wait for wait in waits if wait.is_followed]))
    while days and days[-1][1] < fewest:
        days.pop()
    return days


def _days(waits: Sequence[Wait]) -> Iterator[_Day]:
    """Each day on which a wait was last followed: the day, how many were at risk, and how many ended, by their end."""
    last: dict[int, Counter[str | None]] = {}
    for wait in waits:
        last.setdefault(wait.days, Counter())[wait.end] += 1
    late = sorted(wait.entered for wait in waits if wait.entered is not None)
    at_risk, joined = len(waits) - len(late), 0
    for day in sorted(last):
        while joined < len(late) and late[joined] < day:
            joined += 1
            at_risk += 1
        yield day, at_risk, last[day]
        at_risk -= last[day].total()


def _log_log_band(share: float, error: float) -> tuple[float | None, float | None]:
    """The 95% band of a share on the log(−log) scale, which stays between 0 and 1."""
    if not 0 < share < 1 or not isfinite(error):
        return None, None
    width = exp(Z_95 * error / (share * -log(share)))
    low, high = share**width, share ** (1 / width)
    return low, high
