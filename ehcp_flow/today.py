"""The only place that asks what day it is (a test holds everything else to this)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

ENGLAND = ZoneInfo("Europe/London")

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
"""A day outside these is a slip of the pen, and counting from it could run off the calendar."""


def today() -> date:
    """Today's date in England, the civil date that counts in law (design D14)."""
    return datetime.now(ENGLAND).date()


def now() -> datetime:
    """This moment, UTC and aware: when something was recorded."""
    return datetime.now(UTC)
