"""Is this event complete, possible and lawful now? If not: what happened, why, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ehcp_flow.engine.clocks import clocks
from ehcp_flow.engine.exceptions import claimed_against, read_date
from ehcp_flow.engine.history import history
from ehcp_flow.engine.replay import CaseState, replay
from ehcp_flow.engine.words import lower_first, plain_date
from ehcp_flow.errors import BadInput, NotAllowed, UnknownName

if TYPE_CHECKING:
    from ehcp_flow.engine.event import Event
    from ehcp_flow.law.event_rule import DetailRule, EventRule
    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.services.office import Office

OVERRIDE = "override"


def event_rule(workflow: Workflow, name: str) -> EventRule:
    """The rule of the event called `name`. Raises UnknownName with the nearest one there is."""
    rule = workflow.events.get(name)
    if rule is None:
        close = get_close_matches(name, workflow.events, n=1)
        meant = f"Did you mean {close[0]}?" if close else ""
        next_step = f"{meant} See all of them with: ehcp workflows show {workflow.workflow}".strip()
        raise UnknownName(f"{workflow.title} has no event called {name}.", next=next_step)
    return rule


def check_day(name: str, happened_on: date, today: date, opened_on: date | None) -> None:
    """Refuse a day that has not come, or that is before the case was opened."""
    if happened_on > today:
        why = f"{plain_date(happened_on)} is after today, {plain_date(today)}."
        raise BadInput(
            f"{name} cannot be recorded for a day that has not come.", why, "Record it when it has happened."
        )
    if opened_on is not None and happened_on < opened_on:
        why = f"{plain_date(happened_on)} is before the case was opened, on {plain_date(opened_on)}."
        raise NotAllowed(
            f"{name} cannot be recorded for that day.",
            why,
            "If the opening date is wrong, correct it first: ehcp correct",
        )


def check_details(workflow: Workflow, rule: EventRule, details: Mapping[str, str]) -> None:
    """Refuse missing, unknown or unusable details."""
    for name in details:
        if name not in rule.details and name != OVERRIDE:
            known = ", ".join(rule.details) or "none"
            raise BadInput(f"{rule.id} has no detail called {name}.", next=f"It has: {known}.")
    for name, detail in rule.details.items():
        if name not in details:
            if not detail.optional:
                raise BadInput(
                    f"{rule.id} needs `{name}` ({lower_first(detail.title)}).",
                    next=f"Add {_how_to_say(name, detail)}",
                )
            continue
        _check_detail(workflow, rule, name, detail, details[name])


def _how_to_say(name: str, detail: DetailRule) -> str:
    values = list(detail.known_values)
    example = values[0] if values else {"date": "2026-09-01", "clock": "finalise_plan"}.get(detail.is_, "…")
    more = f" (or {', '.join(values[1:4])}{' …' if len(values) > 4 else ''})" if len(values) > 1 else ""
    return f"{name}={example}{more}"


def _check_detail(workflow: Workflow, rule: EventRule, name: str, detail: DetailRule, value: str) -> None:
    if detail.one_of and value not in detail.one_of:
        raise BadInput(f"{name} cannot be {value}.", next=f"It can be: {', '.join(detail.one_of)}.")
    if detail.is_ == "date" and read_date(value) is None:
        raise BadInput(f"{name}={value} is not a date.", next="Write it as 2026-09-01.")
    if detail.is_ == "yes_or_no" and value not in ("yes", "no"):
        raise BadInput(f"{name} cannot be {value}.", next="It can be: yes, no.")
    if detail.is_ == "exception" and value not in workflow.exceptions:
        raise BadInput(f"There is no exception called {value}.", next=f"There are: {', '.join(workflow.exceptions)}.")
    if detail.is_ == "clock" and value.split("[", maxsplit=1)[0] not in workflow.clocks:
        raise BadInput(f"There is no clock called {value}.", next=f"There are: {', '.join(workflow.clocks)}.")
    if not value.strip():
        raise BadInput(f"{name} is empty for {rule.id}.", next="Give a value, or leave it out.")


def check_order(
    workflow: Workflow, case_ref: str, before: Sequence[Event], after: Sequence[Event], new: Event
) -> tuple[CaseState, CaseState]:
    """Refuse an event that makes the history less lawful (design D10). Gives the states before and after.

    An override is a detail of the event, with its reason; it is allowed, and the finding stays visible.
    """
    then = replay(workflow, history(before, date.max))
    now = replay(workflow, history(after, date.max))
    if _impossible(now) <= _impossible(then) or OVERRIDE in new.details:
        return then, now
    stood = replay(workflow, history(before, new.happened_on))
    if new.corrects is not None or new.name in stood.next_events:
        raise _upsets_others(new, _first_new_finding(then, now))
    allowed = ", ".join(stood.next_events) or "nothing more"
    is_late_entry = any(event.happened_on > new.happened_on for event in history(before, date.max))
    when = f"on {plain_date(new.happened_on)}" if is_late_entry else "now"
    why = f"The case stands at “{lower_first(workflow.state_title(stood.state))}”. Allowed {when}: {allowed}."
    next_step = _advice(workflow, stood.state, new.name)
    raise NotAllowed(f"{new.name} is not allowed while case {case_ref} is {stood.state}.", why, next_step)


def _first_new_finding(then: CaseState, now: CaseState) -> str:
    known = set(then.findings)
    return next(str(each) for each in now.findings if each.severity == "impossible" and each not in known)


def _upsets_others(new: Event, finding: str) -> NotAllowed:
    """The refusal of what would be lawful by itself, but not with what is recorded for the days after it."""
    if new.corrects is None:
        what = f"{new.name} on {plain_date(new.happened_on)} does not fit what is recorded for later."
    else:
        what = f"Entry {new.corrects} cannot be corrected like this: other entries would no longer fit."
    next_step = 'Correct the other entry first, or add --override "the reason".'
    return NotAllowed(what, f"With it, {finding}", next_step)


def _impossible(state: CaseState) -> int:
    return sum(finding.severity == "impossible" for finding in state.findings)


def _advice(workflow: Workflow, state: str, name: str) -> str:
    sources = workflow.states_before(workflow.events[name])
    bridges = [
        event.id for event in workflow.events.values() if event.to in sources and state in workflow.states_before(event)
    ]
    if bridges:
        return f"If {' or '.join(bridges[:2])} happened but was not recorded, record it first with its own date."
    return 'If it happened all the same, record it with --override "the reason".'


def check_exception(office: Office, workflow: Workflow, after: Sequence[Event], new: Event) -> None:
    """Refuse an exception that cannot be relied on, with the paragraph (design D3)."""
    if not workflow.events[new.name].records_exception or OVERRIDE in new.details:
        return
    matched = [
        clock for clock in clocks(workflow, history(after, date.max), office.calendar) if claimed_against(new, clock)
    ]
    if not matched:
        why = f"No clock {new.details['clock']} has started in this case."
        raise NotAllowed("The exception cannot be recorded.", why, "See its clocks with: ehcp show " + new.case_ref)
    reasons = [
        judged.reason
        for clock in matched
        for judged in clock.exceptions
        if judged.event.seq == new.seq and not judged.is_taken
    ]
    if len(reasons) == len(matched):
        next_step = 'If you must keep it on the record, add --override "the reason"; it will not lift the limit.'
        raise NotAllowed("The exception cannot be relied on.", reasons[0], next_step)
