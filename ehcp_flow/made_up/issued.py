"""The plans issued in one year: how long each took, in the shares published for that year."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ehcp_flow.made_up.course import Course, Excuse
from ehcp_flow.made_up.days import (
    A_YEAR_OF_WEEKS,
    SIX_WEEKS,
    TWENTY_WEEKS,
    WEEK,
    Day,
    closure_asked_within,
    workday_from,
    workday_until,
)
from ehcp_flow.made_up.draws import Draws, apportion
from ehcp_flow.made_up.figures import Window, YearFigures

_A_WEEKEND = 3
"""Received on a closed day, a request counts from the next workday: a length drawn must leave room for that."""

_Leaning = Callable[[Draws, int, int], int]
_LEANING: dict[int, tuple[_Leaning, _Leaning]] = {
    # When in the year plans on time are issued, and when late ones. A backlog is cleared in the first half
    # of the second year, and more and more plans are then on time.
    2023: (Draws.between, Draws.between),
    2024: (Draws.late, Draws.early),
    2025: (Draws.between, Draws.early),
}
_EXCUSES: dict[Excuse, float] = {"school_closed": 0.45, "personal_circumstances": 0.3, "absent_from_area": 0.25}
_NO_EXCUSES: dict[Excuse, float] = {"absent_two_weeks": 0.008, "appointment_missed": 0.015, "": 0.977}


def plans_issued(draws: Draws, span: Window, factor: float) -> Iterator[Course]:
    """Courses that end with a plan in `span`: on time, late and very late, with and without an exception."""
    counts = apportion(round(span.figures.plans * factor), _published_cells(span.figures))
    for cell, count in counts.items():
        for _ in range(count):
            if cell.endswith("excepted"):
                yield _excepted(draws, span, is_on_time=cell.startswith("on_time"))
            else:
                yield _unexcepted(draws, span, cell)


def _published_cells(figures: YearFigures) -> dict[str, int]:
    on_time_excepted = figures.plans_on_time - figures.plans_on_time_unexcepted
    late_unexcepted = figures.plans_unexcepted - figures.plans_on_time_unexcepted - figures.plans_over_a_year
    return {
        "on_time": figures.plans_on_time_unexcepted,
        "on_time_excepted": on_time_excepted,
        "late": late_unexcepted,
        "late_excepted": figures.plans - figures.plans_unexcepted - on_time_excepted,
        "over_a_year": figures.plans_over_a_year,
    }


def _unexcepted(draws: Draws, span: Window, cell: str) -> Course:
    issued = _issue_day(draws, span, is_on_time=cell == "on_time")
    requested = workday_from(issued - _days_taken(draws, span, cell))
    course = Course("plan", requested, issued, excuse=draws.by_weight(_NO_EXCUSES), reversal="")
    return course if cell == "on_time" else _perhaps_refused_first(draws, course)


def _perhaps_refused_first(draws: Draws, course: Course) -> Course:
    """Some plans are late because the authority first refused and then gave way without an order."""
    if course.days > 34 * WEEK and draws.chance(0.06):
        return Course("plan", course.requested, course.ends, reversal="plan_conceded")
    if course.days > 29 * WEEK and draws.chance(0.06):
        return Course("plan", course.requested, course.ends, reversal="assessment_conceded")
    return course


def _issue_day(draws: Draws, span: Window, *, is_on_time: bool) -> Day:
    on_time, late = _LEANING.get(span.figures.year, (Draws.between, Draws.between))
    day = (on_time if is_on_time else late)(draws, span.first, span.last)
    issued = workday_until(day)
    return issued if issued >= span.first else workday_from(day)


def _days_taken(draws: Draws, span: Window, cell: str) -> int:
    if cell == "on_time":
        return draws.late(14 * WEEK, TWENTY_WEEKS)
    if cell == "over_a_year":
        return A_YEAR_OF_WEEKS + _A_WEEKEND + draws.early(1, 30 * WEEK)
    shortest, longest = TWENTY_WEEKS + _A_WEEKEND + 1, A_YEAR_OF_WEEKS
    is_backlog = span.figures.plans_on_time < span.figures.plans / 4
    return draws.between(shortest, longest) if is_backlog else draws.early(shortest, longest)


def _excepted(draws: Draws, span: Window, *, is_on_time: bool) -> Course:
    excuse = draws.by_weight(_EXCUSES)
    course = _drawn(draws, span, excuse, is_on_time=is_on_time)
    for _ in range(80):
        if excuse != "school_closed" or _asks_school_before_summer(course):
            return course
        course = _drawn(draws, span, excuse, is_on_time=is_on_time)
    return _drawn(draws, span, "personal_circumstances", is_on_time=is_on_time)


def _drawn(draws: Draws, span: Window, excuse: Excuse, *, is_on_time: bool) -> Course:
    issued = _issue_day(draws, span, is_on_time=is_on_time)
    days = draws.late(18 * WEEK, TWENTY_WEEKS) if is_on_time else draws.early(21 * WEEK, 34 * WEEK)
    return Course("plan", workday_from(issued - days), issued, excuse=excuse)


def _asks_school_before_summer(course: Course) -> bool:
    """Whether advice asked for when the six weeks are nearly up falls within the window of the closure."""
    first, last = course.requested + SIX_WEEKS - WEEK - 1, course.requested + SIX_WEEKS + WEEK
    return closure_asked_within(first) is not None and closure_asked_within(last) is not None
