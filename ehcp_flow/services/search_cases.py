"""Find a case by its reference, or by the name, pupil number or date of birth of the child or young person."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from ehcp_flow.errors import BadInput
from ehcp_flow.intake.date_text import read_date_text
from ehcp_flow.storage import name_index, search
from ehcp_flow.storage.name_words import words_of
from ehcp_flow.storage.search import EVERYWHERE, Reach
from ehcp_flow.today import EARLIEST

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ehcp_flow.services.office import Office
    from ehcp_flow.services.policy import Actor

MOST = 50
_LONGEST = 200
_MOST_WORDS = 5
_YEARS_BACK = 8
_UPN = re.compile(r"[A-Z]\d{11}[0-9A-Z]", re.IGNORECASE)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DAY = re.compile(
    rf"\b(?:\d{{1,2}}[/. -]\d{{1,2}}[/. -]\d{{2,4}}|\d{{4}}-\d\d-\d\d|\d{{1,2}} {_MONTH} \d{{4}})\b", re.IGNORECASE
)

How = Literal["reference", "upn", "name", "similar", "born"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, told apart: a reference, a pupil number, words of a name, a date of birth."""

    reference: str | None = None
    upn: str | None = None
    words: tuple[str, ...] = ()
    born: date | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Cases found: `how`, the rows to show, and whether there are more than are shown."""

    asked: Asked
    how: How
    lines: tuple[Any, ...]
    is_cut: bool


def read_question(typed: str, today: date) -> Asked:
    """What somebody looks for. A date of birth may stand beside a name. Raises BadInput for nothing to look for."""
    text = " ".join(typed.split())[:_LONGEST]
    if _UPN.fullmatch(text):
        return Asked(upn=text.upper())
    born, rest = _born(text, today)
    if any(letter.isdigit() for letter in rest):
        return Asked(reference=rest)
    words = tuple(words_of(rest))[:_MOST_WORDS]
    if not words and born is None:
        raise BadInput(
            "There is nothing to look for.",
            next="Type a case reference, a name, a date of birth or a unique pupil number.",
        )
    return Asked(words=words, born=born)


def _born(text: str, today: date) -> tuple[date | None, str]:
    found = _DAY.search(text)
    if found is None:
        return None, text
    day = read_date_text(found[0], EARLIEST, today).day
    if day is None:
        return None, text
    return day, (text[: found.start()] + " " + text[found.end() :]).strip(" ,")


def search_cases(
    office: Office, typed: str, today: date, *, reach: Reach = EVERYWHERE, with_names: bool = True
) -> Found:
    """Cases that fit what was typed, at most `MOST`, those still open first.

    Names are found whatever their order, capitals and accents; by their beginnings; and, if nothing else is found,
    with one slip in each word. `reach` narrows to the cases somebody may see. Without `with_names` only a reference is
    looked for. Raises BadInput.
    """
    asked = read_question(typed, today)
    if not with_names:
        asked = Asked(reference=" ".join(typed.split())[:_LONGEST])
    with office.database.read() as connection:
        how: How = "reference"
        refs: list[str] = []
        for how, look in _ways(office, connection, asked, reach, today):  # noqa: B007 the way that found is told
            refs = look()
            if refs:
                break
        lines = search.lines(connection, refs[:MOST]) if refs else []
    return Found(asked, how, tuple(lines), len(refs) > MOST)


def search_for(office: Office, actor: Actor, typed: str, today: date) -> Found:
    """What `actor` finds among the cases they may see; by name only if they may see names. Raises BadInput."""
    reach = EVERYWHERE if actor.teams is None else Reach(sorted(actor.teams), actor.officer)
    return search_cases(office, typed, today, reach=reach, with_names=actor.sees_names)


Look = Callable[[], list[str]]


def _ways(
    office: Office, connection: Connection, asked: Asked, reach: Reach, today: date
) -> Iterator[tuple[How, Look]]:
    """The ways to look, the surest first; each is tried only if those before it found nothing."""
    most = MOST + 1
    if asked.upn:
        yield "upn", lambda: search.by_upn(connection, asked.upn or "", reach, most)
    elif asked.reference:
        yield from _by_reference(office, connection, asked.reference, reach, today)
    elif not asked.words:
        yield "born", lambda: search.by_person(connection, (), asked.born, reach, most)
    else:
        whole = [(word,) for word in asked.words]
        yield "name", lambda: search.by_person(connection, whole, asked.born, reach, most)
        yield "name", lambda: search.by_person(connection, asked.words, asked.born, reach, most)
        yield "similar", lambda: _by_similar_names(connection, asked, reach, most)


def _by_reference(
    office: Office, connection: Connection, typed: str, reach: Reach, today: date
) -> Iterator[tuple[How, Look]]:
    most, spelt = MOST + 1, {typed, typed.upper(), typed.replace(" ", "-").upper()}
    yield "reference", lambda: search.by_reference(connection, spelt, reach, most)
    if typed.isdecimal():
        meant = set(_with_number(office, typed, today))
        yield "reference", lambda: search.by_reference(connection, meant, reach, most)
    for spelling in sorted(spelt):
        yield "reference", partial(search.by_beginning, connection, spelling, reach, most)
    yield "reference", lambda: search.by_part(connection, typed, reach, most)


def _with_number(office: Office, digits: str, today: date) -> Iterator[str]:
    """The references of our own making that a number alone may stand for: 42 is NA-42, NA-0042 or NA-2026-0042."""
    for workflow in office.workflows.values():
        for number in {digits, digits.zfill(4)}:
            yield f"{workflow.case_prefix}-{number}"
            for year in range(today.year - _YEARS_BACK, today.year + 1):
                yield f"{workflow.case_prefix}-{year}-{number}"


def _by_similar_names(connection: Connection, asked: Asked, reach: Reach, most: int) -> list[str]:
    similar = [tuple(name_index.similar_words(connection, word)) for word in asked.words]
    return search.by_person(connection, similar, asked.born, reach, most) if all(similar) else []
