"""Running, in time, breach, excepted or dropped: every kind of clock on both sides of its last day."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.engine.outcome import outcome_on
from ehcp_flow.engine.verdict import verdict

DUE = "2026-02-16"
BEFORE, AFTER, LATER = "2026-02-15", "2026-02-17", "2026-03-16"


@pytest.mark.parametrize(
    "kind, as_of, stopped, dropped, outcome, late",
    [
        ("limit", BEFORE, None, None, "running", 0),
        ("limit", DUE, None, None, "running", 0),
        ("limit", AFTER, None, None, "breach", 1),
        ("limit", LATER, None, None, "breach", 28),
        ("limit", LATER, DUE, None, "in_time", 0),
        ("limit", LATER, AFTER, None, "breach", 1),
        ("limit", LATER, None, DUE, "dropped", 0),
        ("limit", LATER, None, AFTER, "dropped", 1),
        ("only_if_done", LATER, None, None, "running", 0),
        ("only_if_done", LATER, DUE, None, "in_time", 0),
        ("only_if_done", LATER, AFTER, None, "breach", 1),
        ("only_if_done", LATER, None, AFTER, "dropped", 0),
        ("window", DUE, None, None, "running", 0),
        ("window", AFTER, None, None, "in_time", 0),
        ("window", LATER, AFTER, None, "in_time", 0),
        ("window", LATER, DUE, None, "breach", 1),
        ("window", LATER, BEFORE, None, "breach", 2),
        ("window", LATER, None, DUE, "dropped", 0),
        ("window", LATER, None, AFTER, "in_time", 0),
    ],
)
@pytest.mark.parametrize("is_excepted", [False, True])
def test_the_outcome_follows_from_the_dates(kind, as_of, stopped, dropped, outcome, late, is_excepted):
    def day(text):
        return date.fromisoformat(text) if text else None

    found = outcome_on(
        date.fromisoformat(as_of),
        kind=kind,
        due_on=date.fromisoformat(DUE),
        stopped_on=day(stopped),
        dropped_on=day(dropped),
        is_excepted=is_excepted,
    )
    assert found == ("excepted" if is_excepted and outcome == "breach" else outcome, late)


def test_a_verdict_says_the_days_taken_left_and_late(small, run):
    (clock,) = run(small(), "2026-01-05 question_asked")
    running, late = verdict(clock, date(2026, 2, 10)), verdict(clock, date(2026, 2, 20))
    assert (running.outcome, running.days_taken, running.days_left, running.days_late, running.is_final) == (
        "running",
        36,
        6,
        0,
        False,
    )
    assert (late.outcome, late.days_taken, late.days_left, late.days_late, late.is_final) == (
        "breach",
        46,
        -4,
        4,
        False,
    )


def test_a_clock_that_was_stopped_has_no_days_left_and_is_final(small, run):
    (clock,) = run(small(), "2026-01-05 question_asked", "2026-02-10 answer_sent")
    done = verdict(clock, date(2026, 6, 1))
    assert (done.outcome, done.days_taken, done.days_left, done.is_final) == ("in_time", 36, None, True)


def test_time_that_was_left_is_final_once_it_is_over(small, run):
    (clock,) = run(small({"within: 6 weeks": "at_least: 15 days"}), "2026-01-05 question_asked")
    assert not verdict(clock, clock.due_on).is_final
    assert verdict(clock, date(2026, 2, 1)).is_final


def test_an_exception_shows_its_paragraph_only_where_it_is_needed(shipped, run):
    lines = (
        "2026-01-05 request_received",
        "2026-01-20 exception_recorded clock=decide_whether_to_assess exception=personal_circumstances",
    )
    (clock,) = [each for each in run(shipped["needs_assessment"], *lines) if each.exceptions]
    before, after = verdict(clock, date(2026, 2, 16)), verdict(clock, date(2026, 2, 17))
    assert (before.outcome, before.under) == ("running", None)
    assert (after.outcome, after.under, after.days_late) == ("excepted", "regs r.5(4)(c)", 1)
