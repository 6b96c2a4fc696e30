"""A dated fact in a case, and remarks on facts that cannot be right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal

RETRACTED = "retracted"
ASSIGNED = "assigned"
ADMINISTRATIVE = frozenset({RETRACTED, ASSIGNED})
"""Entries every journal may hold, whatever the workflow: they move no state and no clock."""

LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a case's journal.

    `happened_on` is the day that counts in law, a civil date in England; `recorded_at` is when it was
    typed in (UTC). `corrects` is the `seq` of an earlier entry that this one replaces.
    """

    case_ref: str
    seq: int
    name: str
    happened_on: date
    recorded_at: datetime = LONG_AGO
    recorded_by: str = ""
    details: Mapping[str, str] = field(default_factory=dict, hash=False)
    note: str | None = None
    corrects: int | None = None


Severity = Literal["impossible", "doubtful"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a history that cannot be, or may well not be, right. Described; never hidden, never fatal."""

    severity: Severity
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"
