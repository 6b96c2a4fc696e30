"""How many plans a week must be issued, oldest limit first, to reach a share in time by a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from heapq import heappop, heappush

from ehcp_flow.analytics.forecast.simulate import Coming, Run
from ehcp_flow.analytics.journeys import Journey
from ehcp_flow.analytics.periods import usual_windows
from ehcp_flow.analytics.proportions import percent
from ehcp_flow.analytics.waiting_settings import ISSUED
from ehcp_flow.engine.count import DAYS_IN_WEEK, days_between

_QUICK = 0.25
_NEAR_ENOUGH = 0.125
_MOST_DOUBLINGS = 12


@dataclass(frozen=True, slots=True)
class Plan:
    """A case that needs a plan: its limit, and the first day on which it can be sent, both as ordinals."""

    due: int
    ready: int


@dataclass(frozen=True, slots=True)
class Result:
    """What an output gives: per cent in time of the plans due in a time, and the plans overdue at its end."""

    share: float | None
    overdue: int


def quickest_days(found: Sequence[Journey], since: date, day: date) -> int | None:
    """The age in days by which the quickest quarter of the plans issued from `since` to `day` was sent."""
    ages = sorted(
        days_between(each.started_on, each.ended_on)
        for each in found
        if each.end == ISSUED and each.ended_on and since < each.ended_on <= day
    )
    return ages[int(_QUICK * (len(ages) - 1))] if ages else None


def issued_between(found: Sequence[Journey], since: date, day: date) -> int:
    """Plans issued from the day after `since` to `day`."""
    return sum(each.end == ISSUED and each.ended_on is not None and since < each.ended_on <= day for each in found)


def weekly_pace(found: Sequence[Journey], since: date, day: date) -> float:
    """Plans issued a week, from the day after `since` to `day`."""
    return issued_between(found, since, day) * DAYS_IN_WEEK / days_between(since, day)


def most_in_a_month(found: Sequence[Journey], day: date) -> int:
    """The most plans issued in any calendar month of the twelve up to the one of `day`."""
    _, _, year, _ = usual_windows(day)
    ended = [each.ended_on for each in found if each.end == ISSUED and year.has(each.ended_on)]
    months = Counter((on.year, on.month) for on in ended if on)
    return max(months.values(), default=0)


def plans_of(run: Run, day: date, ready_days: int) -> list[Plan]:
    """The cases of a run that still need a plan after `day`, by their limit."""
    tomorrow = day.toordinal() + 1
    found = [Plan(each.due, max(each.start + ready_days, tomorrow)) for each in run if _is_still_to_come(each, day)]
    return sorted(found, key=lambda plan: plan.due)


def _is_still_to_come(each: Coming, day: date) -> bool:
    return each.needs_a_plan and (each.ends is None or each.ends > day.toordinal())


def outcome(plans: Sequence[Plan], a_week: float, day: date, first: date, last: date) -> Result:
    """What comes of `a_week` plans a week from the day after `day`: of the plans due from `first` to `last`.

    On each day the oldest limits come first; what cannot be sent because nothing is ready is not made up for later.
    """
    sent = _sent(plans, a_week, day.toordinal(), last.toordinal())
    due = [number for number, plan in enumerate(plans) if first.toordinal() <= plan.due <= last.toordinal()]
    in_time = sum(sent.get(number, plans[number].due + 1) <= plans[number].due for number in due)
    overdue = sum(plan.due < last.toordinal() and number not in sent for number, plan in enumerate(plans))
    return Result(percent(in_time, len(due)), overdue)


def _sent(plans: Sequence[Plan], a_week: float, day: int, last: int) -> dict[int, int]:
    coming = sorted(range(len(plans)), key=lambda number: plans[number].ready, reverse=True)
    queue: list[tuple[int, int]] = []
    sent: dict[int, int] = {}
    at_hand, a_day = 0.0, a_week / DAYS_IN_WEEK
    for today in range(day + 1, last + 1):
        while coming and plans[coming[-1]].ready <= today:
            number = coming.pop()
            heappush(queue, (plans[number].due, number))
        at_hand += a_day
        while queue and at_hand >= 1:
            sent[heappop(queue)[1]] = today
            at_hand -= 1
        if not queue:
            at_hand = min(at_hand, max(1.0 - a_day, 0.0))
    return sent


def needed(plans: Sequence[Plan], share: float, day: date, first: date, last: date) -> float | None:
    """The least output a week that brings at least `share` per cent of the plans due in time.

    None where nothing is due, or where no output does: what is due has passed its day, or cannot be ready.
    """

    def is_enough(a_week: float) -> bool:
        found = outcome(plans, a_week, day, first, last).share
        return found is not None and found >= share

    high = 1.0
    for _ in range(_MOST_DOUBLINGS):
        if is_enough(high):
            break
        high *= 2
    else:
        return None
    low = 0.0
    while high - low > _NEAR_ENOUGH:
        middle = (low + high) / 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high
