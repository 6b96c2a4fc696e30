"""How the nights stand: the last ones, the next one, whether one is missing, what waits to be sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from ehcp_flow.services.jobs import SWEEP_JOB, NightJob, Report, night_jobs
from ehcp_flow.services.night_clock import doubts
from ehcp_flow.services.nights import last_night_due, missing, next_night, sweep_time
from ehcp_flow.storage import flags
from ehcp_flow.storage.notices import depth
from ehcp_flow.today import ENGLAND, now

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ehcp_flow.services.office import Office
    from ehcp_flow.services.sweep import Now

SECONDS_OF_GRACE = 3_600
"""A night is not called missing before it had this long to be done."""

_RUNS = 7


@dataclass(frozen=True, slots=True)
class DoneRun:
    """One row of the ledger."""

    business_date: date
    finished_at: datetime
    report: Report


@dataclass(frozen=True, slots=True)
class JobStatus:
    """A job's last runs, the newest first, and the business dates it has missed.

    `must_be_done`: a missed date is a loss; otherwise the next run does as well.
    """

    name: str
    title: str
    must_be_done: bool
    runs: tuple[DoneRun, ...]
    missing: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class NightStatus:
    """Everything a person or a monitor asks about the nights."""

    moment: datetime
    next_at: datetime
    jobs: tuple[JobStatus, ...]
    doubts: tuple[str, ...]
    notices_waiting: int
    notices_given_up: int

    @property
    def missing(self) -> tuple[date, ...]:
        """The business dates that were not swept."""
        return next(job.missing for job in self.jobs if job.name == SWEEP_JOB.name)

    @property
    def sweep_age_hours(self) -> float | None:
        """Hours since the last sweep was finished; None before the first."""
        runs = next(job.runs for job in self.jobs if job.name == SWEEP_JOB.name)
        return (self.moment.timestamp() - runs[0].finished_at.timestamp()) / 3_600 if runs else None

    @property
    def is_well(self) -> bool:
        """Whether nobody need be woken: no night is missing and no clock is doubted."""
        return not any(job.missing for job in self.jobs if job.must_be_done) and not self.doubts


def night_status(office: Office, now: Now = now) -> NightStatus:
    """How the nights stand at this moment. Raises DatabaseTrouble, BadInput for an impossible EHCP_SWEEP_AT."""
    at, moment = sweep_time(office.settings), now()
    had_time = datetime.fromtimestamp(moment.timestamp() - SECONDS_OF_GRACE, ENGLAND)
    until = last_night_due(had_time, at)
    with office.database.read() as connection:
        jobs = tuple(_job(connection, job, until) for job in night_jobs(office.settings))
        doubted = tuple(doubts(connection, moment))
        waiting, given_up = depth(connection)
    return NightStatus(moment, next_night(moment, at), jobs, doubted, waiting, given_up)


def _job(connection: Connection, job: NightJob, until: date) -> JobStatus:
    rows = flags.runs_of(connection, job.name, _RUNS)
    runs = tuple(DoneRun(row.business_date, row.finished_at, row.report) for row in rows)
    return JobStatus(job.name, job.title, job.catch_up == "each", runs, tuple(missing(connection, until, job)))
