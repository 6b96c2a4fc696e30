"""The night's work: flag every limit that passed since the last night done. Done twice, it changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any

from ehcp_flow.errors import BadInput
from ehcp_flow.services.flagging import raise_flags
from ehcp_flow.services.rederive import rederive
from ehcp_flow.services.write_case import SWEEP
from ehcp_flow.services.write_notices import announce
from ehcp_flow.storage import clock_table, flags
from ehcp_flow.storage.lock import wait_for_recordings
from ehcp_flow.today import ENGLAND, now

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office


Now = Callable[[], datetime]
"""What says which moment it is; the tests have clocks of their own."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a night found: limits that fell due, and the breaches and near-breaches flagged for the first time.

    `mended` counts the cases whose derived rows were not what their journals say; `skipped` the limits that
    got no flag tonight, by reason; `seconds` is how long it took. `notices` were written with the flags, or
    `trouble` says what kept them from being written.
    """

    business_date: date
    last_night: date | None
    fell_due: int
    new_breaches: int
    new_near: int
    by_clock: dict[str, int]
    mended: int
    skipped: dict[str, int]
    seconds: float
    notices: int = 0
    trouble: str = ""

    @property
    def report(self) -> dict[str, Any]:
        """What the ledger keeps of the night."""
        return {key: value for key, value in asdict(self).items() if key not in ("business_date", "last_night")}


def sweep(office: Office, business_date: date, now: Now = now) -> Swept:
    """Flag the limits whose last day was before `business_date`, and those that came near it, since the last night.

    One transaction, with its row in the ledger. It reads only those limits, by index, so a night costs what its
    new breaches cost, not what all cases cost. Raises BadInput for a night that has not come.
    """
    if business_date > now().astimezone(ENGLAND).date():
        raise BadInput(f"{business_date} has not come.", next="Sweep today or a night gone by.")
    began = perf_counter()
    with office.database.write() as connection:
        wait_for_recordings(connection)
        last_night = flags.last_run(connection, SWEEP)
        due = {flags.clock_key(row) for row in clock_table.fallen_due(connection, last_night, business_date)}
        near = {flags.clock_key(row) for row in clock_table.come_near(connection, last_night, business_date)}
        lifted = clock_table.lifted_past_their_day(connection, last_night, business_date)
        fresh, mended = rederive(office, connection, sorted({case_ref for case_ref, *_ in due | near}))
        wanted = list(_wanted(fresh, due, near, business_date))
        versions = {name: workflow.digest for name, workflow in office.workflows.items()}
        new = raise_flags(connection, wanted, business_date, versions)
        told = announce(office, connection, business_date, now())
        skipped = _skipped(lifted, len(wanted) - len(new), len(due | near) - len(wanted))
        seconds = round(perf_counter() - began, 3)
        swept = Swept(business_date, last_night, len(due), *_count(new), mended, skipped, seconds, *told)
        flags.finish_run(connection, SWEEP, business_date, now(), swept.report)
    return swept


def _count(new: list[dict[str, Any]]) -> tuple[int, int, dict[str, int]]:
    """New breaches, new near-breaches, and the breaches by clock."""
    by_clock = Counter(flag["clock"] for flag in new if flag["kind"] == flags.BREACH)
    near = sum(flag["kind"] == flags.NEAR for flag in new)
    return by_clock.total(), near, dict(by_clock.most_common())


def _skipped(lifted: int, flagged_before: int, cleared_up: int) -> dict[str, int]:
    """Why limits that the night read got no flag; reasons that did not occur are left out."""
    reasons = {
        "lifted by an exception": lifted,
        "flagged before": flagged_before,
        "not so by the journal": cleared_up,
    }
    return {reason: number for reason, number in reasons.items() if number}


def _wanted(
    fresh: list[dict[str, Any]], due: set[flags.ClockKey], near: set[flags.ClockKey], business_date: date
) -> Iterator[tuple[dict[str, Any], str]]:
    """The flags that tonight's clocks ask for, judged on what their journals say and not on the cache."""
    for row in fresh:
        key = flags.clock_key(row)
        if not row["is_open"] or row["is_excepted"]:
            continue
        if row["due_on"] < business_date and key in due | near:
            yield row, flags.BREACH
        elif row["warn_on"] <= business_date <= row["due_on"] and key in near:
            yield row, flags.NEAR
