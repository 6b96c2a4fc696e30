"""What each of them is told in the morning: the officer, the manager, the director, the advice-giver."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.services.absence import record_absence
from ehcp_flow.services.assign import assign
from ehcp_flow.services.correct_event import correct_event
from ehcp_flow.services.list_work import Wanted, list_breaches, list_work
from ehcp_flow.services.preview_notice import preview
from ehcp_flow.services.record_event import record_event
from tests.notices.conftest import morning, notices_of

# The six weeks from Wednesday 2 April 2025 end on 14 May 2025.
EVERYBODY = """
    link: https://ehcp.council.example
    mail: mailto://127.0.0.1:9?from=ehcp@council.example
    officers: {asmith: [asmith@council.example], bjones: [bjones@council.example]}
    team_managers: {North: [boss@council.example]}
    directors: [director@council.example]
    advice_givers: {health: [therapy@nhs.example]}
"""
LATE_DAY = date(2025, 5, 15)


@pytest.fixture
def one_case(story, office, staff):
    story("X1", "2025-04-02 request_received")
    assign(office, "X1", "asmith")


def text_for(office, recipient, day=None):
    found = [row for row in notices_of(office, recipient) if day in (None, row.business_date)]
    assert len(found) == 1, [row.key for row in notices_of(office)]
    return found[0].text


def test_an_officer_is_told_of_a_new_breach_with_its_case_limit_days_and_link(told, one_case):
    office = told(EVERYBODY)
    assert morning(office, LATE_DAY).notices == 3
    text = text_for(office, "officer asmith")
    assert "NEWLY LATE (1 law)" in text
    assert "- Tell the family whether there will be an assessment" in text
    assert "X1 · due Wed 14 May · 1 day late" in text
    assert "https://ehcp.council.example/cases/X1" in text


def test_what_was_told_is_not_told_again_as_new(told, one_case):
    office = told(EVERYBODY)
    morning(office, LATE_DAY)
    morning(office, date(2025, 5, 16))
    assert [row.business_date for row in notices_of(office, "officer asmith")] == [LATE_DAY]
    text = text_for(office, "team North", date(2025, 5, 16))
    assert "NEWLY LATE" not in text
    assert "What is new since Thursday 15 May 2025" in text


def test_an_officer_with_nothing_new_gets_no_message_unless_the_settings_ask_for_it(told, one_case):
    morning(told(EVERYBODY), LATE_DAY)
    office = told(EVERYBODY + "    even_if_empty: officers\n")
    morning(office, date(2025, 5, 16))
    assert "Newly late                    0 law              0 guidance" in text_for(
        office, "officer asmith", date(2025, 5, 16)
    )
    assert len(notices_of(office, "officer bjones")) == 1


def test_the_due_lists_are_those_of_ehcp_due(told, story, office, staff):
    # Due on 14, 15, 21 and 22 May.
    for number, day in enumerate(("2025-04-02", "2025-04-03", "2025-04-09", "2025-04-10"), 1):
        story(f"X{number}", f"{day} request_received")
        assign(office, f"X{number}", "asmith")
    office = told(EVERYBODY)
    morning(office, date(2025, 5, 14))
    text = text_for(office, "officer asmith")
    work = list_work(office, date(2025, 5, 14), Wanted(officer="asmith"))
    assert [line.case_ref for line in work.today] == ["X1"]
    assert [line.case_ref for line in work.soon] == ["X2", "X3"]
    assert "DUE TODAY (1 law)" in text
    assert "DUE IN THE NEXT 7 DAYS (2 law)" in text
    assert "X2 · due Thu 15 May · tomorrow" in text
    assert "X3 · due Wed 21 May · in 7 days" in text
    assert "NEWLY NEAR (1 law)" in text, "the one due on the 22nd came within its warning time"


def test_a_breach_that_was_none_is_cleared_the_next_morning(told, one_case, office, today_is):
    office = told(EVERYBODY)
    morning(office, LATE_DAY)
    today_is(LATE_DAY)
    record_event(office, "X1", "assessment_agreed", date(2025, 5, 12))
    morning(office, date(2025, 5, 16))
    text = text_for(office, "officer asmith", date(2025, 5, 16))
    assert "CLEARED: NOT LATE AFTER ALL (1 law)" in text
    assert "X1 · was due Wed 14 May · cleared" in text


def test_a_breach_raised_and_cleared_between_two_mornings_is_nobodys_news(told, story, office, staff, today_is):
    story("X1", "2025-04-02 request_received", "2025-05-12 assessment_agreed")
    assign(office, "X1", "asmith")
    office = told(EVERYBODY)
    morning(office, LATE_DAY)
    today_is(LATE_DAY)
    correct_event(office, "X1", 2, happened_on=date(2025, 5, 15), reason="typed wrongly")
    correct_event(office, "X1", 4, happened_on=date(2025, 5, 13), reason="typed wrongly")
    morning(office, date(2025, 5, 16))
    text = text_for(office, "team North", date(2025, 5, 16))
    assert "NEWLY LATE" not in text
    assert "CLEARED" not in text


def test_a_breach_found_during_the_day_is_told_the_next_morning(told, story, office, staff, today_is):
    story("X1", "2025-04-02 request_received", "2025-05-12 assessment_agreed")
    assign(office, "X1", "asmith")
    office = told(EVERYBODY)
    morning(office, LATE_DAY)
    today_is(LATE_DAY)
    correct_event(office, "X1", 2, happened_on=date(2025, 5, 15), reason="typed wrongly")
    morning(office, date(2025, 5, 16))
    text = text_for(office, "officer asmith", date(2025, 5, 16))
    assert "NEWLY LATE (1 law)" in text
    assert "X1 · due Wed 14 May · done, 1 day late" in text


def test_nothing_goes_out_at_the_weekend_and_monday_tells_it_all(told, story, office, staff):
    story("X1", "2025-04-04 request_received")  # due on Friday 16 May 2025
    assign(office, "X1", "asmith")
    office = told(EVERYBODY)
    for day in (16, 17, 18):
        morning(office, date(2025, 5, day))
    assert {row.business_date for row in notices_of(office)} == {date(2025, 5, 16)}
    morning(office, date(2025, 5, 19))
    assert "NEWLY LATE (1 law)" in text_for(office, "officer asmith", date(2025, 5, 19))


def test_a_bank_holiday_is_no_morning_unless_every_day_is_asked_for(told, one_case):
    early_may = date(2025, 5, 5)
    morning(told(EVERYBODY), early_may)
    assert notices_of(told(EVERYBODY)) == []
    assert morning(told(EVERYBODY + "    days: every day\n"), early_may).notices


def test_whoever_covers_is_told_of_the_absent_officers_cases_too(told, one_case, office):
    record_absence(office, "asmith", date(2025, 5, 12), date(2025, 5, 16), "bjones", date(2025, 5, 12))
    office = told(EVERYBODY)
    morning(office, LATE_DAY)
    text = text_for(office, "officer bjones")
    assert "You also look after the cases of Amber Smith, who is away today." in text
    assert "X1 · due Wed 14 May · 1 day late · for Amber Smith" in text
    assert "X1" in text_for(office, "officer asmith"), "and finds it when back"
    assert "Amber Smith (away until 16 May 2025, covered by Bo Jones)" in text_for(office, "team North")


def test_a_manager_sees_the_teams_news_the_unassigned_and_who_has_how_much(told, one_case, story, office):
    story("X2", "2025-04-02 request_received")
    assign(office, "X2", None, "North")
    story("X3", "2025-04-02 request_received")
    story("X4", "2025-04-02 request_received")
    assign(office, "X4", "cwest")
    office = told(EVERYBODY)
    morning(office, LATE_DAY)
    text = text_for(office, "team North")
    assert "NEWLY LATE (2 law)" in text
    assert "X1 · due Wed 14 May · 1 day late · Amber Smith" in text
    assert "X2 · due Wed 14 May · 1 day late · held by nobody" in text
    assert "1 open case of the team is held by nobody." in text
    assert "1 open case is held by no team and no officer." in text
    assert "NOBODY'S CASES (1 law)" in text
    assert "X4" not in text
    assert [line.split() for line in text.splitlines() if line.strip().startswith(("Amber", "Bo "))] == [
        ["Amber", "Smith", "1", "1", "0", "0", "0"],
        ["Bo", "Jones", "0", "0", "0", "0", "0"],
    ]


def test_a_director_sees_law_and_guidance_apart_and_never_their_sum(told, story, office, staff):
    for number in range(1, 4):
        story(f"X{number}", "2025-01-01 request_received", "2025-02-05 assessment_agreed")
    story("X4", "2025-01-01 request_received", "2025-02-05 assessment_agreed", "2025-05-20 plan_agreed")
    story(
        "X5",
        "2025-01-01 request_received",
        "2025-02-05 assessment_agreed",
        "2025-04-20 draft_plan_sent",
        "2025-05-20 final_plan_sent",
    )
    office = told(EVERYBODY)
    morning(office, date(2025, 5, 22))
    row = notices_of(office, "directors")[0]
    breaches = list_breaches(office, date(2025, 5, 22))
    law = [each for each in breaches if each.basis == "law"]
    assert (len(law), len(breaches) - len(law)) == (4, 3)
    assert row.subject == "EHCP, 22 May: limits broken 4 law, 3 guidance; new 4 law, 3 guidance"
    assert "BROKEN AND OPEN: LAW" in row.text
    assert "BROKEN AND OPEN: GUIDANCE" in row.text
    assert "So far: 100.0% (1 of 1)" in row.text
    assert "May 2025" in row.text
    assert "7" not in row.text.split("THIS YEAR")[0].replace("Due in 7 days", "")


def test_a_director_sees_whether_it_gets_better(told, one_case):
    office = told(EVERYBODY)
    morning(office, date(2025, 5, 14))
    morning(office, LATE_DAY)
    text = text_for(office, "directors", LATE_DAY)
    lines = [line.split() for line in text.split("IS IT GETTING BETTER?")[1].splitlines()]
    assert ["This", "morning", "1", "0"] in lines
    assert ["14", "May", "0", "0"] in lines


def test_an_advice_giver_sees_only_what_it_owes(told, story, office, staff):
    steps = ("2025-04-02 request_received", "2025-05-07 assessment_agreed")
    story("X1", *steps, "2025-05-08 advice_requested provider=health", "2025-05-08 advice_requested provider=school")
    story("X2", *steps, "2025-05-08 advice_requested provider=school")
    office = told(EVERYBODY)
    morning(office, date(2025, 6, 19))  # the six weeks from 8 May end on 19 June
    text = text_for(office, "advice-giver health")
    assert "DUE TODAY (1 law)" in text
    assert "Respond to a request for advice: health body" in text
    assert "X2" not in text
    assert "school" not in text


def test_an_advice_giver_is_written_to_once_a_week_and_when_something_is_due_or_late(told, story, office, staff):
    steps = ("2025-04-02 request_received", "2025-05-07 assessment_agreed")
    story("X1", *steps, "2025-05-08 advice_requested provider=health")  # due on Thursday 19 June
    office = told(EVERYBODY)
    for day in (16, 17, 18, 19, 20, 23, 24):
        morning(office, date(2025, 6, day))
    assert [row.business_date.day for row in notices_of(office, "advice-giver health")] == [16, 19, 20, 23]


def test_what_people_typed_as_a_provider_or_setting_is_not_repeated(told, story, office, staff):
    steps = ("2025-04-02 request_received", "2025-05-07 assessment_agreed")
    story("X1", *steps, "2025-05-08 advice_requested provider=Zebedee-Canary")
    assign(office, "X1", "asmith")
    office = told(EVERYBODY)
    morning(office, date(2025, 6, 20))
    row = notices_of(office, "officer asmith")[0]
    assert "- Respond to a request for advice\n" in row.text
    assert "Canary" not in row.text + row.html


def test_a_long_list_is_cut_and_says_so(told, story, office, staff):
    for number in range(25):
        story(f"X{number}", "2025-04-02 request_received")
        assign(office, f"X{number}", "asmith")
    office = told(EVERYBODY)
    morning(office, LATE_DAY)
    text = text_for(office, "officer asmith")
    assert "NEWLY LATE (25 law)" in text
    assert "and 5 more of 25: https://ehcp.council.example" in text


def test_a_preview_says_the_same_and_writes_nothing(told, one_case, office):
    office = told(EVERYBODY)
    assert preview(office, LATE_DAY, "officer", "bjones") is None
    morning(office, LATE_DAY)
    shown = preview(office, LATE_DAY, "officer", "asmith")
    assert shown is not None
    assert shown.text == text_for(office, "officer asmith")
    assert len(notices_of(office)) == 3
