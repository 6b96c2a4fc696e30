"""Working days in England: equal to the holidays package on every day, fast by a table, and stable over upgrades."""

from __future__ import annotations

import difflib
from collections import Counter
from datetime import date, timedelta
from importlib import metadata
from pathlib import Path

import holidays
import pytest

from ehcp_flow.engine.count import last_day
from ehcp_flow.engine.working_days import Calendar, WorkingDays, england
from ehcp_flow.law.duration import Duration

FIRST, LAST = date(2014, 1, 1), date(2030, 12, 31)
EVERY_DAY = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
SNAPSHOT = Path(__file__).parent / "bank_holidays_england_2014_2030.txt"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@pytest.fixture(scope="module")
def package() -> holidays.HolidayBase:
    return holidays.country_holidays("GB", subdiv="ENG", years=range(2000, 2061))


@pytest.mark.parametrize("number", [1, 2, 3, 5, 10, 15, 20, 30, 65, -1, -2, -5, -10])
def test_on_every_day_from_2014_to_2030_we_count_as_the_holidays_package_does(package, number):
    table = england()
    wrong = [day for day in EVERY_DAY if table.add(day, number) != package.get_nth_working_day(day, number)]
    assert wrong == []


@pytest.mark.parametrize("number", [1, 2, 15])
def test_with_the_first_day_counted_we_count_as_the_package_does_from_the_day_before(package, number):
    table, one_day = england(), timedelta(days=1)
    for day in EVERY_DAY:
        assert table.add(day, number, "first_day") == package.get_nth_working_day(day - one_day, number)


def test_a_day_is_worked_exactly_if_the_package_says_so(package):
    table = england()
    assert [day for day in EVERY_DAY if table.is_worked(day) != package.is_working_day(day)] == []


def test_working_days_between_two_days_are_those_after_the_first_up_to_the_last(package):
    table, count = england(), 0
    for day in EVERY_DAY[1:]:
        count += package.is_working_day(day)
        assert table.between(FIRST, day) == count


@pytest.mark.parametrize(
    "start, number, end",
    [
        # twenty working days from receipt, the day of receipt not counted (alaveteli)
        ("2008-10-01", 20, "2008-10-29"),
        ("2007-02-01", 20, "2007-03-01"),
        ("2008-02-01", 20, "2008-02-29"),
        # the same dates with Ireland's and Scotland's holidays too would be later: England's alone give these
        ("2009-03-12", 20, "2009-04-09"),
        ("2009-03-13", 20, "2009-04-14"),
        ("2009-03-14", 20, "2009-04-14"),
        ("2009-03-15", 20, "2009-04-14"),
        ("2009-03-16", 20, "2009-04-15"),
        # from a weekday and from a Saturday (correspondence tool of the Ministry of Justice)
        ("2017-05-18", 3, "2017-05-23"),
        ("2017-05-18", 10, "2017-06-02"),
        ("2017-05-18", 20, "2017-06-16"),
        ("2017-05-18", 30, "2017-06-30"),
        ("2021-07-03", 3, "2021-07-07"),
        ("2021-07-03", 10, "2021-07-16"),
        ("2021-07-03", 20, "2021-07-30"),
        ("2021-05-01", 3, "2021-05-06"),
        ("2021-05-01", 10, "2021-05-17"),
        ("2021-05-01", 20, "2021-06-01"),
        # St Andrew's Day is worked in England
        ("2023-11-27", 3, "2023-11-30"),
        ("2023-11-27", 10, "2023-12-11"),
        ("2023-11-27", 20, "2023-12-27"),
        ("2023-12-04", -10, "2023-11-20"),
        # the Coronation was a holiday, and Good Friday and Easter Monday always are
        ("2023-05-05", 1, "2023-05-09"),
        ("2026-04-02", 1, "2026-04-07"),
    ],
)
def test_the_dates_other_services_publish_come_out_here_too(start, number, end):
    assert england().add(date.fromisoformat(start), number) == date.fromisoformat(end)


@pytest.mark.parametrize(
    "day, next_worked",
    [
        ("2017-06-03", "2017-06-05"),
        ("2017-06-04", "2017-06-05"),
        ("2017-05-29", "2017-05-30"),
        ("2017-05-30", "2017-05-30"),
    ],
)
def test_the_first_working_day_from_a_day_off_is_the_next_one_worked(day, next_worked):
    assert england().add(date.fromisoformat(day), 1, "first_day") == date.fromisoformat(next_worked)


def test_a_limit_in_working_days_is_counted_by_the_calendar():
    start = date(2026, 3, 31)
    assert last_day(start, Duration(3, "working_days"), "next_day", england()) == date(2026, 4, 7)
    assert last_day(start, Duration(3, "working_days"), "first_day", england()) == date(2026, 4, 2)


def test_england_has_eight_bank_holidays_a_year_but_for_jubilees_a_funeral_and_a_coronation():
    weekdays = Counter(day.year for day in england().holidays if day.weekday() < 5 and 2010 <= day.year <= 2030)
    assert {year: number for year, number in weekdays.items() if number != 8} == {2011: 9, 2012: 9, 2022: 10, 2023: 9}


def test_easter_monday_and_the_august_holiday_are_england_s_own():
    assert not england().is_worked(date(2026, 4, 6))
    assert not england().is_worked(date(2026, 8, 31))
    assert england().is_worked(date(2026, 8, 3)), "Scotland's"
    assert england().is_worked(date(2026, 3, 17)), "Northern Ireland's"


def test_a_holiday_proclaimed_later_moves_the_dates_after_it():
    closed = Calendar(closed=[(date(2030, 6, 3), "Extra bank holiday")])
    assert closed.working_days.add(date(2030, 5, 31), 1) == date(2030, 6, 4)
    assert Calendar().working_days.add(date(2030, 5, 31), 1) == date(2030, 6, 3)
    assert closed.working_days.holidays[date(2030, 6, 3)] == "Extra bank holiday"


def test_a_bank_holiday_can_be_turned_into_a_day_that_is_worked():
    worked = Calendar(worked=[date(2026, 5, 25)]).working_days
    assert worked.is_worked(date(2026, 5, 25))
    assert not worked.is_worked(date(2026, 12, 25))


def test_a_calendar_made_of_days_that_can_be_read_only_once_gives_the_same_table_again():
    calendar = Calendar(
        closed=(each for each in [(date(2030, 6, 3), "Extra")]), worked=(day for day in [date(2026, 5, 25)])
    )
    assert calendar.working_days is calendar.working_days


def test_the_table_says_which_release_of_the_package_it_comes_from():
    assert england().version == f"holidays {metadata.version('holidays')}"


@pytest.mark.parametrize(
    "start, number",
    [
        ("1999-12-30", 1),
        ("2061-01-01", 1),
        ("2060-12-20", 30),
        ("2060-12-31", 1),
        ("2000-01-05", -30),
        ("1999-12-31", -1),
    ],
)
def test_outside_the_table_we_say_so(start, number):
    with pytest.raises(ValueError, match="outside the calendar"):
        england().add(date.fromisoformat(start), number)


def test_the_table_is_usable_up_to_its_first_and_last_day():
    table = WorkingDays({})
    assert table.is_worked(date(2060, 12, 31))
    assert not table.is_worked(date(2000, 1, 1))
    assert table.add(date(2060, 12, 30), 1) == date(2060, 12, 31)
    assert table.between(date(2060, 12, 30), date(2060, 12, 31)) == 1


def test_no_bank_holiday_has_moved_since_the_list_beside_this_test_was_accepted():
    accepted = [line for line in SNAPSHOT.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    found = [
        f"{day} {WEEKDAYS[day.weekday()]}: {name}"
        for day, name in sorted(england().holidays.items())
        if FIRST <= day <= LAST and day.weekday() < 5
    ]
    assert moved(accepted, found) == [], HOW_TO_ACCEPT.format(
        version=england().version, changes="\n".join(moved(accepted, found))
    )


def moved(accepted: list[str], found: list[str]) -> list[str]:
    """The lines to take out (-) and to put in (+); a holiday that is only called otherwise has not moved."""
    names = {line[:10]: line for line in accepted}
    same = [names.get(line[:10], line) for line in found]
    return [line for line in difflib.ndiff(accepted, same) if line[0] in "+-"]


HOW_TO_ACCEPT = """

The bank holidays of {version} are not those our dates were counted by:

{changes}

Due dates counted in working days move. Compare with https://www.gov.uk/bank-holidays. If the change is right,
take the lines marked - out of tests/engine/bank_holidays_england_2014_2030.txt, put those marked + in, and say so
in CHANGELOG.md under "Changes in the law". If it is wrong, keep the release that is in requirements.lock.
"""


def test_a_bank_holiday_that_moved_is_shown_with_what_to_take_out_and_put_in():
    accepted = ["2020-05-04 Monday: May Day", "2020-05-25 Monday: Spring Bank Holiday"]
    found = ["2020-05-08 Friday: May Day", "2020-05-25 Monday: Late May Holiday"]
    assert moved(accepted, found) == ["- 2020-05-04 Monday: May Day", "+ 2020-05-08 Friday: May Day"]
