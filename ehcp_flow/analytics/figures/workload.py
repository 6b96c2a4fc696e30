"""Caseload for each officer, from the caseloads that are reckoned elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ehcp_flow.analytics.figure_request import Definition, Entry, FigureRequest, Frames
from ehcp_flow.analytics.figure_table import Cell, Chart, Column, FigureTable
from ehcp_flow.analytics.wording import said_count

if TYPE_CHECKING:
    from ehcp_flow.analytics.caseload import Caseloads, Load

CASELOAD = Definition(
    id="caseload",
    group="Workload",
    title="Caseload for each officer",
    meaning="Open cases of each officer, weighted by where they stand, against what somebody with their days a week "
    "can carry. Weights are the authority's own.",
    numerator="the weight of an officer's open cases",
    denominator="the full caseload for their days a week",
    left_out="cases that have ended",
    basis="local",
)
_COLUMNS = (
    Column("officer", "Officer"),
    Column("team", "Team"),
    Column("cases", "Open cases", "number"),
    Column("weight", "Weight", "number"),
    Column("capacity", "Can carry", "number"),
    Column("share", "%", "percent"),
    Column("overdue", "Overdue", "number", "limits in law past their day"),
    Column("due_soon", "Due soon", "number", "limits in law that end within a week"),
)


def make_caseload(frames: Frames, request: FigureRequest) -> FigureTable:
    """A row for each officer, then what nobody holds."""
    loads: Caseloads = frames.supplies["caseloads"]
    if request.officer:
        loads = loads.of_officer(request.officer)
    rows = [
        (each.worker.name, each.worker.team, *_load(each.load, float(each.capacity), each.percent))
        for each in loads.officers
    ]
    rows += [(each.officer or "nobody", each.team, *_load(each.load, None, None)) for each in loads.unassigned]
    chart = Chart(
        "bars", "officer", ("share",), target=100.0, says="Caseload of each officer against what they can carry."
    )
    return CASELOAD.table(_message(loads), _COLUMNS, tuple(rows), chart=chart)


def _load(load: Load, capacity: float | None, share: int | None) -> tuple[Cell, ...]:
    return (
        load.cases,
        float(load.weight),
        capacity,
        None if share is None else float(share),
        load.overdue,
        load.due_soon,
    )


def _message(loads: Caseloads) -> str:
    officers = list(loads.officers)
    if not officers:
        return "There are no officers: add them with `ehcp users`."
    over = sum(each.is_over for each in officers)
    says = f"{over:,} of {said_count(len(officers), 'officer', 'officers')} hold more than they can carry"
    held = sum(each.load.cases for each in loads.unassigned)
    return f"{says}; {said_count(held, 'open case is', 'open cases are')} with nobody."


ENTRIES = (Entry(CASELOAD, make_caseload, needs=("caseloads",)),)
