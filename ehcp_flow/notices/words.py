"""Days as messages say them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote

from ehcp_flow.engine.words import days, long_date

if TYPE_CHECKING:
    from ehcp_flow.notices.lines import Line

_LETTERS = 3


def short_date(day: date, beside: date) -> str:
    """A date for a column of a message of the day `beside`, with its year if that is another one.

    >>> short_date(date(2026, 11, 24), date(2026, 11, 25)), short_date(date(2025, 12, 31), date(2026, 1, 2))
    ('Tue 24 Nov', 'Wed 31 Dec 2025')
    """
    weekday, number, month, year = long_date(day).split()
    said = f"{weekday[:_LETTERS]} {number} {month[:_LETTERS]}"
    return said if day.year == beside.year else f"{said} {year}"


def month_and_year(day: date) -> str:
    """`Nov 2026`."""
    _, _, month, year = long_date(day).split()
    return f"{month[:_LETTERS]} {year}"


def day_and_month(day: date) -> str:
    """`24 November`."""
    return " ".join(long_date(day).split()[1:3])


def when(line: Line) -> str:
    """`3 days late`, `today`, `tomorrow`, `in 4 days`."""
    if line.days_left < 0:
        late = f"{days(line.days_late)} late"
        return late if line.stands == "open" else f"{line.stands}, {late}"
    if line.stands != "open":
        return line.stands
    return {0: "today", 1: "tomorrow"}.get(line.days_left, f"in {days(line.days_left)}")


def case_link(link: str, case_ref: str) -> str:
    """Where to open a case; empty where the settings give no address.

    >>> case_link("https://ehcp.example/", "NA-1/7")
    'https://ehcp.example/cases/NA-1%2F7'
    """
    return f"{link.rstrip('/')}/cases/{quote(case_ref, safe='')}" if link else ""
