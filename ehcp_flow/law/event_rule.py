"""What may happen in a case: events, the states they lead between, and the details asked for."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from ehcp_flow.law.citation import Citations, Strict

NOT_STARTED = "not_started"
ANY_OPEN = "any_open"
ANY_STARTED = "any_started"


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


class StateRule(Strict):
    """Where a case can stand."""

    title: str = Field(description="What a case officer calls it.")
    ended: bool = Field(default=False, description="true if nothing more is owed in the case.")


class DetailRule(Strict):
    """One thing asked for beside the date when an event is recorded."""

    title: str = Field(description="The question, as a case officer would ask it.")
    optional: bool = False
    is_: Literal["text", "date", "yes_or_no", "exception", "clock"] = Field("text", alias="is")
    one_of: dict[str, str] | None = Field(None, description="The only values allowed, with their titles.")
    such_as: dict[str, str] | None = Field(None, description="Usual values with their titles; others are allowed.")

    @property
    def known_values(self) -> dict[str, str]:
        """Values to offer, with their titles."""
        return self.one_of or self.such_as or {}


class Opens(Strict):
    """Another process that this event calls for."""

    workflow: str
    with_: str = Field(alias="with", description="The event that opens it.")
    reason: str = Field(description="Why, in one sentence.")


class EventRule(Strict):
    """A dated fact that can be recorded in a case."""

    id: str = ""
    title: str = Field(description="What happened, as a case officer would say it.")
    dated: str = Field(description="Which day counts.")
    cite: Citations | None = None
    from_: Names = Field(
        alias="from",
        description=f"States in which it may happen; {NOT_STARTED} opens a case, {ANY_OPEN} and {ANY_STARTED} stand for many.",
    )
    to: str | None = Field(None, description="The state it leads to; left out, the state stays.")
    details: dict[str, DetailRule] = Field(default_factory=dict)
    records_exception: bool = Field(default=False, description="true for the event that claims an exception.")
    opens: Opens | None = None
    note: str | None = Field(None, description="What the person recording it should know.")
