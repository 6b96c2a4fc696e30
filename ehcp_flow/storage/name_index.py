"""People by the words of their names: derived like standings, kept on every write, remade by `ehcp rebuild`.

`name_word` has each word with whose it is; `name_slip` has each word once with the spellings one slip away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from ehcp_flow.storage import bulk
from ehcp_flow.storage.name_words import is_one_slip_apart, slips, words_to_find
from ehcp_flow.storage.search_tables import NameSlip, NameWord
from ehcp_flow.storage.tables import Person, sql_table

_words, _slips, _people = sql_table(NameWord), sql_table(NameSlip), sql_table(Person)
_PEOPLE_AT_A_TIME = 5_000
_NAMES_AT_A_TIME = 200


def add(connection: Connection, people: Iterable[Mapping[str, Any]]) -> None:
    """Index people who are new."""
    rows = [
        {"word": word, "person_ref": each["person_ref"]}
        for each in people
        for word in sorted(words_to_find(each.get("given_name") or "", each.get("family_name") or ""))
    ]
    bulk.load(connection, _words, rows)
    _add_slips(connection, sorted({row["word"] for row in rows}))


def _add_slips(connection: Connection, words: Sequence[str]) -> None:
    for start in range(0, len(words), _NAMES_AT_A_TIME):
        batch = words[start : start + _NAMES_AT_A_TIME]
        known = set(connection.execute(select(_slips.c.word).where(_is_itself(batch))).scalars())
        rows = [{"slip": slip, "word": word} for word in batch if word not in known for slip in sorted(slips(word))]
        if rows:
            connection.execute(_insert_if_new(connection, _slips), rows)


def _is_itself(words: Collection[str]) -> Any:
    """Every word is among its own slips, so one look-up says whether it is there."""
    return (_slips.c.slip.in_(words)) & (_slips.c.word == _slips.c.slip)


def _insert_if_new(connection: Connection, table: Table) -> Any:
    kind = postgresql if connection.dialect.name == "postgresql" else sqlite
    return kind.insert(table).on_conflict_do_nothing()


def change(connection: Connection, person_ref: str) -> None:
    """Index a person again, after a change of name."""
    old = set(connection.execute(select(_words.c.word).where(_words.c.person_ref == person_ref)).scalars())
    named = select(_people.c.given_name, _people.c.family_name).where(_people.c.person_ref == person_ref)
    new = words_to_find(*connection.execute(named).one())
    if gone := old - new:
        connection.execute(delete(_words).where(_words.c.person_ref == person_ref, _words.c.word.in_(gone)))
        _forget_slips(connection, gone)
    if more := sorted(new - old):
        connection.execute(insert(_words), [{"word": word, "person_ref": person_ref} for word in more])
        _add_slips(connection, more)


def _forget_slips(connection: Connection, words: Collection[str]) -> None:
    """A name that nobody bears any more leaves nothing behind."""
    borne = set(connection.execute(select(_words.c.word).where(_words.c.word.in_(words))).scalars())
    connection.execute(delete(_slips).where(_slips.c.word.in_(set(words) - borne)))


def rebuild(connection: Connection) -> None:
    """Index everybody again, some thousand at a time."""
    connection.execute(delete(_words))
    connection.execute(delete(_slips))
    last = ""
    columns = (_people.c.person_ref, _people.c.given_name, _people.c.family_name)
    query = select(*columns).order_by(_people.c.person_ref).limit(_PEOPLE_AT_A_TIME)
    while batch := connection.execute(query.where(_people.c.person_ref > last)).mappings().all():
        add(connection, [dict(row) for row in batch])
        last = batch[-1]["person_ref"]


def similar_words(connection: Connection, typed: str) -> list[str]:
    """Names that people bear, one slip away from what was typed."""
    query = select(_slips.c.word).where(_slips.c.slip.in_(slips(typed))).distinct()
    return sorted(word for word in connection.execute(query).scalars() if is_one_slip_apart(typed, word))
