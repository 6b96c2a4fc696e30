"""What the values of a column look like, told from a sample."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ehcp_flow.intake.cells import comparable, is_blank, text_of
from ehcp_flow.intake.dates import read_date
from ehcp_flow.intake.table import Heading, Table
from ehcp_flow.intake.usual_words import words_of

Kind = Literal["dates", "upn", "nhs_number", "numbers", "codes", "words", "nothing"]

_SAMPLE = 400
_MOST = 0.6
_FEW = 12
_UPN = re.compile(r"[A-Za-z]\d{11}[0-9A-Za-z]")
_NHS_NUMBER = re.compile(r"\d{3} ?\d{3} ?\d{4}")
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?%?")
_BORN_BEFORE = 2014


@dataclass(frozen=True, slots=True)
class Look:
    """A column as it looks. `values` are its different texts with their counts, only if they are few."""

    heading: Heading
    words: frozenset[str]
    kind: Kind
    filled: int
    is_unique: bool
    values: dict[str, int]


def look_at(table: Table, heading: Heading) -> Look:
    """Look at one column."""
    sample = [row[heading.index] for row in table.rows if not is_blank(row[heading.index])][:_SAMPLE]
    texts = Counter(text_of(cell) for cell in sample)
    few = dict(texts) if len(texts) <= _FEW else {}
    kind: Kind = "nothing"
    if sample:
        dates = sum(isinstance(cell, date) or read_date(cell).day is not None for cell in sample)
        kind = "dates" if dates >= _MOST * len(sample) else _kind_of_text(texts, len(sample))
    return Look(heading, words_of(heading.text), kind, len(sample), len(texts) >= 0.9 * len(sample), few)


def _kind_of_text(texts: Counter[str], filled: int) -> Kind:
    def most_are(pattern: re.Pattern[str]) -> bool:
        return sum(count for text, count in texts.items() if pattern.fullmatch(text)) >= _MOST * filled

    if most_are(_UPN):
        return "upn"
    if most_are(_NHS_NUMBER):
        return "nhs_number"
    if most_are(_NUMBER):
        return "numbers"
    return "codes" if len({comparable(text) for text in texts}) <= _FEW else "words"
