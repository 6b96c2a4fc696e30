"""What an authority has agreed to reach: for each figure a baseline, milestones, a target, and who answers for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ehcp_flow.analytics.brag import Better

Measure = Literal["percent", "overdue"]
Over = Literal["month", "year to date", "12 months"]


@dataclass(frozen=True, slots=True)
class Agreed:
    """A level on a day: measured on it (a baseline) or to be reached by it."""

    value: float
    day: date


@dataclass(frozen=True, slots=True)
class Target:
    """A target for a figure of a workflow file.

    `measure` is the figure's share in time, or the open ones past their day; `over` is the time the share is taken
    of, up to the day of judgement. `milestones` come in the order of their days.
    """

    id: str
    title: str
    theme: str
    workflow: str
    kpi: str
    measure: Measure
    over: Over
    better: Better
    owner: str
    baseline: Agreed
    milestones: tuple[Agreed, ...]
    target: Agreed
    amber_within: float

    def agreed_for(self, day: date) -> Agreed | None:
        """The last milestone (or the target) whose day has come; None before the first."""
        come = [each for each in (*self.milestones, self.target) if each.day <= day]
        return come[-1] if come else None

    def next_after(self, day: date) -> Agreed | None:
        """The next milestone (or the target) still to come; None after the target."""
        return next((each for each in (*self.milestones, self.target) if each.day > day), None)
