"""Names, numbers and addresses that belong to nobody.

Names are colours, trees and birds with a family name that says so. NHS numbers come from the range kept for
tests (999 …). Pupil numbers carry an authority number that was never given out. Postcodes are in ZZ99, where
no letter is ever delivered.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ehcp_flow.made_up.days import Day
from ehcp_flow.made_up.draws import Draws
from ehcp_flow.made_up.figures import published
from ehcp_flow.made_up.shapes import MadeUpPerson

GIVEN_NAMES = (
    *("Hazel", "Rowan", "Willow", "Aspen", "Linden", "Alder", "Cedar", "Juniper", "Laurel", "Myrtle", "Elder", "Olive"),
    *("Birch", "Acacia", "Maple", "Spruce", "Hawthorn", "Sorrel", "Bracken", "Clover", "Fern", "Heather", "Teasel"),
    *("Robin", "Wren", "Martin", "Jay", "Lark", "Swift", "Kestrel", "Merlin", "Finch", "Linnet", "Dunnock", "Siskin"),
    *("Plover", "Heron", "Dove", "Starling", "Avocet", "Bunting", "Fulmar", "Osprey", "Curlew", "Lapwing", "Teal"),
    *(
        "Amber",
        "Scarlet",
        "Violet",
        "Indigo",
        "Russet",
        "Ivory",
        "Ebony",
        "Saffron",
        "Azure",
        "Umber",
        "Ochre",
        "Sienna",
    ),
)
FAMILY_NAMES = (
    *("Testcase", "Madeup", "Pretend", "Sample", "Example", "Invented", "Fictional", "Imaginary", "Placeholder"),
    *("Notreal", "Makebelieve", "Specimen", "Dummyname", "Nobody", "Fabricated", "Anyname", "Demonstration"),
    *("Trialrun", "Standin", "Mockup", "Prototype", "Rehearsal", "Supposed", "Hypothetical", "Sandbox"),
)

_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_UNUSED_AUTHORITY = "000"  # numbers of authorities begin at 201
_POSTCODE_LETTERS = "ABDEFGHJLNPQRSTUWXY"
_STRIDE = 7919  # has no factor in common with a million, so numbers are scattered and none comes twice


def upn(number: int, born: Day, *, is_temporary: bool) -> str:
    """The `number`th unique pupil number, with its check letter; the temporary kind ends in a letter."""
    entry = date.fromordinal(born).year + 4
    if is_temporary:
        tail = f"{1000 + number // 100:04d}{entry % 100:02d}{number % 100:02d}A"
    else:
        tail = f"{1000 + number // 1000:04d}{entry % 100:02d}{number % 1000:03d}"
    body = _UNUSED_AUTHORITY + tail
    return upn_check_letter(body) + body


def upn_check_letter(body: str) -> str:
    """The letter that the last twelve characters of a pupil number call for."""
    values = (int(sign) if sign.isdigit() else _UPN_LETTERS.index(sign) for sign in body)
    return _UPN_LETTERS[sum(weight * value for weight, value in enumerate(values, 2)) % len(_UPN_LETTERS)]


def nhs_numbers() -> Iterator[str]:
    """NHS numbers for tests, each once, scattered over the range; about one body in eleven has no check digit."""
    for number in range(1_000_000):
        body = f"999{number * _STRIDE % 1_000_000:06d}"
        check = nhs_check_digit(body)
        if check is not None:
            yield body + check


def nhs_check_digit(body: str) -> str | None:
    """The digit that the first nine call for (modulus 11), or None where there is none."""
    check = -sum(int(digit) * weight for digit, weight in zip(body, range(10, 1, -1), strict=True)) % 11
    return None if check == 10 else str(check)


def postcode(draws: Draws, area: int) -> str:
    """A postcode of one of the four areas (0 to 3)."""
    letters = draws.one_of(_POSTCODE_LETTERS) + draws.one_of(_POSTCODE_LETTERS)
    return f"ZZ99 {area + 1}{letters}"


def area_of(person: MadeUpPerson) -> int:
    """Which of the four areas (0 to 3) a person lives in."""
    return int(person.postcode[5]) - 1


def make_up_person(draws: Draws, number: int, nhs_number: str, born: Day, until: Day) -> MadeUpPerson:
    """The `number`th person, born on `born`, as known on `until`."""
    is_at_school = until - born >= 4 * 365
    return MadeUpPerson(
        ref=f"P-{number + 1:04d}",
        given_name=draws.one_of(GIVEN_NAMES),
        family_name=draws.one_of(FAMILY_NAMES),
        date_of_birth=date.fromordinal(born),
        upn=upn(number, born, is_temporary=draws.chance(0.05)) if is_at_school else None,
        nhs_number=nhs_number,
        sex=draws.by_weight(published().requests_by_sex),
        postcode=postcode(draws, draws.between(0, 3)),
        looked_after=draws.chance(0.04),
    )
