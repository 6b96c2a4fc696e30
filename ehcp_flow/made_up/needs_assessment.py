"""The story of one needs assessment, written along its course."""

from __future__ import annotations

from ehcp_flow.made_up.advice import ask_for_advice
from ehcp_flow.made_up.claims import claim_excuse
from ehcp_flow.made_up.course import Course
from ehcp_flow.made_up.days import A_YEAR, SIX_WEEKS, TWENTY_WEEKS, WEEK, Day, workday_from, workday_until
from ehcp_flow.made_up.draws import Draws
from ehcp_flow.made_up.figures import published
from ehcp_flow.made_up.reversals import plan_after_all, reversed_on
from ehcp_flow.made_up.story import Story
from ehcp_flow.made_up.writing_a_plan import days_for_the_draft, write_plan


def tell_needs_assessment(draws: Draws, course: Course) -> Story:
    """All that happens along `course`, including what lies beyond today."""
    story = Story()
    _open(story, draws, course)
    if course.route == "refused":
        _refuse_to_assess(story, draws, course)
    elif course.route == "no_plan":
        _refuse_to_issue(story, draws, course, course.ends)
    elif course.route == "plan":
        _issue(story, draws, course)
    else:
        _break_off(story, draws, course)
    return story


def _open(story: Story, draws: Draws, course: Course) -> None:
    if draws.chance(0.03):
        story.add(course.requested, "responsibility_began")
    else:
        story.add(course.requested, "request_received", source=_source(draws))


def _source(draws: Draws) -> str:
    source = draws.by_weight(published().requests_by_source)
    return "young_person" if source == "parent" and draws.chance(0.06) else source


def _decision_day(draws: Draws, course: Course) -> Day:
    if course.is_decided_late:
        return workday_from(course.requested + SIX_WEEKS + draws.early(1, 3 * WEEK))
    if course.excuse == "school_closed":
        # The course was chosen so that a decision now still asks the school within the window.
        return workday_until(course.requested + SIX_WEEKS - draws.between(0, 5))
    latest = SIX_WEEKS
    if course.route == "plan" and course.days < TWENTY_WEEKS:
        latest = min(latest, course.days - 9 * WEEK)
    return workday_until(course.requested + draws.late(latest - 2 * WEEK, latest))


def _refuse_to_assess(story: Story, draws: Draws, course: Course) -> None:
    refused = _decision_day(draws, course)
    story.add(refused, "assessment_refused")
    if course.reversal:
        changed = reversed_on(draws, course.reversal, refused)
        story.add(changed, course.reversal)
        final = workday_from(changed + _days_after_reversal(draws, 12 * WEEK, 14 * WEEK))
        _assess_after_all(story, draws, changed, final)


def _days_after_reversal(draws: Draws, soonest: int, limit: int) -> int:
    is_kept = draws.chance(0.6)
    return draws.late(soonest, limit - 3) if is_kept else draws.early(limit + 1, limit + A_YEAR // 4)


def _assess_after_all(story: Story, draws: Draws, changed: Day, final: Day) -> None:
    is_kept = draws.chance(0.85)
    told = workday_from(changed + (draws.between(2, 10) if is_kept else draws.between(15, 24)))
    drafted = final - draws.between(20, 26)
    _assess_and_write(story, draws, told, drafted, final)


def _assess_and_write(story: Story, draws: Draws, agreed: Day, drafted: Day, final: Day) -> None:
    story.add(agreed, "assessment_agreed")
    decided = write_plan(story, draws, agreed, drafted, final)
    ask_for_advice(story, draws, agreed, decided)


def _issue(story: Story, draws: Draws, course: Course) -> None:
    if course.reversal == "assessment_conceded":
        _issue_after_conceding(story, draws, course)
    elif course.reversal == "plan_conceded":
        changed = workday_until(course.ends - draws.between(8 * WEEK, 11 * WEEK))
        _refuse_to_issue(story, draws, course, workday_until(changed - draws.between(4 * WEEK, 9 * WEEK)))
        plan_after_all(story, draws, course.reversal, changed, course.ends)
    else:
        agreed = _decision_day(draws, course)
        drafted = course.ends - days_for_the_draft(draws, course.days)
        _assess_and_write(story, draws, agreed, drafted, course.ends)
        claim_excuse(story, draws, course, agreed)


def _issue_after_conceding(story: Story, draws: Draws, course: Course) -> None:
    refused = _decision_day(draws, course)
    changed = workday_until(course.ends - draws.between(13 * WEEK, 16 * WEEK))
    story.add(refused, "assessment_refused")
    story.add(changed, course.reversal)
    _assess_after_all(story, draws, changed, course.ends)


def _refuse_to_issue(story: Story, draws: Draws, course: Course, refused: Day) -> None:
    agreed = _decision_day(draws, course)
    story.add(agreed, "assessment_agreed")
    ask_for_advice(story, draws, agreed, refused)
    story.add(refused, "plan_refused")
    if course.route == "no_plan" and course.reversal:
        changed = reversed_on(draws, course.reversal, refused)
        final = workday_from(changed + _days_after_reversal(draws, 7 * WEEK, 11 * WEEK))
        plan_after_all(story, draws, course.reversal, changed, final)


def _break_off(story: Story, draws: Draws, course: Course) -> None:
    """The case goes its ordinary way until the family withdraws or leaves."""
    agreed = _decision_day(draws, course)
    final = workday_from(max(course.requested + TWENTY_WEEKS - 5, course.ends + WEEK))
    _assess_and_write(story, draws, agreed, final - draws.between(20, 26), final)
    story.break_off(course.ends, course.route)
