"""Which flags a clock should carry, and the new ones that follow from those it has.

A clock's last flag stands. Near its limit it gets `near` once; when the limit is broken, `breach`; and if a
late entry shows that it was not broken after all, `cleared`. Nothing is ever taken away: people were told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from ehcp_flow.engine.outcome import outcome_on
from ehcp_flow.services.webhook_messages import write_messages
from ehcp_flow.storage import flags

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row


def raise_flags(
    connection: Connection,
    wanted: Iterable[tuple[dict[str, Any], str]],
    noticed_on: date,
    versions: dict[str, str],
) -> list[dict[str, Any]]:
    """Raise the flags `wanted` (clock row and kind) that do not stand already; gives the new ones.

    With them, in the same transaction, the messages to webhooks are written.

    `versions` are the workflows' digests by name, kept with each flag.
    """
    asked = list(wanted)
    standing = flags.standing_flags(connection, sorted({row["case_ref"] for row, _ in asked}))
    new, told = [], []
    for row, kind in asked:
        last = standing.get(flags.clock_key(row))
        if _follows(last, kind):
            new.append(_flag(row, kind, noticed_on, versions.get(row["workflow"], ""), last))
            told.append((new[-1], row["workflow"]))
    flags.add_flags(connection, new)
    write_messages(connection, told)
    return new


def _follows(last: Row[Any] | None, kind: str) -> bool:
    before = last.kind if last else None
    if kind == flags.BREACH:
        return before != flags.BREACH
    if kind == flags.NEAR:
        return before is None or before == flags.CLEARED
    return before == flags.BREACH


def _flag(row: dict[str, Any], kind: str, noticed_on: date, version: str, last: Row[Any] | None) -> dict[str, Any]:
    return {
        "case_ref": row["case_ref"],
        "clock": row["clock"],
        "subject": row["subject"],
        "period": row["period"],
        "turn": last.turn + 1 if last else 1,
        "kind": kind,
        "due_on": row["due_on"],
        "noticed_on": noticed_on,
        "workflow_version": version,
    }


def settle_flags(
    connection: Connection,
    rows: Sequence[dict[str, Any]],
    swept_until: date | None,
    noticed_on: date,
    versions: dict[str, str],
) -> list[dict[str, Any]]:
    """Flag what the nights already swept would have flagged, had they known; clear what was no breach.

    The nightly sweep reads only what fell due since the last one. An event recorded late can make or unmake
    a breach on a day already swept, so it is settled in the transaction that records the event. `rows` are
    all the clock rows of the cases concerned.
    """
    if swept_until is None or not rows:
        return []
    wanted = []
    for row in rows:
        if not was_broken(row, swept_until):
            wanted.append((row, flags.CLEARED))
        elif row["dropped_on"] is None:
            wanted.append((row, flags.BREACH))
    raised = raise_flags(connection, wanted, noticed_on, versions)
    return raised + _clear_vanished(connection, rows, noticed_on, versions)


def _clear_vanished(
    connection: Connection, rows: Sequence[dict[str, Any]], noticed_on: date, versions: dict[str, str]
) -> list[dict[str, Any]]:
    """Clear flags of clocks that a correction made disappear."""
    there = {flags.clock_key(row) for row in rows}
    standing = flags.standing_flags(connection, sorted({row["case_ref"] for row in rows}))
    workflow = rows[0]["workflow"]
    gone = [
        ({**flag._asdict(), "workflow": workflow}, flags.CLEARED) for key, flag in standing.items() if key not in there
    ]
    return raise_flags(connection, gone, noticed_on, versions)


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
