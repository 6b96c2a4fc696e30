"""A table and its mapping become planned cases, and everything a person should look at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from stdnum.gb import upn as library

from ehcp_flow.intake.identifiers import read_upn
from ehcp_flow.intake.planned import Intake, PlannedCase, PlannedPerson

MakeWorkbook = Callable[..., Path]
Planner = Callable[..., Intake]

WIDE = """
workflow: needs_assessment
case: Case No
authority: {always: Exampleshire}
person: {given_name: Forename, family_name: Surname, date_of_birth: DOB}
officer: Officer
team: Area
events:
  request_received: {date: Received, details: {source: Asked by}}
  assessment_agreed: {date: Panel, when: {Outcome: [Agree, Yes]}}
  assessment_refused: {date: Panel, when: {Outcome: [Refuse, No]}}
  draft_plan_sent: Draft
  final_plan_sent: Final
"""
HEADINGS = [
    "Case No",
    "Forename",
    "Surname",
    "DOB",
    "Officer",
    "Area",
    "Received",
    "Asked by",
    "Outcome",
    "Panel",
    "Draft",
    "Final",
]
JO = [
    "NA-1",
    "Jo",
    "Example",
    date(2015, 6, 1),
    "P. Lanner",
    "North",
    date(2025, 4, 3),
    "School",
    "Agree",
    date(2025, 5, 12),
    date(2025, 7, 1),
    date(2025, 8, 20),
]
SAM = ["NA-2", "Sam", "Sample", date(2016, 2, 29), "A. Sessor", "South", date(2025, 5, 6), "", "", "", "", ""]


def changed(row: list[Any], **cells: Any) -> list[Any]:
    """A row with other values in some columns, named by their headings with _ for blanks."""
    return [cells.get(heading.replace(" ", "_"), cell) for heading, cell in zip(HEADINGS, row, strict=True)]


def said(intake: Intake) -> list[str]:
    return [f"{problem.severity} {problem}" for problem in intake.problems]


def refs(intake: Intake) -> list[str]:
    return [case.case_ref for case in intake.cases]


def dates(case: PlannedCase) -> list[tuple[str, str]]:
    return [(event.name, event.happened_on.isoformat()) for event in case.events]


def test_a_row_becomes_a_case_with_its_events_in_order(workbook: MakeWorkbook, planned: Planner) -> None:
    intake = planned(workbook([HEADINGS, JO, SAM]), WIDE)
    jo, sam = intake.cases
    assert jo[:3] == ("NA-1", "needs_assessment", "Exampleshire")
    assert jo.person == PlannedPerson(given_name="Jo", family_name="Example", date_of_birth=date(2015, 6, 1))
    assert (jo.officer, jo.team, jo.rows) == ("P. Lanner", "North", (2,))
    assert dates(jo) == [
        ("request_received", "2025-04-03"),
        ("assessment_agreed", "2025-05-12"),
        ("draft_plan_sent", "2025-07-01"),
        ("final_plan_sent", "2025-08-20"),
    ]
    assert jo.events[0] == ("request_received", date(2025, 4, 3), {"source": "school"}, 2, "G")
    assert dates(sam) == [("request_received", "2025-05-06")]
    assert sam.events[0].details == {}
    assert (intake.problems, intake.rows_read, intake.rows_blank, intake.rows_duplicate) == ((), 2, 0, 0)


def test_an_answer_decides_which_event_a_date_is(workbook: MakeWorkbook, planned: Planner) -> None:
    rows = [
        changed(JO, Case_No=f"NA-{n}", Outcome=answer) for n, answer in enumerate(["agree ", "YES", "refuse", "No"])
    ]
    intake = planned(workbook([HEADINGS, *rows]), WIDE)
    names = [case.events[1].name for case in intake.cases]
    assert names == ["assessment_agreed", "assessment_agreed", "assessment_refused", "assessment_refused"]


def test_a_date_that_no_event_takes_is_not_lost_in_silence(workbook: MakeWorkbook, planned: Planner) -> None:
    rows = [changed(JO, Outcome="Deferred"), changed(JO, Case_No="NA-3", Outcome="", Panel=date(2026, 12, 10))]
    intake = planned(workbook([HEADINGS, *rows]), WIDE)
    assert said(intake) == [
        "warning row 2, column J (Panel): '12/05/2025' was not used: 'Deferred' in column I fits no event of the mapping.",
        "warning row 3, column J (Panel): '10/12/2026' was not used: '' in column I fits no event of the mapping.",
    ]
    assert [len(case.events) for case in intake.cases] == [3, 3]


def test_an_answer_without_its_date_is_said(workbook: MakeWorkbook, planned: Planner) -> None:
    intake = planned(workbook([HEADINGS, changed(JO, Panel="")]), WIDE)
    assert said(intake) == ["warning row 2, column J (Panel): is empty, although there is 'Agree' in column I."]


def test_a_detail_without_its_date_is_said_unless_it_says_nothing(workbook: MakeWorkbook, planned: Planner) -> None:
    rows = [changed(JO, Received="", Asked_by="Parent"), changed(JO, Case_No="NA-3", Received="", Asked_by="n/a")]
    intake = planned(workbook([HEADINGS, *rows]), WIDE)
    assert said(intake) == [
        "warning row 2, column H (Asked by): 'Parent' was not used: there is no date in column G (Received)."
    ]


def test_a_row_with_an_error_is_left_out_and_the_others_are_not(workbook: MakeWorkbook, planned: Planner) -> None:
    intake = planned(workbook([HEADINGS, changed(JO, Final="04/25/2025"), SAM]), WIDE)
    assert refs(intake) == ["NA-2"]
    assert (
        "error row 2, column L (Final): '04/25/2025' has no month 25. If 25 April 2025 is meant, write 25/04/2025."
        in said(intake)
    )
    assert len(intake.errors) == 1


def test_all_problems_of_a_row_are_said_at_once(workbook: MakeWorkbook, planned: Planner) -> None:
    intake = planned(workbook([HEADINGS, changed(JO, DOB="soon", Draft="31/06/2025", Final="3/4")]), WIDE)
    assert [(problem.row, problem.column) for problem in intake.errors] == [(2, "K"), (2, "L"), (2, "D")]


def test_a_date_in_the_future_is_an_error_and_today_is_not(workbook: MakeWorkbook, planned: Planner) -> None:
    rows = [
        changed(JO, Final=date(2026, 11, 24)),
        changed(SAM, Final=date(2026, 11, 25)),
        changed(JO, Case_No="NA-3", Final="25/11/2026"),
    ]
    intake = planned(workbook([HEADINGS, *rows]), WIDE)
    assert refs(intake) == ["NA-1"]
    assert said(intake) == [
        "error row 3, column L (Final): '25/11/2026' is in the future: after 24 November 2026, the day of this import.",
        "error row 4, column L (Final): '25/11/2026' is in the future: after 24 November 2026, the day of this import.",
    ]


def test_a_date_before_the_law_is_a_warning(workbook: MakeWorkbook, planned: Planner) -> None:
    intake = planned(workbook([HEADINGS, changed(SAM, Received="25-04-03", DOB="")]), WIDE)
    assert said(intake) == [
        "warning row 2, column G (Received): '25-04-03' is before 1 September 2014, when this process began in law."
    ]
    assert dates(intake.cases[0]) == [("request_received", "2003-04-25")]


def test_words_for_no_date_are_counted_in_a_note(workbook: MakeWorkbook, planned: Planner) -> None:
    rows = [changed(JO, Final="TBC"), changed(JO, Case_No="NA-3", Final="TBC", Draft="-")]
    intake = planned(workbook([HEADINGS, *rows]), WIDE)
    assert intake.problems == ()
    assert intake.notes[-2:] == (
        "column K (Draft): '-' was read as no date (once).",
        "column L (Final): 'TBC' was read as no date (2 times).",
    )


def test_blank_rows_are_skipped_and_counted(workbook: MakeWorkbook, planned: Planner) -> None:
    intake = planned(workbook([HEADINGS, JO, [], [" ", "\u00a0"], SAM, [], []]), WIDE)
    assert (refs(intake), intake.rows_read, intake.rows_blank) == (["NA-1", "NA-2"], 4, 2)
    assert intake.cases[1].rows == (5,)


def test_lines_of_totals_and_headings_again_are_left_out_with_a_note(workbook: MakeWorkbook, planned: Planner) -> None:
    rows = [HEADINGS, JO, HEADINGS, SAM, ["Total", 2], ["Grand total: 2"], ["", "Count", 2]]
    intake = planned(workbook(rows), WIDE)
    assert refs(intake) == ["NA-1", "NA-2"]
    assert [note for note in intake.notes if "left out" in note] == [
        "Row 3 was left out: it looks like the headings again.",
        "Row 5 was left out: it looks like a line of totals.",
        "Row 6 was left out: it looks like a line of totals.",
        "Row 7 was left out: it looks like a line of totals.",
    ]
    assert intake.problems == ()


def test_a_row_without_a_reference_is_an_error(workbook: MakeWorkbook, planned: Planner) -> None:
    assert said(planned(workbook([HEADINGS, changed(JO, Case_No=" ")]), WIDE)) == [
        "error row 2, column A (Case No): is empty: without it the row belongs to no case."
    ]


def test_a_row_without_any_date_is_an_error(workbook: MakeWorkbook, planned: Planner) -> None:
    assert said(planned(workbook([HEADINGS, JO, ["NA-7", "Alpha", "Example"]]), WIDE)) == [
        "error row 3: 'NA-7' has no date of any event: there is nothing to import."
    ]


def test_rows_that_say_the_same_are_one_case(workbook: MakeWorkbook, planned: Planner) -> None:
    rows = [[*HEADINGS, "Notes"], [*JO, "first"], [*SAM, ""], [*JO, "again"], [*changed(JO, Received="3/4/2025"), ""]]
    intake = planned(workbook(rows), WIDE)
    assert (refs(intake), intake.rows_duplicate, intake.problems) == (["NA-1", "NA-2"], 2, ())
    assert intake.cases[0].rows == (2, 4, 5)
    assert "Rows that say the same were taken once: 2 and 4 and 5." in intake.notes


def test_different_rows_for_one_case_are_an_error_that_names_each_of_them(
    workbook: MakeWorkbook, planned: Planner
) -> None:
    rows = [HEADINGS, JO, SAM, changed(JO, Case_No="na-1", Officer="A. Sessor"), JO]
    intake = planned(workbook(rows), WIDE)
    assert refs(intake) == ["NA-2"]
    assert said(intake) == [
        "error row 2, column A (Case No): 'NA-1' is also the reference of row 4 and row 5, with other contents. Keep the right one.",
        "error row 4, column A (Case No): 'na-1' is also the reference of row 2 and row 5, with other contents. Keep the right one.",
        "error row 5, column A (Case No): 'NA-1' is also the reference of row 2 and row 4, with other contents. Keep the right one.",
    ]


def test_a_good_row_does_not_win_over_a_bad_row_of_the_same_case(workbook: MakeWorkbook, planned: Planner) -> None:
    intake = planned(workbook([HEADINGS, JO, changed(JO, Final="31/06/2025")]), WIDE)
    assert (refs(intake), len(intake.errors)) == ([], 3)


def test_the_same_bad_row_twice_is_one_bad_row(workbook: MakeWorkbook, planned: Planner) -> None:
    bad = changed(JO, Final="31/06/2025")
    intake = planned(workbook([HEADINGS, bad, bad]), WIDE)
    assert (refs(intake), intake.rows_duplicate) == ([], 1)
    assert {problem.column for problem in intake.errors} == {"L"}


def test_a_case_number_kept_as_a_number_has_no_decimals(workbook: MakeWorkbook, planned: Planner) -> None:
    intake = planned(
        workbook([HEADINGS, changed(JO, Case_No=1042)]), WIDE.replace("case: Case No", "case: Case No\nprefix: NA-")
    )
    assert refs(intake) == ["NA-1042"]


def test_a_reference_can_be_put_together_from_several_columns(workbook: MakeWorkbook, planned: Planner) -> None:
    intake = planned(
        workbook([HEADINGS, JO, changed(SAM, Area="")]), WIDE.replace("case: Case No", "case: [Case No, Area]")
    )
    assert refs(intake) == ["NA-1-North"]
    assert len(intake.errors) == 1


def test_the_age_at_the_first_event_is_looked_at(workbook: MakeWorkbook, planned: Planner) -> None:
    rows = [
        changed(JO, Case_No="NA-1", DOB=date(1999, 4, 3)),
        changed(JO, Case_No="NA-2", DOB=date(1999, 4, 4)),
        changed(JO, Case_No="NA-3", DOB=date(2025, 4, 4)),
        changed(JO, Case_No="NA-4", DOB="1/1/27"),
        changed(JO, Case_No="NA-5", DOB="3/4/98"),
    ]
    intake = planned(workbook([HEADINGS, *rows]), WIDE)
    assert said(intake) == [
        "warning row 2, column D (DOB): makes the person older than 25 at the first event, in column G.",
        "warning row 4, column D (DOB): is after the first event, in column G.",
        "warning row 5, column D (DOB): '1/1/27' is a date of birth in the future.",
        "warning row 5, column D (DOB): is after the first event, in column G.",
        "warning row 6, column D (DOB): makes the person older than 25 at the first event, in column G.",
    ]
    assert [case.person.date_of_birth for case in intake.cases][-1] == date(1998, 4, 3)


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


NAMES = ["Zebedee", "Quirkington"]


def test_no_name_of_a_child_is_in_any_problem_or_note(workbook: MakeWorkbook, planned: Planner) -> None:
    jo = changed(JO, Forename=NAMES[0], Surname=NAMES[1])
    rows = [
        *[
            changed(jo, DOB="13/13/2015"),
            changed(jo, Case_No="NA-3", DOB=f"{NAMES[0]} 2015"),
            changed(jo, Case_No="", Draft="x"),
        ],
        *[
            changed(jo, Case_No="NA-5", Final=f"3/4/25 {NAMES[0]} rang"),
            changed(jo, Case_No="NA-6", Final=f"ask Mrs {NAMES[1]}"),
        ],
        *[jo, changed(jo, Officer="other"), ["Total", *NAMES]],
    ]
    intake = planned(workbook([HEADINGS, *rows]), WIDE)
    everything = " ".join([*said(intake), *intake.notes, *(problem.value for problem in intake.problems)])
    assert len(intake.problems) >= 6
    assert not any(name.lower() in everything.lower() for name in NAMES)


LONG = """
workflow: needs_assessment
layout: long
case: Case
person: {given_name: Forename, family_name: Surname, date_of_birth: DOB}
officer: Officer
event: What
date: When
event_names: {Req in: request_received, EP asked: advice_requested, Final out: final_plan_sent}
ignore_events: [Phone call]
details: {provider: Who}
"""
LONG_HEADINGS = "Case,Forename,Surname,DOB,Officer,What,When,Who\n"


def test_rows_of_events_are_gathered_into_cases(text_file: Callable[..., Path], planned: Planner) -> None:
    intake = planned(
        text_file(
            LONG_HEADINGS
            + "NA-1,Jo,Example,1/6/2015,P. Lanner,EP asked,20/5/25,Educational psychologist\n"
            + "NA-2,Sam,Sample,,A. Sessor,Req in,3/4/25,\n"
            + "NA-1,,,,,REQ IN,3/4/25,\n"
            + "na-1,Jo,Example,1/6/2015,C. Over,Final plan sent,20/8/25,\n"
            + "NA-1,Jo,Example,1/6/2015,C. Over,Phone call,21/8/25,\n"
        ),
        LONG,
    )
    jo, sam = intake.cases
    assert dates(jo) == [
        ("request_received", "2025-04-03"),
        ("advice_requested", "2025-05-20"),
        ("final_plan_sent", "2025-08-20"),
    ]
    assert jo.events[1] == ("advice_requested", date(2025, 5, 20), {"provider": "educational_psychologist"}, 2, "G")
    assert jo.person == PlannedPerson(given_name="Jo", family_name="Example", date_of_birth=date(2015, 6, 1))
    assert (jo.case_ref, jo.officer, jo.rows) == ("NA-1", "C. Over", (2, 4, 5))
    assert (sam.case_ref, sam.person.given_name) == ("NA-2", "Sam")
    assert intake.problems == ()
    assert "1 rows have an event that the mapping ignores." in intake.notes


def test_an_event_said_twice_counts_once(text_file: Callable[..., Path], planned: Planner) -> None:
    lines = [
        "NA-1,Jo,Example,,,Req in,3/4/25,",
        "NA-1,Jo,Example,,,Req in,03/04/2025,",
        "NA-1,Jo,Example,,,EP asked,4/4/25,health",
    ]
    lines += ["NA-1,Jo,Example,,,EP asked,4/4/25,school", "NA-1,Jo,Example,,,EP asked,4/4/25,Health"]
    intake = planned(text_file(LONG_HEADINGS + "\n".join(lines)), LONG)
    assert [event.details for event in intake.cases[0].events] == [{}, {"provider": "health"}, {"provider": "school"}]
    assert (intake.rows_duplicate, intake.cases[0].rows) == (2, (2, 3, 4, 5, 6))
    assert "Rows that say the same were taken once: 2 and 3; 4 and 6." in intake.notes


def test_what_is_wrong_in_a_row_of_an_event_leaves_out_that_row(
    text_file: Callable[..., Path], planned: Planner
) -> None:
    lines = [
        *["NA-1,Jo,Example,,,Req in,3/4/25,", "NA-1,Jo,Example,,,Reqest in,3/4/25,", "NA-1,Jo,Example,,,Final out,,"],
        *[
            "NA-1,Jo,Example,,,Final out,TBC,",
            "NA-1,Jo,Example,,,Final out,31/6/25,",
            "NA-1,Jo,Example,,,EP asked,3/5/25,",
        ],
        *["NA-1,Jo,Example,,,,3/4/25,", ",Jo,Example,,,Req in,3/4/25,", "NA-9,Jo,Example,soon,,Req in,3/4/25,"],
    ]
    intake = planned(text_file(LONG_HEADINGS + "\n".join(lines)), LONG)
    assert [dates(case) for case in intake.cases] == [[("request_received", "2025-04-03")]]
    assert said(intake) == [
        "error row 3, column F (What): 'Reqest in' is no event of the mapping. Add it to `event_names:` or to `ignore_events:`.",
        "error row 4, column G (When): has no date, so the event is left out.",
        "error row 5, column G (When): has no date, so the event is left out.",
        "error row 6, column G (When): '31/6/25' is not in the calendar: June 2025 has 30 days.",
        "error row 7, column H (Who): is empty, but `advice_requested` needs its provider.",
        "error row 8, column F (What): is empty.",
        "error row 9, column A (Case): is empty: without it the row belongs to no case.",
        "error row 10, column D (DOB): '…' is not a date. Write it day first, such as 03/04/2025, or leave the cell empty.",
    ]


def test_rows_that_differ_about_the_person_are_a_warning_without_the_name(
    text_file: Callable[..., Path], planned: Planner
) -> None:
    lines = ["NA-1,Jo,Example,,,Req in,3/4/25,", "NA-1,Jo,Sample,,,Final out,3/8/25,"]
    intake = planned(text_file(LONG_HEADINGS + "\n".join(lines)), LONG)
    assert said(intake) == [
        "warning row 3, column C (Surname): differs from an earlier row of the same case, which is kept."
    ]
    assert intake.cases[0].person.family_name == "Example"


def test_planning_does_not_ask_what_day_it_is(workbook: MakeWorkbook, planned: Planner) -> None:
    path = workbook([HEADINGS, JO])
    assert refs(planned(path, WIDE, today=date(2025, 8, 20))) == ["NA-1"]
    assert refs(planned(path, WIDE, today=date(2025, 8, 19))) == []
