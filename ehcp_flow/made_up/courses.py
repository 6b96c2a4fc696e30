"""How many requests go which way in each year, so that every share comes out as published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from ehcp_flow.made_up.course import ASSESSMENT_REVERSALS, PLAN_REVERSALS, Course, Route
from ehcp_flow.made_up.days import SIX_WEEKS, SIXTEEN_WEEKS, TWENTY_WEEKS, WEEK, Day, workday_from, workday_until
from ehcp_flow.made_up.draws import Draws
from ehcp_flow.made_up.figures import Window, published, windows
from ehcp_flow.made_up.issued import plans_issued
from ehcp_flow.made_up.unfinished import courses_still_open, courses_stuck

_REVERSED = 0.33
"""Share of refusals that do not stand: ours, near what flags of mediation and appeals in the return suggest."""

_PARTINGS: dict[Route, float] = {"moved_away": 0.011, "left_england": 0.003, "died": 0.0013}
"""Shares of requests that end because the family leaves, or the child dies: ours."""


def make_up_courses(draws: Draws, until: date, people: int, years: int) -> tuple[Course, ...]:
    """The courses of all requests of the years before `until`, oldest first, and of older ones still running then."""
    factor = people / published().people_known
    spans = windows(until, years)
    courses = [course for span in spans for course in plans_issued(draws, span, factor)]
    for span in spans:
        courses += _other_requests(draws, span, factor, courses, spans)
    courses += _still_undecided_at_the_start(draws, spans[0], factor)
    courses = _decided_late(draws, courses, spans)
    return tuple(sorted(courses, key=lambda course: course.requested))


def _other_requests(
    draws: Draws, span: Window, factor: float, known: Sequence[Course], spans: Sequence[Window]
) -> list[Course]:
    """What is left of the year's requests when those that led to a plan are taken out."""
    of_year = [course for course in known if span.holds(course.requested)]
    requests = round(span.figures.requests * factor)
    refused_already = sum(course.reversal == "assessment_conceded" for course in of_year)
    found = list(_refused(draws, span, round(span.figures.refused_to_assess * factor) - refused_already))
    found += _broken_off(draws, span, "request_withdrawn", round(span.figures.withdrawn * factor))
    for route, share in _PARTINGS.items():
        found += _broken_off(draws, span, route, round(requests * share))
    left = requests - len(of_year) - len(found)
    if span is spans[-1]:
        # Only requests of the first months have had time to be refused a plan.
        no_plan = min(round(span.figures.refused_to_issue * factor * 0.65), max(left // 4, 0))
        still_open = courses_still_open(draws, span, left - no_plan, requests)
    else:
        stuck = max(left // 9, 0) if span is spans[-2] else 0
        no_plan = left - stuck
        still_open = courses_stuck(draws, span, stuck, today=spans[-1].last)
    return [*found, *_no_plan(draws, span, no_plan), *still_open]


def _refused(draws: Draws, span: Window, count: int) -> Iterator[Course]:
    for _ in range(count):
        requested = _request_day(draws, span.first, span.last - SIX_WEEKS - 1)
        reversal = draws.by_weight(ASSESSMENT_REVERSALS) if draws.chance(_REVERSED) else ""
        yield Course("refused", requested, requested + SIX_WEEKS, reversal=reversal)


def _no_plan(draws: Draws, span: Window, count: int) -> Iterator[Course]:
    in_time = span.figures.refused_to_issue_in_sixteen_weeks / span.figures.refused_to_issue
    for _ in range(count):
        latest = span.last - 5 * WEEK
        requested = _request_day(draws, span.first, max(latest - SIXTEEN_WEEKS, span.first))
        is_in_time = draws.chance(in_time)
        days = draws.late(13 * WEEK, SIXTEEN_WEEKS) if is_in_time else draws.early(17 * WEEK, 36 * WEEK)
        refused = workday_until(requested + days) if is_in_time else workday_from(requested + days)
        reversal = draws.by_weight(PLAN_REVERSALS) if draws.chance(_REVERSED) else ""
        yield Course("no_plan", requested, refused, reversal=reversal)


def _broken_off(draws: Draws, span: Window, route: Route, count: int) -> Iterator[Course]:
    for _ in range(count):
        requested = _request_day(draws, span.first, span.last - 5)
        days = draws.between(4, min(18 * WEEK, span.last - requested))
        yield Course(route, requested, requested + days)


def _still_undecided_at_the_start(draws: Draws, first: Window, factor: float) -> Iterator[Course]:
    """Requests of the weeks before the first year that were refused in it, so that it does not begin empty."""
    weeks_before = Window(first.first - SIX_WEEKS, first.first - 1, first.figures)
    share_of_year = factor * 6 / 52
    for course in _refused(draws, weeks_before, round(first.figures.refused_to_assess * share_of_year)):
        yield replace(course, requested=_request_day(draws, weeks_before.first, weeks_before.last))


def _request_day(draws: Draws, first: Day, last: Day) -> Day:
    return min(workday_from(draws.between(first, max(first, last))), max(first, last))


def _decided_late(draws: Draws, courses: Iterable[Course], spans: Sequence[Window]) -> list[Course]:
    """The same courses, as many of them decided after six weeks as the published share says."""
    found = list(courses)
    for span in spans:
        decided = [number for number, course in enumerate(found) if span.holds(course.requested + SIX_WEEKS)]
        may_be_late = [number for number in decided if _may_be_late(found[number])]
        share = span.figures.decided_later / (span.figures.decided_later + span.figures.decided_in_six_weeks)
        for number in draws.some_of(may_be_late, round(share * len(decided))):
            found[number] = replace(found[number], is_decided_late=True)
    return found


def _may_be_late(course: Course) -> bool:
    if course.route == "refused":
        return True
    return course.route in {"plan", "no_plan"} and not course.excuse and course.days >= TWENTY_WEEKS - WEEK
