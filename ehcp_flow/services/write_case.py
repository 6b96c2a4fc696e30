"""Write new journal entries of one case with everything that follows from them, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ehcp_flow.engine.outcome import outcome_on
from ehcp_flow.services.derive import Derived, derive
from ehcp_flow.storage import clock_table, flags, journal
from ehcp_flow.today import ENGLAND

if TYPE_CHECKING:
    from datetime import date
    from typing import Any

    from sqlalchemy import Connection

    from ehcp_flow.engine.event import Event
    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.services.office import Office

SWEEP = "sweep"


def write_entries(
    office: Office,
    connection: Connection,
    workflow: Workflow,
    before: Sequence[Event],
    last_hash: str,
    new: Sequence[Event],
) -> Derived:
    """Append `new` to the case whose entries are `before`, and bring its derived rows and flags up to date."""
    journal.append(connection, new, last_hash)
    derived = derive(workflow, [*before, *new], office.calendar)
    clock_table.replace_case(connection, derived.standing["case_ref"], derived.standing, derived.rows)
    day = new[-1].recorded_at.astimezone(ENGLAND).date()
    settle_flags(connection, workflow, derived.rows, flags.last_run(connection, SWEEP), day)
    return derived


def settle_flags(
    connection: Connection,
    workflow: Workflow,
    rows: Sequence[dict[str, Any]],
    swept_until: date | None,
    noticed_on: date,
) -> None:
    """Flag what the nights already swept would have flagged, had they known; clear what was no breach.

    The nightly sweep reads only what fell due since the last one. An event recorded late can make or unmake
    a breach on a day already swept, so it is settled here, in the transaction that records the event.
    """
    if swept_until is None or not rows:
        return
    broken = {_key(row): row for row in rows if was_broken(row, swept_until)}
    flags.raise_flags(
        connection,
        [
            flag_row(row, flags.BREACH, noticed_on, workflow.digest)
            for row in broken.values()
            if row["dropped_on"] is None
        ],
    )
    raised = [flag._asdict() for flag in flags.flags_of(connection, rows[0]["case_ref"]) if flag.kind == flags.BREACH]
    cleared = [flag for flag in raised if _key(flag) not in broken]
    flags.raise_flags(connection, [flag_row(flag, flags.CLEARED, noticed_on, workflow.digest) for flag in cleared])


def was_broken(row: dict[str, Any], as_of: date) -> bool:
    """Whether a limit is, or before it was dropped had been, broken as far as `as_of` can tell."""
    outcome, late = outcome_on(
        as_of,
        kind=row["kind"],
        due_on=row["due_on"],
        stopped_on=row["stopped_on"],
        dropped_on=row["dropped_on"],
        is_excepted=row["is_excepted"],
    )
    return outcome == "breach" or (outcome == "dropped" and late > 0 and not row["is_excepted"])


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["clock"], row["subject"], row["period"], row["due_on"]


def flag_row(row: dict[str, Any], kind: str, noticed_on: date, version: str) -> dict[str, Any]:
    """A flag for a clock."""
    key = {name: row[name] for name in ("case_ref", "clock", "subject", "period", "due_on")}
    return {**key, "kind": kind, "noticed_on": noticed_on, "workflow_version": version}
