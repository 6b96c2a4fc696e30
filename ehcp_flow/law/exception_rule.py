"""Reasons for which a limit need not be met, and what must be true before one may be relied on (D3).

An exception lifts the one limit it is claimed against. It never pauses a clock and sets no new date.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from ehcp_flow.law.citation import CheckMark, Citations, Strict
from ehcp_flow.law.duration import DurationText
from ehcp_flow.law.event_rule import Names
from ehcp_flow.law.in_force import InForceText


class AskedInWindow(Strict):
    """A request that must have been made in a window around the exception's first and last day.

    The window opens `opens_before_start` before the first day and shuts `shuts_before_end` before the
    day after the last one; both edges are inside it.
    """

    event: str
    where: dict[str, Names] = Field(default_factory=dict, description="Details the request must carry.")
    opens_before_start: DurationText
    shuts_before_end: DurationText


class ExceptionRule(Strict):
    """A reason the law gives for not meeting a limit."""

    id: str = ""
    title: str = Field(description="What a case officer calls it.")
    meaning: str = Field(description="What must be true, in plain words.")
    dated: str = Field(description="What the day it happened on means.")
    until: str | None = Field(None, description="What the last day means, where a last day is asked for.")
    lasts_at_least: DurationText | None = Field(None, description="Shortest length, both days counted.")
    measured: Literal["in_the_period", "in_all"] = Field(
        "in_all", description="Whether only the days inside the clock's own period count towards the length."
    )
    asked_in_window: AskedInWindow | None = None


class ExceptionUse(Strict):
    """An exception as one clock allows it: the paragraph, and what that paragraph changes."""

    cite: Citations
    check: CheckMark | None = Field(None, description="How well the paragraph was checked, if not as the clock.")
    in_force: InForceText | None = None
    lasts_at_least: DurationText | None = Field(None, description="Where this paragraph sets another length.")
    note: str | None = None


def _as_use(value: Any) -> Any:
    return {"cite": value} if isinstance(value, str) else value


ExceptionUseText = Annotated[ExceptionUse, BeforeValidator(_as_use)]
