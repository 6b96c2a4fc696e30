"""The observations that travel in a pack: every clock of every case, as the pack's figures read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ehcp_flow.analytics.observations import COLUMNS
from ehcp_flow.returns.pack import OBSERVATIONS
from ehcp_flow.returns.tidy_files import UNITS, Described

if TYPE_CHECKING:
    import polars as pl

    from ehcp_flow.analytics.figure_request import Frames
    from ehcp_flow.analytics.figure_table import Kind

KEY = ("case_ref", "workflow", "clock", "subject", "period")
"""What tells one observation from every other."""

_MEANINGS: dict[str, tuple[Kind, str]] = {
    "case_ref": ("case", "the case"),
    "authority": ("text", "the responsible authority"),
    "workflow": ("text", "the process: needs_assessment, annual_review"),
    "clock": ("text", "the time limit, by its name in the workflow file"),
    "subject": ("text", "whom or what it is for, such as the provider of advice; empty where there is one clock only"),
    "basis": ("text", "law, guidance or local; never added together"),
    "person_ref": ("text", "the child or young person, by reference only"),
    "team": ("text", "the team that held the case"),
    "officer": ("text", "the officer who held the case"),
    "opened_on": ("day", "the day of the first event of the case"),
    "started_on": ("day", "the day the limit began to run"),
    "due_on": ("day", "its last day in time"),
    "stopped_on": ("day", "the day it was met; empty while it is not"),
    "dropped_on": ("day", "the day it fell away unmet: withdrawn, refused, moved"),
    "is_excepted": ("text", "true where an exception lifts the limit"),
    "exception": ("text", "which exception"),
    "days_taken": ("days", "from the start to the end, or to the day judged for; the day of the start not counted"),
    "days_late": ("days", "past the due date; 0 where it is not late"),
    "outcome": ("text", "running, in_time, breach, excepted or dropped"),
    "state": ("text", "where the case stood"),
    "stop_event": ("text", "the event that met the limit"),
    "period": ("count", "which period of a clock that ran more than once"),
    "kind": ("text", "limit, or a period to be left to somebody"),
    "in_ended_case": ("text", "true where the case had ended"),
}


def sorted_observations(frames: Frames) -> pl.DataFrame:
    """The observations as a frame in an order of its own, whatever order they were read in."""
    found: pl.DataFrame = frames.observations.collect().to_native()
    return found.select(COLUMNS).sort(*KEY)


def described_observations() -> tuple[Described, ...]:
    """Every column of the observations, for the data dictionary."""
    found = []
    for name in COLUMNS:
        kind, meaning = _MEANINGS[name]
        found.append(Described(OBSERVATIONS, name, name.replace("_", " ").capitalize(), kind, UNITS[kind], meaning))
    return tuple(found)
