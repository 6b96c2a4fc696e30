"""The picture of a case: computed from its clocks, with nothing counted by hand."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.services.show_case import show_case
from ehcp_flow.web.views.timeline import EDGE, WIDTH, timeline


@pytest.fixture
def drawn(story, office, today_is):
    """A case of 20 weeks, judged on a day: `drawn(date(2026, 3, 25))`."""
    today_is(date(2026, 7, 1))
    story(
        "X1",
        "2026-01-05 request_received",
        "2026-02-16 assessment_agreed",
        "2026-02-17 advice_requested provider=school",
        "2026-04-07 advice_received provider=school",
    )
    return lambda day: timeline(show_case(office, "X1", day), is_past=True)


@pytest.fixture
def database_kind() -> str:
    """One kind is enough for a picture."""
    return "sqlite"


def bar(picture, title):
    return next(each for each in picture.bars if each.title == title)


def test_the_twenty_weeks_span_the_picture(drawn):
    picture = drawn(date(2026, 3, 25))
    final = bar(picture, "Send the final plan")
    assert (final.start, final.due) == (EDGE, WIDTH - EDGE)
    assert picture.weeks[0].words == "week 0"
    assert picture.weeks[-1].words == "20"
    assert picture.weeks[-1].at == final.due


def test_time_used_and_left_make_up_the_limit(drawn):
    final = bar(drawn(date(2026, 3, 16)), "Send the final plan")
    assert final.used == pytest.approx(final.left), "the tenth of twenty weeks"
    assert final.start + final.used + final.left == pytest.approx(final.due)
    assert final.late == 0


def test_a_late_step_runs_past_its_last_day(drawn):
    school = bar(drawn(date(2026, 5, 1)), "Respond to a request for advice: School")
    assert school.late > 0
    assert school.left == 0
    assert school.words == "7 days late, done 7 April 2026"


def test_an_open_limit_runs_late_until_today(drawn):
    picture = drawn(date(2026, 7, 1))
    final = bar(picture, "Send the final plan")
    assert final.due + final.late == pytest.approx(picture.today)


def test_events_near_each_other_share_a_mark(drawn):
    assert [each.numbers for each in drawn(date(2026, 5, 1)).dots] == ["1", "2, 3", "4"]


def test_every_mark_is_inside_the_picture(drawn):
    picture = drawn(date(2026, 7, 1))
    places = [each.at for each in (*picture.weeks, *picture.months, *picture.dots)]
    assert min(places) >= 0
    assert max(places) <= WIDTH


def test_a_case_with_no_clock_has_no_picture(drawn):
    assert drawn(date(2025, 12, 1)) is None


def test_a_limit_met_early_has_no_time_left(story, office, today_is):
    today_is(date(2026, 7, 1))
    story("X2", "2026-01-05 request_received", "2026-02-02 assessment_agreed")
    picture = timeline(show_case(office, "X2", date(2026, 2, 9)))
    assert picture is not None
    first = picture.bars[0]
    assert first.left == 0
    assert first.start + first.used < first.due
