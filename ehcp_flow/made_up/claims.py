"""Exceptions claimed: most of them lawful, a few not."""

from __future__ import annotations

from datetime import date

from ehcp_flow.made_up.course import Course
from ehcp_flow.made_up.days import TWENTY_WEEKS, WEEK, Day, closure_asked_within, workday_from
from ehcp_flow.made_up.draws import Draws
from ehcp_flow.made_up.story import Story

_EVIDENCE = {
    "school_closed": "Closure dates confirmed by the school",
    "personal_circumstances": "Letter on file",
    "absent_from_area": "Dates away given by the family",
    "appointment_missed": "Clinic's note of the missed appointment",
}


def claim_excuse(story: Story, draws: Draws, course: Course, agreed: Day) -> None:
    """Adds the exception that `course` says is claimed, if any."""
    if course.excuse == "school_closed":
        asked = next(day for day, event, details in story.steps if _asks_school(event, details))
        closed = closure_asked_within(asked)
        if closed:
            _claim(story, draws, "school_closed", *closed)
    elif course.excuse == "personal_circumstances":
        began = workday_from(agreed + draws.between(1, 8 * WEEK))
        _claim(story, draws, "personal_circumstances", began, began + draws.between(3 * WEEK, 8 * WEEK))
    elif course.excuse == "absent_from_area":
        _be_away(story, draws, course, draws.between(30, 6 * WEEK))
    elif course.excuse == "absent_two_weeks":
        _be_away(story, draws, course, 2 * WEEK)
    elif course.excuse == "appointment_missed":
        _claim_missed_appointment(story, draws, agreed)


def _asks_school(event: str, details: dict[str, str]) -> bool:
    return event == "advice_requested" and details["provider"] == "school"


def _be_away(story: Story, draws: Draws, course: Course, days: int) -> None:
    left = course.requested + draws.between(2 * WEEK, TWENTY_WEEKS - days - WEEK)
    _claim(story, draws, "absent_from_area", left, left + days - 1)


def _claim(story: Story, draws: Draws, exception: str, first: Day, last: Day) -> None:
    """Against the twenty weeks, and as often as not against the decision in week 16 too."""
    clocks = ("finalise_plan", "decide_whether_to_issue") if draws.chance(0.4) else ("finalise_plan",)
    for clock in clocks:
        story.add(
            first,
            "exception_recorded",
            exception=exception,
            clock=clock,
            until=date.fromordinal(last).isoformat(),
            evidence=_EVIDENCE[exception],
        )


def _claim_missed_appointment(story: Story, draws: Draws, agreed: Day) -> None:
    """It excuses the health body for its own six weeks, never the authority."""
    story.add(
        workday_from(agreed + draws.between(3 * WEEK, 5 * WEEK)),
        "exception_recorded",
        exception="appointment_missed",
        clock="give_advice[health]",
        evidence=_EVIDENCE["appointment_missed"],
    )
