"""Histories drawn at random, for tests that must hold whatever happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest

from ehcp_flow.engine.event import ASSIGNED, RETRACTED, Event
from ehcp_flow.engine.machine import moves
from ehcp_flow.law.event_rule import NOT_STARTED, DetailRule
from ehcp_flow.law.workflow import Workflow
from ehcp_flow.services.add_cases import NewCase, add_cases
from ehcp_flow.services.office import Office

PAUSES = (0, 0, 0, 1, 3, 10, 14, 28, 42, 60, 100)
DELAYS = (0, 0, 0, 1, 5, 40)


class Draw:
    """Draws lawful histories of a workflow; `entries` gives one case's journal in the order it was typed in."""

    def __init__(self, workflow: Workflow, seed: int) -> None:
        self.workflow, self.random = workflow, Random(seed)
        self._moves = moves(workflow)

    def entries(self, case_ref: str, *, corrected: bool = True) -> list[Event]:
        """A journal with late entries, hand-overs and (`corrected`) corrections and retractions."""
        typed = [(self._recorded_at(day), name, day, details, None) for day, name, details in self._events()]
        typed += [self._hand_over(typed) for _ in range(self.random.choice((0, 0, 1, 2)))]
        typed.sort(key=lambda entry: entry[0])
        entries = [
            Event(case_ref, seq, name, day, at, "asmith", details)
            for seq, (at, name, day, details, _) in enumerate(typed, 1)
        ]
        while corrected and self.random.random() < 0.3:
            entries.append(self._correction(entries))
        return entries

    def _events(self) -> list[tuple[date, str, dict[str, str]]]:
        day, state, events = date(2023, 1, 2) + timedelta(days=self.random.randrange(300)), NOT_STARTED, []
        for _ in range(self.random.randint(1, 14)):
            names = [name for (before, name) in self._moves if before == state]
            if not names:
                break
            name = self.random.choice(names)
            events.append((day, name, self._details(name, day)))
            state = self._moves[state, name]
            day += timedelta(days=self.random.choice(PAUSES))
        return events

    def _details(self, name: str, day: date) -> dict[str, str]:
        wanted = self.workflow.events[name].details.items()
        return {key: self._detail(rule, day) for key, rule in wanted if not rule.optional or self.random.random() < 0.6}

    def _detail(self, rule: DetailRule, day: date) -> str:
        choices = {
            "date": [str(day + timedelta(days=length)) for length in (0, 5, 27, 28, 60)],
            "yes_or_no": ["yes", "no"],
            "exception": list(self.workflow.exceptions),
            "clock": [*self.workflow.clocks, "give_advice[school]"],
        }
        return self.random.choice(choices.get(rule.is_) or list(rule.known_values) or ["Oak School", "Elm School"])

    def _recorded_at(self, day: date) -> datetime:
        return datetime.combine(day + timedelta(days=self.random.choice(DELAYS)), time(12), UTC)

    def _hand_over(self, typed):
        at = self.random.choice(typed)[0]
        holder = self.random.choice(({"officer": "bjones", "team": "North"}, {"team": "South"}))
        return at, ASSIGNED, at.date(), holder, None

    def _correction(self, entries: list[Event]) -> Event:
        replaced = {entry.corrects for entry in entries}
        standing = [e for e in entries if e.seq not in replaced and e.name not in (ASSIGNED, RETRACTED)] or entries[:1]
        old, seq = self.random.choice(standing), len(entries) + 1
        at = entries[-1].recorded_at + timedelta(days=self.random.choice(DELAYS))
        if self.random.random() < 0.4:
            return Event(old.case_ref, seq, RETRACTED, old.happened_on, at, "asmith", corrects=old.seq)
        day = min(old.happened_on + timedelta(days=self.random.choice((-30, -3, 0, 3, 30))), at.date())
        return Event(old.case_ref, seq, old.name, day, at, "asmith", self._details(old.name, day), corrects=old.seq)


@pytest.fixture
def draw_histories(law: Office) -> Callable[..., list[tuple[str, list[Event]]]]:
    """Journals drawn at random, half of each process: `draw_histories(200, seed=1)`."""

    def draw(number: int, seed: int, *, corrected: bool = True) -> list[tuple[str, list[Event]]]:
        draws = {name: Draw(law.workflow(name), seed) for name in ("needs_assessment", "annual_review")}
        return [
            (name, each.entries(f"{name[:1].upper()}{number}", corrected=corrected))
            for number in range(number // 2)
            for name, each in draws.items()
        ]

    return draw


@pytest.fixture
def fill() -> Callable[..., None]:
    """Puts journals into an office's database as they are: `fill(office, histories)`."""

    def put(office: Office, histories: list[tuple[str, list[Event]]]) -> None:
        cases = [
            NewCase({"case_ref": each[0].case_ref, "workflow": name, "authority": "Madeupshire"}, each)
            for name, each in histories
            if each
        ]
        with office.database.write() as connection:
            add_cases(office, connection, cases)

    return put
