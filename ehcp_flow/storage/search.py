"""Finding cases by what people remember of them, each way by an index."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select

from ehcp_flow.storage.search_tables import NameWord
from ehcp_flow.storage.tables import Case, Person, Standing, sql_table

_cases, _people, _standings = sql_table(Case), sql_table(Person), sql_table(Standing)
_words = sql_table(NameWord)
_AFTER_ALL = "\U0010ffff"

Word = tuple[str, ...] | str
"""What one word of a name may be: one of several, or (a text alone) anything that begins with it."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose cases may be found: those of these teams, of no team, and of this officer; all, where `teams` is None."""

    teams: Collection[str] | None = None
    officer: str | None = None


EVERYWHERE = Reach()


def by_reference(connection: Connection, refs: Collection[str], reach: Reach, limit: int) -> list[str]:
    """Cases with one of these references."""
    return _found(connection, select(_cases.c.case_ref).where(_cases.c.case_ref.in_(refs)), reach, limit)


def by_beginning(connection: Connection, typed: str, reach: Reach, limit: int) -> list[str]:
    """Cases whose reference begins like this."""
    begins = _cases.c.case_ref.startswith(typed, autoescape=True)
    if connection.dialect.name == "sqlite":  # which cannot use an index for LIKE where capitals count
        begins &= (_cases.c.case_ref >= typed) & (_cases.c.case_ref < typed + _AFTER_ALL)
    query = select(_cases.c.case_ref).where(begins).order_by(_cases.c.case_ref)
    return _found(connection, query, reach, limit)


def by_part(connection: Connection, typed: str, reach: Reach, limit: int) -> list[str]:
    """Cases whose reference holds this somewhere: reads every reference."""
    query = select(_cases.c.case_ref).where(_cases.c.case_ref.icontains(typed, autoescape=True))
    return _found(connection, query, reach, limit)


def by_upn(connection: Connection, upn: str, reach: Reach, limit: int) -> list[str]:
    """Cases of whoever has this unique pupil number."""
    return _found(connection, _of_people().where(_people.c.upn == upn), reach, limit)


def by_person(
    connection: Connection,
    words: Sequence[Word],
    born: date | None,
    reach: Reach,
    limit: int,
) -> list[str]:
    """Cases of people who bear every one of these words in their names and, if given, were born on that day."""
    query = _of_people()
    if born is not None:
        query = query.where(_people.c.date_of_birth == born)
    for number, word in enumerate(words):
        bears = _words.alias(f"w{number}")
        query = query.join(bears, (bears.c.person_ref == _people.c.person_ref) & _is(bears.c.word, word))
    return _found(connection, query, reach, limit)


def _is(column: ColumnElement[str], word: Word) -> ColumnElement[bool]:
    if isinstance(word, str):
        return (column >= word) & (column < word + _AFTER_ALL)
    return column.in_(word)


def _of_people() -> Select[Any]:
    return select(_cases.c.case_ref).join(_people, _people.c.person_ref == _cases.c.person_ref)


def _found(connection: Connection, query: Select[Any], reach: Reach, limit: int) -> list[str]:
    if reach.teams is not None:
        of = _standings.c
        # Not the bare columns: whoever is looked for is found by name, never by walking through a team's cases.
        team, officer = func.coalesce(of.team, ""), func.coalesce(of.officer, "")
        within = or_(team.in_(["", *reach.teams]), and_(officer != "", officer == (reach.officer or "")))
        query = query.join(_standings, of.case_ref == _cases.c.case_ref).where(within)
    return list(dict.fromkeys(connection.execute(query.limit(limit)).scalars()))


def lines(connection: Connection, case_refs: Collection[str]) -> list[Row[Any]]:
    """What a list of results shows of these cases: those still open first, the newest of each kind on top."""
    query: Select[Any] = (
        select(
            _cases.c.case_ref,
            _cases.c.workflow,
            _cases.c.person_ref,
            _people.c.given_name,
            _people.c.family_name,
            _people.c.date_of_birth,
            _standings.c.state,
            _standings.c.is_ended,
            _standings.c.opened_on,
            _standings.c.officer,
            _standings.c.team,
        )
        .outerjoin(_people, _people.c.person_ref == _cases.c.person_ref)
        .join(_standings, _standings.c.case_ref == _cases.c.case_ref)
        .where(_cases.c.case_ref.in_(case_refs))
        .order_by(_standings.c.is_ended, _standings.c.opened_on.desc(), _cases.c.case_ref)
    )
    return list(connection.execute(query).all())
