"""Workflows prepared for set-wise work: names as codes, rules as numbered plans, due dates as a table.

Nothing of the law is said again here. A due date is looked up in a table that the engine's own counting fills, one
row for each day a clock can start on, so months, fixed days and working days are counted in one place only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any

from ehcp_flow.analytics.setwise.places import UNKNOWN
from ehcp_flow.engine.clocks import due
from ehcp_flow.engine.compiled import compiled
from ehcp_flow.law.event_rule import NOT_STARTED

if TYPE_CHECKING:
    from ehcp_flow.engine.working_days import Calendar
    from ehcp_flow.law.clock_rule import ClockRule
    from ehcp_flow.law.workflow import Workflow


@dataclass(frozen=True, slots=True)
class Plan:
    """A clock's rule with its number among all workflows' rules, and its events as codes of its workflow."""

    number: int
    workflow: str
    rule: ClockRule
    starts: tuple[int, ...]
    stops: tuple[int, ...]
    drops: tuple[int, ...]
    revivals: tuple[tuple[int, int | None], ...]
    arises: tuple[int, ...]
    first_day: int
    last_day: int

    @property
    def each(self) -> str | None:
        """The detail that has a clock for each of its values."""
        return self.rule.one_for_each

    @property
    def restarts(self) -> bool:
        """Whether a second start begins a new period."""
        return self.rule.if_repeated == "restart"

    @property
    def revives(self) -> tuple[int, ...]:
        """Codes of the events that can bring the clock back."""
        return tuple(dict.fromkeys(code for code, _ in self.revivals))


@dataclass(frozen=True)
class Process:
    """A workflow with its plans, and the codes of its events, which no other workflow has."""

    workflow: Workflow
    plans: tuple[Plan, ...]
    codes: Mapping[str, int]

    @property
    def name(self) -> str:
        """The workflow's name."""
        return self.workflow.workflow

    @cached_property
    def states(self) -> tuple[str, ...]:
        """State names by number; the first is that of a case nothing has moved yet."""
        return (NOT_STARTED, *self.workflow.states)

    @cached_property
    def moves_to(self) -> dict[int, str]:
        """Event codes that lead to a state, with its name."""
        return {self.codes[name]: each.to for name, each in self.workflow.events.items() if each.to}

    @cached_property
    def claims(self) -> tuple[int, ...]:
        """Codes of the events that claim an exception."""
        return tuple(self.codes[name] for name in compiled(self.workflow).exception_events)

    def lawful_steps(self) -> Iterator[tuple[str, int]]:
        """State and event code of every step that is lawful in the order recorded."""
        for state, steps in compiled(self.workflow).steps.items():
            yield from ((state, self.codes[event]) for event in steps if event in self.codes)


def processes(workflows: Iterable[Workflow]) -> tuple[Process, ...]:
    """Every workflow prepared, its plans numbered through all of them. Raises ValueError for too many names."""
    numbers, codes = count(1), count()
    found = []
    for workflow in workflows:
        known = {name: next(codes) for name in workflow.events}
        plans = tuple(_plan(workflow, rule, next(numbers), known) for rule in workflow.clocks.values())
        found.append(Process(workflow, plans, known))
    if next(codes) > UNKNOWN:
        raise ValueError(f"The workflows have more than {UNKNOWN} kinds of events.")
    return tuple(found)


def _plan(workflow: Workflow, rule: ClockRule, number: int, codes: Mapping[str, int]) -> Plan:
    def coded(names: Iterable[str]) -> tuple[int, ...]:
        return tuple(codes[name] for name in names)

    undoing = [(event, undone) for event, names in rule.revived_on.items() for undone in names or (None,)]
    first, last = rule.in_force.first, rule.in_force.last
    return Plan(
        number=number,
        workflow=workflow.workflow,
        rule=rule,
        starts=coded(rule.starts_on),
        stops=coded(rule.stops_on),
        drops=coded(rule.dropped_on),
        revivals=tuple((codes[event], codes[undone] if undone else None) for event, undone in undoing),
        arises=coded(rule.arises_on),
        first_day=max(workflow.covers_from, first or date.min).toordinal(),
        last_day=(last or date.max).toordinal(),
    )


def needed_details(workflows: Iterable[Workflow]) -> tuple[str, ...]:
    """The details of events that clocks depend on, each of which must be a column of the entries."""
    names: dict[str, None] = dict.fromkeys(("exception", "clock", "until"))
    for workflow in workflows:
        for rule in workflow.clocks.values():
            names |= dict.fromkeys((*rule.only_when, *filter(None, [rule.one_for_each])))
        for exception in workflow.exceptions.values():
            names |= dict.fromkeys(exception.asked_in_window.where if exception.asked_in_window else ())
    return tuple(names)


def due_table(plans: Sequence[Plan], first: int, last: int, calendar: Calendar) -> dict[str, list[Any]]:
    """`rule, started, started_on, due, due_on`: the last day in time for every start from day `first` to `last`."""
    columns: dict[str, list[Any]] = {name: [] for name in ("rule", "started", "started_on", "due", "due_on")}
    counted: dict[tuple[Any, ...], list[date]] = {}
    for plan in plans:
        days = range(max(first, plan.first_day), min(last, plan.last_day) + 1)
        starts = [date.fromordinal(day) for day in days]
        limit = (plan.rule.limits, plan.rule.by, plan.rule.counting, days)
        if limit not in counted:
            counted[limit] = [due(plan.rule, day, calendar)[1] for day in starts]
        columns["rule"] += [plan.number] * len(days)
        columns["started"] += days
        columns["started_on"] += starts
        columns["due"] += [day.toordinal() for day in counted[limit]]
        columns["due_on"] += counted[limit]
    return columns


def day_table(first: int, last: int) -> dict[str, list[Any]]:
    """`day` and `day_on`: every day from `first` to `last` as a number and as a date."""
    days = range(first, last + 1)
    return {"day": list(days), "day_on": [date.fromordinal(day) for day in days]}
