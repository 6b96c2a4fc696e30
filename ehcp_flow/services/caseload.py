"""Everybody's caseload on a day, weighted by stage: counted in the database, or from the journals for a day gone by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ehcp_flow.analytics.caseload import Caseloads, Holding, Pressing, Weights, Worker, caseloads
from ehcp_flow.engine.count import days_on
from ehcp_flow.engine.history import history
from ehcp_flow.services.absence import away_on
from ehcp_flow.services.derive import Derived, derive_seen
from ehcp_flow.services.find_officer import known_officer, known_team
from ehcp_flow.services.list_work import SOON
from ehcp_flow.services.read_weights import read_weights
from ehcp_flow.storage import caseload_counts, clock_table, journal, people

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ehcp_flow.services.office import Office

LAW = "law"


@dataclass(frozen=True, slots=True)
class CaseloadReport:
    """The caseloads of a day, and the weights they were reckoned with.

    With a team, `elsewhere` counts the open cases of officers in no team, which no team's page would show.
    """

    as_of: date
    team: str | None
    caseloads: Caseloads
    weights: Weights
    elsewhere: int = 0


def caseload(
    office: Office,
    as_of: date,
    team: str | None = None,
    officer: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> CaseloadReport:
    """Who carries how much on a day; with `team`, its officers, and unassigned cases that are its own or no team's.

    With `officer`, theirs alone. Raises UnknownName for a team or an officer there is not, BadFile for weights that
    cannot be used.
    """
    weights = read_weights(office.settings, office.workflows)
    with office.database.read() as connection:
        teams = people.teams(connection)
        if team is not None:
            known_team(connection, team)
        workers = _workers(connection, as_of)
        latest = clock_table.latest_event_day(connection)
        if latest is None or latest <= as_of:
            holdings, pressing = _counted(connection, as_of)
        else:
            holdings, pressing = _derived(office, connection, as_of, progress)
        if officer is not None and all(officer != held.officer for held in holdings):
            known_officer(connection, officer)
    found = caseloads(weights, workers, holdings, pressing)
    if officer is not None:
        found = found.of_officer(officer)
    if team is None:
        return CaseloadReport(as_of, None, found, weights)
    teamless = sum(each.load.cases for each in found.teams if each.team is None)
    return CaseloadReport(as_of, team, found.of_team(team, teams), weights, teamless)


def caseloads_of(office: Office, as_of: date, holdings: list[Holding], pressing: list[Pressing]) -> Caseloads:
    """The same from counts made elsewhere. Officers, their hours and absences are those recorded now."""
    with office.database.read() as connection:
        workers = _workers(connection, as_of)
    return caseloads(read_weights(office.settings, office.workflows), workers, holdings, pressing)


def _workers(connection: Connection, as_of: date) -> list[Worker]:
    away = away_on(connection, as_of)
    found = []
    for row in people.officers(connection):
        absence = away.get(row.username)
        until, cover = (absence.last_day, absence.cover) if absence else (None, None)
        found.append(Worker(row.username, row.name, row.team, len(row.works_on.split()), until, cover))
    return found


def _counted(connection: Connection, as_of: date) -> tuple[list[Holding], list[Pressing]]:
    stages = caseload_counts.open_cases_by_stage(connection)
    limits = caseload_counts.pressing_limits(connection, as_of, days_on(as_of, SOON), LAW)
    holdings = [
        Holding(officer, team, (name, state), cases) for officer, team, name, state, cases in map(tuple, stages)
    ]
    return holdings, [Pressing(*tuple(row)) for row in limits]


def _derived(
    office: Office, connection: Connection, as_of: date, progress: Callable[[int, int], None] | None
) -> tuple[list[Holding], list[Pressing]]:
    """The same counts with each case derived again as it stood on a day gone by."""
    holdings: list[Holding] = []
    pressing: list[Pressing] = []
    total = journal.count_entries(connection)
    done = 0
    for _, name, entries in journal.all_histories(connection):
        done += len(entries)
        seen = history(entries, as_of)
        if seen:
            case = derive_seen(office.workflow(name), entries, seen, office.calendar)
            holdings += _holding(case, name)
            pressing += _pressing(case, as_of)
        if progress:
            progress(done, total)
    return holdings, pressing


def _holding(case: Derived, workflow: str) -> list[Holding]:
    of = case.standing
    return [] if of["is_ended"] else [Holding(of["officer"], of["team"], (workflow, of["state"]), 1)]


def _pressing(case: Derived, as_of: date) -> list[Pressing]:
    until = days_on(as_of, SOON)
    due = [
        row["due_on"]
        for row in case.rows
        if row["is_open"] and not row["is_excepted"] and not row["in_ended_case"] and row["basis"] == LAW
    ]
    overdue, soon = sum(day < as_of for day in due), sum(as_of <= day <= until for day in due)
    of = case.standing
    return [Pressing(of["officer"], of["team"], overdue, soon)] if overdue or soon else []
