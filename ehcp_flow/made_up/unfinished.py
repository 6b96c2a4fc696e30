"""Requests still open today: most of them within their time, some overdue."""

from __future__ import annotations

from ehcp_flow.made_up.course import Course, Excuse
from ehcp_flow.made_up.days import SIX_WEEKS, TWENTY_WEEKS, WEEK, Day, workday_from, workday_until
from ehcp_flow.made_up.draws import Draws
from ehcp_flow.made_up.figures import Window

_MOST_OVERDUE = 0.3
_NOT_REFUSED = 0.78
_EXCUSES: dict[Excuse, float] = {
    "personal_circumstances": 0.1,
    "absent_from_area": 0.05,
    "absent_two_weeks": 0.04,
    "": 0.81,
}


def courses_still_open(draws: Draws, span: Window, count: int, requests: int) -> list[Course]:
    """`count` open courses begun in `span`, the last year, which holds `requests` requests in all.

    The weeks before today are as full of requests as the rest of the year; what is left over is overdue.
    """
    fresh = min(max(count, 0), round(requests * 6 / 52))
    going = min(max(count, 0) - fresh, round(requests * 14 / 52 * _NOT_REFUSED))
    overdue = max(count, 0) - fresh - going
    too_many = max(overdue - round(_MOST_OVERDUE * count), 0)
    return [
        *(_fresh(draws, span) for _ in range(fresh)),
        *(_going(draws, span) for _ in range(going + too_many)),
        *(_overdue(draws, span.last, TWENTY_WEEKS + 1, 46 * WEEK) for _ in range(overdue - too_many)),
    ]


def courses_stuck(draws: Draws, span: Window, count: int, today: Day) -> list[Course]:
    """`count` courses begun in `span`, an earlier year, and still open today."""
    age = today - span.last
    return [_overdue(draws, today, age + 5, age + 40 * WEEK) for _ in range(count)]


def _fresh(draws: Draws, span: Window) -> Course:
    """Not yet decided, or only just."""
    requested = workday_until(span.last - draws.between(0, SIX_WEEKS - 1))
    return Course("plan", requested, workday_from(requested + draws.late(17 * WEEK, TWENTY_WEEKS - 4)))


def _going(draws: Draws, span: Window) -> Course:
    """Being assessed or drafted, the twenty weeks not yet over; some of them will not be kept."""
    requested = workday_until(span.last - draws.between(SIX_WEEKS, TWENTY_WEEKS - 1))
    is_kept = draws.chance(0.85)
    soonest = max(span.last + 1, requested + 17 * WEEK)
    latest = max(requested + TWENTY_WEEKS - 4, soonest)
    ends = draws.between(soonest, latest) if is_kept else latest + draws.early(WEEK, 10 * WEEK)
    return Course("plan", requested, workday_from(ends), excuse=draws.by_weight(_EXCUSES))


def _overdue(draws: Draws, today: Day, shortest: int, longest: int) -> Course:
    requested = workday_until(today - draws.early(shortest, longest))
    ends = workday_from(today + draws.early(1, 9 * WEEK))
    return Course("plan", requested, ends, excuse=draws.by_weight(_EXCUSES))
