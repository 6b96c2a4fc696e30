"""Cases, and limits that are due, a page at a time: what other programs read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from ehcp_flow.analytics.observations import Observation, observe
from ehcp_flow.services.find_officer import known_officer, known_team
from ehcp_flow.services.observe import is_all_in_the_table, observe_open
from ehcp_flow.storage import case_pages, holders
from ehcp_flow.storage.case_pages import DueKey, Within

if TYPE_CHECKING:
    from sqlalchemy import Row

    from ehcp_flow.services.office import Office
    from ehcp_flow.services.policy import Actor

__all__ = ["DueKey", "WantedCases", "WantedDue", "key_of", "reach_of", "read_cases", "read_due"]


@dataclass(frozen=True, slots=True)
class WantedCases:
    """Which cases to list; None is any."""

    workflow: str | None = None
    team: str | None = None
    officer: str | None = None
    state: str | None = None
    person_ref: str | None = None
    ended: bool | None = None


@dataclass(frozen=True, slots=True)
class WantedDue:
    """Which open limits to list; None is any. Those of cases that have ended only with `ended`."""

    workflow: str | None = None
    team: str | None = None
    officer: str | None = None
    clock: str | None = None
    basis: str | None = None
    excepted: bool | None = None
    ended: bool = False


def reach_of(actor: Actor) -> Within:
    """Whose cases an account may read, as the policy says."""
    return Within(actor.teams, actor.officer, of_no_team=actor.reaches(None))


def read_cases(office: Office, actor: Actor, wanted: WantedCases, after: str, most: int) -> Sequence[Row[Any]]:
    """At most `most` cases that the account may read, after the reference `after`, by reference.

    Raises UnknownName for a workflow, a team or an officer there is not.
    """
    _check_names(office, wanted)
    with office.database.read() as connection:
        return case_pages.case_page(
            connection,
            reach_of(actor),
            after,
            most,
            ended=wanted.ended,
            workflow=wanted.workflow,
            team=wanted.team,
            officer=wanted.officer,
            state=wanted.state,
            person_ref=wanted.person_ref,
        )


def read_due(
    office: Office, actor: Actor, as_of: date, until: date, wanted: WantedDue, after: DueKey | None, most: int
) -> Sequence[Observation]:
    """At most `most` open limits due by `until` that the account may read, judged for `as_of`, by due date.

    Read by index for today; for a day gone by every case is derived again. Raises UnknownName for a
    workflow, a clock, a team or an officer there is not.
    """
    _check_names(office, wanted)
    if wanted.clock is not None:
        office.workflow_of_clock(wanted.clock)
    within = reach_of(actor)
    with office.database.read() as connection:
        if is_all_in_the_table(connection, as_of):
            rows = case_pages.due_page(
                connection,
                within,
                until,
                after,
                most,
                excepted=wanted.excepted,
                ended=wanted.ended,
                workflow=wanted.workflow,
                team=wanted.team,
                officer=wanted.officer,
                clock=wanted.clock,
                basis=wanted.basis,
            )
            return [observe(row._asdict(), as_of) for row in rows]
    found = sorted(observe_open(office, as_of, until), key=key_of)
    return [each for each in found if _is_wanted(each, wanted, within) and (after is None or key_of(each) > after)][
        :most
    ]


def _check_names(office: Office, wanted: WantedCases | WantedDue) -> None:
    """Refuse a name that does not exist: an empty list must never mean that somebody mistyped it."""
    if wanted.workflow is not None:
        office.workflow(wanted.workflow)
    with office.database.read() as connection:
        if wanted.officer and not holders.holds_any(connection, wanted.officer):
            known_officer(connection, wanted.officer)
        if wanted.team:
            known_team(connection, wanted.team)


def key_of(each: Observation) -> DueKey:
    """What a limit is ordered by."""
    return each.due_on, each.case_ref, each.clock, each.subject or "", each.period


def _is_wanted(each: Observation, wanted: WantedDue, within: Within) -> bool:
    same = (
        (wanted.workflow, each.workflow),
        (wanted.team, each.team),
        (wanted.officer, each.officer),
        (wanted.clock, each.clock),
        (wanted.basis, each.basis),
        (wanted.excepted, each.is_excepted),
    )
    return (
        within.holds(each.team, each.officer)
        and (wanted.ended or not each.in_ended_case)
        and all(asked in (None, said) for asked, said in same)
    )
