"""The way from where a case stands to the event that meets a time limit."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from ehcp_flow.engine.compiled import compiled

if TYPE_CHECKING:
    from ehcp_flow.law.clock_rule import ClockRule
    from ehcp_flow.law.workflow import Workflow

_found: dict[tuple[str, str, str], tuple[str, ...]] = {}


def next_steps(workflow: Workflow, state: str, rule: ClockRule) -> tuple[str, ...]:
    """The events to record next in a case that stands at `state`, so that the clock of `rule` stops in the end.

    The first event its rule names is what is hoped for: where that is not lawful yet, the first steps of the
    shortest lawful way to it come first. After them come the events that would stop the clock at once. Empty
    where no way leads there.
    """
    key = (workflow.digest, state, rule.id)
    if key not in _found or not workflow.digest:
        _found[key] = _next_steps(workflow, state, rule)
    return _found[key]


def _next_steps(workflow: Workflow, state: str, rule: ClockRule) -> tuple[str, ...]:
    moves = compiled(workflow).moves
    at_once = [name for name in rule.stops_on if (state, name) in moves]
    if rule.stops_on[0] in at_once:
        return tuple(at_once)
    hoped_for = _first_steps(workflow, state, rule, rule.stops_on[:1])
    return tuple(dict.fromkeys([*hoped_for, *at_once])) or tuple(_first_steps(workflow, state, rule, rule.stops_on))


def _first_steps(workflow: Workflow, state: str, rule: ClockRule, goals: Collection[str]) -> list[str]:
    """The lawful events with which the shortest ways from `state` to one of the goals begin; none drops the clock."""
    law = compiled(workflow)
    steps = {key: to for key, to in law.moves.items() if key[1] not in rule.dropped_on and to != key[0]}
    away = _distances(steps, {where for where, name in law.moves if name in goals})
    ways = {name: away[to] for (where, name), to in steps.items() if where == state and to in away}
    shortest = min(ways.values(), default=0)
    return sorted((name for name, length in ways.items() if length == shortest), key=law.rank.__getitem__)


def _distances(steps: dict[tuple[str, str], str], goals: set[str]) -> dict[str, int]:
    """How many steps each state is away from the nearest of the goals; those from which no way leads are left out."""
    away, reached, length = dict.fromkeys(goals, 0), goals, 0
    while reached:
        length += 1
        reached = {where for (where, _), to in steps.items() if to in reached and where not in away}
        away |= dict.fromkeys(reached, length)
    return away
