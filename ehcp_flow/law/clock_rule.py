"""A time limit: what starts it, what stops it, how long it is, who owes it, and where the law says so."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from ehcp_flow.law.citation import Basis, CheckMark, Citations, Strict
from ehcp_flow.law.duration import Duration, DurationText, FixedDay, FixedDayText
from ehcp_flow.law.event_rule import Names, SomeNames, at_least_one
from ehcp_flow.law.exception_rule import ExceptionUse, ExceptionUseText
from ehcp_flow.law.in_force import ALWAYS, InForce, InForceText

Counting = Literal["next_day", "first_day"]

LIMIT_KEYS = ("within", "at_least", "by")


class DatedLimit(Strict):
    """A limit and the days on which it was law; a clock keeps the limit in force when it started (D7)."""

    limit: DurationText = Field(description="How long it is, or was: 6 weeks.")
    in_force: InForceText = Field(ALWAYS, description="The days on which it was law.")
    cite: Citations | None = Field(None, description="Where the law says so, if not as the clock.")


def _as_dated(value: Any) -> Any:
    return [{"limit": value}] if isinstance(value, str) else at_least_one(value)


def _as_undoing(value: Any) -> Any:
    names = [value] if isinstance(value, str) else value
    if isinstance(names, list) and all(isinstance(name, str) for name in names):
        return {name: [] for name in names}
    return value


Undoing = Annotated[
    dict[str, Names],
    BeforeValidator(_as_undoing, json_schema_input_type=str | tuple[str, ...] | dict[str, Names]),
]
"""Events that revive a clock, each with the stops or drops it undoes; an empty list means any."""

_SomeInSchema = Annotated[tuple[DatedLimit, ...], Field(min_length=1)]
DatedLimits = Annotated[
    tuple[DatedLimit, ...], BeforeValidator(_as_dated, json_schema_input_type=DurationText | _SomeInSchema)
]
"""One limit, or several with the days on which each was law."""


class BasisWhen(Strict):
    """Another basis (and citation) where the detail a clock is for has one of these values (D15)."""

    is_: Names = Field(alias="is", description="Values of the `one_for_each` detail.")
    basis: Basis = Field(description="The basis for these.")
    cite: Citations = Field(description="Where that is said.")
    check: CheckMark = Field(description="How well this was checked: V1 (best) to R.")
    reading: str | None = Field(None, description="How an ambiguity is read here.")


class ClockRule(Strict):
    """One time limit."""

    id: str = ""
    title: str = Field(description="The duty, as a case officer would say it.")
    cite: Citations = Field(description="Where the law says so: regs r.5(1).")
    check: CheckMark = Field(description="How well this clock was checked against the text: V1 (best) to R.")
    basis: Basis = Field(description="law, guidance or local; the three are never added together.")
    basis_when: tuple[BasisWhen, ...] = Field(default=(), description="Another basis for some of its details.")
    duty_on: str = Field(description="Who must act.", pattern=r"^[a-z][a-z_]*$")

    within: DatedLimits | None = Field(None, description="A limit: the last day in time is counted from the start.")
    at_least: DatedLimits | None = Field(
        None, description="A period to be left to somebody: acting inside it is a breach."
    )
    by: FixedDayText | None = Field(None, description="A fixed day of the year, the first one after the start.")
    counting: Counting | None = Field(
        None,
        description="next_day: the day of the start is not counted; first_day: it is day 1. Never implied.",
    )

    starts_on: SomeNames = Field(description="Events that start it.")
    stops_on: SomeNames = Field(description="Events by which the duty is met.")
    dropped_on: Names = Field(default=(), description="Events after which the duty no longer exists.")
    revived_on: Undoing = Field(
        default_factory=dict,
        description="Events that bring it back, from its original start; a mapping says what each one undoes.",
    )
    arises_on: Names = Field(default=(), description="The clock exists only once one of these has happened.")
    only_when: dict[str, str] = Field(default_factory=dict, description="Details the starting event must carry.")
    if_repeated: Literal["keep_first", "restart"] = Field(
        "keep_first", description="What a second start does: nothing, or a new period."
    )
    one_for_each: str | None = Field(None, description="A detail: one clock for each of its values.")
    breach_only_when: Literal["stopped"] | None = Field(
        None, description="stopped: a breach only if the step is taken, and taken late."
    )
    unless: dict[str, ExceptionUseText] = Field(default_factory=dict, description="Exceptions this limit allows.")
    in_force: InForceText = Field(ALWAYS, description="Only clocks that start on these days exist.")
    warn_from: DurationText | None = Field(None, description="How long before the due date it is shown as coming.")
    reading: str | None = Field(None, description="How an ambiguity is read here, shown with every explanation.")

    @model_validator(mode="after")
    def _one_kind_of_limit(self) -> ClockRule:
        if sum(getattr(self, key) is not None for key in LIMIT_KEYS) != 1:
            raise ValueError("give exactly one of `within`, `at_least` and `by`.")
        if self.by is None and self.counting is None:
            raise ValueError("`counting` is missing: write next_day or first_day; it is never implied.")
        return self

    @property
    def limits(self) -> tuple[DatedLimit, ...]:
        """The dated durations of `within` or `at_least`; empty for a fixed day."""
        return self.within or self.at_least or ()

    @property
    def limit_key(self) -> str:
        """The key under which the limit stands: `within`, `at_least` or `by`."""
        return next(key for key in LIMIT_KEYS if getattr(self, key) is not None)

    @property
    def leaves_time(self) -> bool:
        """Whether this is a period to be left to somebody rather than a limit to meet."""
        return self.at_least is not None

    @property
    def kind(self) -> Literal["limit", "window", "only_if_done"]:
        """A limit that time alone can break, a period to be left, or a limit that only a late step breaks."""
        if self.leaves_time:
            return "window"
        return "only_if_done" if self.breach_only_when else "limit"

    def wording(self, limit: Duration | FixedDay) -> str:
        """`within 6 weeks`, `at least 15 days`, `before 15 February`."""
        if isinstance(limit, FixedDay):
            return str(limit) if limit.before else f"by {limit}"
        return f"{'at least' if self.leaves_time else 'within'} {limit}"

    def basis_for(self, subject: str | None) -> BasisWhen | None:
        """The `basis_when` entry that governs `subject`, if there is one."""
        return next((entry for entry in self.basis_when if subject in entry.is_), None)


__all__ = ["BasisWhen", "ClockRule", "DatedLimit", "ExceptionUse", "InForce"]
