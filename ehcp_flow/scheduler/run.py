"""The scheduler's process: APScheduler for the hours, one thread for the nights and one for what recurs by minutes.

Nothing is lost if it is not running, or if several are: what is missing stands in the database's ledger, and each
look makes up whatever is missing, under a lock. So the hours are only a matter of being early.
"""

from __future__ import annotations

import signal
from time import monotonic
from typing import TYPE_CHECKING, Any

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from ehcp_flow import __version__
from ehcp_flow.logs import set_up_logs
from ehcp_flow.scheduler.serve import HERE, MetricsServer
from ehcp_flow.scheduler.watch import Watch
from ehcp_flow.services.jobs import MINUTE_JOBS
from ehcp_flow.services.nights import next_night
from ehcp_flow.today import ENGLAND, now

if TYPE_CHECKING:
    from datetime import time

    from ehcp_flow.services.sweep import Now
    from ehcp_flow.settings import Settings

LOOK_AGAIN_MINUTES = 5
CLOCK_STEP_SECONDS = 60
_CLOCK_LOOK_SECONDS = 30


def run(settings: Settings, metrics_port: int | None = None) -> None:
    """Work until told to stop (SIGTERM or SIGINT); the transaction that is under way is finished first.

    Raises BadInput for settings that cannot be used; every other trouble is logged and tried again.
    """
    set_up_logs(settings.log)
    log = structlog.get_logger()
    watch = Watch(settings, log)
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: watch.stopping.set())
    server = MetricsServer(watch, metrics_port) if metrics_port is not None else None
    if server is not None:
        log.info("figures served", address=f"http://{HERE}:{server.port}/metrics")
    scheduler = make_scheduler()
    plan(scheduler, watch)
    # In the background, so that this thread is free to wait for signals and to notice a clock that is set.
    scheduler.start()
    log.info("scheduler started", version=__version__, next_night=next_night(now(), watch.sweep_at).isoformat())
    wait_for_the_end(scheduler, watch)
    log.info("scheduler stopping")
    scheduler.shutdown(wait=True)
    if server is not None:
        server.close()
    log.info("scheduler stopped")


def run_once(settings: Settings) -> bool:
    """Do what is to be done now and return: for cron and systemd timers. Gives whether all went well."""
    set_up_logs(settings.log)
    watch = Watch(settings, structlog.get_logger())
    return all([watch.look(), *(watch.do(job) for job in MINUTE_JOBS)])


def make_scheduler() -> BackgroundScheduler:
    """A scheduler that never drops a run for being late (its own default is one second)."""
    return BackgroundScheduler(
        timezone=ENGLAND,
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        executors={"nights": ThreadPoolExecutor(1), "minutes": ThreadPoolExecutor(1)},
    )


def plan(scheduler: BackgroundScheduler, watch: Watch, now: Now = now) -> None:
    """Put every job into the plan, each to begin at once and go on from there; the plan before is replaced."""

    def add(name: str, trigger: Any, executor: str, work: Any, *arguments: Any, at_once: bool) -> None:
        begin = {"next_run_time": now()} if at_once else {}
        scheduler.add_job(
            work, trigger, arguments, id=name, name=name, executor=executor, replace_existing=True, **begin
        )

    add("night", night_trigger(watch.sweep_at), "nights", watch.look, at_once=False)
    # Whatever kept a night from being done, a few minutes later it is tried again.
    add("look again", minute_trigger(LOOK_AGAIN_MINUTES), "nights", watch.look, at_once=True)
    for job in MINUTE_JOBS:
        add(job.name, minute_trigger(job.minutes), "minutes", watch.do, job, at_once=True)


def night_trigger(at: time) -> CronTrigger:
    """Every day at an hour in England. Between 01:00 and 02:00 it fires twice when clocks go back; the ledger knows."""
    return CronTrigger(hour=at.hour, minute=at.minute, timezone=ENGLAND)


def minute_trigger(minutes: int) -> IntervalTrigger:
    """Every so many minutes."""
    return IntervalTrigger(minutes=minutes, timezone=ENGLAND)


def wait_for_the_end(scheduler: BackgroundScheduler, watch: Watch) -> None:
    """Wait until told to stop. Where the computer's clock jumped meanwhile, plan anew from the new time.

    A plan made by a clock that ran ahead would wait until its hours come again; a machine that slept through its
    hours looks at once.
    """
    clock = ClockSteps(watch.now)
    while not watch.stopping.wait(_CLOCK_LOOK_SECONDS):
        if step := clock.step():
            watch.log.warning("the clock jumped, planning anew", seconds=round(step))
            plan(scheduler, watch)


class ClockSteps:
    """Notices that the clock on the wall went another way than time itself: it was set, or the machine slept."""

    def __init__(self, now: Now, elapsed: Any = monotonic) -> None:
        self._now, self._elapsed = now, elapsed
        self._offset = self._measured()

    def _measured(self) -> float:
        return self._now().timestamp() - float(self._elapsed())

    def step(self) -> float:
        """By how many seconds the clock jumped since the last look; 0 for what is no jump."""
        before, self._offset = self._offset, self._measured()
        step = self._offset - before
        return step if abs(step) >= CLOCK_STEP_SECONDS else 0
