"""`--json` of every reading command parses, and has the keys that other programs rely on."""

from __future__ import annotations

from datetime import date

import pytest

DAY = ("--as-of", "2025-08-21")

OBSERVATION = {
    "case_ref", "authority", "workflow", "clock", "subject", "basis", "person_ref", "team", "officer", "opened_on", "started_on",
    "due_on", "stopped_on", "dropped_on", "is_excepted", "exception", "days_taken", "days_late", "outcome", "state", "stop_event",
}  # fmt: skip
CLOCK = {
    "clock", "subject", "basis", "cite", "started_on", "due_on", "stopped_on", "outcome", "days_taken", "days_left", "days_late", "under",
}  # fmt: skip


@pytest.fixture
def case(ehcp):
    ehcp.tell(
        "X1",
        "2025-04-02 request_received",
        "2025-05-15 assessment_agreed",
        "2025-05-20 advice_requested provider=school",
    )
    return ehcp


def test_show(case):
    found = case("show", "X1", "--json", *DAY).json
    assert {"case", "workflow", "as_of", "state", "findings", "clocks", "history", "next_events"} <= set(found)
    assert (found["case"], found["as_of"], found["state"]) == ("X1", "2025-08-21", "assessing")
    assert all(set(clock) >= CLOCK for clock in found["clocks"])
    assert [line["event"] for line in found["history"]] == ["request_received", "assessment_agreed", "advice_requested"]
    assert {"entry", "event", "on", "details", "note", "recorded_at", "recorded_by", "corrects", "replaced_by"} <= set(
        found["history"][0]
    )


def test_explain(case):
    (found,) = case("explain", "X1", "finalise_plan", "--json", *DAY).json
    assert {
        "clock",
        "paragraph",
        "rule",
        "citations",
        "started_by",
        "arithmetic",
        "due_on",
        "outcome",
        "exceptions",
    } <= set(found)
    assert found["due_on"] == "2025-08-20"
    assert found["rule"]["version"]
    assert len(case("explain", "X1", "--json", *DAY).json) == 5


def test_due(case):
    found = case("due", "--json", *DAY).json
    assert {"as_of", "overdue", "today", "next_7_days", "next_28_days", "excepted"} <= set(found)
    assert {each["clock"] for each in found["overdue"]} == {"finalise_plan", "decide_whether_to_issue", "give_advice"}
    assert all(set(each) >= OBSERVATION | {"title", "days_left"} for each in found["overdue"])


def test_breaches(case):
    found = case("breaches", "--json", *DAY).json
    assert found["as_of"] == "2025-08-21"
    assert [(each["clock"], each["days_late"]) for each in found["breaches"]] == [
        ("give_advice", 51), ("decide_whether_to_issue", 29), ("finalise_plan", 1),
    ]  # fmt: skip
    since = case("breaches", "--json", *DAY, "--since", "2025-05-15").json["breaches"]
    assert next(each["clock"] for each in since) == "decide_whether_to_assess"


def test_kpis(case):
    found = case("kpis", "--json", "--month", "2025-05", "--cases", *DAY).json
    assert (found["from"], found["to"], found["as_of"]) == ("2025-05-01", "2025-05-31", "2025-08-21")
    figure = next(each for each in found["kpis"] if each["kpi"] == "decisions_within_6_weeks")
    assert {
        "title",
        "meaning",
        "clock",
        "basis",
        "cohort",
        "exceptions",
        "numerator",
        "denominator",
        "percent",
        "left_out",
        "still_open",
        "not_yet_due",
        "open_overdue",
    } <= set(figure)
    assert (figure["numerator"], figure["denominator"], figure["percent"], figure["cases"]["late"]) == (
        0,
        1,
        0.0,
        ["X1"],
    )


def test_verify_and_rebuild(case):
    assert case("verify", "--json").json == {"entries": 3, "bad": None}
    assert case("rebuild", "--json").json == {"cases": 1, "entries": 3, "clocks": 5}


def test_sweep(case):
    found = case("sweep", "--date", "2025-08-21", "--json").json
    assert found["business_date"] == "2025-08-21"
    assert found["new_breaches"] == 3
    assert found["by_clock"] == {"decide_whether_to_issue": 1, "finalise_plan": 1, "give_advice": 1}


def test_open_and_record_and_correct(ehcp):
    opened = ehcp("open", "needs_assessment", "request_received", "--on", "2025-04-02", "--json").json
    assert (opened["case"], opened["entry"], opened["state_before"], opened["state"]) == (
        "NA-2025-0001",
        1,
        "not_started",
        "requested",
    )
    assert {change["change"] for change in opened["changes"]} == {"started"}
    recorded = ehcp("record", "NA-2025-0001", "assessment_agreed", "--on", "2025-05-14", "--json").json
    changed = {change["clock"]: (change["change"], change["outcome"]) for change in recorded["changes"]}
    assert changed["decide_whether_to_assess"] == ("stopped", "in_time")
    assert all(set(change) >= CLOCK for change in recorded["changes"])
    corrected = ehcp("correct", "NA-2025-0001", "2", "--retract", "--reason", "no letter went", "--json").json
    assert (corrected["state_before"], corrected["state"]) == ("assessing", "requested")


def test_clocks_that_a_correction_takes_away_are_named(case):
    changes = case("correct", "X1", "3", "--retract", "--reason", "not asked after all", "--json").json["changes"]
    assert [(each["clock"], each["subject"]) for each in changes if each["change"] == "gone"] == [
        ("give_advice", "school")
    ]


def test_assign_and_users(ehcp):
    ehcp.tell("X1", "2025-04-02 request_received")
    assert ehcp("users", "add", "bjones", "--name", "Bea Jones", "--team", "North").code == 0
    assert ehcp("assign", "X1", "--to", "bjones", "--json").json == {"case": "X1", "officer": "bjones", "team": "North"}
    (officer,) = ehcp("users", "list", "--json").json
    assert (officer["username"], officer["name"], officer["team"]) == ("bjones", "Bea Jones", "North")


def test_workflows(ehcp_without_database):
    ehcp = ehcp_without_database
    listed = ehcp("workflows", "list", "--json").json
    assert {"annual_review", "needs_assessment"} <= {each["workflow"] for each in listed}
    assert all({"title", "version", "clocks", "kpis"} <= set(each) for each in listed)
    assert {"workflow", "rule", "cite", "check", "meaning"} <= set(
        ehcp("workflows", "check", "--json").json["unverified"][0]
    )
    shown = ehcp("workflows", "show", "annual_review", "--json").json
    assert {"workflow", "states", "events", "clocks", "kpis"} <= set(shown)
    tested = ehcp("workflows", "test", "annual_review", "--json").json
    assert tested["failed"] == []
    assert tested["examples"]["annual_review"] > 0


def test_init(ehcp_without_database, tmp_path):
    made = ehcp_without_database("init", "--json").json
    assert made["place"] == str(tmp_path / "ehcp.db")
    assert made["before"] == ""
    again = ehcp_without_database("init", "--json").json
    assert again["before"] == again["now"] == made["now"]


def test_dates_are_iso_and_names_of_children_are_left_out(ehcp):
    child = (
        "--given-name",
        "Canary",
        "--family-name",
        "Featherstone",
        "--born",
        "2019-05-01",
        "--upn",
        "A123456789012",
    )
    ehcp("open", "needs_assessment", "request_received", "--case", "X1", "--on", "2025-04-02", *child)
    for words in (("show", "X1"), ("explain", "X1"), ("due",), ("breaches",), ("kpis", "--cases", "--year", "2025")):
        out = ehcp(*words, "--json", *DAY).out
        assert "Canary" not in out
        assert "Featherstone" not in out
        assert "A123456789012" not in out
    assert date.fromisoformat(ehcp("show", "X1", "--json", *DAY).json["history"][0]["on"])
