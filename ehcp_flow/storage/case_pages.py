"""Cases and open limits, a page at a time, each page beginning after the last line of the one before (by its key).

However far one reads, a page costs the same, and a case recorded meanwhile neither repeats nor hides a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, false, or_, select, true, tuple_

from ehcp_flow.storage.tables import Case, ClockRow, Standing, sql_table

_cases, _standings, _clocks = sql_table(Case), sql_table(Standing), sql_table(ClockRow)

DueKey = tuple[date, str, str, str, int]
"""Due date, case, clock, subject and period: what open limits are ordered by."""


@dataclass(frozen=True, slots=True)
class Within:
    """Whose cases are read: those of these teams (None: of all), of this officer and, if wanted, those of no team."""

    teams: frozenset[str] | None = None
    officer: str | None = None
    of_no_team: bool = False

    def holds(self, team: str | None, officer: str | None) -> bool:
        """Whether a case of this team, held by this officer, is read."""
        if self.teams is None or (officer is not None and officer == self.officer):
            return True
        return team in self.teams if team else self.of_no_team


def _narrowed(query: Select[Any], table: Any, within: Within) -> Select[Any]:
    if within.teams is None:
        return query
    conditions: list[ColumnElement[bool]] = [table.c.team.in_(sorted(within.teams))]
    if within.officer is not None:
        conditions.append(table.c.officer == within.officer)
    if within.of_no_team:
        conditions.append(or_(table.c.team.is_(None), table.c.team == ""))
    return query.where(or_(*conditions))


def case_page(
    connection: Connection, within: Within, after: str, most: int, *, ended: bool | None, **wanted: str | None
) -> Sequence[Row[Any]]:
    """Cases after the reference `after`, by reference, with where they stand; `wanted` narrows by column."""
    query = (
        select(
            _cases.c.case_ref,
            _cases.c.workflow,
            _cases.c.person_ref,
            _cases.c.plan_ref,
            _cases.c.authority,
            _cases.c.follows,
            _standings.c.state,
            _standings.c.is_ended,
            _standings.c.opened_on,
            _standings.c.last_seq,
            _standings.c.officer,
            _standings.c.team,
        )
        .join(_standings, _standings.c.case_ref == _cases.c.case_ref)
        .where(_cases.c.case_ref > after)
    )
    if ended is not None:
        query = query.where(_standings.c.is_ended == (true() if ended else false()))
    for name, value in wanted.items():
        if value is not None:
            column = _cases.c[name] if name in _cases.c else _standings.c[name]
            query = query.where(column == value)
    return connection.execute(_narrowed(query, _standings, within).order_by(_cases.c.case_ref).limit(most)).all()


def due_page(
    connection: Connection,
    within: Within,
    until: date,
    after: DueKey | None,
    most: int,
    *,
    excepted: bool | None,
    ended: bool,
    **wanted: str | None,
) -> Sequence[Row[Any]]:
    """Open limits due by `until` after the key `after`, by due date, as `observe` reads them."""
    key = (_clocks.c.due_on, _clocks.c.case_ref, _clocks.c.clock, _clocks.c.subject, _clocks.c.period)
    query: Select[Any] = (
        select(_clocks, _standings.c.state, _standings.c.opened_on, _cases.c.authority, _cases.c.person_ref)
        .join(_standings, _standings.c.case_ref == _clocks.c.case_ref)
        .join(_cases, _cases.c.case_ref == _clocks.c.case_ref)
        .where(_clocks.c.is_open == true(), _clocks.c.due_on <= until)
    )
    if after is not None:
        # The first condition lets the index be used; the second is exact.
        query = query.where(_clocks.c.due_on >= after[0], tuple_(*key) > after)
    if excepted is not None:
        query = query.where(_clocks.c.is_excepted == (true() if excepted else false()))
    if not ended:
        query = query.where(_clocks.c.in_ended_case == false())
    for name, value in wanted.items():
        if value is not None:
            query = query.where(_clocks.c[name] == value)
    return connection.execute(_narrowed(query, _clocks, within).order_by(*key).limit(most)).all()
