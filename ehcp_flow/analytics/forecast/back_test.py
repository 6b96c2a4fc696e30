"""The forecast tried on months that are over: how often its interval held, by how much it missed, what that teaches.

For each month's end gone by, the forecast is made from what had happened by then, and compared with what came. The
interval of a later forecast is widened by what earlier ones missed; a forecast is judged only with what could be known
when it was made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from ehcp_flow.analytics.forecast.simulate import Asked, Coming, Month, Range, Run, month_of, range_of, runs
from ehcp_flow.analytics.journeys import Journey
from ehcp_flow.analytics.periods import end_of_month
from ehcp_flow.analytics.periods import month_of as first_of_month
from ehcp_flow.analytics.proportions import percent
from ehcp_flow.engine.count import day_after, day_before, days_between, days_on

Quantity = Literal["issued", "overdue", "share"]
QUANTITIES: tuple[Quantity, ...] = ("issued", "overdue", "share")
"""Plans issued in a month; plans overdue at its end; per cent in time of the plans due in it."""

FEWEST_TRIED = 6
"""With fewer trials than this nothing is learnt about the interval."""
_HELD = 0.8


@dataclass(frozen=True, slots=True)
class Trial:
    """One forecast of a quantity, made at the end of `made_on` for the month that ends on `last`, and what came.

    `before` is what somebody would have said who expects the next months to be like the last.
    """

    quantity: Quantity
    made_on: date
    months_ahead: int
    last: date
    expected: Range
    came: float
    before: float | None

    @property
    def missed_by(self) -> float:
        """How far outside its interval it came; negative if inside, by the distance to the nearer end."""
        return max(self.expected.low - self.came, self.came - self.expected.high)


def value(month: Month, quantity: Quantity) -> float | None:
    """A quantity of a month; None for the share of a month in which nothing was due."""
    if quantity == "share":
        return percent(month.due_in_time, month.due)
    return float(month.issued if quantity == "issued" else month.overdue)


def expected(made: Sequence[Run], first: date, last: date) -> dict[Quantity, Range]:
    """The range of each quantity over the runs; without those of which no run knows anything."""
    months = [month_of(run, first, last) for run in made]
    ranges = {
        quantity: range_of([v for each in months if (v := value(each, quantity)) is not None])
        for quantity in QUANTITIES
    }
    return {quantity: range_ for quantity, range_ in ranges.items() if range_}


def months_after(day: date, number: int) -> list[tuple[date, date]]:
    """The months that follow, each from its first day (or the day after `day`) to its last."""
    found, first = [], day_after(day)
    for _ in range(number):
        last = end_of_month(first)
        found.append((first, last))
        first = day_after(last)
    return found


def as_it_came(found: Sequence[Journey], first: date, last: date) -> Month:
    """What really happened in a month, counted as a run is."""
    return month_of(tuple(_came(each, last) for each in found if each.started_on <= last), first, last)


def _came(each: Journey, last: date) -> Coming:
    is_over = each.ended_on is not None and each.ended_on <= last
    ends = each.ended_on.toordinal() if each.ended_on and is_over else None
    return Coming(each.started_on.toordinal(), each.due_on.toordinal(), ends, each.end if is_over else None)


def origins(day: date, earliest: date, most: int, months_ahead: int) -> list[date]:
    """Ends of months gone by, from which the forecast for `months_ahead` can be compared with what came by `day`."""
    found: list[date] = []
    last = day_before(first_of_month(day)) if day < end_of_month(day) else day
    while last >= earliest and len(found) < most + months_ahead:
        found.append(last)
        last = day_before(first_of_month(last))
    return sorted(found[1:])


def back_test(
    found: Sequence[Journey],
    asked: Asked,
    earliest: date,
    *,
    months_ahead: int,
    most: int = 18,
    progress: Callable[[int, int], None] | None = None,
) -> list[Trial]:
    """Every trial, oldest first. No forecast is made for a day before `earliest`."""
    days_back = days_between(asked.since, asked.day)
    tried: list[Trial] = []
    made_on = origins(asked.day, earliest, most, months_ahead)
    for number, origin in enumerate(made_on, 1):
        ahead = [month for month in months_after(origin, months_ahead) if month[1] <= asked.day]
        since = days_on(origin, -days_back)
        days = days_between(origin, ahead[-1][1])
        tried += _trials(found, replace(asked, day=origin, since=since, days=days), ahead)
        if progress:
            progress(number, len(made_on))
    return tried


def _trials(found: Sequence[Journey], asked: Asked, ahead: Sequence[tuple[date, date]]) -> list[Trial]:
    made = runs(found, asked)
    last_month = as_it_came(found, first_of_month(asked.day), asked.day)
    trials = []
    for number, (first, last) in enumerate(ahead, 1):
        came = as_it_came(found, first, last)
        for quantity, range_ in expected(made, first, last).items():
            actual = value(came, quantity)
            if actual is not None:
                before = value(last_month, quantity)
                trials.append(Trial(quantity, asked.day, number, last, range_, actual, before))
    return trials


def widened(range_: Range, by: float, quantity: Quantity) -> Range:
    """The range, its interval widened at both ends; counts stay above nothing and shares within 100."""
    high = range_.high + by
    return Range(max(range_.low - by, 0.0), range_.middle, min(high, 100.0) if quantity == "share" else high)


def longest(trials: Sequence[Trial]) -> int:
    """The most months ahead that were tried."""
    return max((each.months_ahead for each in trials), default=1)


def learnt(trials: Sequence[Trial], quantity: Quantity, months_ahead: int, by: date) -> float | None:
    """By how much the interval must be widened so that it had held eight times in ten, from what was known `by` a day.

    None with too few trials. Beyond the longest tried, what the longest teaches.
    """
    ahead = min(months_ahead, longest(trials))
    missed = sorted(
        each.missed_by
        for each in trials
        if each.quantity == quantity and each.months_ahead == ahead and each.last <= by
    )
    if len(missed) < FEWEST_TRIED:
        return None
    return max(missed[min(int(_HELD * (len(missed) + 1)), len(missed)) - 1], 0.0)


@dataclass(frozen=True, slots=True)
class Record:
    """How forecasts so many months ahead did. Errors are in the quantity's own unit: plans, or percentage points.

    `held` of `tried` intervals held; `held_unwidened` would have without learning from earlier misses. `naive_error` is
    that of expecting the next months to be like the last.
    """

    quantity: Quantity
    months_ahead: int
    tried: int
    held: int
    held_unwidened: int
    error: float
    bias: float
    naive_error: float
    width: float


def record(trials: Sequence[Trial], quantity: Quantity, months_ahead: int) -> Record | None:
    """The record of a quantity, each trial judged with what could be learnt before it; None of too few trials."""
    judged = []
    for each in trials:
        if each.quantity == quantity and each.months_ahead == months_ahead:
            by = learnt(trials, quantity, months_ahead, each.made_on)
            if by is not None:
                judged.append((each, widened(each.expected, by, quantity)))
    if not judged:
        return None
    number = len(judged)
    errors = [each.expected.middle - each.came for each, _ in judged]
    naive = [abs(each.before - each.came) for each, _ in judged if each.before is not None]
    return Record(
        quantity,
        months_ahead,
        tried=number,
        held=sum(range_.holds(each.came) for each, range_ in judged),
        held_unwidened=sum(each.expected.holds(each.came) for each, _ in judged),
        error=sum(map(abs, errors)) / number,
        bias=sum(errors) / number,
        naive_error=sum(naive) / len(naive) if naive else 0.0,
        width=sum(range_.high - range_.low for _, range_ in judged) / number,
    )
