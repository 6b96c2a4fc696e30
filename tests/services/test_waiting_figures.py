"""Waiting, and what could flatter it, on a small population worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.analytics.figure_request import FigureRequest
from ehcp_flow.errors import BadFile
from ehcp_flow.services.correct_event import correct_event
from ehcp_flow.services.office import Office
from ehcp_flow.services.read_waiting import read_waiting
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.report_figures import figure_tables
from ehcp_flow.settings import Settings, shipped_workflows

AS_OF = date(2025, 12, 31)
YEAR = FigureRequest(date(2025, 1, 1), AS_OF, AS_OF)


@pytest.fixture
def population(story, office):
    """Six requests of 2 April, due on 20 August, and one of 1 July."""

    def plan(case, requested, agreed, drafted=None, sent=None):
        lines = [f"{requested} request_received", f"{agreed} assessment_agreed"]
        lines += [f"{drafted} draft_plan_sent"] if drafted else []
        story(case, *lines, *([f"{sent} final_plan_sent"] if sent else []))

    plan("A", "2025-04-02", "2025-05-14", "2025-07-01", "2025-08-20")  # in time, on day 140
    plan("B", "2025-04-02", "2025-05-14", "2025-07-01", "2025-08-30")  # late, on day 150
    plan("C", "2025-04-02", "2025-05-14", "2025-07-01", "2025-08-30")  # late, excepted
    record_event(office, "C", "exception_recorded", date(2025, 6, 1), {"exception": "personal_circumstances", "clock": "finalise_plan"})  # fmt: skip
    plan("D", "2025-04-02", "2025-05-14", "2025-07-01")  # open and overdue; the plan was agreed
    record_event(office, "D", "plan_agreed", date(2025, 6, 25), override="recorded late")
    story("E", "2025-04-02 request_received", "2025-05-14 assessment_refused")
    story("F", "2025-04-02 request_received", "2025-05-14 assessment_agreed", "2025-07-10 plan_refused")
    plan("G", "2025-07-01", "2025-08-12", "2025-10-20", "2025-11-18")  # in time, on day 140
    record_event(office, "G", "advice_requested", date(2025, 8, 13), {"provider": "health"}, override="recorded late")
    return office


def table(office, name, request=YEAR):
    return figure_tables(office, request, [name])[0]


def rows(found):
    return {row[0]: dict(zip([column.name for column in found.columns], row, strict=True)) for row in found.rows}


def settings(tmp_path, text=None):
    folder = tmp_path / "workflows"
    if not folder.exists():
        import shutil

        shutil.copytree(shipped_workflows(), folder)
    if text is not None:
        (folder / "settings" / "waiting.yaml").write_text(text, encoding="utf-8")
    return Settings("sqlite://", folder, None, "Madeupshire", "asmith")


def shipped(old="", new=""):
    return (shipped_workflows() / "settings" / "waiting.yaml").read_text(encoding="utf-8").replace(old, new)


def test_those_who_still_wait_are_counted_in_the_time_to_issue(population, tmp_path):
    """Followed from the day they were agreed: A, B, C, D, F and G. Too few for the shipped settings, so one is enough here."""
    office = Office(Settings(population.settings.database_url, settings(tmp_path, shipped("at_risk: 10", "at_risk: 1")).workflows, None, "Madeupshire", "asmith"))  # fmt: skip
    found = rows(table(office, "time_to_issue"))
    office.database.close()
    assert found[16]["still_waiting"] == 100.0, "F left on day 99, which is no plan"
    assert found[20]["still_waiting"] == pytest.approx(60.0), "A and G of the five still followed on day 140"
    assert found[24]["still_waiting"] == pytest.approx(20.0), "then B and C of three: D still waits"
    assert (found[20]["at_risk"], found[24]["at_risk"]) == (5, 1)


def test_where_too_few_were_followed_the_table_says_so(population):
    found = table(population, "time_to_issue")
    assert found.rows == ()
    assert found.message.startswith("Too few cases were followed")


def test_of_the_plans_issued_the_flattering_things_are_counted(population):
    found = rows(table(population, "timeliness_checks"))
    counted = {name: (row["counted"], row["of"]) for name, row in found.items()}
    assert counted == {
        "Plans issued with an exception": (1, 4),
        "Requests refused an assessment": (1, 7),
        "Dates of receipt moved later": (0, 7),
        "In time only by a moved date": (0, 4),
        "Issued while advice was owed": (1, 4),
        "Open, plan agreed, not sent": (1, 1),
        "Of these, past their limit": (1, 1),
    }


def test_a_date_of_receipt_moved_later_shows_with_its_effect(population, today_is):
    today_is(date(2025, 9, 10))
    correct_event(population, "B", 1, happened_on=date(2025, 4, 12), reason="stamped on the 12th")
    found = table(population, "receipt_corrections")
    assert [row[:4] for row in found.rows] == [("B", date(2025, 4, 2), date(2025, 4, 12), 10)]
    assert found.rows[0][4:] == (date(2025, 9, 10), "in time only by the correction")
    checks = rows(table(population, "timeliness_checks"))
    assert checks["In time only by a moved date"]["counted"] == 1
    assert table(population, "timeliness_checks").cases["In time only by a moved date", "counted"] == ("B",)
    before = FigureRequest(date(2025, 1, 1), date(2025, 8, 31), AS_OF)
    assert table(population, "receipt_corrections", before).rows == ()


def test_advice_still_owed_at_the_issue_is_counted_by_provider(population):
    found = rows(table(population, "issued_without_advice"))
    assert (found["Health"]["owed"], found["Health"]["of"]) == (1, 1)
    assert (found["Any provider"]["owed"], found["Any provider"]["of"]) == (1, 4)


def test_oldest_first_the_one_still_open_would_have_had_a_plan(population):
    found = rows(table(population, "first_in_first_out"))
    november = found[date(2025, 11, 1)]
    assert (november["issued"], november["in_time"], november["oldest_in_time"]) == (1, 1, 0)
    december = found[date(2025, 12, 1)]
    assert (december["overdue"], december["oldest_overdue"]) == (1, 1), "D as it was; G had D been sent in its place"
    assert december["excess"] > december["oldest_excess"]


def test_cases_of_a_team_only_when_a_team_is_asked_for(population):
    narrow = FigureRequest(YEAR.first, YEAR.last, AS_OF, team="Nobody")
    assert rows(table(population, "timeliness_checks", narrow))["Plans issued with an exception"]["of"] == 0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("clock: finalise_plan", "clock: finish", "has no clock finish"),
        ("process: needs_assessment", "process: assessments", "there is no process assessments"),
        ("weeks: [26 weeks,", "weeks: [26 days,", "should be in weeks"),
        ("[request_withdrawn, moved_away,", "[moved_away,", "request_withdrawn ends the wait too: say how."),
        ("[plan_refused, plan_ordered]", "[plan_refused, plan_ordered, draft_plan_sent]", "neither stops nor drops"),
        ("[plan_refused, plan_ordered]", "[plan_refused, plan_ordered, died]", "stands here twice"),
        ("ready_on: [plan_agreed]", "ready_on: [plan_ready]", "has no event plan_ready"),
        ("fewest_at_risk: 10", "fewest_at_risk: none", "should be a whole number"),
        ("learn_from: 13 weeks", "learnt_from: 13 weeks", "`learnt_from` is not a key that is known here"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_line(tmp_path, law, old, new, message):
    assert shipped(old, new) != shipped()
    with pytest.raises(BadFile) as refused:
        read_waiting(settings(tmp_path, shipped(old, new)), law.workflows)
    assert message in str(refused.value)
    assert "waiting.yaml:" in str(refused.value)


def test_workflows_without_the_process_have_no_figures_on_waiting(law):
    only = {"annual_review": law.workflows["annual_review"]}
    nowhere = Settings("sqlite://", shipped_workflows() / "nowhere", None, "Madeupshire", "asmith")
    assert read_waiting(nowhere, only) is None


def test_published_no_case_is_named_and_no_week_is_taken_for_a_count(population, tmp_path):
    open_to_all = FigureRequest(YEAR.first, YEAR.last, AS_OF, published=True)
    workflows = settings(tmp_path, shipped("at_risk: 10", "at_risk: 1")).workflows
    office = Office(Settings(population.settings.database_url, workflows, None, "Madeupshire", "asmith"))
    found = table(office, "time_to_issue", open_to_all)
    office.database.close()
    assert found.values("week")[:3] == (4, 8, 12)
    assert found.cases == {}
    assert table(population, "receipt_corrections", open_to_all).rows == ()
