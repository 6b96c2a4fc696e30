"""What is done by itself: one entry for each job. To add a job, add an entry; the scheduler reads nothing else.

A night job belongs to a business date and is done once for it, with a row in the ledger that the job itself
writes (in the transaction of its work, where it has one). A minute job looks every few minutes and keeps its own
account of what is left to do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal

from ehcp_flow.services.return_night import JOB, make_return, return_day
from ehcp_flow.services.send_notices import send_due
from ehcp_flow.services.send_webhooks import send_webhooks
from ehcp_flow.services.sweep import Now, sweep
from ehcp_flow.services.write_case import SWEEP
from ehcp_flow.storage import flags
from ehcp_flow.storage.housekeeping import tidy

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office
    from ehcp_flow.settings import Settings

Report = dict[str, Any]
"""Counts by name; `skipped` gives counts by reason, `seconds` how long it took."""


def _every_day(_day: date) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class NightJob:
    """Work for business dates. `falls_on` says for which: a monthly job answers `day.day == 3`.

    Where nights were missed, `catch_up` says whether each is made up in order, or only the newest.
    """

    name: str
    title: str
    do: Callable[[Office, date, Now], Report]
    falls_on: Callable[[date], bool] = _every_day
    catch_up: Literal["each", "newest"] = "each"


@dataclass(frozen=True, slots=True)
class MinuteJob:
    """Work to look for every so many `minutes`; nothing is caught up, for nothing is due by the clock."""

    name: str
    title: str
    minutes: int
    do: Callable[[Office], Report]


def _sweep(office: Office, business_date: date, now: Now) -> Report:
    return sweep(office, business_date, now).report


def _keep_house(office: Office, business_date: date, now: Now) -> Report:
    began = perf_counter()
    report = tidy(office.database)
    report["seconds"] = round(perf_counter() - began, 3)
    with office.database.write() as connection:
        flags.finish_run(connection, "housekeeping", business_date, now(), report)
    return report


def _send_notices(office: Office) -> Report:
    return dict(send_due(office))


def _send_webhooks(office: Office) -> Report:
    return dict(send_webhooks(office))


SWEEP_JOB = NightJob(SWEEP, "Flag what broke its limit or came near it", _sweep)

NIGHT_JOBS = (
    SWEEP_JOB,
    NightJob("housekeeping", "Keep the database quick", _keep_house, catch_up="newest"),
)


def night_jobs(settings: Settings) -> tuple[NightJob, ...]:
    """The nights' jobs under these settings: also the monthly return, where EHCP_RETURNS says where to put it.

    Raises BadInput for an impossible EHCP_RETURN_DAY.
    """
    if settings.returns is None:
        return NIGHT_JOBS
    on = return_day(settings)
    title = "Make the return of the month before"
    return (*NIGHT_JOBS, NightJob(JOB, title, make_return, falls_on=lambda day: day.day == on, catch_up="newest"))


MINUTE_JOBS = (
    MinuteJob("send_notices", "Send notices that are due", 5, _send_notices),
    MinuteJob("send_webhooks", "Send messages to webhooks that are due", 1, _send_webhooks),
)
