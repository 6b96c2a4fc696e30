"""Open limits in spans of days, a few lines of each: only the lines that are shown are read.

Counting reads the index of open clocks alone, which holds every column that a list is narrowed by.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, case, false, func, or_, select, true

from ehcp_flow.storage.clock_table import clock_table, standing_table
from ehcp_flow.storage.tables import Case, sql_table

_cases = sql_table(Case)
_of = clock_table.c
ENDED: Final = "ended"
LIFTED: Final = "lifted"
_COLUMNS: Final = ("team", "clock", "subject", "basis", "workflow")
_ALWAYS_NARROW: Final = (*_COLUMNS, "held_by_none_of", "teams")

_ORDERS: Final[dict[str, tuple[Any, ...]]] = {
    "due": (),
    "case": (_of.case_ref,),
    "clock": (_of.clock, _of.subject),
    "officer": (_of.officer,),
}


@dataclass(frozen=True, slots=True)
class Span:
    """A group of limits: those that fall due from `first` (or any day) to `last`."""

    name: str
    first: date | None
    last: date


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Whose limits, and which. Empty collections and None narrow nothing, except `teams`: None is every team.

    `teams` and `own` say whose cases may be seen: those of these teams, of none, and of these officers.
    """

    officers: Collection[str] = ()
    team: str | None = None
    clock: str | None = None
    subject: str | None = None
    basis: str | None = None
    workflow: str | None = None
    held_by_none_of: Collection[str] | None = None
    teams: Collection[str] | None = None
    own: Collection[str] = ()

    @property
    def given(self) -> tuple[str, ...]:
        """What narrows, by name: lists narrowed by the same are read by the same statement, made once."""
        always = {name for name in _ALWAYS_NARROW if getattr(self, name) is not None}
        return tuple(sorted(always | ({"officers"} if self.officers else set())))

    @property
    def values(self) -> dict[str, Any]:
        """What the statements are given."""
        lists = {"officers", "held_by_none_of", "teams"}
        values = {name: getattr(self, name) for name in self.given}
        given = {name: list(value) if name in lists else value for name, value in values.items()}
        return given | ({"own": list(self.own)} if "teams" in given else {})


def count_due(connection: Connection, spans: Sequence[Span], as_of: date, narrowed: Narrowed) -> dict[str, int]:
    """How many limits the spans, each beginning where the one before it ends, hold.

    Those past their day with the limit lifted, and those of cases that have ended, are counted apart.
    """
    statement = _counting(tuple(span.name for span in spans), narrowed.given)
    days = {span.name: span.last for span in spans}
    values = {"as_of": as_of, "until": spans[-1].last, **days, **narrowed.values}
    return {name: number for name, number in map(tuple, connection.execute(statement, values)) if name}


@lru_cache(maxsize=64)
def _counting(names: tuple[str, ...], given: tuple[str, ...]) -> Select[Any]:
    group = case(
        (_of.in_ended_case == true(), ENDED),
        (and_(_of.is_excepted == true(), _of.due_on < bindparam("as_of")), LIFTED),
        *((_of.due_on <= bindparam(name), name) for name in names),
    ).label("span")
    return select(group, func.count()).where(_is_wanted(given)).group_by(group)


def due_lines(
    connection: Connection, span: Span, as_of: date, narrowed: Narrowed, *, sort: str, offset: int, limit: int
) -> Sequence[Row[Any]]:
    """Some lines of a span, in the order asked for; cases that have ended are left out."""
    is_lifted = True if span.name == LIFTED else False if span.last < as_of else None
    statement = _listing(narrowed.given, sort, is_lifted=is_lifted, has_first=span.first is not None)
    values = {"as_of": as_of, "until": span.last, "offset": offset, "limit": limit, **narrowed.values}
    if span.first is not None:
        values["first"] = span.first
    return connection.execute(statement, values).all()


@lru_cache(maxsize=256)
def _listing(given: tuple[str, ...], sort: str, *, is_lifted: bool | None, has_first: bool) -> Select[Any]:
    more = [standing_table.c.state, standing_table.c.opened_on, _cases.c.authority, _cases.c.person_ref]
    query: Select[Any] = (
        select(clock_table, *more)
        .join(standing_table, standing_table.c.case_ref == _of.case_ref)
        .join(_cases, _cases.c.case_ref == _of.case_ref)
        .where(_is_wanted(given), _of.in_ended_case == false())
    )
    if has_first:
        query = query.where(_of.due_on >= bindparam("first"))
    if is_lifted is not None:
        query = query.where(_of.is_excepted == (true() if is_lifted else false()))
    order = (*_ORDERS[sort], _of.due_on, _of.case_ref, _of.clock, _of.subject)
    return query.order_by(*order).offset(bindparam("offset")).limit(bindparam("limit"))


def _is_wanted(given: tuple[str, ...]) -> ColumnElement[bool]:
    wanted = [_of.is_open == true(), _of.due_on <= bindparam("until"), _of.started_on <= bindparam("as_of")]
    wanted += [_of[name] == bindparam(name) for name in _COLUMNS if name in given]
    if "officers" in given:
        wanted.append(_of.officer.in_(_several("officers")))
    if "held_by_none_of" in given:
        wanted.append(or_(_of.officer.is_(None), _of.officer.not_in(_several("held_by_none_of"))))
    if "teams" in given:
        within = (_of.team.in_(_several("teams")), _of.team.is_(None), _of.officer.in_(_several("own")))
        wanted.append(or_(*within))
    return and_(*wanted)


def _several(name: str) -> Any:
    return bindparam(name, expanding=True)
