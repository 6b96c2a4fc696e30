"""`ehcp kpis` as analysts use it: the catalogue, one figure of it, divided, for publication, as a file."""

from __future__ import annotations

import re
from datetime import date

import pytest

from ehcp_flow.services.report_figures import figure_definitions

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
DAY = ("--as-of", "2025-09-30")


@pytest.fixture
def kpis(ehcp, today_is):
    """Two plans of August 2025, one in time and one still owed; runs `ehcp kpis`."""
    today_is(date(2025, 9, 30))
    ehcp.tell("A", "2025-04-02 request_received", "2025-05-14 assessment_agreed", "2025-07-01 draft_plan_sent",
              "2025-08-20 final_plan_sent")  # fmt: skip
    ehcp.tell("B", "2025-04-02 request_received", "2025-05-14 assessment_agreed")
    return lambda *words, **how: ehcp("kpis", *words, *DAY, **how)


def test_the_list_has_every_figure_with_its_meaning(ehcp_without_database):
    said = ehcp_without_database("kpis", "--list")
    assert said.code == 0
    for each in figure_definitions():
        assert each.id in said.out
        assert each.meaning in said.out
    listed = ehcp_without_database("kpis", "--list", "--json").json
    assert [each["id"] for each in listed] == [each.id for each in figure_definitions()]


def test_a_figure_says_its_message_first_and_then_its_numbers_and_its_meaning(kpis):
    said = kpis("--figure", "backlog").out.splitlines()
    assert said[2] == "Plans overdue, by how long the family has waited"
    assert said[3] == (
        "On 30 September 2025, 1 plan was overdue, 5.9 weeks past their time together; "
        "the oldest request was made 25.9 weeks before."
    )
    assert ["20", "to", "26", "weeks", "1", "1", "0", "5.9", "25.9"] in [line.split() for line in said]
    assert any(line.startswith("Counted: open cases past their 20 weeks") for line in said)


def test_every_figure_fits_80_columns(kpis):
    for each in figure_definitions():
        said = kpis("--figure", each.id, "--from", "2025-07-01", "--to", "2025-08-31", is_terminal=True)
        assert said.code == 0, said.err
        assert max(map(len, COLOUR.sub("", said.out).splitlines())) <= 80, each.id


def test_the_cases_behind_every_number(kpis):
    said = kpis("--figure", "timeliness", "--month", "2025-08", "--cases").out
    assert "August 2025, Due (2): A B" in said
    assert "August 2025, Still owed (1): B" in said


def test_a_figure_of_the_workflow_files_divided(kpis):
    said = kpis("--kpi", "plans_due_within_20_weeks", "--month", "2025-08", "--by", "team")
    assert ["no", "team", "1", "2", "50.0", "9–91", "0", "1"] in [line.split() for line in said.out.splitlines()]
    found = kpis("--kpi", "plans_due_within_20_weeks", "--month", "2025-08", "--by", "month", "--json").json
    assert (found["by"], found["figures"][0]["rows"][-1]["of"]) == ("month", 2)


def test_the_interval_stands_beside_each_share(kpis):
    found = kpis("--kpi", "plans_due_within_20_weeks", "--month", "2025-08", "--json").json["kpis"][0]
    assert (found["percent"], found["percent_low"], found["percent_high"]) == (50.0, 9.5, 90.5)
    assert "50.0      9–91" in kpis("--kpi", "plans_due_within_20_weeks", "--month", "2025-08").out


def test_what_is_published_has_neither_small_numbers_nor_cases(kpis):
    said = kpis("--figure", "timeliness", "--month", "2025-08", "--publish", "--cases")
    assert "c: withheld" in said.out
    assert " A" not in said.out.replace(" Aug 2025", "").replace(" Apr 2025", "")
    found = kpis("--figure", "timeliness", "--month", "2025-08", "--publish", "--cases", "--json").json
    assert found["figures"][0]["cases"] == []
    assert found["figures"][0]["rows"][-1]["due_of"] is None
    assert {"row": 11, "column": "due_of"} in found["figures"][0]["withheld"]


def test_a_figure_as_a_file(kpis, tmp_path):
    path = tmp_path / "backlog.csv"
    said = kpis("--figure", "backlog", "--csv", str(path))
    assert (said.code, said.out) == (0, "")
    assert path.read_text(encoding="utf-8-sig").splitlines()[1].startswith("20 to 26 weeks,1,1,0,")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("--figure plans", 1, "There is no figure called plans in the catalogue."),
        (
            "--figure backlog --by month",
            2,
            "backlog is not given by month; it is given by authority, team, officer, age.",
        ),
        ("--figure kpis --by team", 2, "kpis is not given by team; it is given only as a whole."),
        ("--by weather", 2, "is not one of"),
        ("--csv /tmp/none.csv", 2, "--csv writes one table"),
        ("--figure backlog --csv /nowhere/none.csv", 1, "/nowhere/none.csv cannot be written"),
        ("--figure backlog --from 2025-02-01 --to 2025-01-01", 1, "before it begins"),
    ],
)
def test_what_cannot_be_given_is_refused_in_words(kpis, words, code, said):
    refused = kpis(*words.split())
    assert refused.code == code
    assert said in " ".join(refused.err.replace("│", " ").split())
