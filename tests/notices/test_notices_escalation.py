"""The ladder: a breach on which nobody acts is told to the manager, then to the directors, each step once."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.services.assign import assign
from ehcp_flow.services.correct_event import correct_event
from ehcp_flow.services.record_event import record_event
from ehcp_flow.storage import flags
from tests.notices.conftest import days_after, morning, notices_of

LADDER = """
    mail: mailto://127.0.0.1:9?from=ehcp@council.example
    team_managers: {North: [boss@council.example]}
    directors: [director@council.example]
    escalate: {after: 3 working days, then: 5 working days}
"""
REQUEST, LATE_DAY = date(2025, 4, 2), date(2025, 5, 15)  # flagged on a Thursday; Monday 26 May is a bank holiday


@pytest.fixture(autouse=True)
def one_case(story, office, staff, today_is):
    today_is(REQUEST)
    story("X1", "2025-04-02 request_received")
    assign(office, "X1", "asmith")


def live_through(office, first, last):
    day = first
    while day <= last:
        morning(office, day)
        day = days_after(day, 1)


def steps(office):
    return [(row.kind, row.recipient, str(row.business_date)) for row in notices_of(office) if row.kind != "digest"]


def test_after_three_working_days_the_manager_and_after_five_more_the_directors_each_once(told):
    office = told(LADDER)
    live_through(office, LATE_DAY, date(2025, 6, 13))
    assert steps(office) == [
        ("escalation-1", "team North", "2025-05-20"),
        ("escalation-2", "directors", "2025-05-28"),
    ]
    row = notices_of(office, kind="escalation-1")[0]
    assert row.subject == "EHCP, 20 May: not acted on for 3 working days – 1 law"
    assert "X1 · last entry Thu 15 May · 6 days late · Amber Smith" in row.text


def test_nights_done_twice_escalate_once(told):
    office = told(LADDER)
    for _ in range(2):
        morning(office, LATE_DAY)
        morning(office, date(2025, 5, 20))
    assert len(steps(office)) == 1


def test_an_entry_in_the_case_sets_the_days_back(told, office, today_is):
    office = told(LADDER)
    live_through(office, LATE_DAY, date(2025, 5, 19))
    today_is(date(2025, 5, 19))
    assign(office, "X1", "bjones")
    live_through(office, date(2025, 5, 20), date(2025, 5, 21))
    assert steps(office) == []
    live_through(office, date(2025, 5, 22), date(2025, 6, 13))
    assert steps(office) == [
        ("escalation-1", "team North", "2025-05-22"),
        ("escalation-2", "directors", "2025-05-30"),
    ]


def test_what_was_done_is_not_escalated(told, office, today_is):
    office = told(LADDER)
    morning(office, LATE_DAY)
    today_is(LATE_DAY)
    record_event(office, "X1", "assessment_agreed", LATE_DAY)
    live_through(office, date(2025, 5, 16), date(2025, 6, 5))
    assert steps(office) == []


def test_a_breach_that_was_cleared_and_broken_again_begins_anew(told, office, today_is):
    office = told(LADDER)
    live_through(office, LATE_DAY, date(2025, 5, 20))
    today_is(date(2025, 5, 20))
    record_event(office, "X1", "assessment_agreed", date(2025, 5, 13))
    today_is(date(2025, 5, 21))
    correct_event(office, "X1", 3, retract=True, reason="not told after all")
    live_through(office, date(2025, 5, 21), date(2025, 5, 30))
    assert steps(office) == [
        ("escalation-1", "team North", "2025-05-20"),
        ("escalation-1", "team North", "2025-05-27"),
    ]


def test_where_nobody_stands_between_the_directors_are_told_at_once(told, office, today_is):
    office = told(LADDER)
    today_is(date(2025, 4, 3))
    assign(office, "X1", "cwest")
    live_through(office, LATE_DAY, date(2025, 5, 30))
    assert steps(office) == [
        ("escalation-1", "directors", "2025-05-20"),
        ("escalation-2", "directors", "2025-05-28"),
    ]
    assert "as the settings name no manager of these teams" in " ".join(
        notices_of(office, kind="escalation-1")[0].text.split()
    )


def test_what_nobody_could_be_told_is_told_once_somebody_is_named(told):
    nobody = told(LADDER.replace("    directors: [director@council.example]\n", "").replace("North", "South"))
    live_through(nobody, LATE_DAY, date(2025, 5, 21))
    assert steps(nobody) == []
    office = told(LADDER)
    morning(office, date(2025, 5, 22))
    assert steps(office) == [("escalation-1", "team North", "2025-05-22")]


def test_several_breaches_make_one_message(told, story, office, today_is):
    for number in range(2, 5):
        story(f"X{number}", "2025-04-02 request_received")
        assign(office, f"X{number}", "bjones")
    office = told(LADDER)
    live_through(office, LATE_DAY, date(2025, 5, 20))
    (row,) = notices_of(office, kind="escalation-1")
    assert "not acted on for 3 working days – 4 law" in row.subject


def test_without_a_ladder_nothing_is_escalated(told):
    office = told(LADDER.replace("escalate", "# escalate"))
    live_through(office, LATE_DAY, date(2025, 5, 30))
    assert steps(office) == []
    with office.database.read() as connection:
        assert flags.runs_of(connection, "escalations", 9) == []
