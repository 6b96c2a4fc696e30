"""Who typed a fact in, and when: mostly the same day, sometimes weeks later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from ehcp_flow.made_up.days import Day, workday_from
from ehcp_flow.made_up.draws import Draws
from ehcp_flow.made_up.shapes import MadeUpEvent
from ehcp_flow.made_up.story import Step

PLAN_STAGE = frozenset({"plan_agreed", "draft_plan_sent"})
"""From here on the area team holds a case that the needs-assessment team began."""

_MINUTES = 24 * 60
_OPENS, _CLOSES = 8 * 60, 17 * 60 + 30  # UTC, so that it is office time in winter and in summer


def reaches_plan_stage(steps: Sequence[Step]) -> bool:
    """Whether the case has been handed from the needs-assessment team to an area team."""
    return any(event in PLAN_STAGE for _, event, _ in steps)


def record(
    steps: Sequence[Step], until: Day, draws: Draws, begun_by: str, continued_by: str
) -> tuple[MadeUpEvent, ...]:
    """`steps` as recorded events, none recorded before it happened or after the end of `until`.

    Within a case the entries are typed in order, because no step can be recorded before the one it follows;
    an officer who fell behind catches up in one sitting.
    """
    events = []
    hand, typed = begun_by, 0
    for day, event, details in steps:
        if event in PLAN_STAGE:
            hand = continued_by
        noted = min(workday_from(day + _days_late(draws)), until)
        typed = max(noted * _MINUTES + draws.between(_OPENS, _CLOSES), typed + 1)
        events.append(MadeUpEvent(event, date.fromordinal(day), details, _moment(typed), hand))
    return tuple(events)


def _days_late(draws: Draws) -> int:
    share = draws.fraction()
    if share < 0.72:
        return 0
    if share < 0.92:
        return draws.between(1, 3)
    if share < 0.985:
        return draws.between(4, 10)
    return draws.between(14, 40)


def _moment(minutes: int) -> datetime:
    day, minute = divmod(minutes, _MINUTES)
    on = date.fromordinal(day)
    return datetime(on.year, on.month, on.day, minute // 60, minute % 60, tzinfo=UTC)
