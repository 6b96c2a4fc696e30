"""Search: what was typed stays out of addresses, results stay within reach, and that they were seen is noted."""

from __future__ import annotations

from tests.web.casework.conftest import seen_in, words_of


def found(browser, typed):
    answer = browser.post("/search", typed=typed)
    assert answer.status_code == 200, answer.headers.get("location")
    return words_of(answer)


def test_a_name_finds_the_case_and_it_is_noted(north, asmith):
    page = found(asmith, "exmaple robin")
    assert "1 case with a similar name" in page
    assert "NA-1 Robin Example born 1 February 2018 EHC needs assessment and first EHC plan Assessing" in page
    assert seen_in(north, "NA-1") == [("asmith", "search result")]


def test_a_whole_reference_leads_to_the_case(asmith):
    answer = asmith.post("/search", typed="na-1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases/NA-1")


def test_a_number_or_a_birthday_finds_it_too(asmith):
    assert "NA-2 Wren Sample" in found(asmith, "2")
    assert "NA-1 Robin Example" in found(asmith, "1/2/2018")


def test_other_teams_cases_are_not_found_those_of_no_team_are(asmith):
    assert "No case was found. You typed a name." in found(asmith, "southern")
    assert "U-1 Una Unheld" in found(asmith, "unheld")


def test_nothing_typed_is_said(asmith):
    assert "Enter what you are looking for" in asmith.refused("/search", typed=" ")
    assert "There is nothing to look for." in asmith.refused("/search", typed="?!")


def test_what_was_typed_is_sent_in_the_form_only(asmith):
    page = asmith.raw("/search")
    assert '<form method="post" action="/search"' in page
    answer = asmith.post("/search", typed='"><script>alert(1)</script>')
    assert "<script>alert(1)" not in answer.text


def test_who_has_no_cases_has_no_search(browser_as):
    browser_as("director").get("/search", status=403)
