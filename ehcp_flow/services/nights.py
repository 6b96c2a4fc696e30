"""The night: each business date's work once, in order, whoever asks for it and however often.

A business date is a civil date in England. Its night may be done at any hour from then on; until it is, it is
missing, and every asking makes up what is missing, the oldest first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from ehcp_flow.engine.count import days_between, days_on
from ehcp_flow.errors import BadInput
from ehcp_flow.services.jobs import SWEEP_JOB, NightJob, Report
from ehcp_flow.services.night_clock import refuse_a_clock_ahead
from ehcp_flow.storage import flags
from ehcp_flow.storage.lock import only_one
from ehcp_flow.today import ENGLAND, now

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ehcp_flow.services.office import Office
    from ehcp_flow.services.sweep import Now
    from ehcp_flow.settings import Settings


@dataclass(frozen=True, slots=True)
class NightReport:
    """One business date's work done, as the ledger keeps it."""

    job: str
    business_date: date
    report: Report


def _never() -> bool:
    return False


def missing_nights(office: Office, until: date, job: NightJob = SWEEP_JOB) -> list[date]:
    """Every business date since the last one finished, up to `until`; the very first is `until` itself."""
    with office.database.read() as connection:
        return missing(connection, until, job)


def missing(connection: Connection, until: date, job: NightJob = SWEEP_JOB) -> list[date]:
    """The same, inside a reading that has begun."""
    last = flags.last_run(connection, job.name)
    since = days_on(until, -1) if last is None else last
    days = (days_on(since, number) for number in range(1, days_between(since, until) + 1))
    found = [day for day in days if job.falls_on(day)]
    return found if job.catch_up == "each" else found[-1:]


def do_nights(office: Office, until: date, *, now: Now = now) -> list[NightReport]:
    """Make up every missing night up to `until`, in order; none missing, nothing done. See `work_through`."""
    return list(work_through(office, SWEEP_JOB, until, now=now))


def work_through(
    office: Office,
    job: NightJob,
    until: date,
    *,
    now: Now = now,
    stop: Callable[[], bool] = _never,
    is_sure: bool = False,
    wait_seconds: float = 0,
) -> Iterator[NightReport]:
    """Do `job` for every business date it misses up to `until`, giving each report as soon as it is written.

    Each date is a transaction of its own, so what was done stays done; `stop` is asked between dates. One process
    at a time works: Busy is raised when another still does after `wait_seconds`. NotAllowed is raised for a
    date that only a wrong clock can have come to, unless the caller `is_sure`.
    """
    if not missing_nights(office, until, job):
        return
    if not is_sure:
        with office.database.read() as connection:
            refuse_a_clock_ahead(connection, until)
    with only_one(office.database, wait_seconds=wait_seconds):
        # Asked again, for whoever had the lock before may have done them.
        for business_date in missing_nights(office, until, job):
            if stop():
                return
            yield NightReport(job.name, business_date, job.do(office, business_date, now))


def do_one_night(office: Office, business_date: date, *, now: Now = now, wait_seconds: float = 0) -> NightReport:
    """Sweep for one business date alone. Nights missing before it are made up with it, in one, and not named."""
    with only_one(office.database, wait_seconds=wait_seconds):
        return NightReport(SWEEP_JOB.name, business_date, SWEEP_JOB.do(office, business_date, now))


def last_night(office: Office) -> date | None:
    """The last business date swept."""
    with office.database.read() as connection:
        return flags.last_run(connection, SWEEP_JOB.name)


def last_night_due(moment: datetime, sweep_at: time) -> date:
    """The newest business date whose hour has come: today's in England from `sweep_at` on, yesterday's before.

    It asks what a clock on the wall shows, so the hour that a clock change skips or repeats is no trouble.
    """
    here = moment.astimezone(ENGLAND)
    return here.date() if here.time() >= sweep_at else days_on(here.date(), -1)


def next_night(moment: datetime, sweep_at: time) -> datetime:
    """When the next night begins, in England."""
    day = days_on(last_night_due(moment, sweep_at), 1)
    return datetime.combine(day, sweep_at, ENGLAND)


def sweep_time(settings: Settings) -> time:
    """The hour of the night, from EHCP_SWEEP_AT. Raises BadInput for anything but 02:30 and its like."""
    try:
        at = time.fromisoformat(settings.sweep_at)
    except ValueError:
        at = None
    if at is None or at.tzinfo or at.second or at.microsecond:
        raise BadInput(f"EHCP_SWEEP_AT is {settings.sweep_at!r}, which is no hour.", next="Write it as 02:30.")
    return at
