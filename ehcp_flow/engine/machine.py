"""The order of lawful steps, owned by `transitions`: one shared machine per workflow, never one per case.

The machine is the definition and draws the diagrams. For bulk replay its moves are compiled once into a
table; a test proves that table and machine agree on every state and event. It never owns clocks: a clock
runs across states.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ehcp_flow.law.event_rule import NOT_STARTED

if TYPE_CHECKING:
    from transitions import Machine

    from ehcp_flow.law.workflow import Workflow

Moves = dict[tuple[str, str], str]
"""(state, event) → the state that follows; a pair that is not there is not lawful."""

_machines: dict[str, Machine] = {}
_moves: dict[str, Moves] = {}


class Cursor:
    """A throw-away place for a machine to stand: unregistered, so the machine never holds on to it."""

    __slots__ = ("state",)

    def __init__(self, state: str = NOT_STARTED) -> None:
        self.state = state


def machine(workflow: Workflow) -> Machine:
    """The one machine of `workflow`. State names were checked on loading: the library would take misspelt ones."""
    if workflow.digest not in _machines or not workflow.digest:
        _machines[workflow.digest] = _build(workflow)
    return _machines[workflow.digest]


def _build(workflow: Workflow) -> Machine:
    from transitions import Machine

    built = Machine(
        model=None,
        states=[NOT_STARTED, *workflow.states],
        initial=NOT_STARTED,
        auto_transitions=False,
        send_event=True,
    )
    for event in workflow.events.values():
        for state in workflow.states_before(event):
            built.add_transition(event.id, state, event.to or state)
    return built


def step(workflow: Workflow, state: str, event: str) -> str | None:
    """The state after `event` in `state` as the machine itself has it, or None where it is not lawful."""
    from transitions import MachineError

    trigger = machine(workflow).events.get(event)
    cursor = Cursor(state)
    if trigger is None:
        return None
    try:
        trigger.trigger(cursor)
    except MachineError:
        return None
    return cursor.state


def moves(workflow: Workflow) -> Moves:
    """The machine's moves as a table, compiled once."""
    if workflow.digest not in _moves or not workflow.digest:
        _moves[workflow.digest] = {
            (state, name): str(transitions[0].dest)
            for name, trigger in machine(workflow).events.items()
            for state, transitions in trigger.transitions.items()
            if transitions
        }
    return _moves[workflow.digest]


class _Sheet:
    """Something for a drawing machine to draw on; made and dropped with each drawing."""


def mermaid(workflow: Workflow) -> str:
    """The workflow's states and events as a Mermaid state diagram, drawn by `transitions`."""
    from transitions.extensions import GraphMachine

    sheet = _Sheet()
    drawing = GraphMachine(
        model=sheet,
        states=[NOT_STARTED, *workflow.states],
        initial=NOT_STARTED,
        auto_transitions=False,
        graph_engine="mermaid",
        title=workflow.title,
    )
    for event in workflow.events.values():
        if event.to:  # an event that leaves the state as it is would only clutter the picture
            for state in workflow.states_before(event):
                if state != event.to:
                    drawing.add_transition(event.id, state, event.to)
    return str(sheet.get_graph().source)  # type: ignore[attr-defined]
