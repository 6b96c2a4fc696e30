"""An officer's due dates as a calendar file, read back by a calendar library."""

from __future__ import annotations

from datetime import date

import pytest
from icalendar import Calendar

from ehcp_flow.errors import BadInput, UnknownName
from ehcp_flow.notices.calendar_file import Due, calendar_file
from ehcp_flow.services.assign import assign
from ehcp_flow.services.correct_event import correct_event
from ehcp_flow.services.officer_calendar import officer_calendar, write_whole
from tests.notices.conftest import at

NOON = at(date(2025, 4, 3), 12)


def entries(content):
    return Calendar.from_ical(content).walk("VEVENT")


@pytest.fixture
def one_case(story, office, staff):
    story("X1", "2025-04-02 request_received")
    assign(office, "X1", "asmith")


def test_every_open_limit_is_an_all_day_entry_with_reference_and_title(office, one_case):
    made = officer_calendar(office, "asmith", NOON)
    found = {str(each["summary"]): (each["dtstart"].dt, each["dtend"].dt) for each in entries(made.content)}
    assert found == {
        "X1: Tell the family whether there will be an assessment": (date(2025, 5, 14), date(2025, 5, 15)),
        "X1: Decide whether to issue a plan": (date(2025, 7, 23), date(2025, 7, 24)),
        "X1: Send the final plan": (date(2025, 8, 20), date(2025, 8, 21)),
    }
    assert made.dues == 3
    assert all(each["transp"] == "TRANSPARENT" for each in entries(made.content))


def test_other_officers_cases_and_ended_ones_are_not_in_it(office, one_case, story):
    story("X2", "2025-04-02 request_received")
    assign(office, "X2", "bjones")
    story("X3", "2025-04-02 request_received", "2025-04-09 request_withdrawn")
    assign(office, "X3", "asmith")
    summaries = [str(each["summary"]) for each in entries(officer_calendar(office, "asmith", NOON).content)]
    assert {summary.split(":")[0] for summary in summaries} == {"X1"}


def test_an_entry_keeps_its_identity_when_its_date_moves(office, one_case):
    before = {
        str(each["uid"]): each["dtstart"].dt for each in entries(officer_calendar(office, "asmith", NOON).content)
    }
    correct_event(office, "X1", 1, happened_on=date(2025, 4, 9), reason="stamped a week later")
    after = {str(each["uid"]): each["dtstart"].dt for each in entries(officer_calendar(office, "asmith", NOON).content)}
    assert before.keys() == after.keys()
    assert all(after[uid] > before[uid] for uid in before)


def test_long_lines_are_folded_and_special_letters_kept():
    title = "Tell the family, in words; one by one – Zoë’s “plan”: " + "é" * 90
    content = calendar_file("Ämter", [Due(("X1", "c", "", "1"), "X1", title, date(2025, 5, 14))], NOON)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert content.endswith(b"END:VCALENDAR\r\n")
    (entry,) = entries(content)
    assert str(entry["summary"]) == f"X1: {title}"
    assert b"DTSTART;VALUE=DATE:20250514" in content


def test_the_same_dates_make_the_same_file(office, one_case):
    assert officer_calendar(office, "asmith", NOON) == officer_calendar(office, "asmith", NOON)


def test_an_officer_there_is_not_is_said(office, one_case):
    with pytest.raises(UnknownName, match="There is no officer asmyth"):
        officer_calendar(office, "asmyth", NOON)


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "asmith.ics"
    write_whole(path, b"old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    with pytest.raises(BadInput, match="cannot be written"):
        write_whole(tmp_path / "nowhere" / "x.ics", b"")
    assert [each.name for each in tmp_path.iterdir()] == ["asmith.ics"]
