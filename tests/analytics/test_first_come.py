"""Oldest first: the same number of plans, on the same days, to other cases."""

from __future__ import annotations

from datetime import date

from ehcp_flow.analytics.first_come import oldest_first, outlook
from ehcp_flow.analytics.journeys import Journey

MARCH = date(2026, 3, 1), date(2026, 3, 31)


def journey(case_ref, started, due, *, agreed, ended=None, end=None):
    return Journey(case_ref, started, due, ended, end, agreed_on=agreed)


OLD = journey("OLD", date(2025, 9, 1), date(2026, 1, 19), agreed=date(2025, 10, 1))
MIDDLE = journey("MIDDLE", date(2025, 10, 1), date(2026, 2, 18), agreed=date(2025, 11, 1))
NEW = journey(
    "NEW", date(2025, 11, 3), date(2026, 3, 23), agreed=date(2025, 12, 1), ended=date(2026, 3, 10), end="issued"
)
NEWER = journey(
    "NEWER", date(2025, 11, 10), date(2026, 3, 30), agreed=date(2025, 12, 5), ended=date(2026, 3, 20), end="issued"
)


def test_the_oldest_requests_take_the_days_on_which_newer_ones_were_issued():
    assert oldest_first([NEW, OLD, NEWER, MIDDLE], *MARCH) == {"OLD": date(2026, 3, 10), "MIDDLE": date(2026, 3, 20)}


def test_a_case_not_yet_agreed_waits_its_turn():
    late_agreed = journey("OLD", OLD.started_on, OLD.due_on, agreed=date(2026, 3, 15))
    assert oldest_first([NEW, NEWER, late_agreed], *MARCH) == {"NEW": date(2026, 3, 10), "OLD": date(2026, 3, 20)}


def test_a_case_that_left_before_its_turn_takes_none():
    left = journey("OLD", OLD.started_on, OLD.due_on, agreed=OLD.agreed_on, ended=date(2026, 3, 9), end="left")
    left_later = journey("MIDDLE", MIDDLE.started_on, MIDDLE.due_on, agreed=MIDDLE.agreed_on, ended=date(2026, 3, 30), end="left")  # fmt: skip
    assert oldest_first([NEW, NEWER, left, left_later], *MARCH) == {
        "MIDDLE": date(2026, 3, 10),
        "NEW": date(2026, 3, 20),
    }


def test_issued_in_the_order_they_came_nothing_changes():
    first = journey(
        "A", date(2025, 9, 1), date(2026, 1, 19), agreed=date(2025, 10, 1), ended=date(2026, 3, 2), end="issued"
    )
    then = journey(
        "B", date(2025, 9, 8), date(2026, 1, 26), agreed=date(2025, 10, 8), ended=date(2026, 3, 9), end="issued"
    )
    assert oldest_first([then, first], *MARCH) == {"A": date(2026, 3, 2), "B": date(2026, 3, 9)}


def test_the_number_of_plans_is_never_more_than_was_issued():
    found = [OLD, MIDDLE, NEW, NEWER]
    assert len(oldest_first(found, *MARCH)) == 2
    assert oldest_first(found, date(2026, 4, 1), date(2026, 4, 30)) == {}


def test_excess_days_as_it_was_and_oldest_first():
    found = [OLD, MIDDLE, NEW, NEWER]
    given = oldest_first(found, *MARCH)
    was = outlook(found, date(2026, 3, 31))
    assert (was.overdue, was.excess_days) == (("MIDDLE", "OLD"), 41 + 71)
    would = outlook(found, date(2026, 3, 31), given, MARCH[0])
    assert (would.overdue, would.excess_days) == (("NEW", "NEWER"), 8 + 1)


def test_what_was_issued_before_the_period_stays_issued():
    before = journey(
        "Z", date(2025, 8, 1), date(2025, 12, 19), agreed=date(2025, 9, 1), ended=date(2026, 2, 1), end="issued"
    )
    found = [before, OLD, NEW]
    given = oldest_first(found, *MARCH)
    assert "Z" not in given
    assert "Z" not in outlook(found, date(2026, 3, 31), given, MARCH[0]).overdue
