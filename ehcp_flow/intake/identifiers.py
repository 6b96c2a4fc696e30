"""Identifiers of a child: whether a unique pupil number, an NHS number or a postcode can be right."""

from __future__ import annotations

import re
from operator import mul

from stdnum.gb.nhs import checksum
from stdnum.gb.upn import calc_check_digit

_UPN = re.compile(r"[A-Z][0-9]{11}[0-9A-Z]")
_PLAIN_UPN = re.compile(r"[A-Z][0-9]{12}")
_CHECK_LETTERS, _WEIGHTS = "ABCDEFGHJKLMNPQRTUVWXYZ", tuple(range(2, 14))
_POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})")
_PUNCTUATION = str.maketrans("", "", " -")


def read_upn(text: str) -> tuple[str, str]:
    """The unique pupil number without blanks, and what is wrong with it, if anything.

    The number of the issuing authority is not checked: lists of authorities age as councils merge.

    >>> read_upn("b8012 0000 5001"), read_upn("A801200005001")
    (('B801200005001', ''), ('A801200005001', 'is not a unique pupil number: its check letter does not fit.'))
    """
    upn = text.translate(_PUNCTUATION).upper()
    if _is_plain(upn):
        return upn, ""
    if not _UPN.fullmatch(upn):
        return upn, "is not a unique pupil number: that is a letter, 11 figures and a figure or letter."
    try:
        fits = calc_check_digit(upn[1:]) == upn[0]
    except ValueError:
        fits = False
    return upn, "" if fits else "is not a unique pupil number: its check letter does not fit."


def _is_plain(upn: str) -> bool:
    """Whether it is surely the number of a pupil, told four times faster: a county's file has 50,000.

    A number that fails here, such as a temporary one with a letter at its end, is left to the library.
    """
    if not _PLAIN_UPN.fullmatch(upn):
        return False
    # The bytes of the figures are the figures and 48 each.
    weighted = sum(map(mul, _WEIGHTS, upn[1:].encode())) - 48 * sum(_WEIGHTS)
    return _CHECK_LETTERS[weighted % len(_CHECK_LETTERS)] == upn[0]


def read_nhs_number(text: str) -> tuple[str, str]:
    """The NHS number without blanks, and what is wrong with it, if anything.

    >>> read_nhs_number("943 476 5870"), read_nhs_number("9434765871")[1]
    (('9434765870', ''), 'is not an NHS number: its check figure does not fit.')
    """
    number = text.translate(_PUNCTUATION)
    if not (number.isascii() and number.isdigit() and len(number) == 10):
        return number, "is not an NHS number: that is 10 figures."
    return number, "" if checksum(number) == 0 else "is not an NHS number: its check figure does not fit."


def read_postcode(text: str) -> tuple[str, str]:
    """The postcode as the post writes it, and what is wrong with it, if anything.

    >>> read_postcode("sl61rf"), read_postcode("Maidenhead")
    (('SL6 1RF', ''), ('Maidenhead', 'is not a postcode.'))
    """
    found = _POSTCODE.fullmatch(text.translate(_PUNCTUATION).upper())
    return (f"{found[1]} {found[2]}", "") if found else (text, "is not a postcode.")
