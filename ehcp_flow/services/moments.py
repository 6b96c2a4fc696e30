"""Moments some seconds from another: when a session or a link ends. Civil dates are never counted here."""

from __future__ import annotations

from datetime import UTC, datetime


def seconds_after(moment: datetime, seconds: float) -> datetime:
    """The moment `seconds` after another (before it, if negative), in UTC."""
    return datetime.fromtimestamp(moment.timestamp() + seconds, UTC)
