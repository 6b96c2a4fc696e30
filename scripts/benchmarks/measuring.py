"""How things are timed: ours and the peer by turns in one run, the best of several rounds of each.

On a shared machine other work can only make a round slower, so the fastest one says most; and what
disturbs one side for a while is likely to disturb the other, because they take turns. Where nothing is
waited for, the processor's time is taken, which other work disturbs least; where the disk is, the clock's.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import Literal

Unit = Literal["ms", "s", "MB", "/s"]
Work = Callable[[], object]
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the table. `wanted` is the aim's ratio of ours to the peer's; None where there is no aim.

    Of a time or size (ms, s, MB) no more than `wanted` is aimed for, of a rate (/s) no less.
    """

    aim: str
    what: str
    ours: float
    peer: float
    unit: Unit
    peer_name: str
    wanted: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        """Ours for each one of the peer's."""
        return self.ours / self.peer

    @property
    def is_met(self) -> bool | None:
        """Whether the aim is met; None where there is none."""
        if self.wanted is None:
            return None
        return self.ratio >= self.wanted if self.unit == "/s" else self.ratio <= self.wanted


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: a full run, or a quick one to try things out."""

    rounds: int
    scale: float

    def of(self, cases: int) -> int:
        """So many cases in a full run, fewer in a quick one."""
        return max(int(cases * self.scale), 50)


FULL, QUICK = Effort(rounds=9, scale=1.0), Effort(rounds=3, scale=0.1)


def processor_time() -> float:
    """Seconds of processor used so far by this process and by the programs it ran to their end."""
    return sum(used.ru_utime + used.ru_stime for used in map(getrusage, (RUSAGE_SELF, RUSAGE_CHILDREN)))


def seconds(work: Work, clock: Clock = processor_time) -> float:
    """How long `work` takes."""
    began = clock()
    work()
    return clock() - began


def by_turns(what: str, rounds: int, *works: Work, clock: Clock = processor_time) -> list[float]:
    """The shortest time of each of `works`, in seconds, done by turns for some rounds."""
    best = [float("inf")] * len(works)
    tell(what)
    for number in range(1, rounds + 1):
        if sys.stderr.isatty():
            tell(f"{what}: round {number} of {rounds}")
        for place, work in enumerate(works):
            best[place] = min(best[place], seconds(work, clock))
    return best


def tell(text: str) -> None:
    """Show what is being done, on the error stream; in a terminal each line takes the place of the last."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text} …", end="", file=sys.stderr, flush=True)
    else:
        print(f"{text} …", file=sys.stderr, flush=True)


def done_telling() -> None:
    """Take the last line away."""
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
