"""The picture of a case's clocks: one bar for each, on one scale of days."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.cli.timeline import Scale, bar, scale_of
from ehcp_flow.engine.clocks import clocks
from ehcp_flow.engine.event import Event
from ehcp_flow.engine.verdict import Verdict, verdict
from ehcp_flow.law.load import load_folder
from ehcp_flow.settings import shipped_workflows

NEEDS_ASSESSMENT = load_folder(shipped_workflows())["needs_assessment"]


def judged(as_of: date, *events: tuple[str, date]) -> dict[str, Verdict]:
    history = [Event("X", seq, name, day) for seq, (name, day) in enumerate(events, 1)]
    return {clock.name: verdict(clock, as_of) for clock in clocks(NEEDS_ASSESSMENT, history)}


WEEKS = Scale(date(2026, 1, 5), date(2026, 5, 25), 21)  # one character a week


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (date(2026, 1, 26), "━━━━──│"),
        (date(2026, 2, 16), "━━━━━━│"),
        (date(2026, 3, 2), "━━━━━━│▓▓"),
    ],
)
def test_a_running_clock_shows_time_used_time_left_and_time_past_its_limit(as_of: date, expected: str) -> None:
    six_weeks = judged(as_of, ("request_received", date(2026, 1, 5)))["decide_whether_to_assess"]
    assert bar(six_weeks, WEEKS, as_of) == expected


def test_a_clock_met_in_time_shows_the_days_not_needed_as_left() -> None:
    as_of = date(2026, 3, 2)
    six_weeks = judged(as_of, ("request_received", date(2026, 1, 5)), ("assessment_agreed", date(2026, 2, 2)))
    assert bar(six_weeks["decide_whether_to_assess"], WEEKS, as_of) == "━━━━━─│"


def test_a_limit_that_only_a_late_step_breaks_shows_nothing_past_it() -> None:
    as_of = date(2026, 5, 25)
    refusal = judged(as_of, ("request_received", date(2026, 1, 5)))["notify_no_plan"]
    assert bar(refusal, WEEKS, as_of) == "━━━━━━━━━━━━━━━━│"


def test_the_scale_holds_the_latest_due_date_and_today() -> None:
    as_of = date(2026, 7, 6)
    verdicts = list(judged(as_of, ("request_received", date(2026, 1, 5))).values())
    assert scale_of(verdicts, as_of, 40) == Scale(date(2026, 1, 5), date(2026, 7, 6), 40)
    assert scale_of(verdicts, date(2026, 1, 6), 40).last == date(2026, 5, 25)
