"""Two people record at the same moment: nothing is lost, nothing doubled, and whoever came second is told."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest

from ehcp_flow.errors import Conflict, NotAllowed
from ehcp_flow.services.correct_event import correct_event
from ehcp_flow.services.open_case import open_case
from ehcp_flow.services.rebuild import verify
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.show_case import show_case
from ehcp_flow.services.sweep import sweep


def at_once(*steps):
    """Runs the steps in threads that start together; gives what each returned or raised."""
    together = Barrier(len(steps))

    def run(step):
        together.wait()
        try:
            return step()
        except (Conflict, NotAllowed) as refused:
            return refused

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


def entries(office, case="X1"):
    return [line.entry.name for line in show_case(office, case, date(2030, 1, 1)).lines]


@pytest.mark.parametrize("time_round", range(5))
def test_of_two_contrary_decisions_one_is_recorded_and_the_other_refused(story, office, office_at, time_round):
    story("X1", "2025-04-02 request_received")
    colleague = office_at(office.settings.database_url, user="bjones")
    done = at_once(
        lambda: record_event(office, "X1", "assessment_agreed", date(2025, 5, 14)),
        lambda: record_event(colleague, "X1", "assessment_refused", date(2025, 5, 13)),
    )
    refused = [each for each in done if isinstance(each, Exception)]
    assert len(refused) == 1
    assert len(entries(office)) == 2
    if isinstance(refused[0], Conflict):
        assert "Somebody else recorded something in the same case" in str(refused[0])
    assert verify(office).bad is None


def test_of_two_who_saw_the_same_page_the_second_is_always_told(story, office, office_at):
    story("X1", "2025-04-02 request_received")
    colleague = office_at(office.settings.database_url, user="bjones")
    done = at_once(
        *(
            lambda who=who, name=name: record_event(
                who, "X1", "advice_requested", date(2025, 4, 3), {"provider": name}, expected_entry=1
            )
            for who, name in ((office, "school"), (colleague, "health"))
        )
    )
    assert sorted(type(each).__name__ for each in done) == ["Conflict", "Recorded"]
    assert entries(office) == ["request_received", "advice_requested"]


def test_of_eight_who_record_in_one_case_everybody_is_heard_or_told(story, office, office_at):
    story("X1", "2025-04-02 request_received")
    people = [office_at(office.settings.database_url, user=f"officer{number}") for number in range(8)]
    done = at_once(
        *(
            lambda who=who: record_event(who, "X1", "advice_requested", date(2025, 4, 3), {"provider": who.user})
            for who in people
        )
    )
    recorded = [each.entry.details["provider"] for each in done if not isinstance(each, Exception)]
    view = show_case(office, "X1", date(2030, 1, 1))
    assert sorted(line.entry.details["provider"] for line in view.lines[1:]) == sorted(recorded)
    assert sorted(each.clock.subject for each in view.verdicts if each.clock.subject) == sorted(recorded)
    assert verify(office).bad is None


def test_cases_opened_at_the_same_moment_get_references_of_their_own(office, office_at):
    people = [office_at(office.settings.database_url) for _ in range(6)]
    done = at_once(
        *(lambda who=who: open_case(who, "needs_assessment", "request_received", date(2025, 4, 2)) for who in people)
    )
    refs = [each.case_ref for each in done if not isinstance(each, Exception)]
    assert len(set(refs)) == len(refs) >= 1
    assert verify(office).entries == len(refs)


def test_an_entry_is_corrected_once_even_if_two_correct_it(story, office, office_at):
    story("X1", "2025-04-02 request_received")
    colleague = office_at(office.settings.database_url)
    done = at_once(
        lambda: correct_event(office, "X1", 1, happened_on=date(2025, 4, 1), reason="a"),
        lambda: correct_event(colleague, "X1", 1, happened_on=date(2025, 3, 31), reason="b"),
    )
    assert sum(isinstance(each, Exception) for each in done) == 1
    assert len(entries(office)) == 2


def test_the_night_may_be_swept_while_people_record(story, office, office_at):
    for number in range(20):
        story(f"X{number}", "2025-04-02 request_received")
    colleague = office_at(office.settings.database_url)
    at_once(
        lambda: sweep(office, date(2025, 9, 1)),
        *(
            lambda number=number: record_event(colleague, f"X{number}", "assessment_agreed", date(2025, 5, 14))
            for number in range(0, 20, 5)
        ),
    )
    for number in range(20):
        flagged = [(flag.clock, flag.kind) for flag in show_case(office, f"X{number}", date(2025, 9, 1)).flags]
        assert flagged.count(("finalise_plan", "breach")) == 1, number
    assert verify(office).bad is None


RECORDS = """
import sys
from datetime import date
from ehcp_flow.errors import EhcpError
from ehcp_flow.services.office import Office
from ehcp_flow.services.record_event import record_event
from ehcp_flow.settings import read_settings
office = Office(read_settings())
for number in range(15):
    try:
        record_event(office, "X1", "advice_requested", date(2025, 4, 3), {"provider": f"{sys.argv[1]}-{number}"})
        print(f"{sys.argv[1]}-{number}", flush=True)
    except EhcpError as refused:
        assert "Somebody else" in str(refused), refused
"""


def test_programs_that_record_side_by_side_lose_and_double_nothing(story, office, monkeypatch):
    story("X1", "2025-04-02 request_received")
    monkeypatch.setenv("EHCP_DATABASE_URL", office.settings.database_url)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", RECORDS, name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for name in ("asmith", "bjones")
    ]
    said = [each.communicate(timeout=120) for each in running]
    assert [each.returncode for each in running] == [0, 0], said
    acknowledged = [line for out, _ in said for line in out.split()]
    lines = show_case(office, "X1", date(2030, 1, 1)).lines
    assert sorted(line.entry.details["provider"] for line in lines[1:]) == sorted(acknowledged)
    assert len(acknowledged) >= 15
    assert verify(office).bad is None
