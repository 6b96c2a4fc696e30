"""Observations drawn at random, and the same as frames of each library."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import duckdb
import narwhals as nw
import polars as pl
import pytest

from ehcp_flow.analytics.observations import COLUMNS, Observation, observe

DATES = ("opened_on", "started_on", "due_on", "stopped_on", "dropped_on")
SCHEMA = dict.fromkeys(COLUMNS, pl.String) | dict.fromkeys(DATES, pl.Date) | {
    "is_excepted": pl.Boolean,
    "in_ended_case": pl.Boolean,
    "days_taken": pl.Int64,
    "days_late": pl.Int64,
    "period": pl.Int64,
}  # fmt: skip


def as_frame(observations: list[Observation], library: str) -> nw.LazyFrame[Any]:
    """Observations as a lazy frame of `polars` or `duckdb`."""
    rows = [[getattr(each, name) for name in COLUMNS] for each in observations]
    made = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    if library == "polars":
        return nw.from_native(made.lazy())
    return nw.from_native(duckdb.from_arrow(made.to_arrow()))


@pytest.fixture(params=["polars", "duckdb"])
def frame_of(request: pytest.FixtureRequest) -> Callable[[list[Observation]], nw.LazyFrame[Any]]:
    """Makes a frame of observations, once with each library."""
    return lambda observations: as_frame(observations, request.param)


def clock_row(ref: str, started: date, *, limit: int = 140, **more: Any) -> dict[str, Any]:
    """A row of the clock table for a plan that is due; `more` says what is different."""
    row: dict[str, Any] = {
        "case_ref": ref, "workflow": "needs_assessment", "clock": "finalise_plan", "subject": None, "period": 1,
        "kind": "limit", "basis": "law", "started_on": started, "due_on": started + timedelta(days=limit),
        "stopped_on": None, "dropped_on": None, "stop_event": None, "is_excepted": False, "exception": None,
        "in_ended_case": False, "officer": None, "team": None, "state": "assessing", "opened_on": started,
        "authority": "Madeupshire", "person_ref": None,
    }  # fmt: skip
    return row | more


def drawn_rows(number: int, seed: int) -> list[dict[str, Any]]:
    """Rows of several clocks, some met, some dropped, some excepted, some still open."""
    random, rows = Random(seed), []
    for count in range(number):
        started = date(2025, 1, 1) + timedelta(days=random.randrange(500))
        met = started + timedelta(days=random.choice((30, 139, 140, 141, 200, 300)))
        fate = random.choice(("met", "met", "dropped", "open"))
        excepted = random.random() < 0.2
        row = clock_row(
            f"X{count}",
            started,
            limit=random.choice((42, 140)),
            clock=random.choice(("finalise_plan", "decide_whether_to_assess", "give_advice")),
            basis=random.choice(("law", "law", "guidance")),
            is_excepted=excepted,
            exception="absent_from_area" if excepted else None,
            team=random.choice(("North", "South", None)),
            subject=random.choice(("school", "health")),
            authority=random.choice(("Northshire", "Southshire")),
            stop_event=random.choice(("final_plan_sent", "assessment_agreed")) if fate == "met" else None,
        )
        rows.append(row | ({"stopped_on": met} if fate == "met" else {"dropped_on": met} if fate == "dropped" else {}))
    return rows


def judged(rows: list[dict[str, Any]], as_of: date) -> list[Observation]:
    """The rows as they stood on a day: what had not begun is not there, what had not happened yet is still open."""
    found = []
    for row in rows:
        if row["started_on"] <= as_of:
            seen = {
                name: row[name] if row[name] and row[name] <= as_of else None for name in ("stopped_on", "dropped_on")
            }
            event = row["stop_event"] if seen["stopped_on"] else None
            found.append(observe({**row, **seen, "stop_event": event}, as_of))
    return found
