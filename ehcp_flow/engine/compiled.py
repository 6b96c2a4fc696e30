"""A workflow prepared for replaying many cases: what each event does to the state and to which clocks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from ehcp_flow.engine.event import ADMINISTRATIVE
from ehcp_flow.engine.machine import Moves, moves
from ehcp_flow.law.event_rule import NOT_STARTED

if TYPE_CHECKING:
    from ehcp_flow.law.clock_rule import ClockRule
    from ehcp_flow.law.workflow import Workflow


class Role(IntEnum):
    """What an event does to a clock. The order is the order in which one event's effects are taken."""

    ARISE = 1
    REVIVE = 2
    STOP = 3
    DROP = 4
    START = 5


@dataclass(frozen=True, slots=True)
class Compiled:
    """Look-ups by event name; `rank` is an event's place in the file, which follows the order of the statute.

    `steps` has the moves by state, with what moves nothing: administrative entries, and an exception that
    began before the case did.
    """

    moves: Moves
    steps: dict[str, dict[str, str]]
    rank: dict[str, int]
    roles: dict[str, tuple[tuple[Role, ClockRule], ...]]
    exception_events: frozenset[str]
    leads_to: dict[str, str | None]
    ended: frozenset[str]


_compiled: dict[str, Compiled] = {}


def compiled(workflow: Workflow) -> Compiled:
    """`workflow` compiled, once for each version of its file."""
    if workflow.digest not in _compiled or not workflow.digest:
        _compiled[workflow.digest] = _compile(workflow)
    return _compiled[workflow.digest]


def _compile(workflow: Workflow) -> Compiled:
    roles: dict[str, list[tuple[Role, ClockRule]]] = {name: [] for name in workflow.events}
    for rule in workflow.clocks.values():
        for role, names in (
            (Role.ARISE, rule.arises_on),
            (Role.REVIVE, rule.revived_on),
            (Role.STOP, rule.stops_on),
            (Role.DROP, rule.dropped_on),
            (Role.START, rule.starts_on),
        ):
            for name in names:
                roles[name].append((role, rule))
    exception_events = frozenset(rule.id for rule in workflow.events.values() if rule.records_exception)
    return Compiled(
        moves=moves(workflow),
        steps=_steps(workflow, exception_events),
        rank={name: place for place, name in enumerate(workflow.events)},
        roles={name: tuple(sorted(each, key=lambda pair: pair[0])) for name, each in roles.items()},
        exception_events=exception_events,
        leads_to={name: rule.to for name, rule in workflow.events.items()},
        ended=frozenset(name for name, rule in workflow.states.items() if rule.ended),
    )


def _steps(workflow: Workflow, exception_events: frozenset[str]) -> dict[str, dict[str, str]]:
    steps = {state: dict.fromkeys(ADMINISTRATIVE, state) for state in (NOT_STARTED, *workflow.states)}
    for (state, event), following in moves(workflow).items():
        steps[state][event] = following
    steps[NOT_STARTED] |= dict.fromkeys(exception_events, NOT_STARTED)
    return steps
