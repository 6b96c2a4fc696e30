"""An exception is refused at the keyboard where it cannot be relied on, with the paragraph (design D3)."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.errors import NotAllowed
from ehcp_flow.services.correct_event import correct_event
from ehcp_flow.services.observe import observations
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.show_case import show_case


def claim(office, case, day, exception, clock, **details):
    said = {"exception": exception, "clock": clock, **details}
    return record_event(office, case, "exception_recorded", day, said)


def verdict_of(office, case, clock, day):
    return next(each for each in show_case(office, case, day).verdicts if each.clock.name == clock)


def test_an_exception_that_holds_lifts_its_one_limit(story, office):
    story("X1", "2025-04-02 request_received")
    claim(office, "X1", date(2025, 7, 1), "personal_circumstances", "finalise_plan")
    lifted = verdict_of(office, "X1", "finalise_plan", date(2025, 9, 1))
    assert (lifted.outcome, lifted.days_late) == ("excepted", 12)
    assert "r.10(4)(c)" in lifted.under
    assert verdict_of(office, "X1", "decide_whether_to_issue", date(2025, 9, 1)).outcome == "breach"


@pytest.mark.parametrize(
    ("day", "exception", "clock", "until", "why"),
    [
        (
            date(2025, 5, 1),
            "absent_from_area",
            "finalise_plan",
            "2025-05-27",
            "Not within regs r.13(3); regs r.10(4)(d): it must last at least 4 weeks; 27 days of it fall inside the period (2025-05-01 to 2025-05-27).",
        ),
        (
            date(2025, 5, 1),
            "absent_from_area",
            "finalise_plan",
            None,
            "Not within regs r.13(3); regs r.10(4)(d): it must last at least 4 weeks, and no last day was given (`until`).",
        ),
        (
            date(2025, 7, 23),
            "school_closed",
            "finalise_plan",
            "2025-09-02",
            "Not within regs r.13(3); regs r.10(4)(a): no request for advice to school or college was recorded from 2025-07-16 to 2025-08-27.",
        ),
        (
            date(2025, 8, 21),
            "personal_circumstances",
            "finalise_plan",
            None,
            "Not within regs r.13(3); regs r.10(4)(c): it began on 2025-08-21, after the limit had passed on 2025-08-20.",
        ),
        (
            date(2025, 5, 1),
            "appointment_missed",
            "finalise_plan",
            None,
            "“Child missed an appointment made by the provider” is not an exception this limit allows. It allows: school_closed, early_years_closed, personal_circumstances, absent_from_area, coronavirus.",
        ),
        (
            date(2025, 5, 1),
            "coronavirus",
            "finalise_plan",
            None,
            "it was in force 2020-05-01 to 2020-09-25, and this began on 2025-05-01.",
        ),
    ],
    ids=[
        "27 days away",
        "no last day",
        "nobody asked the school",
        "after the limit",
        "not for this limit",
        "not in force",
    ],
)
def test_an_exception_that_does_not_hold_is_refused_with_its_paragraph(
    story, office, day, exception, clock, until, why
):
    story("X1", "2025-04-02 request_received")
    with pytest.raises(NotAllowed) as refused:
        claim(office, "X1", day, exception, clock, **({"until": until} if until else {}))
    said = str(refused.value)
    assert said.startswith("The exception cannot be relied on. ")
    assert said.endswith(
        f'{why} If you must keep it on the record, add --override "the reason"; it will not lift the limit.'
    )
    assert len(show_case(office, "X1", date(2026, 1, 1)).lines) == 1


def test_a_day_more_makes_four_weeks(story, office):
    story("X1", "2025-04-02 request_received")
    claim(office, "X1", date(2025, 5, 1), "absent_from_area", "finalise_plan", until="2025-05-28")
    assert verdict_of(office, "X1", "finalise_plan", date(2025, 9, 1)).outcome == "excepted"


def test_an_exception_kept_on_the_record_against_the_rules_lifts_nothing(story, office):
    story("X1", "2025-04-02 request_received")
    details = {"exception": "absent_from_area", "clock": "finalise_plan", "until": "2025-05-10"}
    record_event(
        office, "X1", "exception_recorded", date(2025, 5, 1), details, override="the family asked for it to be noted"
    )
    assert verdict_of(office, "X1", "finalise_plan", date(2025, 9, 1)).outcome == "breach"


def test_an_exception_for_a_clock_that_has_not_started_is_refused(story, office):
    story("X1", "2025-04-02 request_received", "2025-05-20 advice_requested provider=school")
    with pytest.raises(
        NotAllowed, match=r"No clock give_advice\[health\] has started in this case\. See its clocks with: ehcp show X1"
    ):
        claim(office, "X1", date(2025, 5, 21), "personal_circumstances", "give_advice[health]")
    claim(office, "X1", date(2025, 5, 21), "personal_circumstances", "give_advice[school]")


def test_an_exception_may_have_begun_before_the_request(story, office):
    story("X1", "2025-07-28 request_received", "2025-08-01 advice_requested provider=school")
    done = claim(office, "X1", date(2025, 7, 23), "school_closed", "decide_whether_to_assess", until="2025-09-02")
    assert done.findings == ()
    assert verdict_of(office, "X1", "decide_whether_to_assess", date(2025, 9, 20)).outcome == "excepted"
    row = next(iter(observations(office, date(2026, 1, 1))))
    assert row.opened_on == date(2025, 7, 28), "the exception did not open the case"
    with pytest.raises(NotAllowed, match="before the case was opened, on 28 July 2025"):
        record_event(office, "X1", "assessment_agreed", date(2025, 7, 27))


def test_a_correction_can_spoil_an_exception_and_is_refused_then(story, office):
    story("X1", "2025-04-02 request_received")
    claim(office, "X1", date(2025, 5, 1), "absent_from_area", "finalise_plan", until="2025-05-28")
    with pytest.raises(NotAllowed, match="27 days of it fall inside the period"):
        correct_event(office, "X1", 2, details={"until": "2025-05-27"}, reason="they came back sooner")
