"""A table of one row an event becomes planned cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from ehcp_flow.intake.planned import Intake, PlannedPerson
from tests.intake.tracker_rows import dates, said

MakeWorkbook = Callable[..., Path]
Planner = Callable[..., Intake]


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
