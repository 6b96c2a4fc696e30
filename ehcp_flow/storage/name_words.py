"""Names as they are looked for: plain words, and the spellings one slip away from each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

SHORTEST_FOR_SLIPS = 4
"""In a shorter word one slip makes another name."""

_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_APOSTROPHES = re.compile(r"['’ʼ`´]")
_BETWEEN = re.compile(r"[\W_]+")


def words_of(name: str) -> list[str]:
    """The words of a name without capitals, accents and apostrophes.

    >>> words_of("Zoë O'Neill-Smith")
    ['zoe', 'oneill', 'smith']
    """
    spread = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", name).casefold().translate(_LETTERS))
    plain = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return [word for word in _BETWEEN.split(plain) if word]


def words_to_find(given_name: str, family_name: str) -> set[str]:
    """The words under which a person is found; a name of several words also as one: Mary-Ann as maryann.

    >>> sorted(words_to_find("Mary-Ann", "Example"))
    ['ann', 'example', 'mary', 'maryann']
    """
    parts = (words_of(given_name), words_of(family_name))
    return {word for words in parts for word in (*words, "".join(words)) if word}


def slips(word: str) -> set[str]:
    """The word and what is left of it without any one letter: two words one slip apart share one of these.

    >>> sorted(slips("fern"))
    ['ern', 'fen', 'fer', 'fern', 'frn']
    """
    if len(word) < SHORTEST_FOR_SLIPS:
        return {word}
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def is_one_slip_apart(typed: str, word: str) -> bool:
    """Whether a letter too many, too few, another one, or two the wrong way round makes one word the other.

    >>> [is_one_slip_apart("exmaple", word) for word in ("example", "sample", "exemplar")]
    [True, False, False]
    """
    if typed == word or abs(len(typed) - len(word)) > 1:
        return typed == word
    start = next((place for place, pair in enumerate(zip(typed, word, strict=False)) if pair[0] != pair[1]), None)
    if start is None:
        return True
    return any(typed[start + of_typed :] == word[start + of_word :] for of_typed, of_word in _steps(typed, word, start))


def _steps(typed: str, word: str, start: int) -> Iterator[tuple[int, int]]:
    yield from ((1, 1), (1, 0), (0, 1))
    if typed[start : start + 2] == word[start : start + 2][::-1]:
        yield 2, 2
