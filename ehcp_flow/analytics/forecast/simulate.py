"""Many runs of the time to come: what is issued, what falls due, and what is overdue at the end of each month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from random import Random

from ehcp_flow.analytics.forecast.futures import Future, Futures
from ehcp_flow.analytics.journeys import Journey
from ehcp_flow.analytics.waiting_settings import ISSUED
from ehcp_flow.engine.count import DAYS_IN_WEEK, days_between

LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
"""The interval given holds eight runs of ten."""


@dataclass(frozen=True, slots=True)
class Coming:
    """A case in one run, in days of the calendar (ordinals): its limit, and when and how it ends, if it does."""

    start: int
    due: int
    ends: int | None
    end: str | None

    @property
    def needs_a_plan(self) -> bool:
        """Whether it ends in a plan, or does not end within sight."""
        return self.end in (ISSUED, None)


@dataclass(frozen=True, slots=True)
class Month:
    """What one run gives for a month (or other stretch of days): counts of cases."""

    issued: int
    issued_in_time: int
    due: int
    due_in_time: int
    overdue: int


Run = tuple[Coming, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a forecast is asked for: the day it is made, the moves it learns from, how many runs, how many days."""

    day: date
    since: date
    days: int
    limit_days: int
    runs: int = 300


def runs(found: Sequence[Journey], asked: Asked, progress: Callable[[int, int], None] | None = None) -> list[Run]:
    """The runs: each holds every case open on the day and those that come later. The same input gives the same runs."""
    futures = Futures(found, asked.day, asked.since)
    random = Random(f"{asked.day} {asked.runs}")  # noqa: S311 - to be repeated, not to be secret
    open_ones, done = _open(found, asked.day), _done(found, asked.day)
    weekly = weekly_requests(found, asked.since, asked.day)
    weeks = _weeks_that_matter(found, asked)
    made = []
    for number in range(asked.runs):
        draw = partial(futures.draw, random=random, weights=futures.drawn_blocks(random))
        drawn = [_ended(start, due, asked.day.toordinal(), draw(state, age)) for start, due, state, age in open_ones]
        made.append((*done, *drawn, *_new(weekly, weeks, asked, random, draw)))
        if progress:
            progress(number + 1, asked.runs)
    return made


def _done(found: Sequence[Journey], day: date) -> list[Coming]:
    """Plans issued before their day has come: they will be among those due, and in time."""
    return [
        Coming(each.started_on.toordinal(), each.due_on.toordinal(), each.ended_on.toordinal(), each.end)
        for each in found
        if each.end == ISSUED and each.ended_on and each.ended_on <= day < each.due_on
    ]


def _open(found: Sequence[Journey], day: date) -> list[tuple[int, int, str, int]]:
    """Each case open on the day: its start and limit, where it stands, and its age in days."""
    stood = [each for journey in found if (each := journey.as_on(day)) and each.is_open and each.stages]
    return [(e.started_on.toordinal(), e.due_on.toordinal(), e.point_on(day), e.age_on(day)) for e in stood]


def _ended(start: int, due: int, now: int, future: Future) -> Coming:
    return Coming(start, due, None if future.end is None else now + future.days, future.end)


def _new(
    weekly: Weekly, weeks: int, asked: Asked, random: Random, draw: Callable[[str, int], Future]
) -> Iterator[Coming]:
    """Requests that come in later: week by week as many as came in some week of the recent time."""
    tomorrow = asked.day.toordinal() + 1
    for week in range(weeks):
        for _ in range(random.choice(weekly.counts) if weekly.counts else 0):
            start = tomorrow + week * DAYS_IN_WEEK + random.randrange(DAYS_IN_WEEK)
            yield _ended(start, start + asked.limit_days, start, draw(weekly.first_state, 0))


def _weeks_that_matter(found: Sequence[Journey], asked: Asked) -> int:
    """The weeks in which a new request can still have a plan, or its limit, within the days asked for."""
    issued = ((each, each.ended_on) for each in found if each.end == ISSUED)
    ages = (each.age_on(on) for each, on in issued if on and on <= asked.day)
    soonest = min((*ages, asked.limit_days))
    return max(asked.days - soonest, 0) // DAYS_IN_WEEK + 1


@dataclass(frozen=True, slots=True)
class Weekly:
    """How many requests came in each week of the recent time, and where a case stands when it begins."""

    counts: tuple[int, ...]
    first_state: str


def weekly_requests(found: Sequence[Journey], since: date, day: date) -> Weekly:
    """Counted in whole weeks that end on `day`."""
    weeks = days_between(since, day) // DAYS_IN_WEEK
    begun = [each for each in found if 0 <= days_between(each.started_on, day) < weeks * DAYS_IN_WEEK]
    counts = Counter(days_between(each.started_on, day) // DAYS_IN_WEEK for each in begun)
    first = Counter(each.stages[0][1] for each in begun if each.stages).most_common(1)
    return Weekly(tuple(counts[week] for week in range(weeks)), first[0][0] if first else "")


def month_of(run: Run, first: date, last: date) -> Month:
    """What a run gives for the days from `first` to `last`, as it stands at the end of `last`."""
    begins, ends = first.toordinal(), last.toordinal()
    issued = in_time = due = due_in_time = overdue = 0
    for each in run:
        is_over = each.ends is not None and each.ends <= ends
        if is_over and each.end == ISSUED and each.ends is not None and each.ends >= begins:
            issued += 1
            in_time += each.ends <= each.due
        if begins <= each.due <= ends and (not is_over or each.end == ISSUED):
            due += 1
            due_in_time += is_over and each.ends is not None and each.ends <= each.due
        overdue += each.due < ends and each.start <= ends and not is_over
    return Month(issued, in_time, due, due_in_time, overdue)


@dataclass(frozen=True, slots=True)
class Range:
    """The middle of the runs, and the ends of what eight of ten of them lie between."""

    low: float
    middle: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether a value lies in it, its ends included."""
        return self.low <= value <= self.high


def range_of(values: Sequence[float]) -> Range | None:
    """The range of what the runs gave; None of nothing.

    >>> range_of([float(number) for number in range(101)])
    Range(low=10.0, middle=50.0, high=90.0)
    """
    if not values:
        return None
    ordered = sorted(values)
    return Range(*(_quantile(ordered, share) for share in (LOW, MIDDLE, HIGH)))


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
