"""The forecast on worlds whose future is known, its intervals, and how it judges itself."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from ehcp_flow.analytics.forecast.back_test import (
    Trial,
    as_it_came,
    back_test,
    expected,
    learnt,
    months_after,
    origins,
    record,
    widened,
)
from ehcp_flow.analytics.forecast.futures import Futures
from ehcp_flow.analytics.forecast.simulate import Asked, Coming, Month, Range, month_of, range_of, runs, weekly_requests
from ehcp_flow.analytics.journeys import Asked as AskedFor
from ehcp_flow.analytics.journeys import Journey

DAY = date(2026, 6, 30)
SINCE = date(2026, 3, 31)


def journey(number, started, *, issued_after=None, agreed_after=42, day=DAY):
    """A case agreed after six weeks and issued after so many days, as it stands on the day."""
    ended = started + timedelta(issued_after) if issued_after else None
    stages = [(started, "requested"), (started + timedelta(agreed_after), "assessing")]
    stages += [(ended, "issued")] if ended else []
    whole = Journey(f"C{number:04d}", started, started + timedelta(140), ended, "issued" if ended else None, stages=tuple(stages))  # fmt: skip
    return whole.as_on(day)


def world(issued_after, *, first=date(2025, 1, 6), weeks=78):
    """A request every week, each issued after so many days."""
    return [journey(week, first + timedelta(7 * week), issued_after=issued_after) for week in range(weeks) if first + timedelta(7 * week) <= DAY]  # fmt: skip


def asked(days=92, number=20):
    return Asked(DAY, SINCE, days, 140, number)


def test_where_every_case_takes_as_long_so_will_the_next():
    """One request a week, each issued after 133 days: about a plan a week is to come, all in time, none overdue."""
    made = runs(world(133), asked())
    for first, last in months_after(DAY, 3):
        found = expected(made, first, last)
        assert found["issued"].low >= 3
        assert found["issued"].high <= 6
        assert found["overdue"].high <= 1
        assert found["share"].middle >= 80


def test_where_every_case_is_late_so_will_the_next_be():
    made = runs(world(190), asked())
    first, last = months_after(DAY, 1)[0]
    found = expected(made, first, last)
    assert found["share"].high == 0
    assert 6 <= found["overdue"].middle <= 9, "those between day 140 and day 190: seven weeks of them"


def test_the_same_question_has_the_same_answer_whatever_the_order_of_the_cases():
    found = world(133)
    assert runs(found, asked()) == runs(found, asked())
    again = expected(runs(list(reversed(found)), asked(number=100)), *months_after(DAY, 1)[0])
    once = expected(runs(found, asked(number=100)), *months_after(DAY, 1)[0])
    assert again["issued"].middle == pytest.approx(once["issued"].middle, abs=1)


def test_nothing_that_happened_after_the_day_is_looked_at():
    later = date(2026, 4, 30)
    now, then = Asked(later, date(2026, 1, 31), 61, 140, 10), world(133)
    rewritten = [each if each.ended_on is None or each.ended_on <= later else Journey(each.case_ref, each.started_on, each.due_on, stages=each.stages[:-1]) for each in then]  # fmt: skip
    new_ones = [journey(9000 + n, date(2026, 5, 4) + timedelta(n), issued_after=20) for n in range(30)]
    assert runs(then, now) == runs([*rewritten, *new_ones], now)


def test_a_slow_case_is_followed_on_by_others_that_were_as_slow():
    """Half took 100 days and half 300; a case that is 200 days old is one of the slow ones."""
    found = [journey(n, date(2025, 1, 6) + timedelta(3 * n), issued_after=100 if n % 2 else 300) for n in range(150)]
    futures = Futures(found, DAY, SINCE)
    random = Random(1)
    drawn = [futures.draw("assessing", 200, random, futures.drawn_blocks(random)) for _ in range(200)]
    assert {future.end for future in drawn} <= {"issued", None}
    middle = range_of([float(future.days) for future in drawn])
    assert middle is not None
    assert 90 <= middle.middle <= 110


def test_the_chance_of_still_waiting_is_that_of_the_cases_that_stood_there():
    found = [journey(n, date(2025, 6, 2) + timedelta(2 * n), issued_after=100 if n % 4 else 300) for n in range(190)]
    futures = Futures(found, DAY, date(2025, 9, 1))
    assert futures.chance_of_waiting("assessing", 60, 80) == pytest.approx(0.25, abs=0.06)
    assert futures.chance_of_waiting("assessing", 150, 20) == pytest.approx(1.0)
    assert futures.chance_of_waiting("assessing", 60, 0) == pytest.approx(1.0)
    assert futures.chance_of_waiting("never_seen", 60, 80) == 1.0


def test_advice_owed_makes_another_point_of_the_same_stage():
    """Where advice is owed, cases take 200 days; where all of it is in, 100."""

    def with_advice(n, *, is_owed):
        started = date(2025, 6, 2) + timedelta(2 * n)
        whole = journey(n, started, issued_after=200 if is_owed else 100)
        came = started + timedelta(190 if is_owed else 60)
        advice = AskedFor("health", started + timedelta(45), came if came <= DAY else None)
        return Journey(whole.case_ref, whole.started_on, whole.due_on, whole.ended_on, whole.end, stages=whole.stages, asked=(advice,))  # fmt: skip

    found = [with_advice(n, is_owed=n % 2 == 0) for n in range(130)]
    futures = Futures(found, DAY, date(2025, 9, 1))
    assert futures.chance_of_waiting("assessing", 80, 60) < 0.05
    assert futures.chance_of_waiting("assessing +", 80, 60) > 0.95


def test_requests_are_counted_in_whole_weeks_up_to_the_day():
    found = [journey(n, DAY - timedelta(back)) for n, back in enumerate((0, 6, 7, 13, 20, 91))]
    weekly = weekly_requests(found, DAY - timedelta(21), DAY)
    assert (weekly.counts, weekly.first_state) == ((2, 2, 1), "requested")


def coming(start, due, ends=None, end=None):
    return Coming(start.toordinal(), due.toordinal(), ends.toordinal() if ends else None, end)


def test_a_month_of_a_run_by_hand():
    run = (
        coming(date(2026, 2, 1), date(2026, 6, 21), date(2026, 7, 5), "issued"),  # issued late
        coming(date(2026, 3, 1), date(2026, 7, 19), date(2026, 7, 19), "issued"),  # issued on its day
        coming(date(2026, 3, 10), date(2026, 7, 28), date(2026, 6, 20), "issued"),  # due, issued before the month
        coming(date(2026, 3, 12), date(2026, 7, 30)),  # due, still open: overdue
        coming(date(2026, 3, 13), date(2026, 7, 31)),  # due on the last day: not overdue yet
        coming(date(2026, 3, 11), date(2026, 7, 29), date(2026, 7, 15), "refused"),  # no longer due
        coming(date(2026, 1, 11), date(2026, 5, 31), date(2026, 9, 1), "issued"),  # overdue all along
    )
    found = month_of(run, date(2026, 7, 1), date(2026, 7, 31))
    assert found == Month(issued=2, issued_in_time=1, due=4, due_in_time=2, overdue=2)


def test_what_came_is_counted_as_the_forecast_is():
    found = world(133)
    first, last = date(2026, 5, 1), date(2026, 5, 31)
    issued = [each for each in found if each.ended_on and first <= each.ended_on <= last]
    assert as_it_came(found, first, last).issued == len(issued)


def test_months_ahead_begin_on_the_day_after():
    assert months_after(date(2026, 11, 26), 2) == [(date(2026, 11, 27), date(2026, 11, 30)), (date(2026, 12, 1), date(2026, 12, 31))]  # fmt: skip
    assert months_after(date(2026, 12, 31), 1) == [(date(2027, 1, 1), date(2027, 1, 31))]


def test_it_is_tried_at_month_ends_for_which_it_is_known_what_came():
    assert origins(date(2026, 6, 30), date(2026, 3, 31), 12, 1) == [date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)]  # fmt: skip
    assert origins(date(2026, 6, 29), date(2026, 3, 31), 12, 1) == [date(2026, 3, 31), date(2026, 4, 30)]
    assert origins(date(2026, 6, 30), date(2026, 7, 31), 12, 1) == []


def trial(made_on, came, low=10.0, high=20.0, ahead=1, before=15.0):
    last = months_after(made_on, ahead)[-1][1]
    return Trial("issued", made_on, ahead, last, Range(low, 15.0, high), came, before)


MONTH_ENDS = [date(2025, month, day) for month, day in ((1, 31), (2, 28), (3, 31), (4, 30), (5, 31), (6, 30), (7, 31), (8, 31), (9, 30))]  # fmt: skip


def test_an_interval_is_widened_by_what_earlier_forecasts_missed():
    """Seven of nine came inside; to hold eight in ten it must reach two plans further."""
    came = (12, 15, 20, 10, 22, 18, 19, 11, 25)
    trials = [trial(day, float(each)) for day, each in zip(MONTH_ENDS, came, strict=True)]
    assert learnt(trials, "issued", 1, date(2025, 10, 31)) == 2.0
    assert widened(Range(10, 15, 20), 2.0, "issued") == Range(8, 15, 22)
    assert widened(Range(1, 50, 99), 2.0, "share") == Range(0.0, 50, 100.0)


def test_of_too_few_trials_nothing_is_learnt_and_what_came_later_is_not_used():
    trials = [trial(day, 40.0) for day in MONTH_ENDS]
    assert learnt(trials, "issued", 1, date(2025, 6, 30)) is None, "five results were known by then"
    assert learnt(trials, "issued", 1, date(2025, 7, 31)) == 20.0
    assert learnt(trials, "overdue", 1, date(2025, 12, 31)) is None


def test_the_record_judges_each_forecast_by_what_was_known_when_it_was_made():
    came = (12, 15, 20, 10, 22, 18, 19, 11, 25)
    trials = [trial(day, float(each)) for day, each in zip(MONTH_ENDS, came, strict=True)]
    found = record(trials, "issued", 1)
    assert found is not None
    assert (found.tried, found.held, found.held_unwidened) == (3, 2, 2), "19 and 11 held, 25 did not"
    assert found.error == pytest.approx((4 + 4 + 10) / 3)
    assert found.bias == pytest.approx((-4 + 4 - 10) / 3)
    assert found.naive_error == pytest.approx((4 + 4 + 10) / 3)


def test_on_a_steady_world_the_intervals_hold():
    found = world(133, first=date(2024, 1, 1), weeks=131)
    trials = back_test(found, Asked(DAY, SINCE, 0, 140, 20), date(2024, 10, 31), months_ahead=2, most=12)
    for quantity in ("issued", "overdue"):
        told = record(trials, quantity, 1)
        assert told is not None
        assert told.held / told.tried >= 0.8
        assert told.error <= 1.5


def test_a_range_is_that_of_the_runs():
    assert range_of([]) is None
    assert range_of([3.0]) == Range(3.0, 3.0, 3.0)
    assert Range(1.0, 2.0, 3.0).holds(3.0)
    assert not Range(1.0, 2.0, 3.0).holds(3.01)


def test_a_plan_sent_on_the_last_day_is_in_time():
    """Where every plan goes out on day 140, a case of day 60 still waits after 79 days and no longer after 80."""
    found = [journey(n, date(2025, 6, 2) + timedelta(2 * n), issued_after=140) for n in range(190)]
    futures = Futures(found, DAY, date(2025, 9, 1))
    assert futures.chance_of_waiting("assessing", 60, 79) == 1.0
    assert futures.chance_of_waiting("assessing", 60, 80) == 0.0
