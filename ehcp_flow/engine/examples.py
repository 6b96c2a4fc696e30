"""Run a workflow's table of examples, and find the limits it does not test on both sides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ehcp_flow.engine.clocks import clocks
from ehcp_flow.engine.count import day_after
from ehcp_flow.engine.event import LONG_AGO, Event
from ehcp_flow.engine.history import history
from ehcp_flow.engine.replay import replay
from ehcp_flow.engine.verdict import Verdict, verdict

if TYPE_CHECKING:
    from ehcp_flow.engine.working_days import Calendar
    from ehcp_flow.law.test_table import Example, ExpectedClock
    from ehcp_flow.law.workflow import Workflow

_ENGLAND = ZoneInfo("Europe/London")
_FROM_VERDICT = ("outcome", "days_taken", "days_left", "days_late", "under")
_FROM_CLOCK = ("started_on", "due_on", "stopped_on", "dropped_on", "basis", "cite", "period")


@dataclass(frozen=True, slots=True)
class Result:
    """An example run: what differed from what it expects, and the verdicts it came to."""

    example: Example
    differences: tuple[str, ...]
    verdicts: tuple[Verdict, ...]


def run_example(workflow: Workflow, example: Example, calendar: Calendar | None = None) -> Result:
    """Run one example; it passes if there are no differences."""
    known_at = datetime.combine(example.known_at, time.max, _ENGLAND) if example.known_at else None
    seen = history(_events(example), example.as_of, known_at)
    state = replay(workflow, seen)
    verdicts = tuple(verdict(clock, example.as_of) for clock in clocks(workflow, seen, calendar))
    differences = [
        *_state_differences(example, state.state),
        *_finding_differences(example, [str(each) for each in state.findings]),
        *_clock_differences(example, verdicts),
        *_clocks_nobody_knows(workflow, example),
    ]
    return Result(example, tuple(differences), verdicts)


def _events(example: Example) -> list[Event]:
    return [
        Event(
            case_ref="example",
            seq=number,
            name=line.event,
            happened_on=line.happened_on,
            recorded_at=line.recorded_at or LONG_AGO,
            details=line.details,
            corrects=line.corrects,
        )
        for number, line in enumerate(example.history, 1)
    ]


def _state_differences(example: Example, state: str) -> Iterator[str]:
    if example.expect.state not in (None, state):
        yield f"state is {state}, expected {example.expect.state}"


def _finding_differences(example: Example, findings: list[str]) -> Iterator[str]:
    for words in example.expect.findings:
        if not any(words in finding for finding in findings):
            yield f"no finding says “{words}”; there are: {findings or 'none'}"
    for finding in findings:
        if not any(words in finding for words in example.expect.findings):
            yield f"a finding that is not expected: {finding}"


def _clock_differences(example: Example, verdicts: Iterable[Verdict]) -> Iterator[str]:
    latest = {each.clock.name: each for each in verdicts}
    for name, expected in example.expect.clocks.items():
        found = latest.get(name)
        if expected.period is not None:
            periods = (each for each in verdicts if each.clock.name == name and each.clock.period == expected.period)
            found = next(periods, None)
        if found is None:
            yield f"there is no clock {name}; there are: {', '.join(latest) or 'none'}"
        else:
            yield from _differences(name, expected, found)
    for name in example.expect.no_clock:
        if name in latest:
            yield f"there is a clock {name}, due {latest[name].clock.due_on}, and there should be none"


def _clocks_nobody_knows(workflow: Workflow, example: Example) -> Iterator[str]:
    """A misspelt clock is never there, so `no_clock` would always be content."""
    for name in example.expect.no_clock:
        if name.partition("[")[0] not in workflow.clocks:
            yield f"`no_clock` names {name}, and {workflow.workflow} has no such clock"


def _differences(name: str, expected: ExpectedClock, found: Verdict) -> Iterator[str]:
    for key in expected.model_fields_set - {"because"}:
        value: Any = getattr(found if key in _FROM_VERDICT else found.clock, key)
        if value != getattr(expected, key):
            yield f"{name}: {key} is {value}, expected {getattr(expected, key)}"
    if expected.because and not any(expected.because in each.reason for each in found.clock.exceptions):
        reasons = [each.reason for each in found.clock.exceptions]
        yield f"{name}: no exception's reason says “{expected.because}”; there are: {reasons or 'none'}"


def untested_sides(workflow: Workflow, results: Iterable[Result]) -> list[str]:
    """Every clock without an example on the last day in time, or on the day after it, in the file's order."""
    in_time, late = set(), set()
    for result in results:
        for each in result.verdicts:
            expected = result.example.expect.clocks.get(each.clock.name)
            if expected is None or expected.outcome != each.outcome:
                continue  # an example tests a side only if it says what the outcome must be there
            end = each.clock.stopped_on or each.clock.dropped_on or each.as_of
            passes_on, fails_on = each.clock.due_on, day_after(each.clock.due_on)
            if each.clock.rule.leaves_time:
                passes_on, fails_on = fails_on, passes_on
            if end == passes_on and each.outcome in ("in_time", "running"):
                in_time.add(each.clock.rule.id)
            if end == fails_on and each.outcome == "breach":
                late.add(each.clock.rule.id)
    return [
        f"{workflow.workflow}.{rule.id} is not tested {words} of its limit"
        for rule in workflow.clocks.values()
        for words, tested in (("on the right side", in_time), ("on the wrong side", late))
        if rule.id not in tested
    ]
