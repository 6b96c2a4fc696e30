"""A caseload changes hands as a whole, fast and on the record, and everything derived is as if made anew."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text

from ehcp_flow.engine.count import days_on
from ehcp_flow.errors import BadInput, Conflict, UnknownName
from ehcp_flow.services import hand_over as module
from ehcp_flow.services.absence import record_absence
from ehcp_flow.services.correct_event import correct_event
from ehcp_flow.services.hand_over import HandedOver, hand_over
from ehcp_flow.services.initialise import initialise
from ehcp_flow.services.list_work import Wanted, list_work
from ehcp_flow.services.office import Office
from ehcp_flow.services.officers import add_officer, change_officer
from ehcp_flow.services.open_case import open_case
from ehcp_flow.services.rebuild import rebuild, verify
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.show_case import show_case
from ehcp_flow.services.sweep import sweep
from ehcp_flow.settings import Settings, shipped_workflows
from ehcp_flow.storage.clock_table import clock_table, standing_table
from ehcp_flow.today import today

OPEN, ENDED, TAKEN_BACK, OF_B = ("S-1", "S-2", "S-3", "S-4"), "S-5", "S-6", "J-1"


def office_at(url: str) -> Office:
    return Office(Settings(url, shipped_workflows(), None, "Exampleshire", "tester"))


@pytest.fixture
def office(copy_of: Callable[[Callable[[str], None]], str]) -> Iterator[Office]:
    office = office_at(copy_of(fill))
    yield office
    office.database.close()


def fill(url: str) -> None:
    """a.smith (North) holds cases at several stages, one that ended, and one of which everything was taken back."""
    office = office_at(url)
    initialise(office)
    for username, team in {"a.smith": "North", "b.jones": "South", "d.green": None}.items():
        add_officer(office, username, username.title(), team)
    for number, ref in enumerate([*OPEN, ENDED, TAKEN_BACK, OF_B]):
        opened, officer = date(2025, 1, 6 + number), "b.jones" if ref == OF_B else "a.smith"
        open_case(office, "needs_assessment", "request_received", opened, case_ref=ref, officer=officer)
    record_event(office, "S-2", "assessment_agreed", date(2025, 2, 10))
    record_event(office, "S-2", "advice_requested", date(2025, 2, 12), {"provider": "school"})
    record_event(office, "S-2", "advice_received", date(2025, 3, 12), {"provider": "school"})
    record_event(office, "S-3", "assessment_agreed", date(2025, 2, 11))
    correct_event(office, "S-3", 3, happened_on=date(2025, 2, 12), reason="typed the wrong day")
    lifted = {"exception": "personal_circumstances", "clock": "decide_whether_to_assess"}
    record_event(office, "S-4", "exception_recorded", date(2025, 1, 20), lifted)
    record_event(office, ENDED, "assessment_agreed", date(2025, 2, 3))
    record_event(office, ENDED, "advice_requested", date(2025, 2, 4), {"provider": "health"})
    record_event(office, ENDED, "draft_plan_sent", date(2025, 4, 1))
    record_event(office, ENDED, "final_plan_sent", date(2025, 5, 1))
    correct_event(office, TAKEN_BACK, 1, retract=True, reason="another child", override="it never was")
    sweep(office, date(2025, 9, 1))
    office.database.close()


def derived(office: Office) -> dict[str, list[tuple[Any, ...]]]:
    """Every derived row."""
    with office.database.read() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in (standing_table, clock_table)
        }


def holders(office: Office) -> dict[str, tuple[str | None, str | None]]:
    """Who holds each case, which must be the same in its standing and on each of its clocks."""
    with office.database.read() as connection:
        of = standing_table.c
        found = {row[0]: (row[1], row[2]) for row in connection.execute(select(of.case_ref, of.officer, of.team))}
        clocks = select(clock_table.c.case_ref, clock_table.c.officer, clock_table.c.team)
        assert {tuple(row) for row in connection.execute(clocks)} <= {(ref, *who) for ref, who in found.items()}
    return found


def entries(office: Office) -> Counter[str]:
    with office.database.read() as connection:
        return Counter(connection.execute(text("SELECT case_ref FROM journal")).scalars())


def is_as_made_anew(office: Office) -> bool:
    kept = derived(office)
    rebuild(office)
    return kept == derived(office) and verify(office).bad is None


def test_a_whole_caseload_changes_hands_and_equals_a_rebuild(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CASES_AT_A_TIME", 2)
    told: list[tuple[int, int]] = []
    handed = hand_over(office, "b.jones", from_officer="a.smith", progress=lambda *done: told.append(done))
    assert handed.cases == (*OPEN, ENDED, TAKEN_BACK)
    assert (handed.officer, handed.team, handed.open_cases, handed.left_alone) == ("b.jones", "South", 5, 0)
    assert set(holders(office).values()) == {("b.jones", "South")}
    assert told == [(0, 6), (2, 6), (4, 6), (5, 6), (6, 6)]
    assert is_as_made_anew(office)


def test_each_journal_gets_one_entry_that_says_who_and_why(office: Office) -> None:
    before = entries(office)
    hand_over(office, "b.jones", from_officer="a.smith", note="new area")
    assert entries(office) - before == Counter(dict.fromkeys((*OPEN, ENDED, TAKEN_BACK), 1))
    last = show_case(office, "S-2", today()).lines[-1].entry
    assert (last.name, dict(last.details), last.note) == (
        "assigned",
        {"officer": "b.jones", "team": "South"},
        "new area",
    )
    assert (last.recorded_by, last.happened_on) == ("tester", today())


def test_done_twice_it_changes_nothing_the_second_time(office: Office) -> None:
    hand_over(office, "b.jones", cases=["S-1", OF_B, "S-1"])
    after = entries(office)
    again = hand_over(office, "b.jones", cases=["S-1", OF_B])
    assert (again.cases, again.left_alone) == ((), 2)
    assert hand_over(office, "a.smith", from_officer="a.smith").cases == ()
    assert entries(office) == after


def test_what_was_theirs_already_is_left_alone(office: Office) -> None:
    handed = hand_over(office, "b.jones", cases=[OF_B, "S-1"])
    assert (handed.cases, handed.left_alone) == (("S-1",), 1)
    assert entries(office)[OF_B] == 2


def test_cases_that_have_ended_can_stay_where_they_are(office: Office) -> None:
    hand_over(office, "b.jones", from_officer="a.smith", open_only=True)
    assert [ref for ref, who in holders(office).items() if who[0] == "a.smith"] == [ENDED]


def test_a_dry_run_says_what_would_happen_and_writes_nothing(office: Office) -> None:
    before = derived(office), entries(office)
    said = hand_over(office, "b.jones", from_officer="a.smith", dry_run=True)
    assert (derived(office), entries(office)) == before
    assert said == hand_over(office, "b.jones", from_officer="a.smith")


def test_the_figures_are_those_of_the_lists(office: Office) -> None:
    six_weeks_ago = days_on(today(), -42)
    open_case(office, "needs_assessment", "request_received", six_weeks_ago, case_ref="S-7", officer="a.smith")
    work = list_work(office, today(), Wanted(officer="a.smith"))
    assert (len(work.today), len(work.excepted), work.in_ended_cases) == (1, 1, 1)
    clocks = hand_over(office, "b.jones", from_officer="a.smith", dry_run=True).clocks
    assert clocks.overdue == len(work.overdue) > 0
    assert clocks.overdue_law == sum(each.basis == "law" for each in work.overdue) < len(work.overdue)
    assert clocks.total == work.total + 2, "two limits of the new case fall due in more than four weeks"


def test_a_team_alone_can_take_over_and_the_team_can_be_another_one(office: Office) -> None:
    hand_over(office, None, "South", cases=["S-1", "S-2"])
    hand_over(office, "b.jones", "North", cases=["S-3"])
    hand_over(office, "d.green", cases=["S-4"])
    assert [holders(office)[ref] for ref in OPEN] == [
        (None, "South"),
        (None, "South"),
        ("b.jones", "North"),
        ("d.green", None),
    ]
    assert is_as_made_anew(office)


def test_an_officer_who_moves_takes_the_cases_to_the_new_team(office: Office) -> None:
    change_officer(office, "a.smith", team="East")
    hand_over(office, "a.smith", from_officer="a.smith")
    assert {who for ref, who in holders(office).items() if ref != OF_B} == {("a.smith", "East")}


def test_the_caseload_of_somebody_who_has_left_can_be_handed_over(office: Office) -> None:
    with office.database.write() as connection:
        connection.execute(text("DELETE FROM officer WHERE username = 'a.smith'"))
    assert len(hand_over(office, "b.jones", from_officer="a.smith").cases) == 6


def test_it_says_if_the_new_holder_is_away(office: Office) -> None:
    record_absence(office, "b.jones", None, today(), "d.green", today())
    away = hand_over(office, "b.jones", cases=["S-1"]).away
    assert away is not None
    assert away.cover == "d.green"


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"to": "nobody", "from_officer": "a.smith"}, UnknownName, "There is no officer nobody."),
        ({"to": "b.jones", "from_officer": "nobody"}, UnknownName, "There is no officer nobody."),
        ({"to": "b.jones", "team": "Nroth", "from_officer": "a.smith"}, UnknownName, r"Did you mean North\?"),
        ({"to": None, "from_officer": "a.smith"}, BadInput, "Nobody was named"),
        ({"to": "b.jones"}, BadInput, "Say which cases"),
        ({"to": "b.jones", "cases": ["S-1"], "from_officer": "a.smith"}, BadInput, "Say which cases"),
        ({"to": "b.jones", "cases": ["S-1", "S-9", "S-2"]}, UnknownName, "There is no case S-9."),
    ],
)
def test_a_mistake_is_one_clear_line_and_no_case_changes_hands(
    office: Office, asked: dict[str, Any], error: type[Exception], said: str
) -> None:
    before = entries(office)
    with pytest.raises(error, match=said):
        hand_over(office, **asked)
    assert entries(office) == before


def record_meanwhile(office: Office, ref: str) -> None:
    other = office_at(office.settings.database_url)
    record_event(other, ref, "advice_requested", date(2025, 2, 20), {"provider": "health"})
    other.database.close()


def test_if_somebody_records_meanwhile_nothing_is_half_done(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CASES_AT_A_TIME", 1)
    before = derived(office), entries(office)
    waiting = threading.Thread(target=record_meanwhile, args=(office, "S-3"))

    def meanwhile(done: int, _total: int) -> None:
        if done == 0:
            waiting.start()
        if done == 0 and not office.database.is_sqlite:
            waiting.join()  # PostgreSQL lets it in between; SQLite has one writer at a time

    def attempt() -> HandedOver:
        return hand_over(office, "b.jones", from_officer="a.smith", progress=meanwhile)

    if office.database.is_sqlite:
        assert len(attempt().cases) == 6
        waiting.join()
        assert holders(office)["S-3"] == ("b.jones", "South")
    else:
        with pytest.raises(Conflict, match="Nothing of yours was written"):
            attempt()
        assert {ref for ref, who in holders(office).items() if who[0] == "a.smith"} == {*OPEN, ENDED, TAKEN_BACK}
        assert entries(office) - before[1] == Counter({"S-3": 1})
    assert is_as_made_anew(office)


def test_many_who_record_while_a_caseload_changes_hands_lose_nothing(office: Office) -> None:
    told: list[str] = []

    def work(ref: str, number: int) -> None:
        other = office_at(office.settings.database_url)
        for _ in range(20):
            try:
                record_event(other, ref, "advice_requested", date(2025, 2, 20), {"provider": f"p{number}"})
            except Conflict:
                continue
            told.append(ref)
            break
        other.database.close()

    before = entries(office)
    threads = [threading.Thread(target=work, args=(ref, number)) for number in range(3) for ref in OPEN[:3]]
    for thread in threads:
        thread.start()
    moved = 0
    for _ in range(20):
        try:
            moved = len(hand_over(office, "b.jones", from_officer="a.smith").cases)
            break
        except Conflict:
            continue
    for thread in threads:
        thread.join()
    assert moved == 6
    expected = Counter(told) + Counter(dict.fromkeys((*OPEN, ENDED, TAKEN_BACK), 1))
    assert entries(office) - before == expected
    assert len(told) == 9
    assert is_as_made_anew(office)
