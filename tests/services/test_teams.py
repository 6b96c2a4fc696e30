"""Officers, the days they are away, and lists from which nothing that must be done can vanish."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text, true

from ehcp_flow.analytics.observations import Observation
from ehcp_flow.errors import BadInput, EhcpError, NotAllowed, UnknownName
from ehcp_flow.services.absence import Away, come_back, officers_covered_by, record_absence
from ehcp_flow.services.assign import assign
from ehcp_flow.services.initialise import initialise
from ehcp_flow.services.list_work import Wanted, list_breaches, list_work
from ehcp_flow.services.office import Office
from ehcp_flow.services.officers import add_officer, change_officer, list_officers, read_days
from ehcp_flow.services.open_case import open_case
from ehcp_flow.services.record_event import record_event
from ehcp_flow.settings import Settings, shipped_workflows
from ehcp_flow.storage.clock_table import clock_table

TODAY = date(2025, 6, 2)
FAR = date(2030, 1, 1)
OFFICERS = {"a.smith": "North", "b.jones": "North", "c.brown": "South", "d.green": None}


def office_at(url: str) -> Office:
    return Office(Settings(url, shipped_workflows(), None, "Exampleshire", "tester"))


@pytest.fixture
def office(copy_of: Callable[[Callable[[str], None]], str]) -> Iterator[Office]:
    office = office_at(copy_of(fill))
    yield office
    office.database.close()


def fill(url: str) -> None:
    """Four officers, one of them in no team; cases of each, of a team, of nobody, and of somebody who has left."""
    office = office_at(url)
    initialise(office)
    for username, team in {**OFFICERS, "old.hand": "South"}.items():
        add_officer(office, username, username.title(), team)
    for number, officer in enumerate([*OFFICERS, "old.hand", "a.smith"]):
        opened = date(2025, 1, 6 + number)
        open_case(office, "needs_assessment", "request_received", opened, case_ref=f"N-{number}", officer=officer)
    open_case(office, "needs_assessment", "request_received", date(2025, 1, 20), case_ref="N-TEAM", team="North")
    open_case(office, "needs_assessment", "request_received", date(2025, 1, 21), case_ref="N-NOBODY")
    record_event(office, "N-5", "assessment_agreed", date(2025, 2, 3))
    record_event(office, "N-5", "advice_requested", date(2025, 2, 4), {"provider": "health"})
    record_event(office, "N-5", "draft_plan_sent", date(2025, 4, 1))
    record_event(office, "N-5", "final_plan_sent", date(2025, 5, 1))
    with office.database.write() as connection:
        connection.execute(text("DELETE FROM officer WHERE username = 'old.hand'"))
    office.database.close()


def refs(found: tuple[Observation, ...]) -> set[str]:
    return {each.case_ref for each in found}


def covered(office: Office, username: str, on: date) -> list[str]:
    with office.database.read() as connection:
        return officers_covered_by(connection, username, on)


# ------------------------------------------------------------------------------------ who is away


def test_cover_lasts_from_the_first_day_to_the_last_both_counted(office: Office) -> None:
    first, last = date(2025, 6, 9), date(2025, 6, 13)
    record_absence(office, "a.smith", first, last, "b.jones", TODAY)
    days = [first - timedelta(1), first, last, last + timedelta(1)]
    assert [covered(office, "b.jones", day) for day in days] == [[], ["a.smith"], ["a.smith"], []]
    assert covered(office, "c.brown", first) == []


def test_a_list_holds_the_cases_of_those_whom_the_officer_covers_in_order_of_the_day(office: Office) -> None:
    before = list_work(office, TODAY, Wanted(officer="c.brown"))
    assert refs(before.lines) == {"N-2"}
    record_absence(office, "a.smith", TODAY, TODAY, "c.brown", TODAY)
    work = list_work(office, TODAY, Wanted(officer="c.brown"))
    assert refs(work.lines) == {"N-0", "N-2"}
    assert [each.due_on for each in work.overdue] == sorted(each.due_on for each in work.overdue)
    assert work.away["a.smith"].cover == "c.brown"
    assert {each.officer for each in work.overdue} == {"a.smith", "c.brown"}, "cases change no hands"
    assert refs(list_work(office, TODAY + timedelta(1), Wanted(officer="c.brown")).lines) == {"N-2"}


def test_cover_shows_in_a_list_for_a_day_gone_by_as_well(office: Office) -> None:
    record_absence(office, "a.smith", date(2025, 1, 27), date(2025, 2, 7), "c.brown", TODAY)
    assert refs(list_work(office, date(2025, 1, 30), Wanted(officer="c.brown")).lines) == {"N-0", "N-2", "N-5"}
    assert refs(list_work(office, date(2025, 1, 24), Wanted(officer="c.brown")).lines) == {"N-2"}


def test_an_absence_ends_the_day_before_the_officer_is_back(office: Office) -> None:
    record_absence(office, "a.smith", date(2025, 5, 26), date(2025, 6, 13), "b.jones", TODAY)
    come_back(office, "a.smith", TODAY)
    assert covered(office, "b.jones", TODAY) == []
    assert covered(office, "b.jones", TODAY - timedelta(1)) == ["a.smith"]


def test_who_is_back_on_the_first_day_was_never_away(office: Office) -> None:
    record_absence(office, "a.smith", None, date(2025, 6, 13), "b.jones", TODAY)
    come_back(office, "a.smith", TODAY)
    assert {line.username: line.away for line in list_officers(office, date(2025, 1, 1))}["a.smith"] is None


def test_a_planned_absence_is_taken_back_only_by_its_day(office: Office) -> None:
    record_absence(office, "a.smith", date(2025, 8, 4), date(2025, 8, 15), "b.jones", TODAY)
    with pytest.raises(NotAllowed, match="--back --from 2025-08-04"):
        come_back(office, "a.smith", TODAY)
    come_back(office, "a.smith", TODAY, date(2025, 8, 4))
    assert covered(office, "b.jones", date(2025, 8, 4)) == []


def test_taking_back_an_absence_long_over_does_not_lengthen_it(office: Office) -> None:
    record_absence(office, "a.smith", date(2025, 5, 5), date(2025, 5, 9), "b.jones", TODAY)
    come_back(office, "a.smith", TODAY, date(2025, 5, 5))
    assert covered(office, "b.jones", date(2025, 5, 12)) == []


def test_the_last_day_and_the_cover_can_be_changed_and_the_rest_stays(office: Office) -> None:
    record_absence(office, "a.smith", date(2025, 5, 26), date(2025, 6, 6), "b.jones", TODAY)
    longer = record_absence(office, "a.smith", None, date(2025, 6, 20), None, TODAY)
    assert longer == (Away("a.smith", date(2025, 5, 26), date(2025, 6, 20), "b.jones"), True)
    other = record_absence(office, "a.smith", date(2025, 5, 26), None, "c.brown", TODAY)
    assert other == (Away("a.smith", date(2025, 5, 26), date(2025, 6, 20), "c.brown"), True)


@pytest.mark.parametrize(
    ("username", "first", "last", "cover", "said"),
    [
        ("nobody", 2, 6, None, "There is no officer nobody."),
        ("a.smith", 2, 6, "nobody", "There is no officer nobody."),
        ("a.smith", 6, 5, None, "The last day, 5 June 2025, is before the first, 6 June 2025."),
        ("a.smith", 2, 6, "a.smith", "a.smith cannot cover for themselves."),
        ("a.smith", 2, None, "b.jones", "The last day a.smith is away was not given."),
        ("a.smith", 13, 17, "c.brown", "c.brown cannot cover: they are away themselves from 17 June"),
        ("a.smith", 20, 24, "c.brown", "c.brown cannot cover: they are away themselves from 17 June"),
        ("c.brown", 1, 17, None, "c.brown is already away from 17 June 2025 to 20 June 2025."),
        ("c.brown", 18, 18, None, "c.brown is already away"),
        ("d.green", 16, 18, "b.jones", "d.green covers for c.brown, who is away from 17 June 2025"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line_and_nothing_is_written(
    office: Office, username: str, first: int, last: int | None, cover: str | None, said: str
) -> None:
    record_absence(office, "c.brown", date(2025, 6, 17), date(2025, 6, 20), "d.green", TODAY)
    before = [(line.username, line.away) for line in list_officers(office, TODAY)]
    last_day = date(2025, 6, last) if last else None
    with pytest.raises(EhcpError) as told:
        record_absence(office, username, date(2025, 6, first), last_day, cover, TODAY)
    assert said in str(told.value)
    assert "\n" not in str(told.value)
    assert [(line.username, line.away) for line in list_officers(office, TODAY)] == before


def test_a_refused_change_leaves_the_absence_as_it_was(office: Office) -> None:
    record_absence(office, "a.smith", date(2025, 5, 26), date(2025, 6, 6), "b.jones", TODAY)
    with pytest.raises(BadInput):
        record_absence(office, "a.smith", None, date(2025, 5, 1), None, TODAY)
    assert covered(office, "b.jones", TODAY) == ["a.smith"]


@pytest.mark.parametrize("days", [(9, 16), (21, 24)])
def test_the_days_beside_an_absence_are_free(office: Office, days: tuple[int, int]) -> None:
    record_absence(office, "c.brown", date(2025, 6, 17), date(2025, 6, 20), "d.green", TODAY)
    first, last = (date(2025, 6, day) for day in days)
    record_absence(office, "a.smith", first, last, "c.brown", TODAY)
    record_absence(office, "d.green", first, last, None, TODAY)


# --------------------------------------------------------------------------------------- officers


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("wed mon TUE", "mon tue wed"),
        ("Monday, Thursday", "mon thu"),
        ("mon-thu", "mon tue wed thu"),
        ("mon – wed, fri", "mon tue wed fri"),
        ("tues thurs", "tue thu"),
        ("none", ""),
    ],
)
def test_working_days_are_understood_as_people_write_them(written: str, kept: str) -> None:
    assert read_days(written) == kept


@pytest.mark.parametrize("written", ["", "m", "monk", "fri-mon", "mon-", "every day", "1"])
def test_what_are_no_working_days_is_refused(written: str) -> None:
    with pytest.raises(BadInput, match="are not working days"):
        read_days(written)


def test_an_officer_changes_team_and_days_and_keeps_the_cases(office: Office) -> None:
    line = change_officer(office, "a.smith", team="East", works_on="mon-wed")
    assert (line.team, line.works_on) == ("East", ("mon", "tue", "wed"))
    assert refs(list_work(office, TODAY, Wanted(team="North", officer="a.smith")).lines) == {"N-0"}
    assert change_officer(office, "a.smith", team="").team is None


@pytest.mark.parametrize("username", ["", "  ", "a smith", "a\tb"])
def test_a_username_is_one_word(office: Office, username: str) -> None:
    with pytest.raises(BadInput, match="cannot be a username"):
        add_officer(office, username, "X", None)


# -------------------------------------------------------------------- nothing vanishes from lists


def everything_open(office: Office) -> Counter[tuple[str, str, str]]:
    with office.database.read() as connection:
        query = select(clock_table.c.case_ref, clock_table.c.clock, clock_table.c.subject)
        return Counter(map(tuple, connection.execute(query.where(clock_table.c.is_open == true()))))


@pytest.mark.parametrize("as_of", [FAR, date(2025, 6, 2)])
def test_every_open_clock_is_in_one_officer_s_list_or_in_the_unassigned_one(office: Office, as_of: date) -> None:
    # A step after `as_of` makes the lists of that day come from the journals instead of from the table.
    open_case(office, "needs_assessment", "request_received", date(2025, 6, 3), case_ref="N-LATER", officer="b.jones")
    record_absence(office, "b.jones", as_of, as_of, None, TODAY)
    wanted = [*(Wanted(officer=username, ended=True) for username in OFFICERS), Wanted(unassigned=True, ended=True)]
    listed = Counter(
        (each.case_ref, each.clock, each.subject or "")
        for one in wanted
        for each in list_work(office, as_of, one).lines
    )
    due = {key: number for key, number in everything_open(office).items() if as_of == FAR or key[0] != "N-LATER"}
    assert listed == due
    assert set(listed.values()) == {1}
    assert {"N-TEAM", "N-NOBODY", "N-4"} <= {key[0] for key in listed}


def test_the_unassigned_are_those_of_nobody_of_a_team_and_of_who_has_left(office: Office) -> None:
    unassigned = list_work(office, FAR, Wanted(unassigned=True))
    assert refs(unassigned.lines) == {"N-4", "N-TEAM", "N-NOBODY"}
    assert refs(list_work(office, FAR, Wanted(unassigned=True, team="North")).lines) == {"N-TEAM"}
    assign(office, "N-TEAM", "d.green")
    assert refs(list_work(office, FAR, Wanted(unassigned=True)).lines) == {"N-4", "N-NOBODY"}


def test_the_count_of_ended_cases_is_that_of_the_list_asked_for(office: Office) -> None:
    assert list_work(office, FAR, Wanted(unassigned=True)).in_ended_cases == 0
    assert list_work(office, FAR, Wanted(officer="a.smith")).in_ended_cases == 1, "the advice of N-5 never came"


def test_a_name_mistyped_is_not_an_empty_list(office: Office) -> None:
    with pytest.raises(UnknownName, match=r"Did you mean a\.smith\?"):
        list_work(office, TODAY, Wanted(officer="a.smiht"))
    with pytest.raises(UnknownName, match="There is no team Nroth"):
        list_work(office, TODAY, Wanted(team="Nroth"))
    assert refs(list_work(office, TODAY, Wanted(officer="old.hand")).lines) == {"N-4"}, "one who left still has a list"


def test_breaches_of_an_officer_are_their_own(office: Office) -> None:
    record_absence(office, "a.smith", TODAY, TODAY, "c.brown", TODAY)
    assert {each.case_ref for each in list_breaches(office, TODAY, Wanted(officer="c.brown"))} == {"N-2"}
