"""A case that follows another is about the same person and plan, and stays with the same officer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from ehcp_flow.errors import UnknownName
from ehcp_flow.services.initialise import initialise
from ehcp_flow.services.office import Office
from ehcp_flow.services.officers import add_officer
from ehcp_flow.services.open_case import NewPerson, open_case
from ehcp_flow.services.show_case import CaseView, show_case
from ehcp_flow.settings import Settings, shipped_workflows


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    made = Office(Settings(database_url, shipped_workflows(), None, "Exampleshire", "tester"))
    initialise(made)
    add_officer(made, "asmith", "A Smith", "North")
    add_officer(made, "bjones", "B Jones", "South")
    born = NewPerson("Robin", "Example", date(2020, 9, 15))
    open_case(
        made, "needs_assessment", "request_received", date(2025, 1, 6), case_ref="N-1", person=born, officer="asmith"
    )
    yield made
    made.database.close()


def review(office: Office, on: date, officer: str | None = None) -> CaseView:
    opened = open_case(office, "annual_review", "plan_first_made", on, follows="N-1", officer=officer)
    return show_case(office, opened.case_ref, on)


def test_it_is_about_the_same_person_and_held_by_the_same_officer(office: Office) -> None:
    view = review(office, date(2025, 6, 2))
    assert view.facts.family_name == "Example"
    assert (view.officer, view.team) == ("asmith", "North")
    assert [each.case_ref for each in view.linked] == ["N-1"]


def test_another_officer_may_be_named(office: Office) -> None:
    assert review(office, date(2025, 6, 2), officer="bjones").officer == "bjones"


@pytest.mark.parametrize(("on", "expected"), [(date(2025, 9, 14), "yes"), (date(2025, 9, 15), "no")])
def test_whether_the_child_was_under_five_is_filled_in_from_the_date_of_birth(
    office: Office, on: date, expected: str
) -> None:
    view = review(office, on)
    assert view.lines[0].entry.details["under_five"] == expected
    has_guidance_clock = any(each.clock.name == "review_under_five" for each in view.verdicts)
    assert has_guidance_clock == (expected == "yes")


def test_a_case_that_is_not_there_cannot_be_followed(office: Office) -> None:
    with pytest.raises(UnknownName, match="There is no case N-9"):
        open_case(office, "annual_review", "plan_first_made", date(2025, 6, 2), follows="N-9")
