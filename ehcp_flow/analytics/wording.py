"""How numbers are said in the messages of figures: as a person would read them out."""

from __future__ import annotations

from datetime import date

from ehcp_flow.analytics.figure_table import Cell
from ehcp_flow.analytics.periods import month_name
from ehcp_flow.analytics.proportions import to_one_decimal
from ehcp_flow.engine.count import DAYS_IN_WEEK


def said_percent(value: Cell) -> str:
    """`94.7%`."""
    return f"{to_one_decimal(value):.1f}%" if isinstance(value, float) else "no share"


def said_count(number: Cell, one: str, several: str) -> str:
    """`1 plan`, `1,204 plans`, `no plans`."""
    if not number:
        return f"no {several}"
    return f"{number:,} {one if number == 1 else several}"


def said_row(label: Cell) -> str:
    """The row of a table in a sentence: a month by its name, all groups together as the period."""
    if isinstance(label, date):
        return f"In {month_name(label)},"
    return "In the period," if label == "All" else f"In {label},"


def weeks(days: float) -> float:
    """Days as weeks, unrounded."""
    return days / DAYS_IN_WEEK


def said_weeks(value: Cell) -> str:
    """`31.4 weeks`."""
    return f"{value:.1f} weeks" if isinstance(value, float | int) else "no weeks"
