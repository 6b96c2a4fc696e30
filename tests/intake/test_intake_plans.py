"""A table of one row a child and its mapping become planned cases, and everything a person should look at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from ehcp_flow.intake.planned import Intake, PlannedPerson
from tests.intake.tracker_rows import HEADINGS, JO, SAM, WIDE, changed, dates, refs, said

MakeWorkbook = Callable[..., Path]
Planner = Callable[..., Intake]


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


def test_planning_does_not_ask_what_day_it_is(workbook: MakeWorkbook, planned: Planner) -> None:
    path = workbook([HEADINGS, JO])
    assert refs(planned(path, WIDE, today=date(2025, 8, 20))) == ["NA-1"]
    assert refs(planned(path, WIDE, today=date(2025, 8, 19))) == []
