"""Thirty-two people recording at once lose nothing and double nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from ehcp_flow.errors import Conflict, EhcpError
from ehcp_flow.services.initialise import initialise
from ehcp_flow.services.office import Office
from ehcp_flow.services.open_case import open_case
from ehcp_flow.services.rebuild import verify
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.show_case import show_case
from ehcp_flow.settings import Settings, shipped_workflows

WRITERS = 32


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    made = Office(Settings(database_url, shipped_workflows(), None, "Exampleshire", "tester"))
    initialise(made)
    yield made
    made.database.close()


def test_on_different_cases_everything_that_was_acknowledged_is_there_once(office: Office) -> None:
    def work(number: int) -> str:
        ref = open_case(
            office, "needs_assessment", "request_received", date(2026, 1, 5), case_ref=f"W-{number}"
        ).case_ref
        record_event(office, ref, "assessment_agreed", date(2026, 2, 2))
        record_event(office, ref, "advice_requested", date(2026, 2, 3), {"provider": "school"})
        return ref

    with ThreadPoolExecutor(WRITERS) as pool:
        refs = list(pool.map(work, range(WRITERS)))
    for ref in refs:
        assert [line.entry.name for line in show_case(office, ref, date(2026, 3, 1)).lines] == [
            "request_received",
            "assessment_agreed",
            "advice_requested",
        ]
    assert verify(office).entries == WRITERS * 3


def test_on_one_case_each_is_either_recorded_once_or_told_kindly(office: Office) -> None:
    ref = open_case(office, "needs_assessment", "request_received", date(2026, 1, 5)).case_ref
    record_event(office, ref, "assessment_agreed", date(2026, 2, 2))

    def work(number: int) -> str:
        details = {"provider": f"provider_{number}"}
        for _ in range(WRITERS * 2):
            try:
                record_event(office, ref, "advice_requested", date(2026, 2, 3), details)
            except Conflict as told:
                assert "Nothing of yours was written" in str(told)  # noqa: PT017 the point is what it says
            else:
                return "recorded"
        return "never"

    with ThreadPoolExecutor(WRITERS) as pool:
        assert Counter(pool.map(work, range(WRITERS))) == {"recorded": WRITERS}
    view = show_case(office, ref, date(2026, 3, 1))
    asked = [line.entry.details["provider"] for line in view.lines if line.entry.name == "advice_requested"]
    assert sorted(asked) == sorted(f"provider_{number}" for number in range(WRITERS))
    assert [line.entry.seq for line in view.lines] == sorted({line.entry.seq for line in view.lines})
    assert verify(office).bad is None


def test_of_two_who_looked_at_the_same_page_the_second_is_told(office: Office) -> None:
    ref = open_case(office, "needs_assessment", "request_received", date(2026, 1, 5)).case_ref

    def refuse_or_agree(event: str) -> str:
        try:
            record_event(office, ref, event, date(2026, 2, 2), expected_entry=1)
        except EhcpError as told:
            return str(told)
        return "recorded"

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(refuse_or_agree, ["assessment_agreed", "assessment_refused"]))
    assert said.count("recorded") == 1
    told = next(words for words in said if words != "recorded")
    assert "Nothing of yours was written" in told


def test_new_references_given_out_at_once_are_all_different(office: Office) -> None:
    open_case(office, "needs_assessment", "request_received", date(2026, 1, 5), case_ref="NA-2026-SPECIAL")

    def work(_: int) -> str:
        return open_case(office, "needs_assessment", "request_received", date(2026, 1, 5)).case_ref

    with ThreadPoolExecutor(WRITERS) as pool:
        refs = list(pool.map(work, range(WRITERS)))
    assert sorted(refs) == [f"NA-2026-{number:04d}" for number in range(1, WRITERS + 1)]
