"""What a tracker says of people, exceptions and days is put in order, or said to be doubtful."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from stdnum.gb import upn as library

from ehcp_flow.intake.identifiers import read_upn
from ehcp_flow.intake.planned import Intake
from tests.intake.tracker_rows import dates, said

MakeWorkbook = Callable[..., Path]
Planner = Callable[..., Intake]


PERSON = """
workflow: needs_assessment
case: Case No
person: {name: Child, reference: Pupil ID, upn: UPN, nhs_number: NHS, sex: Sex, postcode: Postcode, looked_after: LAC}
events: {request_received: Received}
"""
PERSON_HEADINGS = ["Case No", "Child", "Pupil ID", "UPN", "NHS", "Sex", "Postcode", "LAC", "Received"]


def test_what_is_known_of_a_person_is_put_in_order(workbook: MakeWorkbook, planned: Planner) -> None:
    rows = [
        ["NA-1", "EXAMPLE, Jo Ann", 4711, "b801200005001", 9434765870, "girl", "sl6 1rf", "Y", "3/4/25"],
        ["NA-2", "Jo Ann Example", "", "", "943-476-5870", "M", "", False, "3/4/25"],
    ]
    jo, sam = planned(workbook([PERSON_HEADINGS, *rows]), PERSON).cases
    assert jo.person == ("4711", "Jo Ann", "EXAMPLE", None, "B801200005001", "9434765870", "F", "SL6 1RF", True)
    assert sam.person == ("", "Jo Ann", "Example", None, "", "9434765870", "M", "", False)


def test_identifiers_that_cannot_be_right_are_warnings_that_do_not_repeat_them(
    workbook: MakeWorkbook, planned: Planner
) -> None:
    row = ["NA-1", "Jo Example", "", "A801200005001", "9434765871", "unsure", "Windsor", "perhaps", "3/4/25"]
    intake = planned(
        workbook([PERSON_HEADINGS, row, ["NA-2", "", "", "B8012000050", "12", "", "", "", "3/4/25"]]), PERSON
    )
    assert said(intake) == [
        "warning row 2, column D (UPN): is not a unique pupil number: its check letter does not fit.",
        "warning row 2, column E (NHS): is not an NHS number: its check figure does not fit.",
        "warning row 2, column F (Sex): 'unsure' is not understood and is left empty.",
        "warning row 2, column G (Postcode): is not a postcode.",
        "warning row 2, column H (LAC): 'perhaps' is not understood and is left empty.",
        "warning row 3, column D (UPN): is not a unique pupil number: that is a letter, 11 figures and a figure or letter.",
        "warning row 3, column E (NHS): is not an NHS number: that is 10 figures.",
    ]
    assert intake.cases[0].person.upn == "A801200005001"
    assert (intake.cases[0].person.sex, intake.cases[0].person.looked_after) == ("", None)


@given(st.from_regex(r"\A[A-HJ-NP-RTU-Z][0-9]{11}[0-9A-HJ-NP-RTU-Z]\Z"))
def test_a_pupil_number_is_judged_as_the_library_judges_it(upn: str) -> None:
    fits = library.calc_check_digit(upn[1:]) == upn[0]
    assert (read_upn(upn)[1] == "") is fits
    right = library.calc_check_digit(upn[1:]) + upn[1:]
    assert read_upn(right) == (right, "")


EXCEPTIONS = """
workflow: needs_assessment
case: Case No
events:
  request_received: Received
  exception_recorded:
    date: Exc from
    details: {exception: {column: Exc code, is: {SH: school_closed, PC: personal_circumstances}}, until: Exc to, clock: {always: finalise_plan}}
"""
EXCEPTION_HEADINGS = ["Case No", "Received", "Exc code", "Exc from", "Exc to"]


def test_codes_are_translated_and_a_date_among_the_details_is_iso(workbook: MakeWorkbook, planned: Planner) -> None:
    rows = [
        ["NA-1", "3/4/25", "sh", "24/7/25", date(2025, 9, 1)],
        ["NA-2", "3/4/25", "PC", "24/7/25", "1st September 2025"],
        ["NA-3", "3/4/25", "PC", "24/7/25", "n/a"],
    ]
    intake = planned(workbook([EXCEPTION_HEADINGS, *rows]), EXCEPTIONS)
    assert [case.events[1].details for case in intake.cases] == [
        {"clock": "finalise_plan", "exception": "school_closed", "until": "2025-09-01"},
        {"clock": "finalise_plan", "exception": "personal_circumstances", "until": "2025-09-01"},
        {"clock": "finalise_plan", "exception": "personal_circumstances"},
    ]


def test_an_unknown_code_and_a_missing_one_are_errors(workbook: MakeWorkbook, planned: Planner) -> None:
    rows = [
        ["NA-1", "3/4/25", "XX", "24/7/25", ""],
        ["NA-2", "3/4/25", "", "24/7/25", ""],
        ["NA-3", "3/4/25", "SH", "", ""],
        ["NA-4", "3/4/25", "No", "", ""],
        ["NA-5", "3/4/25", "SH", "24/7/25", "later"],
    ]
    assert said(planned(workbook([EXCEPTION_HEADINGS, *rows]), EXCEPTIONS)) == [
        "error row 2, column C (Exc code): 'XX' is not a code of the mapping, which has SH, PC.",
        "error row 3, column C (Exc code): is empty, but `exception_recorded` needs its exception.",
        "warning row 4, column C (Exc code): 'SH' was not used: there is no date in column D (Exc from).",
        "error row 6, column E (Exc to): '…' is not a date. Write it day first, such as 03/04/2025, or leave the cell empty.",
    ]


def test_known_values_are_understood_by_their_titles(workbook: MakeWorkbook, planned: Planner) -> None:
    mapping = """
    workflow: needs_assessment
    case: Case No
    events: {advice_requested: {date: Asked, details: {provider: Provider}}}
    """
    rows = [
        ["NA-1", "Educational Psychologist", "3/4/25"],
        ["NA-2", "HEALTH", "3/4/25"],
        ["NA-3", "A clinic", "3/4/25"],
        ["NA-4", "", "3/4/25"],
    ]
    intake = planned(workbook([["Case No", "Provider", "Asked"], *rows]), mapping)
    assert [case.events[0].details["provider"] for case in intake.cases] == [
        "educational_psychologist",
        "health",
        "A clinic",
    ]
    assert said(intake) == ["error row 5, column B (Provider): is empty, but `advice_requested` needs its provider."]


def test_yes_and_no_among_the_details_become_yes_and_no(workbook: MakeWorkbook, planned: Planner) -> None:
    mapping = """
    workflow: annual_review
    case: Case No
    events: {plan_first_made: {date: Made, details: {under_five: Under 5}}}
    """
    rows = [["AR-1", "3/4/25", "Y"], ["AR-2", "3/4/25", "N"], ["AR-3", "3/4/25", True], ["AR-4", "3/4/25", "maybe"]]
    intake = planned(workbook([["Case No", "Made", "Under 5"], *rows]), mapping)
    assert [case.events[0].details["under_five"] for case in intake.cases] == ["yes", "no", "yes"]
    assert said(intake) == [
        "error row 5, column C (Under 5): 'maybe' is not a value of under_five, which may be yes, no."
    ]


def test_a_column_that_excel_has_swapped_is_noticed(workbook: MakeWorkbook, planned: Planner) -> None:
    mapping = "workflow: needs_assessment\ncase: Case No\nevents: {request_received: Received}\n"
    real = [[f"NA-{n}", date(2025, n % 9 + 1, n % 12 + 1)] for n in range(20)]
    typed = [[f"NA-{n}", f"{n}/04/2025"] for n in range(20, 26)]
    intake = planned(workbook([["Case No", "Received"], *real, *typed]), mapping)
    assert [(problem.row, problem.column, problem.severity) for problem in intake.problems] == [(1, "B", "warning")]
    assert "probably swapped" in intake.problems[0].message
    fine = planned(workbook([["Case No", "Received"], *real, *typed, ["NA-99", date(2025, 4, 30)]]), mapping)
    assert fine.problems == ()


def test_one_date_with_the_month_first_throws_doubt_on_its_column(workbook: MakeWorkbook, planned: Planner) -> None:
    mapping = "workflow: needs_assessment\ncase: Case No\nevents: {request_received: Received}\n"
    intake = planned(workbook([["Case No", "Received"], ["NA-1", "03/04/2025"], ["NA-2", "04/25/2025"]]), mapping)
    assert [(problem.row, problem.severity) for problem in intake.problems] == [(1, "warning"), (3, "error")]
    assert "has a date in row 3 with the month first" in intake.problems[0].message


def test_bare_numbers_follow_the_date_system_of_the_workbook(workbook: MakeWorkbook, planned: Planner) -> None:
    mapping = "workflow: needs_assessment\ncase: Case No\nevents: {request_received: Received}\n"
    rows = [["Case No", "Received"], ["NA-1", 44288], ["NA-2", date(2025, 4, 3)]]
    intake = planned(workbook(rows, options={"date_1904": True}), mapping)
    assert [dates(case) for case in intake.cases] == [[("request_received", "2025-04-03")]] * 2
    assert intake.problems == ()
