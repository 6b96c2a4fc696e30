"""The night's work: flag every limit that passed since the last night done. Done twice, it changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ehcp_flow.errors import BadInput
from ehcp_flow.services.write_case import SWEEP, flag_row
from ehcp_flow.storage import clock_table, flags
from ehcp_flow.today import now, today

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office


@dataclass(frozen=True, slots=True)
class Swept:
    """What a night found."""

    business_date: date
    last_night: date | None
    fell_due: int
    new_breaches: int
    by_clock: dict[str, int]


def sweep(office: Office, business_date: date) -> Swept:
    """Flag the limits whose last day was before `business_date` and since the last night done.

    It reads only those, by index, so a night costs what its new breaches cost, not what all cases cost.
    Raises BadInput for a night that has not come.
    """
    if business_date > today():
        raise BadInput(f"{business_date} has not come.", next="Sweep today or a night gone by.")
    with office.database.write() as connection:
        last_night = flags.last_run(connection, SWEEP)
        rows = [row._asdict() for row in clock_table.fallen_due(connection, last_night, business_date)]
        versions = {name: workflow.digest for name, workflow in office.workflows.items()}
        raised = [flag_row(row, flags.BREACH, business_date, versions.get(row["workflow"], "")) for row in rows]
        new = flags.raise_flags(connection, raised)
        by_clock: dict[str, int] = {}
        for row in rows:
            by_clock[row["clock"]] = by_clock.get(row["clock"], 0) + 1
        report = {"fell_due": len(rows), "new_breaches": new, "by_clock": by_clock}
        flags.finish_run(connection, SWEEP, business_date, now(), report)
    return Swept(business_date, last_night, len(rows), new, by_clock)
