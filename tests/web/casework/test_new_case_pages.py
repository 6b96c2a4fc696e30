"""Opening a case in a browser: how it begins, whom it is about, who holds it."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.show_case import show_case
from tests.web.casework.conftest import TODAY, day_fields, seen_in

FORM = "/new-case/needs_assessment/request_received"


def test_every_way_to_begin_is_offered_the_first_process_first(asmith):
    page = asmith.get("/new-case")
    assert page.index("Request for an EHC needs assessment received") < page.index("Plan made for the first time")


def test_a_case_is_opened_and_its_limits_told(north, asmith):
    page = asmith.done(
        FORM,
        **day_fields("2026-03-23"),
        **day_fields("2019-05-06", "born"),
        **{"detail-source": "parent", "given_name": "Hazel", "family_name": "Newly", "officer": "asmith"},
    )
    assert "Case opened Request for an EHC needs assessment received (Child's parent), Monday 23 March 2026" in page
    assert "Started Send the final plan: due 10 August 2026, 138 days left" in page
    view = show_case(north, "NA-2026-0001", TODAY)
    assert (view.facts.given_name, view.facts.date_of_birth, view.officer) == ("Hazel", date(2019, 5, 6), "asmith")


def test_the_form_gives_the_case_to_who_opens_it(asmith):
    assert '<option value="asmith" selected>' in asmith.raw(FORM)


def test_an_own_reference_is_kept_and_a_taken_one_refused(north, asmith):
    said = {**day_fields("2026-03-23"), "family_name": "Newly"}
    assert "NA/26/1" in asmith.done(FORM, **said, case_ref="NA/26/1")
    assert "There is a case NA-2 already." in asmith.refused(FORM, **said, case_ref="NA-2")
    assert "cannot be a case reference" in asmith.refused(FORM, **said, case_ref="bad ref!")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Enter a name"),
        ({"family_name": "X", "upn": "C801200005001"}, "check letter does not fit"),
        ({"family_name": "X", "postcode": "Maidenhead"}, "is not a postcode"),
        ({"family_name": "X", **day_fields("2027-01-01", "born")}, "The date of birth must be in the past"),
        ({"family_name": "X", "officer": "zzz"}, "Select who holds the case"),
        ({"family_name": "X", **day_fields("2026-04-01")}, "for a day that has not come"),
    ],
)
def test_what_cannot_be_is_refused(asmith, fields, said):
    assert said in asmith.refused(FORM, **{**day_fields("2026-03-23"), **fields})


def test_nobody_is_kept_twice(north, asmith):
    said = {**day_fields("2026-03-23"), "family_name": "Exampel", "upn": "B8012 0000 5001"}
    page = asmith.refused(FORM, **said)
    assert "Somebody with this number is known: NA-1" in page
    asmith.refused(FORM, **said, same_person="no")
    page = asmith.done(FORM, **said, same_person="yes")
    assert "NA-1 EHC needs assessment and first EHC plan; the same child or young person" in page
    assert show_case(north, "NA-2026-0001", TODAY).facts.person_ref == show_case(north, "NA-1", TODAY).facts.person_ref


def test_a_review_follows_a_plan(north, asmith):
    record_event(north, "NA-1", "draft_plan_sent", date(2026, 3, 2))
    record_event(north, "NA-1", "final_plan_sent", date(2026, 3, 20))
    path = "/new-case/annual_review/plan_first_made?follows=NA-1&on=2026-03-20"
    page = asmith.raw(path)
    assert 'value="20"' in page
    assert "It follows case <strong>NA-1</strong>" in page
    assert "Date of birth" not in page
    page = asmith.done(path, **day_fields("2026-03-20"), officer="asmith")
    assert "Started Complete the review" in page
    assert "Robin Example" in page
    assert ("asmith", "opening a case that follows") in seen_in(north, "NA-1")


def test_a_case_of_another_team_cannot_be_followed(asmith):
    asmith.get("/new-case/annual_review/plan_first_made?follows=S-1", status=403)


def test_what_opens_no_case_is_said(asmith):
    assert "does not open a case" in asmith.get("/new-case/needs_assessment/draft_plan_sent", status=404)
    assert "There is no workflow" in asmith.get("/new-case/tea/served", status=404)
