"""A time limit: what starts it, what stops it, how long it is, who owes it, and where the law says so."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from ehcp_flow.law.citation import Basis, CheckMark, Citations, Strict
from ehcp_flow.law.duration import Duration, DurationText, FixedDay, FixedDayText
from ehcp_flow.law.event_rule import Names
from ehcp_flow.law.exception_rule import ExceptionUse, ExceptionUseText
from ehcp_flow.law.in_force import ALWAYS, InForce, InForceText

Counting = Literal["next_day", "first_day"]


class DatedLimit(Strict):
    """A limit and the days on which it was law; a clock keeps the limit in force when it started (D7)."""

    limit: DurationText
    in_force: InForceText = ALWAYS
    cite: Citations | None = None


def _as_dated(value: Any) -> Any:
    return [{"limit": value}] if isinstance(value, str) else value


def _as_undoing(value: Any) -> Any:
    return {name: [] for name in value} if isinstance(value, list | tuple) else value


Undoing = Annotated[dict[str, Names], BeforeValidator(_as_undoing)]
"""Events that revive a clock, each with the stops or drops it undoes; an empty list means any."""

DatedLimits = Annotated[tuple[DatedLimit, ...], BeforeValidator(_as_dated), Field(min_length=1)]


class BasisWhen(Strict):
    """Another basis (and citation) where the detail a clock is for has one of these values (D15)."""

    is_: Names = Field(alias="is", description="Values of the `one_for_each` detail.")
    basis: Basis
    cite: Citations
    check: CheckMark
    reading: str | None = None


class ClockRule(Strict):
    """One time limit."""

    id: str = ""
    title: str = Field(description="The duty, as a case officer would say it.")
    cite: Citations
    check: CheckMark = Field(description="How well this clock was checked against the text: V1 (best) to R.")
    basis: Basis = Field(description="law, guidance or local; the three are never added together.")
    basis_when: tuple[BasisWhen, ...] = ()
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

    starts_on: Names = Field(min_length=1)
    stops_on: Names = Field(min_length=1)
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
    in_force: InForceText = ALWAYS
    warn_from: DurationText | None = Field(None, description="How long before the due date it is shown as coming.")
    reading: str | None = Field(None, description="How an ambiguity is read here, shown with every explanation.")

    @model_validator(mode="after")
    def _one_kind_of_limit(self) -> ClockRule:
        kinds = [name for name in ("within", "at_least", "by") if getattr(self, name) is not None]
        if len(kinds) != 1:
            raise ValueError("give exactly one of `within`, `at_least` and `by`.")
        if self.by is None and self.counting is None:
            raise ValueError("`counting` is missing: write next_day or first_day; it is never implied.")
        return self

    @property
    def limits(self) -> tuple[DatedLimit, ...]:
        """The dated durations of `within` or `at_least`; empty for a fixed day."""
        return self.within or self.at_least or ()

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
