"""Reasons for which a limit need not be met, and what must be true before one may be relied on (D3).

An exception lifts the one limit it is claimed against. It never pauses a clock and sets no new date.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from ehcp_flow.law.citation import CheckMark, Citations, Strict
from ehcp_flow.law.duration import CalendarDuration, DaysOrWeeks
from ehcp_flow.law.event_rule import Names
from ehcp_flow.law.in_force import InForceText


class AskedInWindow(Strict):
    """A request that must have been made in a window around the exception's first and last day.

    The window opens `opens_before_start` before the first day and shuts `shuts_before_end` before the
    day after the last one; both edges are inside it.
    """

    event: str = Field(description="The event that is the request.")
    where: dict[str, Names] = Field(default_factory=dict, description="Details the request must carry.")
    opens_before_start: DaysOrWeeks = Field(description="How long before the first day the window opens.")
    shuts_before_end: DaysOrWeeks = Field(description="How long before the end it shuts.")


class ExceptionRule(Strict):
    """A reason the law gives for not meeting a limit."""

    id: str = ""
    title: str = Field(description="What a case officer calls it.")
    meaning: str = Field(description="What must be true, in plain words.")
    dated: str = Field(description="What the day it happened on means.")
    until: str | None = Field(None, description="What the last day means, where a last day is asked for.")
    lasts_at_least: CalendarDuration | None = Field(None, description="Shortest length, both days counted.")
    measured: Literal["in_the_period", "in_all"] = Field(
        "in_all", description="Whether only the days inside the clock's own period count towards the length."
    )
    asked_in_window: AskedInWindow | None = Field(None, description="A request that must have been made around it.")


class ExceptionUse(Strict):
    """An exception as one clock allows it: the paragraph, and what that paragraph changes."""

    cite: Citations = Field(description="The paragraph.")
    check: CheckMark | None = Field(None, description="How well the paragraph was checked, if not as the clock.")
    in_force: InForceText | None = Field(None, description="The days on which it must have begun.")
    lasts_at_least: CalendarDuration | None = Field(None, description="Where this paragraph sets another length.")
    note: str | None = Field(None, description="What a reader of this entry should know.")


def _as_use(value: Any) -> Any:
    return {"cite": value} if isinstance(value, str) else value


ExceptionUseText = Annotated[ExceptionUse, BeforeValidator(_as_use, json_schema_input_type=Citations | ExceptionUse)]
"""An exception's paragraph alone, or with what it changes."""
