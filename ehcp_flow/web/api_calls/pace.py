"""How often a program may call: so much at once, and then so much a minute. Kept in memory, in each process apart."""

from __future__ import annotations

import math
from collections.abc import Callable
from time import monotonic

_MOST_KEPT = 10_000
_MINUTE = 60.0


class Pace:
    """A bucket for each caller that holds `per_minute` calls and fills again evenly."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, caller: str) -> int:
        """Take one call; 0, or after how many whole seconds the next one is answered."""
        left, at = self._level(caller), self._clock()
        if left < 1:
            return max(1, math.ceil((1 - left) * _MINUTE / self.per_minute))
        self._left[caller] = (left - 1, at)
        if len(self._left) > _MOST_KEPT:
            self._forget_the_full()
        return 0

    def is_empty(self, caller: str) -> bool:
        """Whether the next call would have to wait."""
        return self._level(caller) < 1

    def _level(self, caller: str) -> float:
        left, since = self._left.get(caller, (float(self.per_minute), self._clock()))
        return min(self.per_minute, left + (self._clock() - since) * self.per_minute / _MINUTE)

    def _forget_the_full(self) -> None:
        """Forget callers who may call as often as anybody; if there are too many others, the oldest of them."""
        kept = {caller: self._left[caller] for caller in self._left if self._level(caller) < self.per_minute}
        self._left = dict(sorted(kept.items(), key=lambda item: item[1][1])[-_MOST_KEPT // 2 :])
