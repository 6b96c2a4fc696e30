"""Dates and counts as people read them."""

from __future__ import annotations

from datetime import date

from ehcp_flow.law.duration import MONTHS

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def long_date(day: date) -> str:
    """A date with its weekday, in England's order.

    >>> long_date(date(2025, 8, 20))
    'Wednesday 20 August 2025'
    """
    return f"{_DAYS[day.weekday()]} {plain_date(day)}"


def plain_date(day: date) -> str:
    """A date without its weekday: `20 August 2025`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def days(number: int) -> str:
    """`1 day`, `12 days`, `1,133 days`."""
    return f"{number:,} day{'' if number == 1 else 's'}"


def lower_first(text: str) -> str:
    """The text as it stands inside a sentence; abbreviations such as EHC keep their capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def who(duty_on: str) -> str:
    """`local_authority` as `The local authority`."""
    return f"The {duty_on.replace('_', ' ')}"
