"""A clock of one case: a rule with the events that started, stopped, dropped or revived it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ehcp_flow.law.citation import citation_text
from ehcp_flow.law.duration import Duration, FixedDay

if TYPE_CHECKING:
    from ehcp_flow.engine.event import Event
    from ehcp_flow.law.citation import Basis, CheckMark, Citation
    from ehcp_flow.law.clock_rule import ClockRule, ExceptionUse
    from ehcp_flow.law.exception_rule import ExceptionRule


@dataclass(frozen=True, slots=True)
class JudgedException:
    """An exception claimed against a clock, whether it may be relied on, and why or why not."""

    event: Event
    rule: ExceptionRule | None
    use: ExceptionUse | None
    is_taken: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Clock:
    """One running, stopped or dropped time limit.

    `subject` is the value a `one_for_each` clock is for; `period` counts from 1 where a clock ran more
    than once. `due_on` is the last day in time; for a period to be left, its last day.
    """

    rule: ClockRule
    subject: str | None
    period: int
    limit: Duration | FixedDay
    started_by: Event
    due_on: date
    stopped_by: Event | None = None
    dropped_by: Event | None = None
    revived_by: Event | None = None
    exceptions: tuple[JudgedException, ...] = ()

    @property
    def started_on(self) -> date:
        """The day the clock started: the original one, also after a revival."""
        return self.started_by.happened_on

    @property
    def stopped_on(self) -> date | None:
        """The day the duty was met."""
        return self.stopped_by.happened_on if self.stopped_by else None

    @property
    def dropped_on(self) -> date | None:
        """The day the duty ceased to exist."""
        return self.dropped_by.happened_on if self.dropped_by else None

    @property
    def excepted_by(self) -> JudgedException | None:
        """The exception that lifts this limit, if one may be relied on."""
        return next((each for each in self.exceptions if each.is_taken), None)

    @property
    def name(self) -> str:
        """`give_advice[school]`: the clock and what it is for."""
        return self.rule.id if self.subject is None else f"{self.rule.id}[{self.subject}]"

    @property
    def basis(self) -> Basis:
        """law, guidance or local, which may follow the subject (D15)."""
        entry = self.rule.basis_for(self.subject)
        return entry.basis if entry else self.rule.basis

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Where the law says so, for this subject and for the limit in force when the clock started."""
        entry = self.rule.basis_for(self.subject)
        if entry:
            return entry.cite
        dated = next((each for each in self.rule.limits if each.limit == self.limit and each.cite), None)
        return dated.cite if dated and dated.cite else self.rule.cite

    @property
    def cite(self) -> str:
        """The citation as the workflow file writes it."""
        return citation_text(self.citations)

    @property
    def check(self) -> CheckMark:
        """How well the rule was checked against the text."""
        entry = self.rule.basis_for(self.subject)
        return entry.check if entry else self.rule.check
