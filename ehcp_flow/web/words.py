"""Days and weeks as people say them, for pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ehcp_flow.engine.count import DAYS_IN_WEEK
from ehcp_flow.today import ENGLAND

if TYPE_CHECKING:
    from datetime import datetime


def days_left(days: int) -> str:
    """`3 days left`, `due today`, `5 days late`."""
    if days == 0:
        return "due today"
    number = "1 day" if abs(days) == 1 else f"{abs(days):,} days"
    return f"{number} left" if days > 0 else f"{number} late"


def weeks(days: int) -> str:
    """A number of days as weeks: `20 weeks`, `20 weeks and 1 day`, `3 days`."""
    whole, rest = divmod(days, DAYS_IN_WEEK)
    parts = [f"{whole:,} week{'' if whole == 1 else 's'}"] if whole else []
    if rest or not whole:
        parts.append(f"{rest} day{'' if rest == 1 else 's'}")
    return " and ".join(parts)


def moment(at: datetime) -> str:
    """A moment in England's time: `5 January 2026 at 09:30`."""
    local = at.astimezone(ENGLAND)
    return f"{local.day} {local:%B %Y} at {local:%H:%M}"
