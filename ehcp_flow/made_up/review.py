"""The story of one annual review cycle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ehcp_flow.made_up.days import A_YEAR, WEEK, Day, school_day_from, workday_from, workday_until
from ehcp_flow.made_up.draws import Draws
from ehcp_flow.made_up.figures import published
from ehcp_flow.made_up.story import Story
from ehcp_flow.made_up.writing_a_plan import consult_settings, hear_the_family

_FOUR_WEEKS = 4 * WEEK
_OUTCOMES = {**published().review_outcomes, "reassess_decided": 2000}  # reassessments are ours, kept rare
_GOES_ON = frozenset({"maintain_decided", "amend_decided"})
_PARTINGS = {"moved_away": 0.82, "left_england": 0.15, "died": 0.03}


@dataclass(frozen=True, slots=True)
class Cycle:
    """One cycle told to its end: `next_from` is the day the next one opens, None if there is none."""

    story: Story
    next_from: Day | None


@dataclass(frozen=True, slots=True)
class Pace:
    """How the authority keeps up with reviews: both ask by the day the meeting is due or held."""

    meets_late: Callable[[Day], bool]
    decides_in_four_weeks: Callable[[Day], bool]


def tell_review(draws: Draws, opened: Day, opening: str, pace: Pace, *, is_under_five: bool) -> Cycle:
    """All that happens in the cycle that `opening` (an event) opened, including what lies beyond today."""
    story = Story()
    story.add(opened, opening, under_five="yes" if is_under_five else "no")
    met = _meeting_day(draws, opened, pace, is_under_five=is_under_five)
    if draws.chance(0.012) and not is_under_five:
        # Late enough in the cycle for the amendments of the one before to be out.
        story.add(workday_from(opened + draws.between(32 * WEEK, 38 * WEEK)), draws.by_weight(_PARTINGS))
        return Cycle(story, None)
    _prepare(story, draws, opened, met)
    story.add(met, "review_meeting_held")
    decided = _decision_day(draws, met, pace)
    _report(story, draws, met)
    outcome = draws.by_weight(_OUTCOMES)
    story.add(decided, outcome)
    if outcome == "amend_decided":
        _amend(story, draws, decided)
    elif outcome == "cease_decided":
        # Not before the time for an appeal is over.
        story.add(workday_from(decided + draws.between(9 * WEEK, 14 * WEEK)), "plan_ceased")
    return Cycle(story, decided if outcome in _GOES_ON else None)


def _meeting_day(draws: Draws, opened: Day, pace: Pace, *, is_under_five: bool) -> Day:
    if is_under_five:
        return school_day_from(opened + draws.between(18 * WEEK, 27 * WEEK))
    planned = opened + draws.between(40 * WEEK, 47 * WEEK)
    if pace.meets_late(planned):
        planned = opened + draws.early(48 * WEEK, A_YEAR + 18 * WEEK)
    return school_day_from(planned)


def _prepare(story: Story, draws: Draws, opened: Day, met: Day) -> None:
    if draws.chance(0.06):
        first = workday_until(met - draws.between(3 * WEEK, 6 * WEEK))
        called = _invite(story, draws, opened, first)
        put_off = workday_until(first - draws.between(0, 5))
        story.add(max(put_off, called), "meeting_postponed")
        opened = max(put_off, called)
    _invite(story, draws, opened, met)


def _invite(story: Story, draws: Draws, after: Day, met: Day) -> Day:
    """Adds invitation and papers; answers with the later of the two days."""
    is_in_time = draws.chance(0.95)
    days = draws.between(2 * WEEK + 3, 6 * WEEK) if is_in_time else draws.between(4, 2 * WEEK - 1)
    called = max(workday_until(met - days), after)
    story.add(called, "meeting_called")
    papers_in_time = draws.chance(0.85)
    days = draws.early(2 * WEEK, 3 * WEEK) if papers_in_time else draws.between(2, 2 * WEEK - 1)
    sent = max(workday_until(met - days), called)
    story.add(sent, "papers_circulated")
    return sent


def _decision_day(draws: Draws, met: Day, pace: Pace) -> Day:
    if pace.decides_in_four_weeks(met):
        return max(workday_until(met + draws.late(8, _FOUR_WEEKS)), met)
    return workday_from(met + _FOUR_WEEKS + 1 + draws.early(0, 14 * WEEK))


def _report(story: Story, draws: Draws, met: Day) -> None:
    share = draws.fraction()
    if share < 0.78:
        story.add(workday_until(met + draws.late(3, 2 * WEEK)), "review_report_sent")
    elif share < 0.995:
        story.add(workday_from(met + draws.early(2 * WEEK + 1, 7 * WEEK)), "review_report_sent")


def _amend(story: Story, draws: Draws, decided: Day) -> None:
    share = draws.fraction()
    if share < 0.01:
        return  # decided, and then forgotten
    notified = decided if share < 0.72 else workday_from(decided + draws.early(1, 6 * WEEK))
    story.add(notified, "amendment_notice_sent")
    days = draws.late(17, 8 * WEEK - 3) if draws.chance(0.72) else draws.early(8 * WEEK + 1, 24 * WEEK)
    if draws.chance(0.04):
        days = draws.between(8, 13)
        if draws.chance(0.6):
            story.add(notified + draws.between(1, 5), "early_finish_asked")
    final = workday_from(notified + days)
    hear_the_family(story, draws, notified, final)
    if draws.chance(0.12):
        consult_settings(story, draws, notified, final)
    story.add(final, "amendment_abandoned" if draws.chance(0.04) else "final_amended_plan_sent")
