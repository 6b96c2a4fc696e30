"""`ehcp forecast`: the message first, JSON for programs, refusals in one line."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.made_up import make_up_authority
from ehcp_flow.services.add_cases import NewCase, add_cases
from ehcp_flow.services.make_up import _entries

DAY = "2026-06-30"


@pytest.fixture(scope="module")
def made_up_cases():
    made = make_up_authority(2026, date.fromisoformat(DAY), people=700, years=2)
    return [case for case in made.cases if case.workflow == "needs_assessment"]


@pytest.fixture
def filled(ehcp, office_at, made_up_cases):
    cases = [NewCase({"case_ref": case.case_ref, "workflow": case.workflow, "authority": "Madeupshire"}, _entries(case)) for case in made_up_cases]  # fmt: skip
    office = office_at(ehcp.url)
    with office.database.write() as connection:
        add_cases(office, connection, cases)
    return ehcp


def test_the_message_comes_first_and_names_the_target(filled):
    said = filled("forecast", "--as-of", DAY, "--quick", "--months", "3", "--target", "60", "--by-date", "2026-09-30")
    assert said.code == 0
    assert "plans are overdue on 30 June 2026" in said.out
    assert "To have 60% of the plans due in September 2026 in time, about" in said.out
    assert "The history is too short to have tried this forecast" in said.out
    assert "How this forecast would have done" not in said.out


def test_programs_get_the_same_as_json(filled):
    found = filled("forecast", "--as-of", DAY, "--quick", "--months", "2", "--json").json["figures"]
    assert [each["id"] for each in found] == ["forecast", "recovery_plan", "recovery_path"]
    assert [row["month"] for row in found[0]["rows"]] == ["2026-07-01", "2026-08-01"]
    assert {"issued", "overdue_from", "overdue_to", "share"} <= set(found[0]["rows"][0])


def test_cases_to_look_at_first_are_listed_with_what_became_of_earlier_ones(filled):
    said = filled("forecast", "--as-of", DAY, "--cases", "--lines", "2")
    assert said.code == 0
    assert "Cases likely to be late" in said.out
    assert "less likely: --lines 1000" in said.out
    assert "What became of cases given a chance before" in said.out
    found = filled("forecast", "--as-of", DAY, "--cases", "--json").json["figures"][0]["rows"]
    assert len(found) > 2
    assert [row["chance"] for row in found] == sorted((row["chance"] for row in found), reverse=True)


def test_with_no_cases_it_says_what_to_do(ehcp):
    said = ehcp("forecast")
    assert (said.code, "Record or import earlier cases." in said.out) == (0, True)


def test_a_date_gone_by_is_refused_in_one_line(ehcp):
    said = ehcp("forecast", "--as-of", DAY, "--by-date", "2026-01-31")
    assert said.code == 1
    assert said.err.startswith("ehcp: 2026-01-31 is no date to reach a target by. Choose one from 2026-06-30")
    assert said.err.count("\n") == 1


def test_a_share_of_more_than_everything_is_wrong_usage(ehcp):
    assert ehcp("forecast", "--target", "120").code == 2
