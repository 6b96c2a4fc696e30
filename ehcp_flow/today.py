"""The only place that asks what day it is (a test holds everything else to this)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

ENGLAND = ZoneInfo("Europe/London")


def today() -> date:
    """Today's date in England, the civil date that counts in law (design D14)."""
    return datetime.now(ENGLAND).date()


def now() -> datetime:
    """This moment, UTC and aware: when something was recorded."""
    return datetime.now(UTC)
