"""Random draws that come out the same on every machine and every Python.

Only `Random.random()` is used: it is the one method whose sequence Python promises to keep. Nothing here
calls the mathematics library of the machine, whose last digit may differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Draws:
    """One stream of draws. Each purpose has its own, so that a change in one does not shuffle the others."""

    __slots__ = ("fraction",)

    def __init__(self, seed: int, purpose: str) -> None:
        self.fraction = Random(f"{seed} {purpose}").random

    def chance(self, share: float) -> bool:
        """True in `share` of all draws."""
        return self.fraction() < share

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included, all alike."""
        return low + int(self.fraction() * (high - low + 1))

    def early(self, low: int, high: int) -> int:
        """As `between`, but leaning towards `low`: the smaller of two."""
        return low + int(min(self.fraction(), self.fraction()) * (high - low + 1))

    def late(self, low: int, high: int) -> int:
        """As `between`, but leaning towards `high`: the larger of two."""
        return low + int(max(self.fraction(), self.fraction()) * (high - low + 1))

    def one_of(self, things: Sequence[T]) -> T:
        """One of `things`, all alike."""
        return things[int(self.fraction() * len(things))]

    def by_weight(self, weights: Mapping[T, float]) -> T:
        """A key of `weights`, each as often as its weight says."""
        left = self.fraction() * sum(weights.values())
        chosen = next(iter(weights))
        for chosen, weight in weights.items():  # noqa: B007 - the last one stays chosen if rounding uses up the rest
            left -= weight
            if left < 0:
                break
        return chosen

    def some_of(self, things: Sequence[T], count: int) -> list[T]:
        """`count` different ones of `things`, in the order drawn; all of them if there are fewer."""
        left = list(things)
        return [left.pop(int(self.fraction() * len(left))) for _ in range(min(count, len(left)))]


class Urn:
    """Tickets drawn without putting them back, so that a share holds closely and not only in the long run."""

    def __init__(self, draws: Draws, share: float, size: int = 100) -> None:
        winning = round(share * size)
        self._tickets = [True] * winning + [False] * (size - winning)
        self._draws = draws
        self._left: list[bool] = []

    def draw(self) -> bool:
        """The next ticket; a full urn follows an empty one."""
        if not self._left:
            self._left = self._draws.some_of(self._tickets, len(self._tickets))
        return self._left.pop()


def apportion(total: int, weights: Mapping[T, float]) -> dict[T, int]:
    """`total` shared out in whole numbers by weight (largest remainders), so that shares are as near as can be."""
    whole = sum(weights.values())
    exact = {key: total * weight / whole for key, weight in weights.items()}
    counts = {key: int(share) for key, share in exact.items()}
    by_remainder = sorted(exact, key=lambda key: counts[key] - exact[key])
    for key in by_remainder[: total - sum(counts.values())]:
        counts[key] += 1
    return counts
