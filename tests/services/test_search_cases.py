"""A case is found by what people remember: reference, number, name in any spelling, date of birth."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.errors import BadInput
from ehcp_flow.services.officers import add_officer
from ehcp_flow.services.open_case import NewPerson, open_case
from ehcp_flow.services.rebuild import rebuild
from ehcp_flow.services.search_cases import read_question, search_cases
from ehcp_flow.storage import name_index, people
from ehcp_flow.storage.name_words import is_one_slip_apart, words_of
from ehcp_flow.storage.search import Reach
from ehcp_flow.storage.search_tables import NameSlip, NameWord
from ehcp_flow.storage.tables import sql_table

TODAY = date(2026, 11, 25)
PEOPLE = {
    "NA-2026-0042": NewPerson("Zoë", "O'Neill-Smith", date(2015, 2, 3), "A123456789012"),
    "NA-77": NewPerson("Mary-Ann", "de la Cruz", date(2012, 12, 25)),
    "EHC/2023/00123": NewPerson("Łukasz", "Example", date(2015, 2, 3)),
}


@pytest.fixture
def found(office):
    """The references found for what was typed, in an office with three cases."""
    add_officer(office, "north", "Nora North", "North")
    add_officer(office, "south", "Sol South", "South")
    for case_ref, person in PEOPLE.items():
        officer = "south" if case_ref == "NA-77" else "north"
        open_case(
            office,
            "needs_assessment",
            "request_received",
            date(2026, 1, 5),
            case_ref=case_ref,
            person=person,
            officer=officer,
        )

    def look(typed: str, **how) -> list[str]:
        return [line.case_ref for line in search_cases(office, typed, TODAY, **how).lines]

    return look


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("NA-2026-0042", "NA-2026-0042"),
        ("na-2026-0042", "NA-2026-0042"),
        ("42", "NA-2026-0042"),
        ("NA-20", "NA-2026-0042"),
        ("77", "NA-77"),
        ("ehc/2023", "EHC/2023/00123"),
        ("00123", "EHC/2023/00123"),
        ("a123456789012", "NA-2026-0042"),
        ("zoe", "NA-2026-0042"),
        ("ZOË ONEILL", "NA-2026-0042"),
        ("o'neill, zoe", "NA-2026-0042"),
        ("smith", "NA-2026-0042"),
        ("oneil", "NA-2026-0042"),
        ("Zoe Smiht", "NA-2026-0042"),
        ("maryann", "NA-77"),
        ("cruz mary", "NA-77"),
        ("lukasz", "EHC/2023/00123"),
        ("Lukas Exmaple", "EHC/2023/00123"),
        ("25/12/2012", "NA-77"),
        ("25 December 2012", "NA-77"),
        ("example 3/2/2015", "EHC/2023/00123"),
    ],
)
def test_a_case_is_found(found, typed, meant):
    assert found(typed) == [meant]


def test_a_birthday_finds_all_who_share_it(found):
    assert sorted(found("2015-02-03")) == ["EHC/2023/00123", "NA-2026-0042"]


@pytest.mark.parametrize(
    "typed", ["nobody", "zoe example", "NA-9999", "4/2/2015", "B123456789012", "50%", "' OR 1=1 --"]
)
def test_what_is_not_there_is_not_found(found, typed):
    assert found(typed) == []


def test_cases_of_other_teams_are_not_found(found):
    assert found("cruz", reach=Reach(("North",), "north")) == []
    assert found("cruz", reach=Reach(("South",))) == ["NA-77"]
    assert found("cruz", reach=Reach((), "south")) == ["NA-77"]


def test_a_case_of_no_team_is_found_by_everybody(office, found):
    open_case(
        office,
        "needs_assessment",
        "request_received",
        date(2026, 1, 5),
        case_ref="NA-78",
        person=NewPerson("Uma", "Unheld"),
    )
    assert found("unheld", reach=Reach(("North",))) == ["NA-78"]


def test_without_names_only_references_are_looked_for(found):
    assert found("zoe", with_names=False) == []
    assert found("NA-77", with_names=False) == ["NA-77"]


@pytest.mark.parametrize("typed", ["  ", "%", "?!"])
def test_nothing_to_look_for_is_said(found, typed):
    with pytest.raises(BadInput, match="nothing to look for"):
        found(typed)


def test_a_changed_name_is_found_and_the_old_one_forgotten(office, found):
    with office.database.write() as connection:
        people.update_person(connection, "P-NA-77", {"family_name": "Newname"})
    assert found("cruz") == []
    assert found("newnmae") == ["NA-77"]
    with office.database.read() as connection:
        assert name_index.similar_words(connection, "cruz") == []


def test_a_rebuild_finds_them_again(office, found):
    with office.database.write() as connection:
        for model in (NameWord, NameSlip):
            connection.execute(sql_table(model).delete())
    assert found("zoe") == []
    rebuild(office)
    assert found("zoee smith") == ["NA-2026-0042"]


def test_what_was_typed_is_told_apart():
    assert read_question("A123456789012", TODAY).upn == "A123456789012"
    assert read_question("NA-12 ", TODAY).reference == "NA-12"
    assert read_question("Robin 1/2/2015", TODAY).words == ("robin",)
    assert read_question("Robin 1/2/2015", TODAY).born == date(2015, 2, 1)


@pytest.mark.parametrize(
    ("typed", "word", "is_near"),
    [
        ("smith", "smyth", True),
        ("smith", "smih", True),
        ("smith", "smitth", True),
        ("smith", "msith", True),
        ("smith", "smythe", False),
        ("smith", "htims", False),
    ],
)
def test_one_slip_is_forgiven(typed, word, is_near):
    assert is_one_slip_apart(typed, word) is is_near
    assert is_one_slip_apart(word, typed) is is_near


def test_words_are_plain():
    assert words_of("Zoë O’Neill-Smith Ærø") == ["zoe", "oneill", "smith", "aero"]
