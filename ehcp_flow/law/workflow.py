"""A whole process, as one workflow file says it."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from ehcp_flow.law.citation import Source, Strict
from ehcp_flow.law.clock_rule import ClockRule
from ehcp_flow.law.event_rule import ANY_OPEN, ANY_STARTED, NOT_STARTED, EventRule, StateRule
from ehcp_flow.law.exception_rule import ExceptionRule
from ehcp_flow.law.in_force import Day
from ehcp_flow.law.kpi_rule import KpiRule

NAMED_BY_KEY = ("events", "exceptions", "clocks", "kpis")


class Workflow(Strict):
    """One process: its states, events, clocks, exceptions and figures, and the texts they come from."""

    workflow: str = Field(description="Its name, as the file's.", pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(description="What people call the process.")
    about: str | None = Field(None, description="What the process is, in a sentence or two.")
    case_prefix: str = Field("CASE", description="Case references begin with it.", pattern=r"^[A-Z]{2,6}$")
    applies_in: str = Field(description="Where it is law: England.")
    covers_from: Day = Field(description="The first day for which this file says the law.")
    sources: dict[str, Source] = Field(description="The texts it cites; those in sources.yaml are always there.")
    states: dict[str, StateRule] = Field(description="Where a case can stand.")
    events: dict[str, EventRule] = Field(description="What can happen, in the order of the statute.")
    exceptions: dict[str, ExceptionRule] = Field(
        default_factory=dict, description="Reasons for which a limit need not be met."
    )
    clocks: dict[str, ClockRule] = Field(description="The time limits.")
    kpis: dict[str, KpiRule] = Field(default_factory=dict, description="Figures on the clocks.")
    digest: str = Field("", description="Fingerprint of the file's text; filled in when it is read.")

    @model_validator(mode="before")
    @classmethod
    def _ids_from_keys(cls, data: Any) -> Any:
        """An entry's key is its id, so that no name is written twice."""
        if not isinstance(data, dict):
            return data
        named = dict(data)
        for part in NAMED_BY_KEY:
            entries = named.get(part)
            if isinstance(entries, dict):
                named[part] = {
                    key: {**entry, "id": key} if isinstance(entry, dict) else entry for key, entry in entries.items()
                }
        return named

    @property
    def opening_events(self) -> tuple[EventRule, ...]:
        """Events that can open a case."""
        return tuple(rule for rule in self.events.values() if NOT_STARTED in rule.from_)

    def states_before(self, event: EventRule) -> tuple[str, ...]:
        """The states in which `event` may happen, with the short words written out."""
        result: list[str] = []
        for name in event.from_:
            if name == ANY_STARTED:
                result.extend(self.states)
            elif name == ANY_OPEN:
                result.extend(state for state, rule in self.states.items() if not rule.ended)
            else:
                result.append(name)
        return tuple(dict.fromkeys(result))

    def state_title(self, state: str) -> str:
        """The words for a state, also for the one before a case is opened."""
        return "Not started" if state == NOT_STARTED else self.states[state].title
