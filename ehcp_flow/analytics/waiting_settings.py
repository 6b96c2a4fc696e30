"""Which wait the figures on waiting are about, in the words of the workflow file it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ehcp_flow.engine.count import Counting, days_between, last_day
from ehcp_flow.law.duration import Duration

_SOME_DAY = date(2000, 1, 1)

ISSUED = "issued"
"""The end that is waited for; every other is a way in which it does not come."""


@dataclass(frozen=True, slots=True)
class End:
    """A way in which a wait ends, with the events that end it so."""

    title: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WaitingSettings:
    """The settings of the figures on waiting; `workflows/settings/waiting.yaml` explains each.

    `limit` and `counting` are the clock's own, as they are in law; `ends` has `issued` first. All lengths are in weeks.
    """

    process: str
    clock: str
    limit: Duration
    counting: Counting
    weeks: tuple[Duration, ...]
    agreed_on: tuple[str, ...]
    ready_on: tuple[str, ...]
    ends: Mapping[str, End]
    waits_for: str
    fewest_at_risk: int
    learn_from: Duration

    @property
    def limit_days(self) -> int:
        """Days from the start of the clock to its last day in time."""
        return days_between(_SOME_DAY, last_day(_SOME_DAY, self.limit, self.counting))

    @property
    def days_learnt_from(self) -> int:
        """The days of `learn_from`."""
        return days_between(_SOME_DAY, last_day(_SOME_DAY, self.learn_from, "next_day"))

    @property
    def marks(self) -> tuple[Duration, ...]:
        """The weeks at which it is told how many still wait, the limit among them, from the shortest."""
        return tuple(sorted({self.limit, *self.weeks}, key=lambda length: length.amount))
