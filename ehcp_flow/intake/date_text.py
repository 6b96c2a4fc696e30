"""The spellings of a date, from whole dates down to what is refused, each refusal with its reason."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

Severity = Literal["", "note", "warning", "error"]


class DateReading(NamedTuple):
    """What a cell says: the day, if any, and what a person should know about how it was read.

    `severity` is "" if the reading is sure, "note" if the cell says that there is no date ("TBC"),
    "warning" if it was read but should be looked at, "error" if it was refused. `is_month_first` marks a date
    that is one only with the month before the day, which throws doubt on its whole column.
    """

    day: date | None
    severity: Severity = ""
    message: str = ""
    is_month_first: bool = False


EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_ENGLAND = ZoneInfo("Europe/London")
_MONTH_NUMBER = {
    **{name.lower(): number for number, name in enumerate(MONTHS, 1)},
    **{name[:3].lower(): number for number, name in enumerate(MONTHS, 1)},
    "sept": 9,
}
_NO_DATE = frozenset(
    {
        *("-", "--", "---", ".", "/", "?", "??", "n/a", "na", "n.a", "n.a."),
        *("none", "nil", "null", "nd", "nk", "no date"),
        *("tbc", "t.b.c.", "tba", "tbd", "to be confirmed", "to be agreed", "awaited", "awaiting", "pending"),
        *("unknown", "not known", "not applicable", "not received", "not required", "not yet"),
    }
)
_PLACEHOLDERS = frozenset({(0, 1, 1900), (1, 1, 1900), (30, 12, 1899), (31, 12, 9999), (1, 1, 1)})

_MONTH = rf"(?P<month_name>{'|'.join(sorted(_MONTH_NUMBER, key=len, reverse=True))})\.?"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_BETWEEN = r" ?[-/.\\ ] ?"
_NUMBERS = rf"(?P<day>\d{{1,2}}){_BETWEEN}(?P<month>\d{{1,2}}){_BETWEEN}{_YEAR}"
_WORDS = rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[-/., ]*{_MONTH}[-/., ]*'?{_YEAR}"
_MONTH_WORD_FIRST = rf"{_MONTH}[- ]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})"
_ISO = r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
_ISO_RUN_TOGETHER = r"(?P<year>20\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>[0-3]\d)"
_RUN_TOGETHER = r"(?P<day>[0-3]\d)(?P<month>\d\d)(?P<year>(?:19|20)\d\d)"
_SPELLINGS = (_NUMBERS, _WORDS, _ISO, _MONTH_WORD_FIRST, _ISO_RUN_TOGETHER, _RUN_TOGETHER)

_WHOLE = tuple(re.compile(spelling + r"\.?") for spelling in _SPELLINGS)
_AT_START = tuple(re.compile(spelling) for spelling in _SPELLINGS)
_CLOCK = r"(?:[01]?\d|2[0-3])[:.][0-5]\d(?:[:.][0-5]\d(?:\.\d+)?)?"
_AM_PM = r"[ap]\.?m\.?"
_TIME = re.compile(rf"(?:(?<=\d)t|,? (?:at )?)(?:{_CLOCK} ?(?:{_AM_PM}|hrs|h)?|\d{{1,2}} ?{_AM_PM})$")
_MOMENT = re.compile(rf"\d{{4}}-\d\d-\d\d[t ]{_CLOCK}(?:z|[+-]\d\d:?\d\d)")
_WEEKDAY = re.compile(r"(mon|tue(?:s)?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[.,]? ")
_DATE_LIKE = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}|\d{4}-\d\d-\d\d")


def read_date_text(text: str, earliest: date, latest: date) -> DateReading:
    """The day that `text`, already cleaned, spells, if it lies between `earliest` and `latest`."""
    lower = text.lower().translate({0x2013: "-", 0x2014: "-", 0x2019: "'"})
    if not lower:
        return DateReading(None)
    if lower in _NO_DATE:
        return DateReading(None, "note", "says that there is no date")
    if _MOMENT.fullmatch(lower):
        return _read_moment(lower, earliest, latest)
    weekday = _WEEKDAY.match(lower)
    if weekday:
        lower = lower[weekday.end() :]
    reading = _read_whole(lower, earliest, latest) or _read_start(lower, earliest, latest)
    if reading is None:
        return DateReading(None, "error", _why_refused(lower))
    return _check_weekday(reading, weekday[1]) if weekday else reading


def _read_whole(text: str, earliest: date, latest: date) -> DateReading | None:
    for candidate in (text, _TIME.sub("", text)):
        for pattern in _WHOLE:
            if found := pattern.fullmatch(candidate):
                return _from_match(found, earliest, latest)
    return None


def _read_start(text: str, earliest: date, latest: date) -> DateReading | None:
    """A date with words behind it, such as '3/4/25 - chased'. Further figures make it too doubtful."""
    for pattern in _AT_START:
        found = pattern.match(text)
        if not found:
            continue
        rest = text[found.end() :]
        if rest[:1].isalnum() or any(letter.isdigit() for letter in rest):
            continue
        reading = _from_match(found, earliest, latest)
        if reading.day is None:
            return reading
        said = f"is read as {spoken(reading.day)}; the words after the date are left out."
        return DateReading(reading.day, "warning", said)
    return None


def _from_match(found: re.Match[str], earliest: date, latest: date) -> DateReading:
    part = found.groupdict()
    month = _MONTH_NUMBER[part["month_name"]] if part.get("month_name") else int(part["month"])
    return _from_numbers(int(part["day"]), month, part["year"], earliest, latest)


def _from_numbers(day: int, month: int, year_text: str, earliest: date, latest: date) -> DateReading:
    year = int(year_text)
    if (day, month, year) in _PLACEHOLDERS and len(year_text) == 4:
        return DateReading(None, "note", "is what a program writes for no date")
    centuries = (2000, 1900) if len(year_text) == 2 else (0,)
    days = [_day(century + year, month, day) for century in centuries]
    if days[0] is None:
        return _no_such_day(day, month, centuries[0] + year)
    fitting = [each for each in days if each is not None and earliest <= each <= latest]
    return in_range(fitting[0] if fitting else days[0], earliest, latest)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _no_such_day(day: int, month: int, year: int) -> DateReading:
    meant = _day(year, day, month) if month > 12 else None
    if meant is not None:
        said = f"has no month {month}. If {spoken(meant)} is meant, write {meant:%d/%m/%Y}."
        return DateReading(None, "error", said, is_month_first=True)
    if month > 12:
        return DateReading(None, "error", f"has no month {month}.")
    if month == 0 or day == 0 or year == 0:
        return DateReading(None, "error", "is not in the calendar.")
    days = monthrange(year, month)[1]
    return DateReading(None, "error", f"is not in the calendar: {MONTHS[month - 1]} {year} has {days} days.")


def in_range(day: date, earliest: date, latest: date) -> DateReading:
    """`day` if it is between `earliest` and `latest`, and refused otherwise."""
    if earliest <= day <= latest:
        return DateReading(day)
    if (day.day, day.month, day.year) in _PLACEHOLDERS:
        return DateReading(None, "note", "is what a program writes for no date")
    return DateReading(None, "error", f"is outside the years {earliest.year} to {latest.year}.")


def _read_moment(text: str, earliest: date, latest: date) -> DateReading:
    """A moment with a time zone falls on a civil day of England, maybe not the one written (design D14)."""
    try:
        moment = datetime.fromisoformat(text.upper())
        day = moment.astimezone(_ENGLAND).date()
    except OverflowError:
        return DateReading(None, "note", "is what a program writes for no date")
    except ValueError:
        return DateReading(None, "error", "is not in the calendar.")
    reading = in_range(day, earliest, latest)
    if reading.day is None or day == moment.date():
        return reading
    said = f"is a moment of another time zone: in England it was {spoken(day)}."
    return DateReading(day, "warning", said)


def _check_weekday(reading: DateReading, written: str) -> DateReading:
    if reading.day is None or WEEKDAYS[reading.day.weekday()].lower().startswith(written[:3]):
        return reading
    said = f"is read as {spoken(reading.day)}, but that was a {WEEKDAYS[reading.day.weekday()]}."
    return DateReading(reading.day, "warning", said)


def _why_refused(text: str) -> str:
    if len(_DATE_LIKE.findall(text)) > 1:
        return "holds more than one date. Keep one here, the other elsewhere."
    if re.fullmatch(r"\d{1,2}[-/. ]\d{1,2}|\d{1,2}(?:st|nd|rd|th)?[- ]" + _MONTH, text):
        return "has no year. Write it out, such as 03/04/2025."
    if re.fullmatch(_MONTH + r"[-/ ,]*'?\d{2,4}|\d{1,2}[-/]\d{4}", text):
        return "has no day. Write the whole date, such as 03/04/2025."
    if text.startswith("#"):
        return "is an error of Excel's, not a date. Repair the formula."
    return "is not a date. Write it day first, such as 03/04/2025, or leave the cell empty."


def spoken(day: date) -> str:
    """The day as it is said.

    >>> spoken(date(2025, 4, 3))
    '3 April 2025'
    """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
