"""What is due: overdue, today, the next seven days, the next twenty-eight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from ehcp_flow.analytics.observations import Observation
from ehcp_flow.engine.count import days_on
from ehcp_flow.services.absence import Away, away_on, officers_covered_by
from ehcp_flow.services.find_officer import known_officer, known_team
from ehcp_flow.services.observe import observations_touching, observe_open
from ehcp_flow.storage import holders, staff

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ehcp_flow.services.office import Office

SOON, LATER = 7, 28


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which clocks to list; None is any. Cases that have ended are left out unless `ended`.

    `covering` are officers whose cases are listed with those of `officer`. With `unassigned`, cases held by nobody,
    or by a name that is none of `known` (anybody counts as an officer where it is not given).
    """

    officer: str | None = None
    team: str | None = None
    clock: str | None = None
    basis: str | None = None
    workflow: str | None = None
    unassigned: bool = False
    ended: bool = False
    covering: tuple[str, ...] = ()
    known: frozenset[str] | None = None

    def matches(self, each: Observation) -> bool:
        """Whether an open clock is wanted."""
        return (
            (self.officer in (None, each.officer) or each.officer in self.covering)
            and self.team in (None, each.team)
            and self.clock in (None, each.clock, each.name)
            and self.basis in (None, each.basis)
            and self.workflow in (None, each.workflow)
            and (self.ended or not each.in_ended_case)
            and not (self.unassigned and self._is_held(each))
        )

    def _is_held(self, each: Observation) -> bool:
        return bool(each.officer) and (self.known is None or each.officer in self.known)


@dataclass(frozen=True, slots=True)
class WorkList:
    """Open limits grouped by when they fall due; `excepted` ones are past their day with the limit lifted.

    `away` are the officers who are away on that day, by username; `known` all officers there are.
    """

    as_of: date
    overdue: tuple[Observation, ...]
    today: tuple[Observation, ...]
    soon: tuple[Observation, ...]
    later: tuple[Observation, ...]
    excepted: tuple[Observation, ...]
    in_ended_cases: int
    away: Mapping[str, Away] = field(default_factory=dict)
    known: frozenset[str] = frozenset()

    @property
    def total(self) -> int:
        """How many clocks the list holds."""
        return len(self.lines)

    @property
    def lines(self) -> tuple[Observation, ...]:
        """All of them."""
        return (*self.overdue, *self.today, *self.soon, *self.later, *self.excepted)


def list_work(office: Office, as_of: date, wanted: Wanted | None = None) -> WorkList:
    """The open limits due by four weeks after `as_of`, the most overdue first.

    An officer's list also holds the cases of those whom the officer covers on that day. Raises UnknownName for
    an officer, team, clock or workflow there is not.
    """
    wanted = wanted or Wanted()
    _check_names(office, wanted)
    wanted, away = _with_cover(office, wanted, as_of)
    until = days_on(as_of, LATER)
    found = open_observations(office, as_of, until, wanted)
    mine = [each for each in found if wanted.matches(each)]
    any_case = replace(wanted, ended=True)
    ended = 0 if wanted.ended else sum(each.in_ended_case and any_case.matches(each) for each in found)
    return WorkList(
        as_of,
        overdue=_due(mine, None, days_on(as_of, -1), excepted=False),
        today=_due(mine, as_of, as_of),
        soon=_due(mine, days_on(as_of, 1), days_on(as_of, SOON)),
        later=_due(mine, days_on(as_of, SOON + 1), until),
        excepted=_due(mine, None, days_on(as_of, -1), excepted=True),
        in_ended_cases=ended,
        away=away,
        known=wanted.known or frozenset(),
    )


def _check_names(office: Office, wanted: Wanted) -> None:
    """Refuse a name that does not exist: an empty list must never mean that somebody mistyped it."""
    if wanted.clock:
        office.workflow_of_clock(wanted.clock.split("[")[0])
    if wanted.workflow:
        office.workflow(wanted.workflow)
    with office.database.read() as connection:
        if wanted.officer and not holders.holds_any(connection, wanted.officer):
            known_officer(connection, wanted.officer)
        if wanted.team:
            known_team(connection, wanted.team)


def _with_cover(office: Office, wanted: Wanted, as_of: date) -> tuple[Wanted, dict[str, Away]]:
    """What is wanted with what depends on who is there, and who is away on the day."""
    with office.database.read() as connection:
        away, known = away_on(connection, as_of), staff.usernames(connection)
        covering = officers_covered_by(connection, wanted.officer, as_of) if wanted.officer else ()
    return replace(wanted, covering=tuple(covering), known=known), away


def _due(
    found: Iterable[Observation], first: date | None, last: date, *, excepted: bool | None = None
) -> tuple[Observation, ...]:
    return tuple(
        each
        for each in found
        if (first is None or each.due_on >= first)
        and each.due_on <= last
        and (excepted is None or each.is_excepted == excepted)
    )


def list_breaches(
    office: Office, as_of: date, wanted: Wanted | None = None, since: date | None = None
) -> list[Observation]:
    """Limits broken and not yet met on `as_of`; with `since`, also those broken since and met late by now.

    The longest overdue come first. Exceptions are left out: a limit that is lifted is not broken. Raises
    UnknownName for an officer, team, clock or workflow there is not.
    """
    wanted = wanted or Wanted(ended=True)
    _check_names(office, wanted)
    if since is None:
        found = open_observations(office, as_of, days_on(as_of, -1), wanted)
    else:
        touched = observations_touching(office, days_on(since, -1), as_of, as_of)
        found = [each for each in touched if each.is_open or _broken_on(each) >= since]
    broken = [each for each in found if each.outcome == "breach" and wanted.matches(each)]
    return sorted(broken, key=lambda each: (each.due_on, each.case_ref, each.name))


def _broken_on(each: Observation) -> date:
    """The day a breach came about: the day after the limit, or that of the step taken too soon."""
    return each.stopped_on if each.kind == "window" and each.stopped_on else days_on(each.due_on, 1)


def open_observations(office: Office, as_of: date, until: date, wanted: Wanted) -> list[Observation]:
    """Open limits due by `until`, narrowed in the database where it can be."""
    officers = (wanted.officer, *wanted.covering) if wanted.officer else ()
    return observe_open(office, as_of, until, officers=officers, team=wanted.team)
