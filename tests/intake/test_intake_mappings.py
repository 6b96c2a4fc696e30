"""The mapping file: what it may say, and every mistake in it at once."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from ehcp_flow.errors import BadFile, BadInput
from ehcp_flow.intake.columns import find_columns
from ehcp_flow.intake.mapping import LongMapping, WideMapping
from ehcp_flow.intake.read_mapping import read_mapping
from ehcp_flow.intake.table import read_table
from ehcp_flow.law.workflow import Workflow

WIDE = """
workflow: needs_assessment
case: Case No
events:
  request_received: Received
  final_plan_sent: Sent
"""


def mapping_of(text: str, workflows: dict[str, Workflow]) -> WideMapping | LongMapping:
    return read_mapping(Path("tracker.map.yaml"), workflows, textwrap.dedent(text).lstrip("\n"))


def mistakes_of(text: str, workflows: dict[str, Workflow]) -> list[str]:
    with pytest.raises(BadFile) as caught:
        mapping_of(text, workflows)
    return [str(problem) for problem in caught.value.problems]


def test_the_shortest_mapping_says_what_the_columns_are(workflows: dict[str, Workflow]) -> None:
    mapping = mapping_of(WIDE, workflows)
    assert isinstance(mapping, WideMapping)
    assert (mapping.case, mapping.layout) == (("Case No",), "wide")
    assert [reference for _, reference in mapping.references()] == ["Case No", "Received", "Sent"]


def test_a_mapping_in_full_is_read(workflows: dict[str, Workflow]) -> None:
    mapping = mapping_of(
        """
        workflow: needs_assessment
        layout: wide
        sheet: Tracker
        headings_in_row: 3
        case: [Pupil, Year]
        prefix: NA-
        authority: {always: Exampleshire}
        person: {given_name: Forename, family_name: Surname, date_of_birth: DOB, upn: UPN, sex: {column: Sex, is: {B: M, G: F}}}
        officer: Officer
        team: {column: Area, is: {N: North}}
        events:
          request_received: {date: Rec'd, details: {source: Requested by}}
          assessment_agreed: {date: Panel date, when: {Outcome: [Agree, Yes, Y]}}
          assessment_refused: {date: Panel date, when: {Outcome: No}}
          advice_requested:
            - {date: EP requested, details: {provider: {always: educational_psychologist}}}
            - {date: Health requested, details: {provider: {always: health}}}
          exception_recorded:
            date: Exc from
            details: {exception: {column: Code, is: {SH: school_closed}}, clock: {always: finalise_plan}, until: Exc to}
        ignore: [Notes, Colour]
        """,
        workflows,
    )
    assert isinstance(mapping, WideMapping)
    assert mapping.headings_in_row == (3, 3)
    assert mapping.events["assessment_agreed"][0].when == {"Outcome": ("Agree", "Yes", "Y")}
    assert mapping.events["assessment_refused"][0].when == {"Outcome": ("No",)}
    assert len(mapping.events["advice_requested"]) == 2
    assert set(dict.fromkeys(reference for _, reference in mapping.references())) == {
        *["Pupil", "Year", "Area", "Officer", "Forename", "Surname", "DOB", "UPN", "Sex", "Rec'd", "Requested by"],
        *["Panel date", "Outcome", "EP requested", "Health requested", "Exc from", "Code", "Exc to"],
    }


def test_yes_and_no_stay_the_words_that_were_written(workflows: dict[str, Workflow]) -> None:
    text = WIDE.replace("Sent", "{date: Sent, when: {Outcome: [yes, Y, on, 1, 007]}}")
    mapping = mapping_of(text, workflows)
    assert isinstance(mapping, WideMapping)
    assert mapping.events["final_plan_sent"][0].when == {"Outcome": ("yes", "Y", "on", "1", "007")}


def test_a_long_mapping_is_read(workflows: dict[str, Workflow]) -> None:
    mapping = mapping_of(
        """
        workflow: needs_assessment
        layout: long
        case: Case
        event: What
        date: When
        event_names: {Draft issued: draft_plan_sent, EP asked: advice_requested}
        ignore_events: Phone call
        details: {provider: Provider}
        """,
        workflows,
    )
    assert isinstance(mapping, LongMapping)
    assert mapping.ignore_events == ("Phone call",)
    assert [reference for _, reference in mapping.references()] == ["Case", "What", "When", "Provider"]


def test_every_mistake_is_said_at_once_with_its_line(workflows: dict[str, Workflow]) -> None:
    found = mistakes_of(
        """
        workflow: needs_assessment
        layot: wide
        case: Case No
        headings_in_row: three
        person: {forename: Forename, family_name: [Surname]}
        authority: {column: LA, always: Exampleshire}
        events:
          request_recieved: Rec'd
          advice_requested: EP requested
          exception_recorded:
            date: From
            details:
              exception: {column: Code, is: {SH: school_shut}}
              clock: {always: finalise_plann}
              colour: Colour
        """,
        workflows,
    )
    assert found == [
        "tracker.map.yaml:2: `layot` is not a key that is known here. Is `layout` meant?",
        "tracker.map.yaml:4: `headings_in_row` must be a whole number.",
        "tracker.map.yaml:5: `family_name` must be keys with values below it.",
        "tracker.map.yaml:5: `forename` is not a key that is known here.",
        "tracker.map.yaml:6: `authority` needs either `column:` or `always:`, not both.",
        "tracker.map.yaml:8: `needs_assessment` has no event `request_recieved`. Is `request_received` meant?",
        "tracker.map.yaml:9: `advice_requested` needs the detail `provider`: Who was asked",
        "tracker.map.yaml:13: `school_shut` is not a value of `exception`. It may be school_closed, early_years_closed, personal_circumstances, absent_from_area, appointment_missed, coronavirus.",
        "tracker.map.yaml:14: `finalise_plann` is not a value of `clock`. Is `finalise_plan` meant?",
        "tracker.map.yaml:15: `exception_recorded` has no detail `colour`. It has: `exception`, `clock`, `until`, `evidence`.",
    ]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", "tracker.map.yaml:1: should hold keys such as `workflow:`, `case:` and `events:`."),
        ("just words", "tracker.map.yaml:1: should hold keys such as `workflow:`, `case:` and `events:`."),
        (
            "workflow: {needs",
            "tracker.map.yaml:1: is not valid YAML: a bracket { is opened here and not closed, or a comma is missing after it.",
        ),
        (WIDE + "case: Other\n", "tracker.map.yaml:6: `case` stands here twice (first on line 2)."),
        (
            WIDE.replace("needs_assessment", "needs"),
            "tracker.map.yaml:1: there is no workflow `needs`. There are `annual_review`, `needs_assessment`.",
        ),
        (WIDE.replace("case: Case No\n", ""), "tracker.map.yaml:1: `case` is missing."),
        (
            WIDE.replace("wide", "high").replace("case:", "layout: high\ncase:"),
            "tracker.map.yaml:2: `layout` must be `wide` or `long`.",
        ),
        (
            WIDE.replace("Sent", "{date: Sent, details: {x: {is: {A: B}}}}"),
            "tracker.map.yaml:5: `x` needs either `column:` or `always:`, not both.",
        ),
    ],
)
def test_a_mistake_is_said_with_its_line(text: str, mistake: str, workflows: dict[str, Workflow]) -> None:
    assert mistake in mistakes_of(text, workflows)


def test_a_long_mapping_without_a_needed_detail_is_refused(workflows: dict[str, Workflow]) -> None:
    text = """
    workflow: needs_assessment
    layout: long
    case: Case
    event: What
    date: When
    event_names: {EP asked: advice_requested, Draft: draft_sent}
    details: {provder: Provider}
    """
    assert mistakes_of(text, workflows) == [
        "tracker.map.yaml:6: `advice_requested` needs the detail `provider` under `details:`: Who was asked",
        "tracker.map.yaml:6: `needs_assessment` has no event `draft_sent`. Is `draft_plan_sent` meant?",
        "tracker.map.yaml:7: `needs_assessment` has no detail `provder`. It has: `source`, `provider`, `setting`, `exception`, `clock`, `until`, `evidence`.",
    ]


def test_a_missing_mapping_is_said_in_one_line(workflows: dict[str, Workflow], tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        read_mapping(tmp_path / "none.yaml", workflows)
    assert str(caught.value) == (
        f"There is no mapping {tmp_path / 'none.yaml'}. The system says: No such file or directory. "
        "Check its name, or use --guess."
    )


def test_all_columns_that_the_file_does_not_have_are_said_with_the_nearest(
    workflows: dict[str, Workflow], text_file: Callable[..., Path]
) -> None:
    table = read_table(text_file("Case Number,Date Recieved,Final sent,Colour\nNA-1,3/4/25,,red\n"))
    with pytest.raises(BadFile) as caught:
        find_columns(mapping_of(WIDE.replace("Sent", "Final sent"), workflows), table)
    assert str(caught.value) == (
        "The mapping does not fit tracker.csv (headings in row 1):\n"
        "  tracker.map.yaml:2: the file has no column 'Case No'. The nearest is 'Case Number'.\n"
        "  tracker.map.yaml:4: the file has no column 'Received'. The nearest is 'Date Recieved'.\n"
        "Correct the names in the mapping, or the row of the headings with headings_in_row."
    )


def test_columns_are_found_however_they_are_cased_spaced_and_quoted(
    workflows: dict[str, Workflow], text_file: Callable[..., Path]
) -> None:
    table = read_table(text_file("CASE  no.,Received,Rec’d,Rec'd*\nNA-1,3/4/25,1,\n"))
    text = WIDE.replace("Case No", "case No.").replace("Sent", "column D")
    found, notes = find_columns(mapping_of(text, workflows), table)
    assert {name: heading.letter for name, heading in found.items()} == {
        "case No.": "A",
        "Received": "B",
        "column D": "D",
    }
    assert notes == ("Not used: column C (Rec’d). Name them under `ignore:` if that is meant.",)


def test_a_heading_that_stands_twice_must_be_named_by_its_letter(
    workflows: dict[str, Workflow], text_file: Callable[..., Path]
) -> None:
    table = read_table(text_file("Case No,Received,Sent,Sent\nNA-1,3/4/25,,\n"))
    with pytest.raises(BadFile, match=r"the columns C and D are all headed 'Sent'\. Write `column C`\."):
        find_columns(mapping_of(WIDE, workflows), table)


def test_an_ignored_column_that_is_not_there_is_only_a_note(
    workflows: dict[str, Workflow], text_file: Callable[..., Path]
) -> None:
    table = read_table(text_file("Case No,Received,Sent,Notes\nNA-1,3/4/25,,\n"))
    _, notes = find_columns(mapping_of(WIDE + "ignore: [notes, Colour]\n", workflows), table)
    assert notes == ("The mapping ignores a column 'Colour' that the file does not have.",)
