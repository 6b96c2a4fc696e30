"""Mistakes a workflow file can make that its shape does not show, and what nobody has checked yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from ehcp_flow.law.citation import CHECK_MARKS, Citation, citation_text
from ehcp_flow.law.clock_rule import ClockRule
from ehcp_flow.law.coverage import uncovered_days
from ehcp_flow.law.event_rule import ANY_OPEN, ANY_STARTED, NOT_STARTED
from ehcp_flow.law.reach import events_after, reachable_states
from ehcp_flow.law.workflow import Workflow

Place = tuple[str | int, ...]
Mistake = tuple[Place, str]

_EVENT_LISTS = ("starts_on", "stops_on", "dropped_on", "revived_on", "arises_on")


def find_mistakes(workflow: Workflow) -> Iterator[Mistake]:
    """Every mistake of meaning in `workflow`, with the path of the part that makes it."""
    yield from _names_in_events(workflow)
    yield from _names_in_exceptions(workflow)
    for clock in workflow.clocks.values():
        yield from _names_in_clock(workflow, clock)
        yield from _never_starts_or_stops(workflow, clock)
        yield from _gaps_in_time(workflow, clock)
    yield from _names_in_kpis(workflow)
    yield from _citations(workflow)
    yield from _out_of_reach(workflow)


def _unknown(what: str, name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"there is no {what} called `{name}`" + (f"; did you mean `{close[0]}`?" if close else ".")


def _names_in_events(workflow: Workflow) -> Iterator[Mistake]:
    states = [*workflow.states, NOT_STARTED, ANY_OPEN, ANY_STARTED]
    if not workflow.opening_events:
        yield ("events",), f"no event opens a case: give one of them `from: [{NOT_STARTED}]`."
    if NOT_STARTED in workflow.states:
        yield ("states", NOT_STARTED), f"`{NOT_STARTED}` is always there: leave it out."
    for event in workflow.events.values():
        for state in (*event.from_, *([event.to] if event.to else [])):
            if state not in states:
                key = "to" if state == event.to else "from"
                yield ("events", event.id, key), _unknown("state", state, list(workflow.states))
        if NOT_STARTED in event.from_ and event.to is None:
            yield ("events", event.id), "opens a case, so `to` must say in which state it then stands."
        if event.to in (NOT_STARTED, ANY_OPEN, ANY_STARTED):
            yield ("events", event.id, "to"), f"`{event.to}` is not a state a case can come to."


def _names_in_exceptions(workflow: Workflow) -> Iterator[Mistake]:
    for rule in workflow.exceptions.values():
        asked = rule.asked_in_window
        if asked and asked.event not in workflow.events:
            place = ("exceptions", rule.id, "asked_in_window", "event")
            yield place, _unknown("event", asked.event, list(workflow.events))
        if not any(rule.id in clock.unless for clock in workflow.clocks.values()):
            yield ("exceptions", rule.id), f"no clock allows the exception `{rule.id}`."
    if workflow.exceptions and not any(event.records_exception for event in workflow.events.values()):
        yield ("exceptions",), "no event records exceptions: give one `records_exception: true`."


def _names_in_clock(workflow: Workflow, clock: ClockRule) -> Iterator[Mistake]:
    place = ("clocks", clock.id)
    for name, undone in clock.revived_on.items():
        for each in undone:
            if each not in clock.stops_on and each not in clock.dropped_on:
                yield (*place, "revived_on", name), f"`{each}` neither stops nor drops this clock."
    for key in _EVENT_LISTS:
        for index, name in enumerate(getattr(clock, key)):
            if name not in workflow.events:
                yield (*place, key, index), _unknown("event", name, list(workflow.events))
    for name in clock.unless:
        if name not in workflow.exceptions:
            yield (*place, "unless", name), _unknown("exception", name, list(workflow.exceptions))
    if clock.one_for_each:
        for name in clock.starts_on:
            event = workflow.events.get(name)
            if event and clock.one_for_each not in event.details:
                yield (*place, "one_for_each"), f"`{name}` has no detail called `{clock.one_for_each}`."
    for detail in clock.only_when:
        if not any(detail in workflow.events[name].details for name in clock.starts_on if name in workflow.events):
            yield (
                (*place, "only_when", detail),
                f"no event that starts this clock has a detail called `{detail}`.",
            )
    if clock.basis_when and not clock.one_for_each:
        yield (*place, "basis_when"), "needs `one_for_each`: the basis follows the detail the clock is for."


def _never_starts_or_stops(workflow: Workflow, clock: ClockRule) -> Iterator[Mistake]:
    starts = [workflow.events[name] for name in clock.starts_on if name in workflow.events]
    reachable = reachable_states(workflow)
    if starts and not any(reachable & set(workflow.states_before(event)) for event in starts):
        yield (
            ("clocks", clock.id, "starts_on"),
            "this clock can never start: no case comes to where it would.",
        )
    elif starts and not any(events_after(workflow, event) & set(clock.stops_on) for event in starts):
        yield (
            ("clocks", clock.id, "stops_on"),
            "this clock can never stop: no such event can follow its start.",
        )


def _gaps_in_time(workflow: Workflow, clock: ClockRule) -> Iterator[Mistake]:
    first = max(workflow.covers_from, clock.in_force.first or workflow.covers_from)
    for day, count in uncovered_days(clock, first):
        how_many = "no limit is" if count == 0 else f"{count} limits are"
        yield (
            ("clocks", clock.id, "at_least" if clock.leaves_time else "within"),
            f"on {day} {how_many} in force.",
        )


def _names_in_kpis(workflow: Workflow) -> Iterator[Mistake]:
    for kpi in workflow.kpis.values():
        clock = workflow.clocks.get(kpi.clock)
        if clock is None:
            yield ("kpis", kpi.id, "clock"), _unknown("clock", kpi.clock, list(workflow.clocks))
            continue
        if kpi.basis not in {clock.basis, *(entry.basis for entry in clock.basis_when)}:
            yield (
                ("kpis", kpi.id),
                f"counts `basis: {kpi.basis}`, but the clock `{clock.id}` has {clock.basis}.",
            )
        for index, name in enumerate(kpi.stopped_by):
            if name not in clock.stops_on:
                yield ("kpis", kpi.id, "stopped_by", index), f"`{name}` does not stop the clock `{clock.id}`."


def _citations(workflow: Workflow) -> Iterator[Mistake]:
    for place, citations in all_citations(workflow):
        for citation in citations:
            if citation.source not in workflow.sources:
                yield place, _unknown("source", citation.source, list(workflow.sources))


def all_citations(workflow: Workflow) -> Iterator[tuple[Place, tuple[Citation, ...]]]:
    """Every citation in the file with its place."""
    for event in workflow.events.values():
        if event.cite:
            yield ("events", event.id, "cite"), event.cite
    for clock in workflow.clocks.values():
        yield ("clocks", clock.id, "cite"), clock.cite
        for index, entry in enumerate(clock.basis_when):
            yield ("clocks", clock.id, "basis_when", index, "cite"), entry.cite
        for name, use in clock.unless.items():
            yield ("clocks", clock.id, "unless", name), use.cite
        for index, dated in enumerate(clock.limits):
            if dated.cite:
                yield ("clocks", clock.id, "within", index, "cite"), dated.cite


def _out_of_reach(workflow: Workflow) -> Iterator[Mistake]:
    reachable = reachable_states(workflow)
    for state in workflow.states:
        if state not in reachable:
            yield ("states", state), f"no case can come to the state `{state}`."


@dataclass(frozen=True, slots=True)
class Unverified:
    """A rule that no person has yet compared with the text of the law, or not with the primary text."""

    workflow: str
    rule: str
    cite: str
    check: str
    meaning: str


def unverified(workflow: Workflow) -> list[Unverified]:
    """What `ehcp workflows check` lists for a lawyer to read (design D13)."""
    result = []
    for clock in workflow.clocks.values():
        marks = [(clock.id, clock.cite, clock.check)]
        marks += [(f"{clock.id} ({', '.join(each.is_)})", each.cite, each.check) for each in clock.basis_when]
        marks += [
            (f"{clock.id} unless {name}", use.cite, use.check or clock.check) for name, use in clock.unless.items()
        ]
        for rule, cite, check in marks:
            if check != "V1" or any(workflow.sources[each.source].last_checked == "never" for each in cite):
                result.append(Unverified(workflow.workflow, rule, citation_text(cite), check, CHECK_MARKS[check]))
    return result


def sources_never_checked(workflow: Workflow) -> list[str]:
    """Titles of the texts this file has never been compared with by a person."""
    cited = {each.source for _, citations in all_citations(workflow) for each in citations}
    return [
        source.title
        for name, source in workflow.sources.items()
        if name in cited and not isinstance(source.last_checked, date)
    ]
