"""Dates as people put them into trackers: day first, in any usual spelling, nothing guessed in silence."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from ehcp_flow.intake.cells import Cell, clean
from ehcp_flow.intake.date_text import EARLIEST, LATEST, DateReading, in_range, read_date_text, spoken

WINDOWS_DAY_ZERO = date(1899, 12, 30)
MAC_DAY_ZERO = date(1904, 1, 1)
"""What serial number 0 stands for in Excel's two date systems (true for every day since March 1904)."""


def read_date(
    cell: Cell, *, earliest: date = EARLIEST, latest: date = LATEST, day_zero: date | None = None
) -> DateReading:
    r"""The day a cell means, or why it cannot be told.

    `earliest` and `latest` bound what is believed, and so decide the century of a two-digit year.
    `day_zero` says how the workbook counts its days; if it is not known, a bare number is read as Excel on
    Windows would and comes with a warning. Never raises.

    >>> same_day = ["3/4/25", "03.04.2025", "3-Apr-25", "3rd April 2025", "Thu 3 April 2025", "2025-04-03"]
    >>> same_day += ["03/04/2025 14:30", " 3\u00a0Apr 2025 ", "April 3, 2025", "03042025", 20250403.0]
    >>> {read_date(cell) for cell in same_day} == {(date(2025, 4, 3), "", "", False)}
    True
    >>> read_date(45750.0, day_zero=WINDOWS_DAY_ZERO).day, read_date(44288, day_zero=MAC_DAY_ZERO).day
    (datetime.date(2025, 4, 3), datetime.date(2025, 4, 3))
    >>> doubtful = ["", "TBC", "n/a", "-", "00/01/1900", "04/25/2025", "31/04/2025", "3/4", "April 2025"]
    >>> doubtful += ["3/4/1925", "Fri 3 April 2025", "3/4/25 - chased", "3/4/25 and 9/4/25", "45750", 7.5]
    >>> for cell in doubtful:
    ...     day, severity, message, _ = read_date(cell)
    ...     print(f"{cell!s:17} {day!s:10} {severity:7} {message}".rstrip())
                      None
    TBC               None       note    says that there is no date
    n/a               None       note    says that there is no date
    -                 None       note    says that there is no date
    00/01/1900        None       note    is what a program writes for no date
    04/25/2025        None       error   has no month 25. If 25 April 2025 is meant, write 25/04/2025.
    31/04/2025        None       error   is not in the calendar: April 2025 has 30 days.
    3/4               None       error   has no year. Write it out, such as 03/04/2025.
    April 2025        None       error   has no day. Write the whole date, such as 03/04/2025.
    3/4/1925          None       error   is outside the years 2000 to 2099.
    Fri 3 April 2025  2025-04-03 warning is read as 3 April 2025, but that was a Thursday.
    3/4/25 - chased   2025-04-03 warning is read as 3 April 2025; the words after the date are left out.
    3/4/25 and 9/4/25 None       error   holds more than one date. Keep one here, the other elsewhere.
    45750             2025-04-03 warning is a day number of Excel, read as 3 April 2025.
    7.5               None       error   is a number, not a date.
    """
    if isinstance(cell, str):
        return _read_text(cell, earliest, latest)
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return in_range(cell, earliest, latest)
    if isinstance(cell, bool):
        return DateReading(None, "error", "is a tick or a yes, not a date.")
    if isinstance(cell, time):
        return _read_time(cell)
    if isinstance(cell, timedelta):
        return DateReading(None, "error", "is a length of time, not a date.")
    return _read_number(cell, earliest, latest, day_zero)


_DAY_NUMBER = re.compile(r"\d{5}(?:\.\d+)?")


@lru_cache(maxsize=16_384)
def _read_text(text: str, earliest: date, latest: date) -> DateReading:
    """A tracker says the same day many times; each spelling is worked out once."""
    text = clean(text)
    if _DAY_NUMBER.fullmatch(text):
        return _read_number(float(text), earliest, latest, None)
    return read_date_text(text, earliest, latest)


def _read_time(cell: time) -> DateReading:
    """Midnight of day 0 is what a formula that found nothing shows once it is formatted as a date."""
    if cell == time():
        return DateReading(None, "note", "is what a program writes for no date")
    return DateReading(None, "error", "is a time of day without a date.")


def _read_number(number: float, earliest: date, latest: date, day_zero: date | None) -> DateReading:
    if number == 0:
        return DateReading(None, "note", "is what a program writes for no date")
    try:
        whole = int(number)
        if number == whole and len(str(whole)) in {7, 8}:
            return _read_run_together(whole, earliest, latest)
        day = date.fromordinal((day_zero or WINDOWS_DAY_ZERO).toordinal() + whole)
    except (OverflowError, ValueError):
        return DateReading(None, "error", "is a number, not a date.")
    if not earliest <= day <= latest:
        what = "is a year, not a date." if 1900 <= number <= 2099 else "is a number, not a date."
        return DateReading(None, "error", what)
    if day_zero is None:
        return DateReading(day, "warning", f"is a day number of Excel, read as {spoken(day)}.")
    return DateReading(day)


def _read_run_together(number: int, earliest: date, latest: date) -> DateReading:
    """3042025 is 03042025 whose leading 0 Excel has eaten."""
    reading = read_date_text(f"{number:08d}", earliest, latest)
    if reading.day is None or number >= 10_000_000:
        return reading
    return DateReading(reading.day, "warning", f"is read as {spoken(reading.day)}.")
