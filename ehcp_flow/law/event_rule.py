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


def _as_some(value: Any) -> Any:
    return _as_list(at_least_one(value))


def at_least_one(value: Any) -> Any:
    """The value, if it is no empty list. (Pydantic's own check also complains where an entry is wrong.)"""
    if value in ([], ()):
        raise ValueError("needs at least one entry.")
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(_as_list, json_schema_input_type=str | tuple[str, ...])]
"""One name, or a list of names."""

_SomeInSchema = Annotated[tuple[str, ...], Field(min_length=1)]
SomeNames = Annotated[tuple[str, ...], BeforeValidator(_as_some, json_schema_input_type=str | _SomeInSchema)]
"""One name, or a list of names that is not empty."""


class StateRule(Strict):
    """Where a case can stand."""

    title: str = Field(description="What a case officer calls it.")
    ended: bool = Field(default=False, description="true if nothing more is owed in the case.")


class DetailRule(Strict):
    """One thing asked for beside the date when an event is recorded."""

    title: str = Field(description="The question, as a case officer would ask it.")
    optional: bool = Field(default=False, description="true if it may be left out.")
    is_: Literal["text", "date", "yes_or_no", "exception", "clock"] = Field(
        "text", alias="is", description="What kind of answer it takes."
    )
    one_of: dict[str, str] | None = Field(None, description="The only values allowed, with their titles.")
    such_as: dict[str, str] | None = Field(None, description="Usual values with their titles; others are allowed.")
    yes_if_under: int | None = Field(
        None, description="For a yes_or_no detail: filled in from the date of birth, yes under this age on that day."
    )

    @property
    def known_values(self) -> dict[str, str]:
        """Values to offer, with their titles."""
        return self.one_of or self.such_as or {}

    def allows(self, value: str) -> bool:
        """Whether `value` can be an answer."""
        if self.is_ == "yes_or_no":
            return value in ("yes", "no")
        return not self.one_of or value in self.one_of


class Opens(Strict):
    """Another process that this event calls for."""

    workflow: str = Field(description="The process to open.")
    with_: str = Field(alias="with", description="The event that opens it.")
    reason: str = Field(description="Why, in one sentence.")


class EventRule(Strict):
    """A dated fact that can be recorded in a case."""

    id: str = ""
    title: str = Field(description="What happened, as a case officer would say it.")
    dated: str = Field(description="Which day counts.")
    cite: Citations | None = Field(None, description="Where the law speaks of it.")
    from_: Names = Field(
        alias="from",
        description=f"States in which it may happen; {NOT_STARTED} opens a case, "
        f"{ANY_OPEN} and {ANY_STARTED} stand for many.",
    )
    to: str | None = Field(None, description="The state it leads to; left out, the state stays.")
    details: dict[str, DetailRule] = Field(default_factory=dict, description="What is asked for beside the date.")
    records_exception: bool = Field(default=False, description="true for the event that claims an exception.")
    opens: Opens | None = Field(None, description="Another process that begins with this event.")
    note: str | None = Field(None, description="What the person recording it should know.")
