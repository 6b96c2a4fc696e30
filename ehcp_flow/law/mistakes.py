"""Mistakes a workflow file can make that its shape does not show: names that mean nothing, dead ends, gaps."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ehcp_flow.law.check import all_citations
from ehcp_flow.law.clock_rule import ClockRule
from ehcp_flow.law.coverage import wrongly_covered
from ehcp_flow.law.event_rule import ANY_OPEN, ANY_STARTED, NOT_STARTED, EventRule
from ehcp_flow.law.exception_rule import ExceptionRule
from ehcp_flow.law.mend import Entry
from ehcp_flow.law.plain_words import did_you_mean
from ehcp_flow.law.reach import events_after, reachable_states
from ehcp_flow.law.workflow import Workflow

Place = tuple[str | int, ...]
Mistake = tuple[Place, str]
_OUR_WORDS = (NOT_STARTED, ANY_OPEN, ANY_STARTED)
_EVENT_LISTS = ("starts_on", "stops_on", "dropped_on", "revived_on", "arises_on")
_CLAIM_DETAILS = ("exception", "clock")


def find_mistakes(workflow: Workflow, damaged: Collection[Entry] = ()) -> Iterator[Mistake]:
    """Every mistake of meaning in `workflow`, with the path of the part that makes it.

    `damaged` entries had the wrong shape and may be missing or not whole: what follows only from that is no
    further mistake.
    """
    yield from _Names(workflow, damaged).mistakes()
    for clock in workflow.clocks.values():
        yield from _gaps_in_time(workflow, clock)
    parts = {part for part, _ in damaged}
    if not parts & {"events", "states"}:
        yield from _dead_ends(workflow)
    if "clocks" not in parts:
        yield from _unused_exceptions(workflow)
    if "events" not in parts:
        yield from _nobody_claims(workflow)


def mistakes_between(workflows: dict[str, Workflow]) -> Iterator[tuple[str, Place, str]]:
    """What does not fit between processes: an event that `opens` one that is not there, or not with that event."""
    for workflow in workflows.values():
        for event in workflow.events.values():
            if event.opens is None:
                continue
            place = ("events", event.id, "opens")
            other = workflows.get(event.opens.workflow)
            if other is None:
                yield workflow.workflow, (*place, "workflow"), _no("workflow", event.opens.workflow, list(workflows))
            elif event.opens.with_ not in {each.id for each in other.opening_events}:
                message = f"no case of {other.workflow} opens with an event called `{event.opens.with_}`"
                known = did_you_mean(event.opens.with_, [each.id for each in other.opening_events])
                yield workflow.workflow, (*place, "with"), message + known


def _no(what: str, name: str, known: list[str]) -> str:
    return f"there is no {what} called `{name}`{did_you_mean(name, known)}"


class _Names:
    """Names that point at nothing."""

    def __init__(self, workflow: Workflow, damaged: Collection[Entry]) -> None:
        self._flow = workflow
        self._damaged = damaged

    def mistakes(self) -> Iterator[Mistake]:
        for event in self._flow.events.values():
            yield from self._in_event(event)
        for name in set(_OUR_WORDS) & set(self._flow.states):
            yield ("states", name), f"`{name}` has a meaning of its own: call the state something else."
        for rule in self._flow.exceptions.values():
            yield from self._in_exception(rule)
        for clock in self._flow.clocks.values():
            yield from self._in_clock(clock)
            yield from self._in_details_of(clock)
        yield from self._in_kpis()
        for place, citations in all_citations(self._flow):
            for citation in citations:
                yield from self._look_up("sources", citation.source, place)

    def _look_up(self, part: str, name: str, place: Place, others: tuple[str, ...] = ()) -> Iterator[Mistake]:
        entries = list(getattr(self._flow, part))
        if name not in entries and (part, name) not in self._damaged:
            yield place, _no(part.removesuffix("s"), name, [*entries, *others])

    def _in_event(self, event: EventRule) -> Iterator[Mistake]:
        place = ("events", event.id)
        for state in event.from_:
            if state not in _OUR_WORDS:
                yield from self._look_up("states", state, (*place, "from"), _OUR_WORDS)
        if event.to in _OUR_WORDS:
            yield (*place, "to"), f"`{event.to}` is not a state a case can come to."
        elif event.to:
            yield from self._look_up("states", event.to, (*place, "to"))
        for name, rule in event.details.items():
            if rule.yes_if_under is not None and rule.is_ != "yes_or_no":
                where = (*place, "details", name, "yes_if_under")
                yield where, "needs `is: yes_or_no`: what is filled in is yes or no."
        if event.records_exception:
            for detail in _CLAIM_DETAILS:
                if detail not in event.details:
                    yield place, f"records exceptions, so it needs a detail called `{detail}`."

    def _in_exception(self, rule: ExceptionRule) -> Iterator[Mistake]:
        asked = rule.asked_in_window
        if asked is None:
            return
        place = ("exceptions", rule.id, "asked_in_window")
        yield from self._look_up("events", asked.event, (*place, "event"))
        event = self._flow.events.get(asked.event)
        for detail in asked.where if event else ():
            if event and detail not in event.details:
                yield (*place, "where", detail), f"`{event.id}` has no detail called `{detail}`."

    def _in_clock(self, clock: ClockRule) -> Iterator[Mistake]:
        place = ("clocks", clock.id)
        for key in _EVENT_LISTS:
            named = getattr(clock, key)
            for index, name in enumerate(named):
                yield from self._look_up("events", name, (*place, key, name if isinstance(named, dict) else index))
        for name, undone in clock.revived_on.items():
            for each in undone:
                if each not in clock.stops_on and each not in clock.dropped_on:
                    yield (*place, "revived_on", name), f"`{each}` neither stops nor drops this clock."
        for index, name in enumerate(clock.dropped_on):
            if name in clock.stops_on:
                yield (*place, "dropped_on", index), f"`{name}` already stops this clock: it cannot drop it too."
        for name in clock.unless:
            yield from self._look_up("exceptions", name, (*place, "unless", name))

    def _in_details_of(self, clock: ClockRule) -> Iterator[Mistake]:
        place = ("clocks", clock.id)
        starts = [self._flow.events[name] for name in clock.starts_on if name in self._flow.events]
        for event in starts:
            if clock.one_for_each and clock.one_for_each not in event.details:
                yield (*place, "one_for_each"), f"`{event.id}` has no detail called `{clock.one_for_each}`."
        for detail, value in clock.only_when.items():
            rules = [event.details[detail] for event in starts if detail in event.details]
            if starts and not rules:
                message = f"no event that starts this clock has a detail called `{detail}`."
                yield (*place, "only_when", detail), message
            elif starts and not any(rule.allows(value) for rule in rules):
                yield (*place, "only_when", detail), f"`{value}` is not an answer that `{detail}` can have."
        if clock.basis_when and not clock.one_for_each:
            yield (*place, "basis_when"), "needs `one_for_each`: the basis follows the detail the clock is for."

    def _in_kpis(self) -> Iterator[Mistake]:
        for kpi in self._flow.kpis.values():
            yield from self._look_up("clocks", kpi.clock, ("kpis", kpi.id, "clock"))
            clock = self._flow.clocks.get(kpi.clock)
            if clock is None or ("clocks", clock.id) in self._damaged:
                continue
            if kpi.basis not in {clock.basis, *(entry.basis for entry in clock.basis_when)}:
                message = f"counts `basis: {kpi.basis}`, but the clock `{clock.id}` has {clock.basis}."
                yield ("kpis", kpi.id), message
            for index, name in enumerate(kpi.stopped_by):
                if name not in clock.stops_on:
                    yield ("kpis", kpi.id, "stopped_by", index), f"`{name}` does not stop the clock `{clock.id}`."


def _dead_ends(workflow: Workflow) -> Iterator[Mistake]:
    for event in workflow.opening_events:
        if event.to is None:
            yield ("events", event.id), "opens a case, so `to` must say in which state it then stands."
    known = {*workflow.states, *_OUR_WORDS}
    if not {event.to for event in workflow.events.values()} <= {None, *workflow.states}:
        return  # an event that leads nobody knows where may lead anywhere
    events = {
        name: event if known.issuperset(event.from_) else event.model_copy(update={"from_": (NOT_STARTED, ANY_STARTED)})
        for name, event in workflow.events.items()
    }
    lenient = workflow.model_copy(update={"events": events})
    if not lenient.opening_events:
        yield ("events",), f"no event opens a case: give one of them `from: {NOT_STARTED}`."
    yield from _out_of_reach(lenient)
    for clock in lenient.clocks.values():
        yield from _never_starts_or_stops(lenient, clock)


def _unused_exceptions(workflow: Workflow) -> Iterator[Mistake]:
    for name in workflow.exceptions:
        if not any(name in clock.unless for clock in workflow.clocks.values()):
            yield ("exceptions", name), f"no clock allows the exception `{name}`."


def _nobody_claims(workflow: Workflow) -> Iterator[Mistake]:
    if workflow.exceptions and not any(event.records_exception for event in workflow.events.values()):
        yield ("exceptions",), "no event records exceptions: give one `records_exception: true`."


def _out_of_reach(workflow: Workflow) -> Iterator[Mistake]:
    reachable = reachable_states(workflow)
    for state in workflow.states:
        if state not in reachable:
            yield ("states", state), f"no case can come to the state `{state}`."


def _never_starts_or_stops(workflow: Workflow, clock: ClockRule) -> Iterator[Mistake]:
    if not {*clock.starts_on, *clock.stops_on} <= set(workflow.events):
        return  # an event that is not there is a mistake already told
    place = ("clocks", clock.id)
    starts = [workflow.events[name] for name in clock.starts_on]
    reachable = reachable_states(workflow)
    if not any(reachable & set(workflow.states_before(event)) for event in starts):
        yield (*place, "starts_on"), "this clock can never start: no case comes to where it would."
    elif not any(events_after(workflow, event) & set(clock.stops_on) for event in starts):
        yield (*place, "stops_on"), "this clock can never stop: no such event can follow its start."


def _gaps_in_time(workflow: Workflow, clock: ClockRule) -> Iterator[Mistake]:
    place = ("clocks", clock.id, clock.limit_key)
    for period, count in wrongly_covered(clock, workflow.covers_from):
        when = f"on {period.first}" if period.first == period.last else str(period)
        yield place, f"{when}, {'no limit is' if count == 0 else f'{count} limits are'} in force."
