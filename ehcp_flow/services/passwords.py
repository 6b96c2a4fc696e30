"""Passwords: long, not common, and kept as argon2 hashes only.

Length and a list of what everybody tries, rather than rules about capitals and signs, which make passwords that people
write down and machines guess (NIST SP 800-63B, 5.1.1.2; the National Cyber Security Centre says the same).
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ehcp_flow.errors import BadInput

if TYPE_CHECKING:
    from pwdlib import PasswordHash

SHORTEST: Final = 12
LONGEST: Final = 200
_GOOD: Final = "Three random words make a good one."
_FEW_CHARACTERS = 5
_COMMON = Path(__file__).with_name("common_passwords.txt")
_LEET = str.maketrans("013457@$!", "oleastasi")
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb")


def must_be_good(password: str, username: str) -> None:
    """Raises BadInput for a password that is too short, too long, or among the first that anybody would try."""
    if len(password) < SHORTEST:
        raise BadInput(f"The password must have {SHORTEST} characters or more.", next=_GOOD)
    if len(password) > LONGEST:
        raise BadInput(f"The password must have {LONGEST} characters or fewer.")
    if is_common(password, username):
        raise BadInput("That password is easy to guess.", next=_GOOD)


def is_common(password: str, username: str = "") -> bool:
    """Whether a password is a common one, however decorated: words of the list, digits, signs and runs of keys.

    >>> is_common("Password1234!"), is_common("P4ssw0rd-2026"), is_common("qwertyuiop12")
    (True, True, True)
    >>> is_common("correct kettle moth")
    False
    """
    plain = password.casefold()
    if len(set(plain)) < _FEW_CHARACTERS:
        return True
    names = {part for part in re.split(r"[._@-]", username.casefold()) if len(part) > 2}
    known = _common_words() | names | {username.casefold()}
    return any(not _without(text, known) for text in (plain, plain.translate(_LEET)))


def _without(text: str, known: frozenset[str] | set[str]) -> str:
    """What is left of a password without common words, runs of neighbouring keys, digits and signs."""
    for word in sorted(known, key=len, reverse=True):
        if word:
            text = text.replace(word, " ")
    text = re.sub(r"[\W\d_]+", " ", text)
    return " ".join(part for part in text.split() if not _is_run(part))


def _is_run(part: str) -> bool:
    return len(set(part)) <= 1 or any(part in row or part in row[::-1] for row in _ROWS)


@lru_cache(maxsize=1)
def _common_words() -> frozenset[str]:
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@lru_cache(maxsize=1)
def _hasher() -> PasswordHash:
    from pwdlib import PasswordHash

    return PasswordHash.recommended()


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return _hasher().hash(password)


def is_right(password: str, password_hash: str | None) -> tuple[bool, str | None]:
    """Whether a password is the one that was hashed, and a newer hash where the old one has become weak.

    Where there is no hash it takes as long, so that time does not tell which accounts exist.
    """
    if password_hash is None:
        _hasher().verify(password, _nobodys_hash())
        return False, None
    return _hasher().verify_and_update(password, password_hash)


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return hash_password("nobody has this password")
