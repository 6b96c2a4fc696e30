"""What one recording did to each clock of its case, in a word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from ehcp_flow.engine.verdict import Verdict, verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ehcp_flow.engine.clock import Clock
    from ehcp_flow.services.record_event import Recorded

Change = Literal["Started", "Closed", "Dropped", "Stopped", "Revived", "Changed", "Running", "Gone"]


@dataclass(frozen=True, slots=True)
class ClockChange:
    """A clock after a recording (before it, where it is gone) and what happened to it.

    `Closed` clocks were started and stopped by what is recorded now, `Gone` ones were started by what is taken back;
    `Running` ones are limits that run on unchanged.
    """

    word: Change
    verdict: Verdict


def clock_changes(recorded: Recorded, as_of: date) -> list[ClockChange]:
    """What happened to each clock, judged for `as_of`: in the order of the law, those that are gone last."""
    before, after = _by_name(recorded.clocks_before, as_of), _by_name(recorded.clocks_after, as_of)
    return [*_changed(before, after), *(ClockChange("Gone", then) for key, then in before.items() if key not in after)]


_Verdicts = dict[tuple[str, int], Verdict]


def _by_name(clocks: Iterable[Clock], as_of: date) -> _Verdicts:
    return {(clock.name, clock.period): verdict(clock, as_of) for clock in clocks}


def _changed(before: _Verdicts, after: _Verdicts) -> Iterator[ClockChange]:
    for key, now in after.items():
        word = _change(before.get(key), now)
        if word:
            yield ClockChange(word, now)


def _change(then: Verdict | None, now: Verdict) -> Change | None:
    clock = now.clock
    is_open = clock.stopped_by is None and clock.dropped_by is None
    if then is None:
        return "Started" if is_open else "Closed"
    was_open = then.clock.stopped_by is None and then.clock.dropped_by is None
    if was_open and not is_open:
        return "Dropped" if clock.dropped_by else "Stopped"
    if not was_open and is_open:
        return "Revived"
    if then.clock.due_on != clock.due_on or then.outcome != now.outcome:
        return "Changed"
    return "Running" if is_open and clock.rule.kind == "limit" else None
