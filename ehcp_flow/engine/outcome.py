"""The one definition of running, in time, breach, excepted and dropped, from dates alone.

The engine judges clocks with it and lists judge stored rows with it, so the two cannot differ.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from ehcp_flow.engine.count import days_between

Outcome = Literal["running", "in_time", "breach", "excepted", "dropped"]
Kind = Literal["limit", "window", "only_if_done"]
"""A limit to meet; a period to be left to somebody; a limit that only a late step can break."""


def outcome_on(
    as_of: date,
    *,
    kind: Kind,
    due_on: date,
    stopped_on: date | None,
    dropped_on: date | None,
    is_excepted: bool,
) -> tuple[Outcome, int]:
    """How a clock stands on `as_of`, and its lateness in days (for a window: days of it not left)."""
    late = _days_late(as_of, kind, due_on, stopped_on, dropped_on)
    if kind == "window" and stopped_on is None and (dropped_on or as_of) > due_on:
        return "in_time", 0  # the days were left in full, whatever came after them
    if dropped_on is not None:
        return "dropped", late if kind == "limit" else 0
    if stopped_on is None and (kind != "limit" or not late):
        return "running", 0
    if not late:
        return "in_time", 0
    return ("excepted" if is_excepted else "breach"), late


def _days_late(as_of: date, kind: Kind, due_on: date, stopped_on: date | None, dropped_on: date | None) -> int:
    if kind == "window":
        return 0 if stopped_on is None else max(days_between(stopped_on, due_on) + 1, 0)
    return max(days_between(due_on, stopped_on or dropped_on or as_of), 0)
