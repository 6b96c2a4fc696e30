"""What is meant to become of a request: the plan of a story before its days are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ehcp_flow.made_up.days import Day

Route = Literal["plan", "refused", "no_plan", "request_withdrawn", "moved_away", "left_england", "died"]
Excuse = Literal[
    "", "school_closed", "personal_circumstances", "absent_from_area", "absent_two_weeks", "appointment_missed"
]

ASSESSMENT_REVERSALS = {
    "assessment_agreed_at_mediation": 0.5,
    "assessment_appeal_unopposed": 0.2,
    "assessment_ordered": 0.3,
}
PLAN_REVERSALS = {"plan_agreed_at_mediation": 0.45, "plan_appeal_unopposed": 0.2, "plan_ordered": 0.35}
UNTIMED = frozenset({*ASSESSMENT_REVERSALS, *PLAN_REVERSALS})
"""After these the twenty weeks no longer run, and a plan is in nobody's twenty-week figure."""


@dataclass(frozen=True, slots=True)
class Course:
    """A request and what becomes of it.

    `ends` is the day the final plan is sent (`plan`), the refusal to issue is notified (`no_plan`) or the case
    is broken off; for `refused` it is not used. `excuse` is the exception claimed, `reversal` the event that
    reverses a refusal.
    """

    route: Route
    requested: Day
    ends: Day
    excuse: Excuse = ""
    reversal: str = ""
    is_decided_late: bool = False

    @property
    def days(self) -> int:
        """Days from the request to the end."""
        return self.ends - self.requested
