"""`ehcp replay`, exactly as the contract (section 3) promises it to other programs."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

CONTRACT_CASE = """[{"case": "X1", "workflow": "needs_assessment", "as_of": "2025-08-21",
  "events": [{"event": "request_received", "on": "2025-04-02"},
             {"event": "advice_requested", "on": "2025-05-20", "provider": "educational_psychologist"}]}]"""

CONTRACT_CLOCK = {
    "clock": "finalise_plan", "subject": None, "basis": "law", "cite": "regs r.13(2)", "started_on": "2025-04-02", "due_on": "2025-08-20",
    "stopped_on": None, "outcome": "breach", "days_taken": 141, "days_left": -1, "days_late": 1, "under": None,
}  # fmt: skip


@pytest.fixture
def replay(ehcp_without_database, tmp_path):
    def run(text, *options, name="chronology.json"):
        (tmp_path / name).write_bytes(text.encode() if isinstance(text, str) else text)
        return ehcp_without_database("replay", name, *options)

    return run


def test_the_contracts_example_comes_out_as_the_contract_says(replay):
    (case,) = replay(CONTRACT_CASE, "--json").json
    clocks = case.pop("clocks")
    assert case == {
        "case": "X1",
        "workflow": "needs_assessment",
        "as_of": "2025-08-21",
        "state": "requested",
        "findings": [],
    }
    found = next(each for each in clocks if each["clock"] == "finalise_plan")
    assert {key: found[key] for key in CONTRACT_CLOCK} == CONTRACT_CLOCK
    assert [key for key in found if key in CONTRACT_CLOCK] == list(CONTRACT_CLOCK), "in the contract's order"
    assert {each["subject"] for each in clocks} == {None, "educational_psychologist"}


def test_every_clock_has_every_key_of_the_contract(replay):
    for clock in replay(CONTRACT_CASE, "--json").json[0]["clocks"]:
        assert set(CONTRACT_CLOCK) <= set(clock)


def test_no_database_is_needed_or_made(replay, tmp_path):
    assert replay(CONTRACT_CASE, "--json").code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["chronology.json"]


def test_one_case_a_list_json_and_yaml_say_the_same(replay):
    as_yaml = """
case: X1
workflow: needs_assessment
as_of: 2025-08-21
events:
  - {event: request_received, on: 2025-04-02}
  - event: advice_requested
    on: 2025-05-20
    provider: educational_psychologist
"""
    expected = replay(CONTRACT_CASE, "--json").json
    one = json.dumps(json.loads(CONTRACT_CASE)[0])
    assert replay(one, "--json").json == expected
    assert replay(as_yaml, "--json", name="chronology.yaml").json == expected
    assert replay("- " + as_yaml.strip().replace("\n", "\n  "), "--json", name="list.yaml").json == expected
    assert replay("\ufeff" + CONTRACT_CASE, "--json").json == expected, "a byte order mark"
    assert replay(CONTRACT_CASE, "--json", name="no_ending").json == expected


def test_a_minus_reads_standard_input(ehcp_without_database):
    said = ehcp_without_database("replay", "-", "--json", stdin=CONTRACT_CASE)
    assert said.json[0]["case"] == "X1"


def test_every_other_key_of_an_event_is_a_detail(replay):
    text = """
workflow: needs_assessment
as_of: 2025-08-21
events:
  - {event: request_received, on: 2025-04-02, note: by post, recorded_at: 2025-04-03T10:00:00Z}
  - {event: exception_recorded, on: 2025-05-01, exception: personal_circumstances, clock: finalise_plan, until: 2025-06-01}
"""
    case = replay(text, "--json", name="x.yaml").json[0]
    found = next(each for each in case["clocks"] if each["clock"] == "finalise_plan")
    assert (found["outcome"], found["under"], found["days_late"]) == ("excepted", "regs r.13(3); regs r.10(4)(c)", 1)
    assert case["case"] == "case 1", "a case without a name is called by its place"


def test_yes_and_no_are_details_in_yaml_and_in_json(replay):
    for value, name in (("yes", "x.yaml"), ('"yes"', "x.json"), ("true", "x.json")):
        text = f'{{"workflow": "annual_review", "as_of": "2025-08-21", "events": [{{"event": "plan_first_made", "on": "2025-06-01", "under_five": {value}}}]}}'
        if name == "x.yaml":
            text = "workflow: annual_review\nas_of: 2025-08-21\nevents:\n  - {event: plan_first_made, on: 2025-06-01, under_five: yes}\n"
        clocks = replay(text, "--json", name=name).json[0]["clocks"]
        assert [each["clock"] for each in clocks] == ["complete_review", "review_under_five"]


def test_as_of_overrules_the_cases_own_day_and_events_after_it_are_not_seen(replay):
    case = replay(CONTRACT_CASE, "--json", "--as-of", "2025-05-19").json[0]
    assert case["as_of"] == "2025-05-19"
    assert {each["subject"] for each in case["clocks"]} == {None}
    assert [each["outcome"] for each in case["clocks"] if each["clock"] == "finalise_plan"] == ["running"]


def test_a_case_without_a_day_is_judged_for_today(replay, today_is):
    today_is(date(2025, 8, 22))
    text = CONTRACT_CASE.replace('"as_of": "2025-08-21",', "")
    assert replay(text, "--json").json[0]["as_of"] == "2025-08-22"


def test_known_at_leaves_out_what_was_recorded_later(replay):
    text = """
workflow: needs_assessment
as_of: 2025-08-25
events:
  - {event: request_received, on: 2025-04-02, recorded_at: "2025-04-03T09:00:00+00:00"}
  - {event: assessment_agreed, on: 2025-05-14, recorded_at: "2025-05-15"}
  - {event: draft_plan_sent, on: 2025-07-20}
  - {event: final_plan_sent, on: 2025-08-20, recorded_at: "2025-08-26T08:00:00+00:00"}
"""
    states = {
        known_at: replay(text, "--json", "--known-at", known_at, name="x.yaml").json[0]["state"]
        for known_at in ("2025-08-25", "2025-08-26T08:59", "2025-08-26T09:00", "2025-08-26")
    }
    assert states == {
        "2025-08-25": "consulting",
        "2025-08-26T08:59": "consulting",
        "2025-08-26T09:00": "issued",
        "2025-08-26": "issued",
    }, "a moment without a zone is England's, in August an hour before UTC"
    assert replay(text, "--json", name="x.yaml").json[0]["state"] == "issued"


def test_events_may_come_in_any_order(replay):
    case = json.loads(CONTRACT_CASE)[0]
    case["events"].reverse()
    assert replay(json.dumps(case), "--json").json == replay(CONTRACT_CASE, "--json").json


def test_impossible_history_is_accepted_and_reported(replay):
    text = """
workflow: needs_assessment
as_of: 2025-08-21
events:
  - {event: final_plan_sent, on: 2025-04-01}
  - {event: request_received, on: 2025-04-02}
  - {event: plan_rejected, on: 2025-04-03}
"""
    case = replay(text, "--json", name="x.yaml").json[0]
    assert case["state"] == "requested"
    assert [finding.split(":")[0] for finding in case["findings"]] == [
        "final_plan_sent on 2025-04-01",
        "request_received on 2025-04-02",
        "plan_rejected on 2025-04-03",
    ]


def test_an_event_can_correct_another_by_its_place(replay):
    text = """
workflow: needs_assessment
as_of: 2025-04-21
events:
  - {event: request_received, on: 2025-04-02}
  - {event: request_received, on: 2025-04-01, corrects: 1}
"""
    case = replay(text, "--json", name="x.yaml").json[0]
    assert case["findings"] == []
    assert {each["started_on"] for each in case["clocks"]} == {"2025-04-01"}


def test_thousands_of_cases_are_judged_in_one_call(replay):
    first = date(2024, 1, 1)
    cases = [
        {"case": f"X{number}", "workflow": "needs_assessment", "as_of": "2025-08-21",
         "events": [{"event": "request_received", "on": str(first + timedelta(days=number % 400))},
                    {"event": "assessment_agreed", "on": str(first + timedelta(days=number % 400 + 40))}]}
        for number in range(5_000)
    ]  # fmt: skip
    judged = replay(json.dumps(cases), "--json").json
    assert [each["case"] for each in judged] == [each["case"] for each in cases]
    assert {each["state"] for each in judged} == {"assessing"}


def test_a_person_reads_the_state_the_clocks_and_what_looks_wrong(replay):
    text = CONTRACT_CASE.replace('"request_received"', '"assessment_agreed"', 1)
    out = replay(text).out
    assert "X1  EHC needs assessment and first EHC plan: Assessing on 2025-08-21" in out
    assert "Look at this: assessment_agreed on 2025-04-02: out of order" in out
    good = replay(CONTRACT_CASE).out
    assert "2025-08-20  Send the final plan" in good
    assert "1 day late" in good


BAD = {
    "empty": ("", "chronology.json holds no case. A case has"),
    "an empty list": ("[]", "chronology.json holds no case."),
    "a word": ("hello", "chronology.json holds no case."),
    "cut off": ('[{"case": "X1", "workflow": "needs_ass', "chronology.json:1: is not valid JSON: Unterminated string starting at."),
    "cut off YAML": ("case: X1\nevents:\n  - {event: request_received", "chronology.json:3: is not valid YAML:"),
    "no case in the list": ('["X1"]', "case 1 is not a case: give it case, workflow and events."),
    "no workflow": ('{"case": "X1", "events": []}', "case 1 (X1): there is no workflow called None; there are: annual_review, needs_assessment."),
    "an unknown workflow": ('{"case": "X1", "workflow": "tribunal", "events": []}', "there is no workflow called tribunal"),
    "no events": ('{"case": "X1", "workflow": "needs_assessment"}', "case 1 (X1): events should be a list."),
    "an event without a name": ('{"workflow": "needs_assessment", "events": [{"on": "2025-04-02"}]}', "case 1, event 1: give it event and on."),
    "an event without a day": ('{"workflow": "needs_assessment", "events": [{"event": "died"}]}', "case 1, event 1 (died): on is None, not a date. Write it as 2026-09-01."),
    "a day written otherwise": ('{"workflow": "needs_assessment", "events": [{"event": "died", "on": "2/4/2025"}]}', "on is '2/4/2025', not a date."),
    "a day that is none": ('{"workflow": "needs_assessment", "events": [{"event": "died", "on": "2025-02-29"}]}', "on is '2025-02-29', not a date."),
    "a day beyond reckoning": ('{"workflow": "needs_assessment", "events": [{"event": "died", "on": "9999-12-31"}]}', "on is '9999-12-31', not a date."),
    "a number for a day": ('{"workflow": "needs_assessment", "events": [{"event": "died", "on": 20250402}]}', "on is 20250402, not a date."),
    "a bad as_of": ('{"workflow": "needs_assessment", "as_of": "soon", "events": []}', "case 1: as_of is 'soon', not a date."),
    "a bad moment": ('{"workflow": "needs_assessment", "events": [{"event": "died", "on": "2025-04-02", "recorded_at": "noon"}]}', "recorded_at is 'noon', not a moment."),
    "a bad correction": ('{"workflow": "needs_assessment", "events": [{"event": "died", "on": "2025-04-02", "corrects": "first"}]}', "corrects is 'first', not the number of an event."),
    "a key twice": ("case: X1\ncase: X2\n", "chronology.json:2: `case` stands here twice (first on line 1)."),
    "a workbook": (b"PK\x03\x04\x14\x00\xff\xfe\x00", "chronology.json is not UTF-8 text. Save it as UTF-8; for spreadsheets use: ehcp import"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_refused_in_clear_words(replay, what):
    text, words = BAD[what]
    said = replay(text, "--json")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("ehcp: ")
    assert words in said.err
    assert "Traceback" not in said.err
    assert len(said.err.splitlines()) <= 2, "one line, or one and the place"


def test_everything_that_is_wrong_is_said_at_once(replay):
    text = '[{"workflow": "x", "events": []}, {"workflow": "needs_assessment", "events": [{"on": "2025-01-01"}, {"event": "died", "on": "?"}]}]'
    said = replay(text)
    assert len(said.err.splitlines()) == 4
    assert said.out == ""


def test_a_file_that_cannot_be_read_is_said(ehcp_without_database, tmp_path):
    assert (
        ehcp_without_database("replay", "gone.json").err
        == "ehcp: gone.json cannot be read: no such file or directory.\n"
    )
    (tmp_path / "folder").mkdir()
    assert ehcp_without_database("replay", "folder").err == "ehcp: folder cannot be read: is a directory.\n"


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000])
def test_deeply_nested_nonsense_is_refused(replay, text):
    said = replay(text)
    assert said.code == 1
    assert "nested too deeply" in said.err
