"""Cases without end for the benchmark: the same stories, drawn one at a time and not kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ehcp_flow.made_up.course import ASSESSMENT_REVERSALS, PLAN_REVERSALS, Course, Route
from ehcp_flow.made_up.days import A_YEAR_OF_WEEKS, SIXTEEN_WEEKS, TWENTY_WEEKS, WEEK, Day, workday_from
from ehcp_flow.made_up.draws import Draws
from ehcp_flow.made_up.needs_assessment import tell_needs_assessment
from ehcp_flow.made_up.recording import reaches_plan_stage, record
from ehcp_flow.made_up.review import Pace, tell_review
from ehcp_flow.made_up.shapes import MadeUpCase
from ehcp_flow.made_up.staff import assessor, keeper

REFORM = date(2014, 9, 1)
BENCHMARK_DAY = date(2026, 11, 25)

_ASSESSMENTS = 0.2
_ROUTES: dict[Route, float] = {
    "plan": 0.66,
    "refused": 0.25,
    "no_plan": 0.05,
    "request_withdrawn": 0.02,
    "moved_away": 0.015,
    "left_england": 0.004,
    "died": 0.001,
}


def make_up_histories(seed: int, cases: int, until: date = BENCHMARK_DAY) -> Iterator[MadeUpCase]:
    """`cases` unconnected cases begun since the reform of 2014, one at a time, with events up to `until`.

    One in five is a needs assessment, the others are reviews. Unlike those of `make_up_authority` they are
    not matched to published figures, no two belong to one person, and they come in no order of date.
    """
    telling, typing = Draws(seed, "histories"), Draws(seed, "typing histories")
    pace = Pace(lambda _: telling.chance(0.2), lambda _: telling.chance(0.46))
    today = until.toordinal()
    for number in range(cases):
        opened = workday_from(telling.between(REFORM.toordinal(), today - 3))
        if telling.chance(_ASSESSMENTS):
            yield _assessment(telling, typing, number, opened, today)
        else:
            yield _review(telling, typing, number, opened, today, pace)


def _assessment(telling: Draws, typing: Draws, number: int, requested: Day, today: Day) -> MadeUpCase:
    steps = tell_needs_assessment(telling, _course(telling, requested)).up_to(today)
    begun_by, continued_by = assessor(number), keeper(number, number % 4)
    holder = continued_by if reaches_plan_stage(steps) else begun_by
    return MadeUpCase(
        case_ref=f"NA-{number + 1:07d}",
        workflow="needs_assessment",
        person_ref=f"P-{number + 1:07d}",
        plan_ref=None,
        officer=holder.username,
        team=holder.team,
        events=record(steps, today, typing, begun_by.username, continued_by.username),
    )


def _review(telling: Draws, typing: Draws, number: int, opened: Day, today: Day, pace: Pace) -> MadeUpCase:
    is_first = telling.chance(0.25)
    opening = "plan_first_made" if is_first else "previous_review_decided"
    steps = tell_review(telling, opened, opening, pace, is_under_five=telling.chance(0.05)).story.up_to(today)
    holder = keeper(number, number % 4)
    return MadeUpCase(
        case_ref=f"AR-{number + 1:07d}",
        workflow="annual_review",
        person_ref=f"P-{number + 1:07d}",
        plan_ref=f"PL-{number + 1:07d}",
        officer=holder.username,
        team=holder.team,
        events=record(steps, today, typing, holder.username, holder.username),
    )


def _course(draws: Draws, requested: Day) -> Course:
    route = draws.by_weight(_ROUTES)
    is_reversed = draws.chance(0.3)
    if route == "refused":
        reversal = draws.by_weight(ASSESSMENT_REVERSALS) if is_reversed else ""
        return Course(route, requested, requested, reversal=reversal, is_decided_late=draws.chance(0.15))
    if route == "no_plan":
        reversal = draws.by_weight(PLAN_REVERSALS) if is_reversed else ""
        refused = workday_from(requested + draws.between(13 * WEEK, 2 * SIXTEEN_WEEKS))
        return Course(route, requested, refused, reversal=reversal)
    if route == "plan":
        return _plan(draws, requested)
    return Course(route, requested, requested + draws.between(4, 18 * WEEK))


def _plan(draws: Draws, requested: Day) -> Course:
    is_on_time = draws.chance(0.5)
    longest = TWENTY_WEEKS if is_on_time else A_YEAR_OF_WEEKS + 10 * WEEK
    days = draws.late(15 * WEEK, longest) if is_on_time else draws.early(TWENTY_WEEKS + 4, longest)
    has_excuse = not is_on_time and draws.chance(0.06)
    return Course(
        "plan",
        requested,
        workday_from(requested + days),
        excuse="personal_circumstances" if has_excuse else "",
        is_decided_late=days > TWENTY_WEEKS and draws.chance(0.15),
    )
