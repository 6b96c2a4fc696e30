"""A figure on a clock: which cases it is about and what it does with exceptions."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ehcp_flow.law.citation import Basis, Strict
from ehcp_flow.law.event_rule import Names

Cohort = Literal["stopped_in_period", "due_in_period", "started_in_period"]


class KpiRule(Strict):
    """The share of a clock's cases met in time."""

    id: str = ""
    title: str = Field(description="What the figure is called.")
    meaning: str = Field(description="What it says, in plain English.")
    clock: str = Field(description="The clock counted.")
    basis: Basis = Field("law", description="The basis counted; bases are never added together.")
    cohort: Cohort = Field(description="stopped_in_period, due_in_period or started_in_period.")
    exceptions: Literal["counted", "left_out"] = Field(
        "counted", description="left_out: cases with an exception leave numerator and denominator."
    )
    stopped_by: Names = Field(default=(), description="Only clocks stopped by one of these events.")
    source: str | None = Field(None, description="Who else publishes this figure.")
