"""Passwords: long, and not what everybody would try first."""

from __future__ import annotations

import pytest

from ehcp_flow.errors import BadInput
from ehcp_flow.services.passwords import hash_password, is_right, must_be_good


@pytest.mark.parametrize(
    "password",
    [
        "Password1234!",
        "P4ssw0rd-2026",
        "qwertyuiop12",
        "111111111111",
        "aaaabbbbcccc",
        "Summer2026!!!",
        "administrator1",
        "letmein-letmein",
        "abcdefghijkl",
        "EHCP-plans-2026",
        "alexsmith2026!",
        "Liverpool-1892",
    ],
)
def test_a_password_that_is_among_the_first_guesses_is_refused(password: str) -> None:
    with pytest.raises(BadInput, match="easy to guess"):
        must_be_good(password, "alex.smith")


@pytest.mark.parametrize("password", ["short kettle", "correct kettle moth", "wJ3#kQz81!pL", "drei rote Füchse"])
def test_a_long_password_of_ones_own_is_good(password: str) -> None:
    must_be_good(password, "alex.smith")


def test_eleven_characters_are_too_few_and_two_hundred_the_most() -> None:
    with pytest.raises(BadInput, match="12 characters or more"):
        must_be_good("moth kettle", "a")
    must_be_good("moth kettles", "a")
    with pytest.raises(BadInput, match="200 characters or fewer"):
        must_be_good("ab cd ef gh " * 17, "a")


def test_only_a_salted_argon2_hash_is_kept() -> None:
    hashed = hash_password("correct kettle moth")
    assert hashed.startswith("$argon2id$")
    assert hashed != hash_password("correct kettle moth")
    assert is_right("correct kettle moth", hashed) == (True, None)
    assert is_right("correct kettle Moth", hashed)[0] is False


def test_where_there_is_no_account_it_takes_as_long() -> None:
    assert is_right("nobody has this password", None) == (False, None)
