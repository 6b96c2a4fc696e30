"""Dates as people put them into trackers."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ehcp_flow.intake.date_text import MONTHS
from ehcp_flow.intake.date_text import WEEKDAYS as DAYS
from ehcp_flow.intake.dates import MAC_DAY_ZERO, WINDOWS_DAY_ZERO, read_date

THIRD_OF_APRIL = date(2025, 4, 3)


@pytest.mark.parametrize(
    "text",
    [
        *[
            "3/4/25",
            "03/04/2025",
            "3/4/2025",
            "3-4-25",
            "3.4.25",
            "03.04.2025",
            "3 4 2025",
            "03\\04\\2025",
            "3 / 4 / 2025",
        ],
        *[
            "3 Apr 2025",
            "3 April 25",
            "3-Apr-25",
            "3/Apr/2025",
            "3rd April 2025",
            "3rd of April 2025",
            "3 APR. 2025",
            "3April2025",
        ],
        *["Thu 3 April 2025", "Thursday, 3 April 2025", "Thurs 3/4/25", "thur 3rd Apr '25"],
        *["April 3, 2025", "Apr 3rd 2025", "2025-04-03", "2025/04/03", "2025.04.03", "20250403", "03042025"],
        *[
            "03/04/2025 14:30",
            "03/04/2025 14:30:59",
            "3 Apr 2025 2.30pm",
            "3/4/25 at 10am",
            "3/4/25, 09:15",
            "2025-04-03T00:00:00",
        ],
        *[
            "  3/4/25",
            "3/4/25\u00a0",
            "3\u00a0Apr\u00a02025",
            "\u200b03/04/2025",
            "3  April\n2025",
            "03/04/2025.",
            "3–4–25",
        ],
    ],
)
def test_any_usual_spelling_of_the_third_of_april_is_read_without_a_word(text: str) -> None:
    assert read_date(text) == (THIRD_OF_APRIL, "", "", False)


@pytest.mark.parametrize(
    "cell",
    [THIRD_OF_APRIL, datetime.fromisoformat("2025-04-03T00:00:00"), datetime.fromisoformat("2025-04-03T23:59:59")],
)
def test_a_real_date_is_taken_as_it_is(cell: date) -> None:
    assert read_date(cell) == (THIRD_OF_APRIL, "", "", False)


def test_a_day_number_counts_from_where_the_workbook_begins_to_count() -> None:
    assert read_date(45750.0, day_zero=WINDOWS_DAY_ZERO) == (THIRD_OF_APRIL, "", "", False)
    assert read_date(44288.0, day_zero=MAC_DAY_ZERO) == (THIRD_OF_APRIL, "", "", False)
    assert read_date(45750.75, day_zero=WINDOWS_DAY_ZERO).day == THIRD_OF_APRIL


def test_a_day_number_of_unknown_beginning_comes_with_a_warning() -> None:
    for cell in (45750, 45750.0, "45750", "45750.5"):
        reading = read_date(cell)
        assert (reading.day, reading.severity) == (THIRD_OF_APRIL, "warning"), cell


@pytest.mark.parametrize(
    "text", ["TBC", "tbc", "n/a", "N/A", "-", "–", "?", "None", "To be confirmed", "awaited", "not received"]
)
def test_words_for_no_date_are_no_date_with_a_note(text: str) -> None:
    reading = read_date(text)
    assert (reading.day, reading.severity) == (None, "note")


@pytest.mark.parametrize(
    "cell",
    [
        "00/01/1900",
        "01/01/1900",
        "30/12/1899",
        "31/12/9999",
        "0001-01-01T00:00:00Z",
        0,
        0.0,
        time(0, 0),
        date(1900, 1, 1),
    ],
)
def test_the_dates_that_programs_write_for_nothing_are_no_date_with_a_note(cell: Any) -> None:
    reading = read_date(cell)
    assert (reading.day, reading.severity) == (None, "note")


@pytest.mark.parametrize("cell", ["", "  ", "\u00a0", "\n"])
def test_a_blank_cell_is_no_date_and_nothing_is_said(cell: str) -> None:
    assert read_date(cell) == (None, "", "", False)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("04/25/2025", "has no month 25. If 25 April 2025 is meant, write 25/04/2025."),
        ("4-25-25", "has no month 25. If 25 April 2025 is meant, write 25/04/2025."),
        ("32/13/2025", "has no month 13."),
        ("31/04/2025", "is not in the calendar: April 2025 has 30 days."),
        ("29/02/2025", "is not in the calendar: February 2025 has 28 days."),
        ("31 April 2025", "is not in the calendar: April 2025 has 30 days."),
        ("00/04/2025", "is not in the calendar."),
        ("2025-13-40", "has no month 13."),
        ("03/04/1925", "is outside the years 2000 to 2099."),
        ("03/04/2205", "is outside the years 2000 to 2099."),
        ("3/4", "has no year. Write it out, such as 03/04/2025."),
        ("3 April", "has no year. Write it out, such as 03/04/2025."),
        ("April 2025", "has no day. Write the whole date, such as 03/04/2025."),
        ("Apr-25", "has no day. Write the whole date, such as 03/04/2025."),
        ("04/2025", "has no day. Write the whole date, such as 03/04/2025."),
        ("3/4/25 and 10/4/25", "holds more than one date. Keep one here, the other elsewhere."),
        ("3/4/25 - 10/4/25", "holds more than one date. Keep one here, the other elsewhere."),
        ("#N/A", "is an error of Excel's, not a date. Repair the formula."),
        ("yes", "is not a date. Write it day first, such as 03/04/2025, or leave the cell empty."),
        ("w/c 3 Feb 2025", "is not a date. Write it day first, such as 03/04/2025, or leave the cell empty."),
        ("3/4/255", "is not a date. Write it day first, such as 03/04/2025, or leave the cell empty."),
        ("3 Aprl 2025", "is not a date. Write it day first, such as 03/04/2025, or leave the cell empty."),
        ("2025-04-33T10:00:00Z", "is not in the calendar."),
    ],
)
def test_what_is_no_date_is_refused_with_the_reason(text: str, says: str) -> None:
    reading = read_date(text)
    assert (reading.day, reading.severity, reading.message) == (None, "error", says)


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        (True, "is a tick or a yes, not a date."),
        (time(14, 30), "is a time of day without a date."),
        (timedelta(hours=30), "is a length of time, not a date."),
        (2025, "is a year, not a date."),
        (7.5, "is a number, not a date."),
        (-1.0, "is a number, not a date."),
        (1e300, "is a number, not a date."),
        (float("nan"), "is a number, not a date."),
        (float("inf"), "is a number, not a date."),
    ],
)
def test_other_kinds_of_cell_are_refused_with_the_reason(cell: Any, says: str) -> None:
    assert read_date(cell)[:3] == (None, "error", says)


@pytest.mark.parametrize(
    ("text", "day", "says"),
    [
        ("3/4/25 - chased", date(2025, 4, 3), "is read as 3 April 2025; the words after the date are left out."),
        ("3 Apr 2025 (phoned)", date(2025, 4, 3), "is read as 3 April 2025; the words after the date are left out."),
        ("3/4/25?", date(2025, 4, 3), "is read as 3 April 2025; the words after the date are left out."),
        ("Fri 3 April 2025", date(2025, 4, 3), "is read as 3 April 2025, but that was a Thursday."),
        ("3042025", date(2025, 4, 3), "is a number"),
        ("2025-04-03T23:30:00Z", date(2025, 4, 4), "is a moment of another time zone: in England it was 4 April 2025."),
    ],
)
def test_a_doubtful_date_is_read_with_a_warning(text: str, day: date, says: str) -> None:
    cell: Any = 3042025.0 if text == "3042025" else text
    reading = read_date(cell)
    assert (reading.day, reading.severity) == (day, "warning")
    assert reading.message == ("is read as 3 April 2025." if text == "3042025" else says)


def test_a_moment_in_english_summer_time_falls_on_its_civil_day_in_england() -> None:
    assert read_date("2025-04-03T22:59:00Z") == (date(2025, 4, 3), "", "", False)
    assert read_date("2025-01-03T23:59:00+00:00") == (date(2025, 1, 3), "", "", False)


def test_only_a_date_that_works_month_first_throws_doubt_on_its_column() -> None:
    assert read_date("04/25/2025").is_month_first
    assert not read_date("32/13/2025").is_month_first
    assert not read_date("31/04/2025").is_month_first


def test_two_figures_of_a_year_mean_the_century_that_fits() -> None:
    born = {"earliest": date(1980, 1, 1), "latest": date(2027, 12, 31)}
    assert read_date("3/4/98", **born).day == date(1998, 4, 3)
    assert read_date("3/4/14", **born).day == date(2014, 4, 3)
    assert read_date("3/4/55", **born).severity == "error"
    assert read_date("3/4/98").day == date(2098, 4, 3)


STYLES = {
    "d/m/yy": lambda day: f"{day.day}/{day.month}/{day:%y}",
    "dd/mm/yyyy": lambda day: f"{day:%d/%m/%Y}",
    "dd.mm.yyyy": lambda day: f"{day:%d.%m.%Y}",
    "d-m-yy": lambda day: f"{day.day}-{day.month}-{day:%y}",
    "d mmm yyyy": lambda day: f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}",
    "dd-mmm-yy": lambda day: f"{day:%d}-{MONTHS[day.month - 1][:3]}-{day:%y}",
    "d mmmm yyyy": lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
    "nth of mmmm yyyy": lambda day: f"{day.day}th of {MONTHS[day.month - 1]} {day.year}",
    "ddd d mmmm yyyy": lambda day: f"{DAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1]} {day.year}",
    "dddd, d mmmm yyyy": lambda day: f"{DAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]} {day.year}",
    "mmmm d, yyyy": lambda day: f"{MONTHS[day.month - 1]} {day.day}, {day.year}",
    "iso": lambda day: day.isoformat(),
    "yyyymmdd": lambda day: f"{day:%Y%m%d}",
    "ddmmyyyy": lambda day: f"{day:%d%m%Y}",
    "dd/mm/yyyy hh:mm": lambda day: f"{day:%d/%m/%Y} 09:05",
    "blanks around": lambda day: f" \u00a0{day:%d/%m/%Y}\u00a0\n",
}


@given(day=st.dates(date(2000, 1, 1), date(2099, 12, 31)), style=st.sampled_from(sorted(STYLES)))
def test_a_day_written_day_first_in_any_style_comes_back_the_same(day: date, style: str) -> None:
    assert read_date(STYLES[style](day)) == (day, "", "", False)


@given(day=st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_day_number_comes_back_as_its_day_in_both_date_systems(day: date) -> None:
    for day_zero in (WINDOWS_DAY_ZERO, MAC_DAY_ZERO):
        number = float((day - day_zero).days)
        assert read_date(number, day_zero=day_zero) == (day, "", "", False)


@given(day=st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_date_written_month_first_is_refused_whenever_that_can_be_told(day: date) -> None:
    reading = read_date(f"{day:%m/%d/%Y}")
    if day.day > 12:
        assert reading.severity == "error"
        assert f"write {day:%d/%m/%Y}" in reading.message
    else:
        assert reading.day == date(day.year, day.day, day.month)


@given(
    st.text(max_size=30) | st.floats() | st.integers() | st.booleans() | st.datetimes() | st.times() | st.timedeltas()
)
def test_no_cell_whatever_makes_the_reader_fail(cell: Any) -> None:
    reading = read_date(cell)
    assert (reading.day is None) or date(2000, 1, 1) <= reading.day <= date(2099, 12, 31)
    assert reading.severity in {"", "note", "warning", "error"}
    assert bool(reading.severity) == bool(reading.message)


@given(st.from_regex(r"\A[0-9]{0,4}[-/. ][0-9a-zA-Z]{0,9}[-/. ][0-9]{0,4}[ 0-9:TZ.+]{0,12}\Z"))
def test_no_text_that_is_nearly_a_date_makes_the_reader_fail(text: str) -> None:
    assert read_date(text).severity in {"", "note", "warning", "error"}
