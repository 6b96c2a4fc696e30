"""What the scheduler does when its hour comes. Whatever goes wrong is logged and tried again; nothing is raised."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING

from ehcp_flow.errors import Busy
from ehcp_flow.services.jobs import MinuteJob, NightJob, Report, night_jobs
from ehcp_flow.services.nights import last_night_due, sweep_time, work_through
from ehcp_flow.services.office import Office
from ehcp_flow.today import now

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from ehcp_flow.services.sweep import Now
    from ehcp_flow.settings import Settings


class Watch:
    """One scheduler's work. Every look has an office of its own: it sees the law and the database as they are then."""

    def __init__(self, settings: Settings, log: FilteringBoundLogger, now: Now = now) -> None:
        self.settings, self.log, self.now = settings, log, now
        self.sweep_at = sweep_time(settings)
        self.jobs = night_jobs(settings)
        self.stopping = Event()
        self._said: dict[str, Report] = {}
        self._last_look = monotonic()
        self._is_looking = False

    def look(self) -> bool:
        """Do every night's work that is missing, job by job; gives whether all went well."""
        self._is_looking = True
        try:
            until = last_night_due(self.now(), self.sweep_at)
            went_well = [self._tried(job.name, partial(self._nights, job, until)) for job in self.jobs]
            return all(went_well)
        finally:
            self._is_looking, self._last_look = False, monotonic()

    def do(self, job: MinuteJob) -> bool:
        """Do a minute job once; gives whether it went well."""

        def work(office: Office) -> None:
            report = job.do(office)
            if any(report.values()) and report != self._said.get(job.name):
                self.log.info("job done", job=job.name, **report)
            self._said[job.name] = report  # the same again is no news

        return self._tried(job.name, work)

    def seconds_since_look(self) -> float:
        """How long ago the last look at the nights ended; 0 while one goes on."""
        return 0 if self._is_looking else monotonic() - self._last_look

    def _nights(self, job: NightJob, until: date, office: Office) -> None:
        for night in work_through(office, job, until, now=self.now, stop=self.stopping.is_set):
            # A night that could not tell anybody is done, and yet somebody should look.
            tell = self.log.warning if night.report.get("trouble") else self.log.info
            tell("night done", job=job.name, business_date=str(night.business_date), **night.report)

    def _tried(self, name: str, work: Callable[[Office], None]) -> bool:
        try:
            with opened(self.settings) as office:
                work(office)
        except Busy:
            self.log.info("left to another process", job=name)
        except Exception:  # a scheduler that dies of one night loses all others
            self.log.exception("job failed", job=name)
            return False
        return True


@contextmanager
def opened(settings: Settings) -> Iterator[Office]:
    """An office for one piece of work; its connections are closed at the end."""
    office = Office(settings)
    try:
        yield office
    finally:
        if "database" in vars(office):  # opened on first use, which may not have come
            office.database.close()
