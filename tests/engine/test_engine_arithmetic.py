"""The sum behind a due date, and dates and counts as people read them."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.engine.arithmetic import arithmetic
from ehcp_flow.engine.words import days, lower_first, plain_date, who
from ehcp_flow.engine.working_days import Calendar

ASKED = "2026-01-05 question_asked"
CALENDAR = Calendar()


def test_weeks_are_shown_as_days_and_the_day_of_the_start_is_day_0(small, run):
    (clock,) = run(small(), ASKED)
    assert arithmetic(clock, CALENDAR) == [
        "Starts on Monday 5 January 2026, which is not counted (day 0).",
        "6 weeks = 42 days; day 42 is Monday 16 February 2026.",
    ]


def test_a_period_that_counts_its_first_day_starts_with_day_1(small, run):
    (clock,) = run(
        small({"within: 6 weeks\n    counting: next_day": "at_least: 15 days\n    counting: first_day"}), ASKED
    )
    assert arithmetic(clock, CALENDAR) == [
        "Starts on Monday 5 January 2026, which is day 1.",
        "15 days; day 15 is Monday 19 January 2026.",
    ]


@pytest.mark.parametrize(
    "start, what",
    [
        ("2026-02-20", "a bank holiday (Good Friday)"),
        ("2026-02-21", "a Saturday"),
        ("2026-02-22", "a Sunday"),
    ],
)
def test_a_due_date_on_a_day_off_is_named_and_said_not_to_move(small, run, start, what):
    (clock,) = run(small(), f"{start} question_asked")
    said = f"That is {what}. A limit in weeks, days or months does not move for it; aim for the working day before."
    assert arithmetic(clock, CALENDAR)[-1] == said


def test_without_a_calendar_only_weekends_are_named(small, run):
    friday, saturday = (run(small(), f"2026-02-{day} question_asked")[0] for day in (20, 21))
    assert len(arithmetic(friday)) == 2
    assert "a Saturday" in arithmetic(saturday)[-1]


def test_working_days_are_counted_out_one_by_one_with_what_is_not_counted(small, run):
    (clock,) = run(small({"6 weeks": "3 working days"}), "2026-04-01 question_asked")
    assert arithmetic(clock, CALENDAR) == [
        "Starts on Wednesday 1 April 2026, which is not counted.",
        "Working day 1: Thursday 2 April 2026.",
        "Not counted: Friday 3 April 2026 (Good Friday).",
        "Not counted: Saturday 4 April 2026.",
        "Not counted: Sunday 5 April 2026.",
        "Not counted: Monday 6 April 2026 (Easter Monday).",
        "Working day 2: Tuesday 7 April 2026.",
        "Working day 3: Wednesday 8 April 2026.",
    ]
    assert arithmetic(clock) == []


def test_working_days_may_count_the_first_day(small, run):
    workflow = small({"6 weeks": "2 working days", "next_day": "first_day"})
    (clock,) = run(workflow, "2026-04-01 question_asked")
    assert arithmetic(clock, CALENDAR) == [
        "Working day 1: Wednesday 1 April 2026.",
        "Working day 2: Thursday 2 April 2026.",
    ]


def test_a_fixed_day_is_the_first_one_that_comes(small, run):
    (clock,) = run(
        small({"within: 6 weeks\n    counting: next_day": "by: before 15 February"}), "2025-09-01 question_asked"
    )
    assert arithmetic(clock, CALENDAR) == [
        "before 15 February, the first on or after Monday 1 September 2025: Saturday 14 February 2026."
    ]


def test_dates_and_counts_are_said_as_people_say_them():
    assert plain_date(date(2025, 8, 20)) == "20 August 2025"
    assert [days(number) for number in (0, 1, 2)] == ["0 days", "1 day", "2 days"]
    assert who("local_authority") == "The local authority"


@pytest.mark.parametrize(
    "text, inside", [("Send the plan", "send the plan"), ("EHC plan", "EHC plan"), ("A plan", "a plan"), ("", "")]
)
def test_a_title_inside_a_sentence_begins_small_unless_it_is_an_abbreviation(text, inside):
    assert lower_first(text) == inside
