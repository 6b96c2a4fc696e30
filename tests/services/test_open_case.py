"""Opening a case: its reference, the child it is about, and what opens it."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.errors import BadInput, NotAllowed, UnknownName
from ehcp_flow.services.officers import add_officer
from ehcp_flow.services.open_case import NewPerson, open_case
from ehcp_flow.services.show_case import show_case

APRIL = date(2025, 4, 2)


def opened(office, day=APRIL, **facts):
    return open_case(office, "needs_assessment", "request_received", day, **facts).case_ref


def test_a_new_case_stands_where_its_first_event_leads_with_its_clocks_running(office):
    done = open_case(office, "needs_assessment", "request_received", APRIL, {"source": "parent"})
    assert (done.state_before, done.state_after) == ("not_started", "requested")
    assert {clock.rule.id: clock.due_on for clock in done.clocks_after} == {
        "decide_whether_to_assess": date(2025, 5, 14),
        "notify_no_plan": date(2025, 7, 23),
        "decide_whether_to_issue": date(2025, 7, 23),
        "finalise_plan": date(2025, 8, 20),
    }


def test_references_count_through_the_year_of_the_request(office):
    assert opened(office) == "NA-2025-0001"
    assert opened(office, date(2024, 12, 31)) == "NA-2024-0001"
    assert opened(office) == "NA-2025-0002"
    review = open_case(office, "annual_review", "plan_first_made", APRIL)
    assert review.case_ref == "AR-2025-0001"


def test_references_of_the_authority_do_not_disturb_the_counting(office):
    assert opened(office) == "NA-2025-0001"
    assert opened(office, case_ref="NA-2025-0001-B") == "NA-2025-0001-B"
    assert opened(office, case_ref="NA-2025-TRANSFERRED") == "NA-2025-TRANSFERRED"
    assert opened(office) == "NA-2025-0002"
    assert opened(office, case_ref="NA-2025-9999") == "NA-2025-9999"
    assert opened(office) == "NA-2025-10000"
    assert opened(office) == "NA-2025-10001"


def test_a_reference_is_given_once(office):
    opened(office, case_ref="X1")
    with pytest.raises(NotAllowed, match=r"There is a case X1 already\. Look at it with: ehcp show X1"):
        opened(office, case_ref="X1")


@pytest.mark.parametrize("wrong", ["", " X1", "X 1", "../x" * 20, "Zoë", "-1", "x" * 41, "a\nb", "X1\n"])
def test_a_reference_that_could_not_be_typed_again_is_refused(office, wrong):
    with pytest.raises(BadInput, match="cannot be a case reference"):
        opened(office, case_ref=wrong)


def test_a_case_is_opened_only_by_an_event_that_opens_one(office):
    with pytest.raises(NotAllowed) as refused:
        open_case(office, "needs_assessment", "draft_plan_sent", APRIL)
    assert str(refused.value) == (
        "draft_plan_sent does not open a case. EHC needs assessment and first EHC plan is opened by: "
        "request_received, responsibility_began."
    )


def test_a_misspelt_event_or_process_is_refused_with_the_nearest_there_is(office):
    with pytest.raises(UnknownName, match=r"Did you mean request_received\?"):
        open_case(office, "needs_assessment", "request_recieved", APRIL)
    with pytest.raises(UnknownName, match="needs_assessment"):
        open_case(office, "needs_assesment", "request_received", APRIL)


def test_a_case_cannot_be_opened_on_a_day_that_has_not_come(office, today_is):
    today_is(date(2025, 4, 1))
    with pytest.raises(BadInput) as refused:
        opened(office, date(2025, 4, 2))
    assert str(refused.value) == (
        "request_received cannot be recorded for a day that has not come. 2 April 2025 is after today, 1 April 2025. "
        "Record it when it has happened."
    )
    today_is(date(2025, 4, 2))
    assert opened(office, date(2025, 4, 2)) == "NA-2025-0001"


def test_nothing_of_a_refused_case_is_left_behind(office):
    with pytest.raises(UnknownName, match="There is no officer nobody"):
        opened(office, case_ref="X1", person=NewPerson("Robin", "Example"), officer="nobody")
    with pytest.raises(UnknownName, match="There is no case X1"):
        show_case(office, "X1", APRIL)
    assert opened(office, case_ref="X1", person=NewPerson("Robin", "Example")) == "X1"


def test_a_case_can_be_given_to_an_officer_at_once(office):
    add_officer(office, "bjones", "Bea Jones", "North")
    opened(office, case_ref="X1", officer="bjones")
    view = show_case(office, "X1", APRIL)
    assert (view.officer, view.team) == ("bjones", "North")


def test_the_same_child_can_have_several_cases_and_each_names_the_others(office):
    opened(office, case_ref="X1", person=NewPerson("Robin", "Example", date(2019, 5, 1)))
    open_case(office, "annual_review", "plan_first_made", date(2025, 8, 1), case_ref="X2", person="P-X1", follows="X1")
    assert [each.case_ref for each in show_case(office, "X1", APRIL).linked] == ["X2"]
    view = show_case(office, "X2", date(2025, 8, 1))
    assert [each.case_ref for each in view.linked] == ["X1"]
    assert view.facts.family_name == "Example"


def test_a_person_or_an_earlier_case_that_is_not_there_is_refused(office):
    with pytest.raises(UnknownName, match="There is no person P-X9"):
        opened(office, person="P-X9")
    with pytest.raises(UnknownName, match="There is no case X9 for this one to follow"):
        opened(office, follows="X9")


@pytest.mark.parametrize(("born", "clocks"), [(date(2020, 8, 2), 2), (date(2020, 8, 1), 1)])
def test_a_review_of_a_child_under_five_gets_its_shorter_clock_by_itself(office, born, clocks):
    person = NewPerson("Robin", "Example", born)
    done = open_case(office, "annual_review", "plan_first_made", date(2025, 8, 1), person=person)
    assert len(done.clocks_after) == clocks, "five on 1 August 2025 is no longer under five"


def test_a_known_childs_age_counts_too(office):
    opened(office, case_ref="X1", person=NewPerson("Robin", "Example", date(2021, 5, 1)))
    done = open_case(office, "annual_review", "plan_first_made", date(2025, 8, 1), person="P-X1")
    assert "review_under_five" in {clock.rule.id for clock in done.clocks_after}
