"""The shipped workflows, small ones made of a few lines, and histories from lines such as `2026-01-05 request_received`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from ehcp_flow.engine.clock import Clock
from ehcp_flow.engine.clocks import clocks
from ehcp_flow.engine.event import Event
from ehcp_flow.engine.history import history
from ehcp_flow.engine.working_days import Calendar
from ehcp_flow.law.load import load_file, load_folder
from ehcp_flow.law.workflow import Workflow
from ehcp_flow.settings import shipped_workflows

collect_ignore = ["conftest.py"]
"""Two files of this name, looked through for doctests in one run, would be taken for one module."""

SMALL = """\
workflow: small
title: Questions and answers
applies_in: England
covers_from: 2014-09-01
sources:
  act: {title: Small Act 2014, short: the Small Act, url: 'https://example.org/act', last_checked: never}
states:
  asked: {title: Asked}
  answered: {title: Answered, ended: true}
events:
  question_asked:
    {title: Question asked, dated: the day it came, from: not_started, to: asked,
     details: {who: {title: Who asked, optional: true}, is_young: {title: Young, is: yes_or_no, optional: true}}}
  reminded: {title: Reminder, dated: the day it came, from: any_open, details: {who: {title: Who asked}}}
  put_off: {title: Put off, dated: the day, from: any_open}
  taken_up: {title: Taken up again, dated: the day, from: any_started}
  answer_sent:
    {title: Answer sent, dated: the day it went, from: asked, to: answered,
     details: {who: {title: To whom, optional: true}}}
clocks:
  answer:
    title: Answer the question
    cite: act s.1
    check: V1
    basis: law
    duty_on: local_authority
    within: 6 weeks
    counting: next_day
    starts_on: [question_asked]
    stops_on: [answer_sent]
"""


@pytest.fixture(scope="session")
def shipped() -> dict[str, Workflow]:
    return load_folder(shipped_workflows())


@pytest.fixture
def small(tmp_path: Path) -> Callable[..., Workflow]:
    """The small workflow with lines of its clock changed, and lines added at its end."""

    def make(changes: dict[str, str] | None = None, add: str = "") -> Workflow:
        text = SMALL
        for old, new in (changes or {}).items():
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (tmp_path / "small.yaml").write_text(text + add, encoding="utf-8")
        return load_file(tmp_path / "small.yaml")

    return make


@pytest.fixture(scope="session")
def told() -> Callable[..., list[Event]]:
    """Events from lines `DATE event detail=value …`; `corrects=N` and `recorded=DATE` are read apart."""

    def read(*lines: str) -> list[Event]:
        events = []
        for seq, line in enumerate(lines, 1):
            day, name, *parts = line.split()
            details = dict(part.split("=", 1) for part in parts)
            own: dict[str, Any] = {}
            if "corrects" in details:
                own["corrects"] = int(details.pop("corrects"))
            if "recorded" in details:
                own["recorded_at"] = datetime.fromisoformat(details.pop("recorded")).replace(tzinfo=UTC)
            events.append(Event("X", seq, name, date.fromisoformat(day), details=details, **own))
        return events

    return read


@pytest.fixture(scope="session")
def run(told: Callable[..., list[Event]]) -> Callable[..., list[Clock]]:
    """The clocks of a history of lines, as of a far day."""

    def clocks_of(workflow: Workflow, *lines: str, as_of: str = "2050-01-01") -> list[Clock]:
        return list(clocks(workflow, history(told(*lines), date.fromisoformat(as_of)), Calendar()))

    return clocks_of


@pytest.fixture(scope="session")
def histories(shipped: dict[str, Workflow]) -> Callable[..., st.SearchStrategy[tuple[Workflow, list[Event]]]]:
    """A strategy: a shipped workflow and events of it on days at random, with details right, wrong and missing.

    Most cases are opened first and every third event claims an exception, so that something is at stake.
    """

    def details(workflow: Workflow) -> st.SearchStrategy[dict[str, str]]:
        some = {
            "provider": ["school", "health", "educational_psychologist", ""],
            "setting": ["Hill School", "Dale College"],
            "exception": [*workflow.exceptions, "weather"],
            "clock": [*workflow.clocks, "give_advice[school]", "lunch"],
            "until": ["2025-08-31", "2026-01-31", "9999-12-31", "0001-01-01", "soon", ""],
            "under_five": ["yes", "no", "maybe"],
        }
        return st.fixed_dictionaries({}, optional={name: st.sampled_from(each) for name, each in some.items()})

    def right_claims(workflow: Workflow) -> list[dict[str, str]]:
        pairs = [(clock.id, name) for clock in workflow.clocks.values() for name in clock.unless]
        return [{"clock": clock, "exception": name, "provider": "health"} for clock, name in pairs]

    @st.composite
    def made(draw: st.DrawFn, *, distinct_days: bool = False) -> tuple[Workflow, list[Event]]:
        workflow = shipped[draw(st.sampled_from(sorted(shipped)))]
        claims = right_claims(workflow)
        # Every offset below 0 stands for the same first day of the calendar, so at most one of them if days differ.
        offsets = draw(st.lists(st.integers(-1 if distinct_days else -3, 400), max_size=12, unique=distinct_days))
        odd = [] if distinct_days else ["retracted", "assigned", "misspelt_event"]
        events = []
        for seq, offset in enumerate(offsets, 1):
            names = [*workflow.events, *odd]
            if seq == 1:
                names = [event.id for event in workflow.opening_events]
            elif claims and draw(st.integers(0, 2)) == 0:
                names = [event.id for event in workflow.events.values() if event.records_exception]
            name = draw(st.sampled_from(names))
            told = draw(details(workflow))
            if claims and name == "exception_recorded" and draw(st.booleans()):
                told |= draw(st.sampled_from(claims))
            on = date(2025, 1, 1) + timedelta(days=0 if seq == 1 and not distinct_days else offset)
            recorded_at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=draw(st.integers(0, 1400)))
            corrects = None if distinct_days or draw(st.integers(0, 5)) else draw(st.integers(1, 9))
            events.append(
                Event("X", seq, name, on if offset >= 0 else date.min, recorded_at, details=told, corrects=corrects)
            )
        return workflow, events

    return made
