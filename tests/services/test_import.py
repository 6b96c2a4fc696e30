"""Importing a council's tracker: all or nothing, the same file twice changes nothing, a changed row corrects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from ehcp_flow.errors import BadFile, BadInput
from ehcp_flow.services.assign import assign
from ehcp_flow.services.import_events import ImportReport, import_file
from ehcp_flow.services.initialise import initialise
from ehcp_flow.services.office import Office
from ehcp_flow.services.rebuild import verify
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.show_case import show_case
from ehcp_flow.services.sweep import sweep
from ehcp_flow.settings import Settings, shipped_workflows
from ehcp_flow.storage import people

EXAMPLES = Path(__file__).parents[2] / "examples"

MAPPING = """\
workflow: needs_assessment
layout: wide
case: Case No
person: {given_name: Forename, family_name: Surname, date_of_birth: DOB}
officer: Officer
events:
  request_received: Received
  assessment_agreed: {date: Decision, when: {Outcome: [Agree]}}
  assessment_refused: {date: Decision, when: {Outcome: [Refuse]}}
  advice_requested: {date: EP asked, details: {provider: {always: educational_psychologist}}}
  advice_received: {date: EP in, details: {provider: {always: educational_psychologist}}}
  draft_plan_sent: Draft
  final_plan_sent: Final
"""
HEADINGS = "Case No,Forename,Surname,DOB,Received,Decision,Outcome,EP asked,EP in,Draft,Final,Officer"
FIRST = (
    "1001,Red,Testcase,03/04/2018,06/01/2025,17/02/2025,Agree,18/02/2025,31/03/2025,28/04/2025,26/05/2025,Pat Example"
)
SECOND = "1002,Blue,Testcase,13/04/2017,13/01/2025,24/02/2025,Refuse,,,,,Sam Sample"
THIRD = "1003,Green,Testcase,14/04/2017,13/01/2025,24/02/2025,Agree,25/02/2025,,,,Sam Sample"


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    made = Office(Settings(database_url, shipped_workflows(), None, "Exampleshire", "tester"))
    initialise(made)
    yield made
    made.database.close()


class Tracker:
    """A tracker on the disk, written again and again, imported again and again."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office = office
        self.path, self.mapping = folder / "tracker.csv", folder / "tracker.map.yaml"
        self.mapping.write_text(MAPPING, encoding="utf-8")

    def imported(self, *rows: str, **how: Any) -> ImportReport:
        self.path.write_text("\n".join([HEADINGS, *rows]) + "\n", encoding="utf-8")
        return import_file(self.office, self.path, self.mapping, **how)


@pytest.fixture
def tracker(office: Office, tmp_path: Path) -> Tracker:
    return Tracker(office, tmp_path)


def everything(office: Office) -> dict[str, list[str]]:
    with office.database.read() as connection:
        return {
            table.name: sorted(repr(row) for row in connection.execute(select(table)))
            for table in SQLModel.metadata.sorted_tables
        }


def standing(office: Office, case: str) -> list[tuple[str, date]]:
    view = show_case(office, case, date(2026, 1, 1))
    return [
        (line.entry.name, line.entry.happened_on)
        for line in view.lines
        if line.replaced_by is None and line.entry.name not in ("assigned", "retracted")
    ]


def test_a_tracker_opens_cases_with_people_officers_and_clocks(office: Office, tracker: Tracker) -> None:
    report = tracker.imported(FIRST, SECOND, THIRD)
    assert (report.new_cases, report.new_events) == (3, 11)
    assert report.new_officers == ["Pat Example", "Sam Sample"]
    view = show_case(office, "1001", date(2026, 1, 1))
    assert (view.facts.given_name, view.facts.date_of_birth) == ("Red", date(2018, 4, 3))
    assert (view.officer, view.facts.authority) == ("pat.example", "Exampleshire")
    assert {each.clock.name: each.outcome for each in view.verdicts}["finalise_plan"] == "in_time"
    assert view.lines[0].entry.note == "tracker.csv, row 2"
    assert verify(office).bad is None


def test_the_same_file_twice_changes_nothing(office: Office, tracker: Tracker) -> None:
    tracker.imported(FIRST, SECOND, THIRD)
    before = everything(office)
    again = tracker.imported(FIRST, SECOND, THIRD)
    assert again.changes_nothing
    assert again.unchanged_cases == 3
    assert everything(office) == before


def test_a_dry_run_says_the_same_and_writes_nothing(office: Office, tracker: Tracker) -> None:
    before = everything(office)
    dry = tracker.imported(FIRST, SECOND, dry_run=True)
    assert (dry.new_cases, dry.new_events, dry.new_officers) == (2, 8, ["Pat Example", "Sam Sample"])
    assert everything(office) == before


def test_a_changed_date_becomes_a_correction_that_says_where_it_comes_from(office: Office, tracker: Tracker) -> None:
    tracker.imported(FIRST)
    report = tracker.imported(FIRST.replace("26/05/2025", "30/05/2025"))
    assert (report.changed_cases, report.corrections, report.new_events) == (1, 1, 0)
    assert ("final_plan_sent", date(2025, 5, 30)) in standing(office, "1001")
    view = show_case(office, "1001", date(2026, 1, 1))
    corrected = next(line.entry for line in view.lines if line.entry.corrects)
    assert corrected.note == "changed in the imported file: tracker.csv, row 2"
    assert {each.clock.name: each.days_late for each in view.verdicts}["finalise_plan"] == 4


def test_a_new_date_becomes_a_new_event(office: Office, tracker: Tracker) -> None:
    tracker.imported(THIRD)
    report = tracker.imported(THIRD.replace("25/02/2025,,", "25/02/2025,07/04/2025,"))
    assert (report.new_events, report.corrections, report.retractions) == (1, 0, 0)
    assert ("advice_received", date(2025, 4, 7)) in standing(office, "1003")


def test_a_date_taken_out_of_the_file_is_taken_back(office: Office, tracker: Tracker) -> None:
    tracker.imported(FIRST)
    report = tracker.imported(FIRST.replace("26/05/2025", ""))
    assert (report.retractions, report.corrections) == (1, 0)
    assert "final_plan_sent" not in dict(standing(office, "1001"))
    assert tracker.imported(FIRST.replace("26/05/2025", "")).changes_nothing


def test_what_people_recorded_themselves_is_never_taken_back(office: Office, tracker: Tracker) -> None:
    tracker.imported(THIRD)
    record_event(office, "1003", "advice_requested", date(2025, 2, 26), {"provider": "school"})
    record_event(office, "1003", "plan_agreed", date(2025, 5, 1))
    assert tracker.imported(THIRD).changes_nothing
    assert ("plan_agreed", date(2025, 5, 1)) in standing(office, "1003")


def test_a_refusal_corrected_to_an_agreement_changes_the_state(office: Office, tracker: Tracker) -> None:
    tracker.imported(SECOND)
    assert show_case(office, "1002", date(2026, 1, 1)).state.state == "refused_to_assess"
    tracker.imported(SECOND.replace("Refuse", "Agree"))
    assert show_case(office, "1002", date(2026, 1, 1)).state.state == "assessing"


def test_a_file_with_bad_rows_is_refused_whole(office: Office, tracker: Tracker) -> None:
    with pytest.raises(BadInput, match=r"1 rows of tracker.csv cannot be imported; nothing was.*row 3.*--dry-run"):
        tracker.imported(FIRST, SECOND.replace("13/01/2025", "31/06/2025"))
    assert everything(office)["cases"] == []


def test_the_good_rows_can_be_imported_alone(office: Office, tracker: Tracker) -> None:
    report = tracker.imported(FIRST, SECOND.replace("13/01/2025", "31/06/2025"), skip_errors=True)
    assert report.new_cases == 1
    assert len(everything(office)["cases"]) == 1


def test_history_out_of_order_is_taken_and_reported(office: Office, tracker: Tracker) -> None:
    report = tracker.imported("1004,Grey,Testcase,03/04/2018,06/01/2025,,,,,28/04/2025,26/05/2025,Pat Example")
    assert [case for case, _ in report.findings] == ["1004"]
    assert "out of order" in report.findings[0][1]
    assert show_case(office, "1004", date(2026, 1, 1)).state.state == "issued"


def test_a_case_of_another_process_is_not_overwritten(office: Office, tracker: Tracker) -> None:
    tracker.imported(FIRST)
    before = everything(office)
    tracker.mapping.write_text(
        "workflow: annual_review\nlayout: wide\ncase: Case No\nevents: {plan_first_made: Received}\n"
        "ignore: [Forename, Surname, DOB, Decision, Outcome, EP asked, EP in, Draft, Final, Officer]\n"
    )
    with pytest.raises(BadInput, match="Case 1001 is there already, as needs_assessment"):
        tracker.imported(FIRST)
    assert everything(office) == before


def test_one_bad_case_in_a_file_leaves_nothing_of_the_others(office: Office, tracker: Tracker) -> None:
    """The wrong one comes last, after many good ones were written in the same transaction."""
    tracker.imported(SECOND)
    tracker.mapping.write_text(
        "workflow: annual_review\nlayout: wide\ncase: Case No\nevents: {plan_first_made: Received}\n"
        "ignore: [Forename, Surname, DOB, Decision, Outcome, EP asked, EP in, Draft, Final, Officer]\n"
    )
    many = [f"A-{number},Red,Testcase,,06/01/2025,,,,,,," for number in range(900)]
    with pytest.raises(BadInput):
        tracker.imported(*many, SECOND)
    assert len(everything(office)["cases"]) == 1


def test_a_case_somebody_was_given_since_stays_theirs(office: Office, tracker: Tracker) -> None:
    tracker.imported(FIRST, SECOND)
    assign(office, "1001", "sam.sample")
    tracker.imported(FIRST, SECOND)
    assert show_case(office, "1001", date(2026, 1, 1)).officer == "sam.sample"


def test_a_new_officer_in_the_file_takes_the_case(office: Office, tracker: Tracker) -> None:
    tracker.imported(FIRST, SECOND)
    tracker.imported(FIRST.replace("Pat Example", "Sam Sample"), SECOND)
    assert show_case(office, "1001", date(2026, 1, 1)).officer == "sam.sample"


def test_a_late_import_flags_what_the_nights_before_would_have_flagged(office: Office, tracker: Tracker) -> None:
    sweep(office, date(2025, 12, 1))
    tracker.imported(THIRD)
    view = show_case(office, "1003", date(2025, 12, 1))
    assert {flag.clock for flag in view.flags if flag.kind == "breach"} == {
        "give_advice",
        "decide_whether_to_issue",
        "finalise_plan",
    }


def test_a_date_of_birth_put_right_in_the_file_is_put_right_in_the_record(office: Office, tracker: Tracker) -> None:
    tracker.imported(FIRST)
    tracker.imported(FIRST.replace("03/04/2018", "04/04/2018"))
    with office.database.read() as connection:
        found = people.case_of(connection, "1001")
    assert found is not None
    assert found.date_of_birth == date(2018, 4, 4)


def test_a_mapping_that_names_no_such_column_says_so_and_suggests_one(tracker: Tracker) -> None:
    tracker.mapping.write_text(MAPPING.replace("Received\n", "Recieved\n"))
    with pytest.raises(BadFile, match=r"Recieved.*Received"):
        tracker.imported(FIRST)


@pytest.mark.parametrize(("name", "cases"), [("needs_assessment_tracker.xlsx", 52), ("annual_reviews_tracker.csv", 60)])
def test_the_example_trackers_come_in_and_come_to_the_same_twice(office: Office, name: str, cases: int) -> None:
    path = EXAMPLES / name
    mapping = EXAMPLES / f"{path.stem}.map.yaml"
    assert import_file(office, path, mapping, skip_errors=True).new_cases == cases
    before = everything(office)
    assert import_file(office, path, mapping, skip_errors=True).changes_nothing
    assert everything(office) == before
    assert verify(office).bad is None
