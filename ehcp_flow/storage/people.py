"""People, plans, cases, officers and teams: the facts beside the journal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, insert, or_, select, update
from sqlmodel import SQLModel

from ehcp_flow.storage import name_index
from ehcp_flow.storage.tables import Case, Officer, Person, Plan, Standing, Team, sql_table

_cases, _people, _plans = sql_table(Case), sql_table(Person), sql_table(Plan)
_officers, _teams = sql_table(Officer), sql_table(Team)
_NAMES = {"given_name", "family_name"}

# Every recording uses it: written once, SQLAlchemy need not work it out each time.
_CASE_OF: Select[Any] = (
    select(
        _cases,
        _people.c.given_name,
        _people.c.family_name,
        _people.c.date_of_birth,
        _people.c.upn,
        _people.c.looked_after,
    )
    .outerjoin(_people, _people.c.person_ref == _cases.c.person_ref)
    .where(_cases.c.case_ref == bindparam("of_case"))
)


def add(connection: Connection, model: type[SQLModel], rows: Iterable[dict[str, Any]]) -> None:
    """Add rows of one kind."""
    found = list(rows)
    if found:
        connection.execute(insert(sql_table(model)), found)
    if model is Person:
        name_index.add(connection, found)


def case_of(connection: Connection, case_ref: str) -> Row[Any] | None:
    """A case's fixed facts with its person's name and date of birth, if the case exists."""
    return connection.execute(_CASE_OF, {"of_case": case_ref}).first()


def names_of_cases(connection: Connection, case_refs: Collection[str]) -> Sequence[Row[Any]]:
    """The given and family names of the people that cases are about."""
    query: Select[Any] = (
        select(_cases.c.case_ref, _people.c.given_name, _people.c.family_name)
        .join(_people, _people.c.person_ref == _cases.c.person_ref)
        .where(_cases.c.case_ref.in_(case_refs))
    )
    return connection.execute(query).all()


def case_refs_from(connection: Connection, beginning: str, limit: int) -> Sequence[str]:
    """Existing references that begin with `beginning`."""
    query = select(_cases.c.case_ref).where(_cases.c.case_ref.startswith(beginning, autoescape=True))
    return connection.execute(query.order_by(_cases.c.case_ref).limit(limit)).scalars().all()


def case_refs_like(connection: Connection, text: str, limit: int = 5) -> Sequence[str]:
    """Existing references that hold `text`, for a helpful refusal."""
    query = select(_cases.c.case_ref).where(_cases.c.case_ref.icontains(text, autoescape=True))
    return connection.execute(query.order_by(_cases.c.case_ref).limit(limit)).scalars().all()


def last_number(connection: Connection, prefix: str) -> int:
    """The highest number that follows `prefix` in a case reference, 0 if there is none.

    Whoever asks is alone in asking until the end of the transaction, so that no number is given out twice:
    writers of SQLite queue anyway, and PostgreSQL is asked for a lock.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(prefix))))
    query = select(_cases.c.case_ref).where(_cases.c.case_ref.like(f"{prefix}%"))
    newest_first = query.order_by(func.length(_cases.c.case_ref).desc(), _cases.c.case_ref.desc())
    for case_ref in connection.execute(newest_first).scalars():
        digits = case_ref.removeprefix(prefix)
        if digits.isdecimal():
            return int(digits)
    return 0


def linked_cases(connection: Connection, case_ref: str, person_ref: str | None) -> Sequence[Row[Any]]:
    """Other cases of the same person, and cases this one follows or that follow it."""
    conditions = [_cases.c.follows == case_ref]
    if person_ref:
        conditions.append(_cases.c.person_ref == person_ref)
    query = select(_cases).where(or_(*conditions), _cases.c.case_ref != case_ref).order_by(_cases.c.case_ref)
    return connection.execute(query).all()


def officer_named(connection: Connection, username: str) -> Row[Any] | None:
    """An officer by username."""
    return connection.execute(select(_officers).where(_officers.c.username == username)).first()


def officers(connection: Connection) -> Sequence[Row[Any]]:
    """All officers, by name."""
    return connection.execute(select(_officers).order_by(_officers.c.name)).all()


def teams(connection: Connection) -> Sequence[str]:
    """All teams' names."""
    return connection.execute(select(_teams.c.name).order_by(_teams.c.name)).scalars().all()


def known_refs(connection: Connection, model: type[SQLModel], refs: Sequence[str]) -> set[str]:
    """Those of `refs` that exist already, looked up by the model's first key column."""
    table = sql_table(model)
    key = next(iter(table.primary_key.columns))
    return set(connection.execute(select(key).where(key.in_(refs))).scalars())


def people_by_upn(connection: Connection, upns: Sequence[str]) -> dict[str, str]:
    """Person references by unique pupil number."""
    query = select(_people.c.upn, _people.c.person_ref).where(_people.c.upn.in_(upns))
    return {row.upn: row.person_ref for row in connection.execute(query)}


def facts(connection: Connection, case_refs: Sequence[str] | None = None) -> dict[str, Row[Any]]:
    """Fixed facts of cases by reference."""
    query = select(_cases)
    if case_refs is not None:
        query = query.where(_cases.c.case_ref.in_(case_refs))
    return {row.case_ref: row for row in connection.execute(query)}


def count(connection: Connection, model: type[SQLModel]) -> int:
    """How many rows a table holds."""
    return connection.execute(select(func.count()).select_from(sql_table(model))).scalar_one()


def person_of(connection: Connection, person_ref: str) -> Row[Any] | None:
    """A person by reference."""
    return connection.execute(select(_people).where(_people.c.person_ref == person_ref)).first()


def update_person(connection: Connection, person_ref: str, facts: dict[str, Any]) -> None:
    """Bring what we know of a person up to date; facts that are not given stay as they are."""
    if facts:
        connection.execute(update(_people).where(_people.c.person_ref == person_ref).values(**facts))
    if _NAMES & set(facts):
        name_index.change(connection, person_ref)


def case_with_holder(connection: Connection, case_ref: str) -> Row[Any] | None:
    """A case's person and plan, and who holds it."""
    standing = sql_table(Standing)
    query: Select[Any] = (
        select(_cases.c.person_ref, _cases.c.plan_ref, standing.c.officer, standing.c.team)
        .join(standing, standing.c.case_ref == _cases.c.case_ref)
        .where(_cases.c.case_ref == case_ref)
    )
    return connection.execute(query).first()
