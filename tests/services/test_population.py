"""The frames of the whole database say what the engine says of each case."""

from __future__ import annotations

from dataclasses import astuple
from datetime import UTC, date, datetime

import pytest

from ehcp_flow.services import observe
from ehcp_flow.services.correct_event import correct_event
from ehcp_flow.services.observe import observations
from ehcp_flow.services.population import observation_frame, population_frames

LAST_DAY, IN_BETWEEN = date(2026, 6, 1), date(2026, 2, 1)


@pytest.fixture
def three_cases(office, story, today_is):
    today_is(date(2026, 5, 1))
    story(
        "N1",
        "2026-01-05 request_received source=parent",
        "2026-02-10 assessment_agreed",
        "2026-02-11 advice_requested provider=school",
        "2026-03-01 advice_received provider=school",
    )
    story("N2", "2026-01-06 request_received", "2026-01-20 assessment_refused")
    story("R1", "2026-03-02 plan_first_made under_five=yes", workflow="annual_review")
    return office


def rows_of(frame):
    return frame.collect().to_native().rows(named=True)


@pytest.mark.parametrize("as_of", [IN_BETWEEN, LAST_DAY])
@pytest.mark.parametrize("known_at", [None, datetime(2026, 5, 2, tzinfo=UTC)])
def test_observations_are_those_of_the_engine(three_cases, as_of, known_at):
    found = observation_frame(three_cases, as_of, known_at).collect().to_native().rows()
    assert found
    assert set(found) == {astuple(each) for each in observations(three_cases, as_of, known_at)}


@pytest.mark.parametrize("narrowed", [{}, {"workflow": "needs_assessment"}, {"clock": "give_advice"}])
@pytest.mark.parametrize("known_at", [None, datetime(2026, 5, 2, tzinfo=UTC)])
def test_many_cases_are_derived_together_and_few_one_by_one_and_both_say_the_same(
    three_cases, known_at, narrowed, monkeypatch
):
    one_by_one = list(observations(three_cases, IN_BETWEEN, known_at, **narrowed))
    monkeypatch.setattr(observe, "_ONE_BY_ONE", 2)
    together = list(observations(three_cases, IN_BETWEEN, known_at, **narrowed))
    assert together == one_by_one
    assert one_by_one or narrowed


def test_an_empty_database_gives_empty_frames_with_all_their_columns(office):
    found = population_frames(office, LAST_DAY)
    for frame in (found.observations, found.events, found.cases):
        assert frame.collect().shape[0] == 0
        assert {"case_ref", "workflow"} <= set(frame.collect().columns)


def test_a_corrected_event_stands_with_its_new_day_and_says_what_was_said_first(three_cases, today_is):
    today_is(date(2026, 5, 3))
    correct_event(three_cases, "N1", 1, happened_on=date(2026, 1, 9), reason="the stamp says the ninth")
    first = rows_of(population_frames(three_cases, LAST_DAY).events)[0]
    assert (first["event"], first["happened_on"], first["first_happened_on"]) == (
        "request_received",
        date(2026, 1, 9),
        date(2026, 1, 5),
    )
    assert (first["source"], first["corrects"]) == ("parent", 1)
    before = rows_of(population_frames(three_cases, LAST_DAY, known_at=datetime(2026, 5, 2, tzinfo=UTC)).events)[0]
    assert (before["happened_on"], before["corrects"]) == (date(2026, 1, 5), None)


def test_a_case_says_where_it_stood_and_when_it_ended(three_cases):
    then = {row["case_ref"]: row for row in rows_of(population_frames(three_cases, IN_BETWEEN).cases)}
    later = {row["case_ref"]: row for row in rows_of(population_frames(three_cases, LAST_DAY).cases)}
    assert set(then) == {"N1", "N2"}
    assert set(later) == {"N1", "N2", "R1"}
    assert (then["N1"]["state"], later["N1"]["state"]) == ("requested", "assessing")
    assert (then["N2"]["is_ended"], then["N2"]["ended_on"]) == (True, date(2026, 1, 20))
    assert (later["N1"]["ended_on"], later["N1"]["opened_on"]) == (None, date(2026, 1, 5))
