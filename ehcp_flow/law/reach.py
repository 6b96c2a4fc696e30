"""Which states a case can come to, and which events can follow another."""

from __future__ import annotations

from ehcp_flow.law.event_rule import NOT_STARTED, EventRule
from ehcp_flow.law.workflow import Workflow


def reachable_states(workflow: Workflow, first: str = NOT_STARTED) -> set[str]:
    """Every state a case standing in `first` can come to, `first` included."""
    reached, to_visit = {first}, [first]
    while to_visit:
        state = to_visit.pop()
        for event in workflow.events.values():
            if event.to and event.to not in reached and state in workflow.states_before(event):
                reached.add(event.to)
                to_visit.append(event.to)
    return reached


def events_after(workflow: Workflow, event: EventRule) -> set[str]:
    """Every event that can happen some time after `event`."""
    after: set[str] = set()
    for state in [event.to] if event.to else workflow.states_before(event):
        after |= reachable_states(workflow, state)
    return {each.id for each in workflow.events.values() if after & set(workflow.states_before(each))}
