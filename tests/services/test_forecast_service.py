"""The forecast from a database, on both kinds: a small made-up authority, an empty one, and one too young."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.analytics.figure_request import FigureRequest
from ehcp_flow.errors import BadInput
from ehcp_flow.made_up import make_up_authority
from ehcp_flow.services.add_cases import NewCase, add_cases
from ehcp_flow.services.forecast import ForecastRequest, forecast_tables
from ehcp_flow.services.forecast_breaches import breach_odds_tables, likely_late
from ehcp_flow.services.make_up import _entries

DAY = date(2026, 6, 30)


@pytest.fixture(scope="module")
def made_up_cases():
    """The assessments of an authority of some 900 people who do not exist."""
    made = make_up_authority(2026, DAY, people=900, years=2)
    return [case for case in made.cases if case.workflow == "needs_assessment"]


@pytest.fixture
def authority(office, made_up_cases):
    """They, in a database."""
    cases = [NewCase({"case_ref": case.case_ref, "workflow": case.workflow, "authority": "Madeupshire"}, _entries(case)) for case in made_up_cases]  # fmt: skip
    with office.database.write() as connection:
        add_cases(office, connection, cases)
    return office


def request(day=DAY, **asked):
    return ForecastRequest(FigureRequest(day, day, day), **{"months": 3, "runs": 30, **asked})


def column(table, name):
    return table.values(name)


def test_the_forecast_says_what_is_likely_how_sure_it_is_and_what_a_target_needs(authority):
    forecast, recovery, path, record = forecast_tables(authority, request(target=60.0, by_date=date(2026, 9, 30)))
    assert column(forecast, "month") == (date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1))
    for low, middle, high in zip(*(column(forecast, f"overdue{end}") for end in ("_from", "", "_to")), strict=True):
        assert 0 <= low <= middle <= high
    assert any(note.startswith("Tried on") for note in forecast.notes)
    assert column(recovery, "share") == (50.0, 60.0, 70.0, 80.0, 90.0, 100.0)
    assert list(column(recovery, "a_week")) == sorted(column(recovery, "a_week"))
    assert "60% of the plans due in September 2026" in recovery.message
    assert column(path, "month") == column(forecast, "month")
    needed, pace = column(path, "overdue_needed")[-1], column(path, "overdue")[-1]
    assert needed <= pace
    assert sum(column(record, "held")) / sum(column(record, "tried")) >= 0.7
    tried = {(row[0], row[1]) for row in record.rows}
    assert len(tried) == len(record.rows) >= 3


def test_asked_twice_it_gives_the_same_tables(authority):
    asked = request(is_tried=False)
    assert forecast_tables(authority, asked) == forecast_tables(authority, asked)


def test_made_for_a_day_gone_by_it_knows_nothing_later(authority):
    """The days after are in the database; the forecast of 31 March is the one that could be made then."""
    then = date(2026, 3, 31)
    forecast = forecast_tables(authority, request(then, is_tried=False))[0]
    assert column(forecast, "month")[0] == date(2026, 4, 1)
    assert forecast.message.startswith(f"{len(_overdue_on(authority, then))} plans are overdue on 31 March 2026")


def _overdue_on(office, day):
    from ehcp_flow.services.observe import observations

    seen = observations(office, day, clock="finalise_plan")
    return [each for each in seen if each.is_open and each.due_on < day]


def test_cases_likely_to_be_late_come_with_their_reasons(authority):
    found = likely_late(authority, DAY)
    assert found
    assert [each.chance for each in found] == sorted((each.chance for each in found), reverse=True)
    assert all(0 < each.chance < 1 and each.due_on >= DAY and ", week " in each.why for each in found)
    cases, record = breach_odds_tables(authority, DAY)
    assert column(cases, "case") == tuple(each.case_ref for each in found)
    assert sum(column(record, "given")) > 100
    one = found[0].officer
    assert {each.officer for each in likely_late(authority, DAY, officer=one)} == {one}
    assert likely_late(authority, DAY, team="No such team") == []


def test_an_empty_database_has_no_forecast_and_is_told_what_to_do(office):
    (table,) = forecast_tables(office, request())
    assert table.rows == ()
    assert "no case has ended yet. Record or import earlier cases." in table.message
    assert likely_late(office, DAY) == []
    assert breach_odds_tables(office, DAY)[0].message == "No open case has its limit before it."


def test_a_history_that_is_too_young_has_no_forecast(story, office):
    story("A", "2026-04-10 request_received", "2026-05-20 assessment_refused")
    (table,) = forecast_tables(office, request())
    assert "it learns from 13 weeks before 2026-06-30, and the first case that ended did so on 2026-05-20" in table.message  # fmt: skip


def test_too_few_plans_are_no_basis_for_a_forecast(story, office):
    story("A", "2026-01-10 request_received", "2026-02-20 assessment_refused")
    (table,) = forecast_tables(office, request())
    assert "in the 13 weeks before 2026-06-30 only 0 plans were issued" in table.message


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"by_date": DAY}, "is no date to reach a target by"),
        ({"by_date": date(2029, 1, 1)}, "is no date to reach a target by"),
        ({"months": 25}, "25 months ahead cannot be foretold"),
        ({"target": 0.0}, "A target of 0% cannot be meant"),
    ],
)
def test_what_makes_no_sense_is_refused(law, asked, message):
    with pytest.raises(BadInput, match=message):
        forecast_tables(law, request(**asked))
