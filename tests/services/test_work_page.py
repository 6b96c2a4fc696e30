"""A page of the work list holds what the whole list holds, and reads only what it shows."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.errors import UnknownName
from ehcp_flow.services.absence import record_absence
from ehcp_flow.services.assign import assign
from ehcp_flow.services.list_work import Wanted, list_work
from ehcp_flow.services.officers import add_officer
from ehcp_flow.services.policy import Actor
from ehcp_flow.services.work_page import GROUPS, Shown, work_page

EVERYTHING = Actor("boss", "Boss", "senior_case_manager", None)
EVERY_LINE = Shown(most=10_000)
DAY = date(2026, 3, 25)


@pytest.fixture
def busy(office, draw_histories, fill, today_is):
    """Some hundred cases of two teams and of nobody, and a day on which much is due."""
    today_is(date(2027, 1, 1))
    add_officer(office, "north", "Nora North", "North")
    add_officer(office, "south", "Sol South", "South")
    add_officer(office, "other", "Ola Other", "North")
    fill(office, draw_histories(120, seed=11))
    with office.database.read() as connection:
        from ehcp_flow.storage import people

        refs = list(people.case_refs_from(connection, "", 10_000))
    for number, case_ref in enumerate(refs):
        if number % 4:
            assign(office, case_ref, ("north", "south", "other")[number % 3])
    return office


def newest(office):
    """A day on which everything that is recorded has happened."""
    from ehcp_flow.storage import clock_table

    with office.database.read() as connection:
        return clock_table.latest_event_day(connection)


def names(lines):
    return [(each.case_ref, each.name, each.due_on, each.period) for each in lines]


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(officer="north"),
        Wanted(team="South"),
        Wanted(basis="law"),
        Wanted(workflow="needs_assessment"),
        Wanted(clock="finalise_plan"),
        Wanted(unassigned=True),
        Wanted(team="North", basis="guidance"),
    ],
)
def test_it_holds_the_same_limits_as_the_whole_list(busy, wanted):
    day = newest(busy)
    whole = list_work(busy, day, wanted)
    page = work_page(busy, EVERYTHING, day, wanted, EVERY_LINE)
    groups = dict(zip(GROUPS, (whole.overdue, whole.today, whole.soon, whole.later, whole.excepted), strict=True))
    for name, lines in groups.items():
        assert names(page.lines.get(name, ())) == names(
            sorted(lines, key=lambda each: names([each])[0][2:] + names([each])[0][:2])
        )
        assert page.counts[name] == len(lines)
    assert page.in_ended_cases == whole.in_ended_cases
    assert sum(page.counts.values()) > 0 or wanted.clock


def test_pages_follow_each_other_without_a_gap(busy):
    day = newest(busy)
    whole = work_page(busy, EVERYTHING, day, Wanted(), EVERY_LINE).lines["overdue"]
    pages = [
        work_page(busy, EVERYTHING, day, Wanted(), Shown("overdue", "due", first, 7)).lines["overdue"]
        for first in range(0, len(whole), 7)
    ]
    assert [line for page in pages for line in page] == list(whole)
    assert len(whole) > 20


@pytest.mark.parametrize(
    ("sort", "key"), [("case", lambda each: each.case_ref), ("officer", lambda each: each.officer or "")]
)
def test_it_is_sorted_as_asked(busy, sort, key):
    officers = Wanted(team="North")
    lines = work_page(busy, EVERYTHING, newest(busy), officers, Shown(None, sort, most=1000)).lines["overdue"]
    assert [key(each) for each in lines] == sorted(key(each) for each in lines)


def test_who_covers_finds_the_cases_of_both(busy):
    day = newest(busy)
    record_absence(busy, "north", day, day, "other", day)
    page = work_page(busy, EVERYTHING, day, Wanted(officer="other"), EVERY_LINE)
    held = [each.officer for lines in page.lines.values() for each in lines]
    assert set(held) == {"north", "other"}
    assert page.covering == ("north",)
    assert page.covered_lines == held.count("north")


def test_only_cases_within_reach_are_listed(busy):
    day = newest(busy)
    actor = Actor("sol", "Sol", "case_officer", frozenset({"South"}), "south", "South")
    page = work_page(busy, actor, day, Wanted(), EVERY_LINE)
    assert {each.team for lines in page.lines.values() for each in lines} == {"South", None}


@pytest.mark.parametrize(
    "wanted", [Wanted(officer="zzz"), Wanted(team="zzz"), Wanted(clock="zzz"), Wanted(workflow="zzz")]
)
def test_a_name_there_is_not_is_refused(busy, wanted):
    with pytest.raises(UnknownName):
        work_page(busy, EVERYTHING, DAY, wanted, EVERY_LINE)
