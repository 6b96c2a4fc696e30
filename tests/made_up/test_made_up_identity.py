"""Nobody can take a made-up child for a real one, and every number would pass a form's check."""

from __future__ import annotations

import re
from datetime import date

import pytest
from stdnum.gb import nhs
from stdnum.gb.upn import calc_check_digit

from ehcp_flow.made_up import MadeUpPerson, make_up_authority
from ehcp_flow.made_up.identity import FAMILY_NAMES, GIVEN_NAMES, nhs_check_digit, upn_check_letter
from ehcp_flow.made_up.writing_a_plan import SETTINGS


@pytest.fixture(scope="module")
def people() -> tuple[MadeUpPerson, ...]:
    return make_up_authority(11, date(2026, 11, 25), people=1200).people


def test_nhs_numbers_come_from_the_range_for_tests_with_a_right_check_digit(people: tuple[MadeUpPerson, ...]) -> None:
    assert all(person.nhs_number.startswith("999") and nhs.is_valid(person.nhs_number) for person in people)
    assert len({person.nhs_number for person in people}) == len(people)


def test_pupil_numbers_have_a_right_check_letter_and_an_authority_that_never_was(
    people: tuple[MadeUpPerson, ...],
) -> None:
    numbers = [person.upn for person in people if person.upn]
    assert all(number[0] == calc_check_digit(number[1:]) for number in numbers)
    assert all(re.fullmatch(r"[A-Z]000\d{8}[0-9A]", number) for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_a_few_pupil_numbers_are_temporary_and_children_under_four_have_none(
    people: tuple[MadeUpPerson, ...],
) -> None:
    numbers = [person.upn for person in people if person.upn]
    assert 0 < sum(number.endswith("A") for number in numbers) < len(numbers) / 8
    without = [person for person in people if person.upn is None]
    assert without
    assert all(person.date_of_birth > date(2022, 11, 1) for person in without)


def test_check_digits_by_hand() -> None:
    # Weights 10 to 2: 9×10 + 9×9 + 9×8 + 1×2 = 245; 245 leaves 3 over 22 × 11; 11 − 3 = 8.
    assert nhs_check_digit("999000001") == "8"
    assert nhs_check_digit("999000000") is None  # 243 leaves 1, which would call for 10
    # The example number of the standard library of numbers.
    assert upn_check_letter("801200005001") == "B"


def test_postcodes_are_where_no_letter_is_delivered(people: tuple[MadeUpPerson, ...]) -> None:
    assert all(re.fullmatch(r"ZZ99 [1-4][A-Z]{2}", person.postcode) for person in people)


def test_names_say_that_nobody_is_meant(people: tuple[MadeUpPerson, ...]) -> None:
    assert {person.family_name for person in people} == set(FAMILY_NAMES)
    assert {person.given_name for person in people} <= set(GIVEN_NAMES)
    assert all(setting.endswith("(made up)") for setting in SETTINGS)


def test_people_are_of_an_age_to_have_a_plan_and_of_both_sexes(people: tuple[MadeUpPerson, ...]) -> None:
    births = [person.date_of_birth for person in people]
    assert date(2001, 11, 25) < min(births)
    assert max(births) < date(2025, 11, 25)
    assert {person.sex for person in people} == {"M", "F"}
    assert 0 < sum(person.looked_after for person in people) < len(people) / 10
