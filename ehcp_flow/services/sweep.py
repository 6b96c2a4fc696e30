"""The night's work: flag every limit that passed since the last night done. Done twice, it changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from ehcp_flow.errors import BadInput
from ehcp_flow.services.flagging import raise_flags
from ehcp_flow.services.rederive import rederive
from ehcp_flow.services.write_case import SWEEP
from ehcp_flow.storage import clock_table, flags
from ehcp_flow.today import now, today

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office


@dataclass(frozen=True, slots=True)
class Swept:
    """What a night found: limits that fell due, and the breaches and near-breaches flagged for the first time.

    `mended` counts the cases whose derived rows were not what their journals say.
    """

    business_date: date
    last_night: date | None
    fell_due: int
    new_breaches: int
    new_near: int
    by_clock: dict[str, int]
    mended: int


def sweep(office: Office, business_date: date) -> Swept:
    """Flag the limits whose last day was before `business_date`, and those that came near it, since the last night.

    It reads only those, by index, so a night costs what its new breaches cost, not what all cases cost.
    Raises BadInput for a night that has not come.
    """
    if business_date > today():
        raise BadInput(f"{business_date} has not come.", next="Sweep today or a night gone by.")
    with office.database.write() as connection:
        last_night = flags.last_run(connection, SWEEP)
        due = {flags.clock_key(row) for row in clock_table.fallen_due(connection, last_night, business_date)}
        near = {flags.clock_key(row) for row in clock_table.come_near(connection, last_night, business_date)}
        fresh, mended = rederive(office, connection, sorted({case_ref for case_ref, *_ in due | near}))
        wanted = list(_wanted(fresh, due, near, business_date))
        versions = {name: workflow.digest for name, workflow in office.workflows.items()}
        new = raise_flags(connection, wanted, business_date, versions)
        swept = _count(business_date, last_night, len(due), new, mended)
        report = {key: value for key, value in asdict(swept).items() if key not in ("business_date", "last_night")}
        flags.finish_run(connection, SWEEP, business_date, now(), report)
    return swept


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


def _count(
    business_date: date, last_night: date | None, fell_due: int, new: list[dict[str, Any]], mended: int
) -> Swept:
    breaches = Counter(flag["clock"] for flag in new if flag["kind"] == flags.BREACH)
    near = sum(flag["kind"] == flags.NEAR for flag in new)
    return Swept(business_date, last_night, fell_due, breaches.total(), near, dict(breaches.most_common()), mended)
