"""The chance that a case will be late, and how well such chances held."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ehcp_flow.analytics.figures.breach_odds import odds_table, record_table, why
from ehcp_flow.analytics.forecast.breach_odds import Odds, Told, breach_odds, brier, brier_of_one_share, told
from ehcp_flow.analytics.journeys import Asked, Journey

DAY = date(2026, 6, 30)


def journey(number, started, *, takes, owed_for=0, day=DAY):
    ended = started + timedelta(takes)
    asked = started + timedelta(42)
    whole = Journey(
        f"C{number:04d}",
        started,
        started + timedelta(140),
        ended,
        "issued",
        stages=((started, "requested"), (asked, "assessing"), (ended, "issued")),
        asked=(Asked("health", asked, asked + timedelta(owed_for)),) if owed_for else (),
        agreed_on=asked,
        team="North" if number % 2 else "South",
    )
    return whole.as_on(day)


def world():
    """Requests every other day. Where advice is owed for 120 days the plan comes after 180, else after 120."""
    days = (date(2025, 1, 6) + timedelta(2 * n) for n in range(300))
    found = [
        journey(n, day, takes=180 if n % 3 == 0 else 120, owed_for=120 if n % 3 == 0 else 20) for n, day in enumerate(days)
    ]  # fmt: skip
    return [each for each in found if each is not None]


def test_cases_that_wait_for_advice_as_late_ones_did_are_likely_to_be_late():
    odds = breach_odds(world(), DAY, date(2026, 1, 1))
    at_week_14 = [each for each in odds if each.week == 14]
    assert {each.owed: round(each.chance) for each in at_week_14} == {("health",): 1, (): 0}


def test_early_on_the_chance_is_that_of_all():
    odds = [each.chance for each in breach_odds(world(), DAY, date(2026, 1, 1)) if each.week == 3]
    assert odds
    assert all(0.2 < chance < 0.5 for chance in odds)


def test_the_likeliest_come_first_and_only_open_cases_before_their_limit_are_in_it():
    found = world()
    odds = breach_odds(found, DAY, date(2026, 1, 1))
    assert [each.chance for each in odds] == sorted((each.chance for each in odds), reverse=True)
    expected = {each.case_ref for each in found if each.is_open and each.due_on >= DAY}
    assert {each.case_ref for each in odds} == expected


def test_few_past_cases_never_make_a_certainty():
    found = [journey(1, date(2025, 9, 1), takes=200), journey(2, date(2026, 3, 1), takes=200)]
    (odds,) = breach_odds([each for each in found if each], DAY, date(2025, 1, 1))
    assert [odds.alike, odds.chance] == [2, pytest.approx(0.75)]


def test_chances_given_on_days_gone_by_held_in_a_steady_world():
    days = [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]
    given = told(world(), days, DAY, 182)
    score, base = brier(given), brier_of_one_share(given)
    assert score is not None
    assert base is not None
    assert score < base
    said, late = sum(each.chance for each in given), sum(each.was_late for each in given)
    assert said == pytest.approx(late, rel=0.15)
    assert all(each.on in days for each in given)


def test_nothing_later_than_the_day_is_used():
    day = date(2026, 3, 31)
    whole = world()
    until_then = [stood for each in whole if (stood := each.as_on(day))]
    assert breach_odds(whole, day, date(2025, 10, 1)) == breach_odds(until_then, day, date(2025, 10, 1))


def odds(chance=0.7, owed=("educational_psychologist", "health")):
    return Odds("X1", date(2026, 8, 1), "assessing", 15, 20, owed, 31, chance)


def test_the_reason_is_told_in_words():
    title = {"assessing": "Assessing"}.__getitem__
    assert why(odds(), title) == "Assessing, week 15 of 20; waits for educational psychologist, health"
    assert why(odds(owed=()), title) == "Assessing, week 15 of 20"
    table = odds_table([odds()], title)
    assert table.message == "Of 1 open cases whose limit has not passed, about 1 are likely to be late."
    assert odds_table([], title).message == "No open case has its limit before it."


def test_what_came_is_shown_by_how_high_the_chances_were():
    given = [Told(f"C{n}", DAY, 0.1, n == 0) for n in range(10)] + [Told(f"D{n}", DAY, 0.9, n < 8) for n in range(10)]
    table = record_table(given)
    assert [row[:5] for row in table.rows] == [
        ("0 to 20%", 10, pytest.approx(10.0), 1, 10.0),
        ("20 to 40%", 0, None, 0, None),
        ("40 to 60%", 0, None, 0, None),
        ("60 to 80%", 0, None, 0, None),
        ("80 to 100%", 10, pytest.approx(90.0), 8, 80.0),
    ]
    assert brier(given) == pytest.approx((0.81 + 9 * 0.01 + 8 * 0.01 + 2 * 0.81) / 20)


def test_without_a_past_it_says_so():
    assert record_table([]).message.startswith("There is no earlier month's end to look back at yet")
    assert (brier([]), brier_of_one_share([])) == (None, None)
