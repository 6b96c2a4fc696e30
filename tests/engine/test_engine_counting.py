"""Counting weeks, days, months and years: dates worked out by hand, and what must hold for every date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ehcp_flow.engine.count import (
    day_after,
    day_before,
    days_between,
    days_on,
    first_warning_day,
    is_under,
    last_day,
    lasts,
    next_fixed_day,
    shifted,
)
from ehcp_flow.engine.working_days import england
from ehcp_flow.law.duration import Duration, FixedDay

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
COUNTING = st.sampled_from(["next_day", "first_day"])
LENGTHS = st.builds(Duration, st.integers(1, 240), st.sampled_from(["days", "weeks", "months", "years"]))


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    "start, length, next_day, first_day",
    [
        # weeks and days
        ("2025-04-02", "16 weeks", "2025-07-23", "2025-07-22"),  # R (JSC) v Cambridgeshire: the decision
        ("2025-04-02", "20 weeks", "2025-08-20", "2025-08-19"),  # and the plan
        ("2026-01-05", "6 weeks", "2026-02-16", "2026-02-15"),
        ("2024-02-01", "4 weeks", "2024-02-29", "2024-02-28"),  # to the leap day
        ("2024-02-29", "6 weeks", "2024-04-11", "2024-04-10"),  # from the leap day
        ("2023-02-01", "4 weeks", "2023-03-01", "2023-02-28"),
        ("2025-12-20", "2 weeks", "2026-01-03", "2026-01-02"),  # over the year's end; a Saturday stays a Saturday
        ("2026-03-20", "2 weeks", "2026-04-03", "2026-04-02"),  # Good Friday does not move it
        ("2026-03-28", "15 days", "2026-04-12", "2026-04-11"),  # the night the clocks go forward
        ("2026-03-01", "1 day", "2026-03-02", "2026-03-01"),
        # months
        ("2019-01-01", "12 months", "2020-01-01", "2019-12-31"),  # the worked date SEND Advice Surrey publishes
        ("2023-02-28", "12 months", "2024-02-28", "2024-02-27"),
        ("2024-02-29", "12 months", "2025-02-28", "2025-02-28"),  # no 29th to stop short of
        ("2024-02-29", "48 months", "2028-02-29", "2028-02-28"),
        ("2024-03-01", "12 months", "2025-03-01", "2025-02-28"),
        ("2023-03-01", "12 months", "2024-03-01", "2024-02-29"),
        ("2026-01-31", "1 month", "2026-02-28", "2026-02-28"),
        ("2024-01-31", "1 month", "2024-02-29", "2024-02-29"),
        ("2026-01-30", "1 month", "2026-02-28", "2026-02-28"),
        ("2026-01-28", "1 month", "2026-02-28", "2026-02-27"),
        ("2026-03-31", "1 month", "2026-04-30", "2026-04-30"),
        ("2026-04-30", "1 month", "2026-05-30", "2026-05-29"),
        ("2026-06-30", "1 month", "2026-07-30", "2026-07-29"),
        ("2026-08-31", "6 months", "2027-02-28", "2027-02-28"),
        ("2026-12-31", "2 months", "2027-02-28", "2027-02-28"),
        ("2026-10-01", "2 months", "2026-12-01", "2026-11-30"),  # IPSEA's example: 1 October, 1 December
        ("2026-11-29", "1 month", "2026-12-29", "2026-12-28"),  # and 29 November, 29 December
        ("2026-12-15", "1 month", "2027-01-15", "2027-01-14"),
        # years
        ("2024-02-29", "1 year", "2025-02-28", "2025-02-28"),
        ("2024-02-29", "4 years", "2028-02-29", "2028-02-28"),
        ("2026-09-01", "2 years", "2028-09-01", "2028-08-31"),
    ],
)
def test_the_last_day_of_a_period_is_the_one_worked_out_by_hand(start, length, next_day, first_day):
    assert last_day(day(start), Duration.read(length), "next_day") == day(next_day)
    assert last_day(day(start), Duration.read(length), "first_day") == day(first_day)


def test_working_days_cannot_be_counted_without_a_calendar():
    with pytest.raises(ValueError, match="need a calendar"):
        last_day(day("2026-01-05"), Duration(15, "working_days"), "next_day")


@given(DAYS, st.integers(1, 500), COUNTING)
def test_so_many_weeks_later_it_is_the_same_weekday_or_with_the_day_itself_counted_the_one_before(
    start, weeks, counting
):
    last = last_day(start, Duration(weeks, "weeks"), counting)
    assert (last - start).days == 7 * weeks - (counting == "first_day")
    assert (last.weekday() - start.weekday()) % 7 == (0 if counting == "next_day" else 6)


@given(DAYS, LENGTHS)
def test_counting_the_first_day_ends_a_day_earlier_except_where_the_month_is_too_short(start, length):
    plain, with_first = (last_day(start, length, counting) for counting in ("next_day", "first_day"))
    is_clamped = length.unit in ("months", "years") and plain.day != start.day
    assert with_first == (plain if is_clamped else plain - timedelta(days=1))
    if is_clamped:
        assert (plain + timedelta(days=1)).day == 1, "clamped to the month's last day"


@given(DAYS, DAYS, LENGTHS, COUNTING)
def test_a_later_start_never_ends_earlier(one, two, length, counting):
    first, second = sorted((one, two))
    assert last_day(first, length, counting) <= last_day(second, length, counting)


@given(DAYS, LENGTHS, st.integers(1, 200), COUNTING)
def test_a_longer_period_never_ends_earlier(start, length, more, counting):
    longer = Duration(length.amount + more, length.unit)
    assert last_day(start, length, counting) < last_day(start, longer, counting)


@given(DAYS, LENGTHS)
def test_a_time_lasts_a_period_from_its_last_day_on_and_not_a_day_sooner(first, length):
    last = last_day(first, length, "first_day")
    assert lasts(first, last, length)
    assert not lasts(first, last - timedelta(days=1), length)


@pytest.mark.parametrize(
    "start, fixed, last",
    [
        ("2025-09-01", "before 15 February", "2026-02-14"),
        ("2026-02-14", "before 15 February", "2026-02-14"),
        ("2026-02-15", "before 15 February", "2027-02-14"),
        ("2026-02-16", "before 15 February", "2027-02-14"),
        ("2025-09-01", "before 31 March", "2026-03-30"),
        ("2026-03-31", "before 31 March", "2027-03-30"),
        ("2025-09-01", "31 March", "2026-03-31"),
        ("2026-03-31", "31 March", "2026-03-31"),
        ("2026-04-01", "31 March", "2027-03-31"),
        ("2027-09-01", "before 1 March", "2028-02-29"),
        ("2026-09-01", "before 1 March", "2027-02-28"),
        ("2026-06-01", "before 1 January", "2026-12-31"),
        ("2026-12-31", "before 1 January", "2026-12-31"),
        ("2027-01-01", "before 1 January", "2027-12-31"),
        ("2026-06-01", "1 January", "2027-01-01"),
    ],
)
def test_a_fixed_day_is_the_first_one_on_or_after_the_start(start, fixed, last):
    assert next_fixed_day(day(start), FixedDay.read(fixed)) == day(last)


@given(DAYS, st.sampled_from(["before 15 February", "31 March", "before 1 March", "before 1 January", "31 December"]))
def test_a_fixed_day_comes_within_a_year_and_never_before_the_start(start, fixed):
    last = next_fixed_day(start, FixedDay.read(fixed))
    assert start <= last <= start + timedelta(days=365)


@pytest.mark.parametrize(
    "due, warn_from, first",
    [
        ("2026-02-16", "14 days", "2026-02-02"),
        ("2026-02-16", "2 weeks", "2026-02-02"),
        ("2026-12-31", "3 months", "2026-09-30"),
        ("2026-03-31", "1 month", "2026-02-28"),
        ("2028-02-29", "1 year", "2027-02-28"),
        ("2026-04-07", "3 working days", "2026-03-31"),  # Good Friday and Easter Monday lie between
    ],
)
def test_a_clock_is_shown_as_coming_from_so_long_before_its_due_date(due, warn_from, first):
    assert first_warning_day(day(due), Duration.read(warn_from), england()) == day(first)


def test_a_day_can_be_moved_to_and_fro_by_days_and_weeks():
    assert shifted(day("2026-07-22"), Duration(1, "weeks"), -1) == day("2026-07-15")
    assert shifted(day("2026-07-22"), Duration(10, "days"), 1) == day("2026-08-01")


def test_a_day_cannot_be_moved_beyond_the_ends_of_the_calendar():
    assert shifted(date.max, Duration(1, "weeks"), 1) == date.max
    assert shifted(date(1, 1, 3), Duration(1, "weeks"), -1) == date.min


@given(DAYS, DAYS)
def test_days_between_and_days_on_are_each_others_opposite(one, two):
    assert days_on(one, days_between(one, two)) == two
    assert days_between(one, two) == -days_between(two, one)


@given(DAYS)
def test_the_day_after_the_day_before_is_the_day(some_day):
    assert day_after(day_before(some_day)) == some_day
    assert days_between(day_before(some_day), day_after(some_day)) == 2


@pytest.mark.parametrize(
    "born, on, is_young",
    [
        ("2021-03-01", "2026-02-28", True),
        ("2021-03-01", "2026-03-01", False),
        ("2020-02-29", "2025-02-27", True),
        ("2020-02-29", "2025-02-28", False),
    ],
)
def test_an_age_is_reached_on_the_birthday(born, on, is_young):
    assert is_under(5, day(born), day(on)) is is_young
