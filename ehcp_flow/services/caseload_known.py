"""Caseloads from frames, and so as they were known at any moment; the same as `caseload` counts for now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ehcp_flow.analytics.caseload import Caseloads, Holding, Pressing
from ehcp_flow.engine.count import days_on
from ehcp_flow.services.caseload import LAW, caseloads_of
from ehcp_flow.services.list_work import SOON
from ehcp_flow.storage import people

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from ehcp_flow.analytics.figure_request import Frames
    from ehcp_flow.services.office import Office


def caseloads_known(office: Office, as_of: date, frames: Frames, team: str | None = None) -> Caseloads:
    """Who carried how much on a day, as the frames say; with `team`, its officers (see `caseload`)."""
    found = caseloads_of(office, as_of, _holdings(frames), _pressing(frames, as_of))
    if team is None:
        return found
    with office.database.read() as connection:
        return found.of_team(team, people.teams(connection))


def _holdings(frames: Frames) -> list[Holding]:
    import polars as pl

    cases: pl.DataFrame = frames.cases.collect().to_native()
    counted = cases.filter(~pl.col("is_ended")).group_by("officer", "team", "workflow", "state").len()
    return [
        Holding(officer, team, (workflow, state), number)
        for officer, team, workflow, state, number in counted.sort(pl.all()).iter_rows()
    ]


def _pressing(frames: Frames, as_of: date) -> list[Pressing]:
    """Open limits of law in open cases that are overdue, or will be soon."""
    import polars as pl

    rows: pl.DataFrame = frames.observations.collect().to_native()
    until = days_on(as_of, SOON)
    is_open = (pl.col("kind") == "limit") & pl.col("stopped_on").is_null() & pl.col("dropped_on").is_null()
    counts = ~pl.col("is_excepted") & ~pl.col("in_ended_case") & (pl.col("basis") == LAW)
    due = pl.col("due_on")
    found = (
        rows.filter(is_open & counts & (due <= until))
        .group_by("officer", "team")
        .agg((due < as_of).sum().alias("overdue"), (due >= as_of).sum().alias("soon"))
    )
    return [Pressing(*row) for row in found.sort(pl.all()).iter_rows()]
