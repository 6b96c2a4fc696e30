"""Children who need looking at apart: looked after, and those with a flag that the authority has set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import narwhals as nw

from ehcp_flow.analytics.counting import rows_of, within
from ehcp_flow.analytics.figure_request import Definition, Entry, FigureRequest, Frames
from ehcp_flow.analytics.figure_table import Cell, Column, FigureTable
from ehcp_flow.analytics.kpi_frame import cohort
from ehcp_flow.analytics.periods import Period
from ehcp_flow.analytics.tally import Tally, share_cells, share_columns
from ehcp_flow.analytics.wording import said_percent

GROUP = "Children"
LOOKED_AFTER = "Looked after"
OTHERS = "All others"

VULNERABLE = Definition(
    id="vulnerable_groups",
    group=GROUP,
    title="Looked-after and other children apart",
    meaning="The figures of plans and reviews for looked-after children and for each flag that the authority sets on "
    "a child or young person, beside those of all others. One child may be in several rows.",
    numerator="plans issued, plans due, and reviews due that were in time",
    denominator="plans issued in the period; plans and reviews whose limit ended in it",
    left_out="as in the figures of the workflow files; exceptions are counted like all others",
    source="our own",
)
_FIGURES = {
    "issued": ("needs_assessment", "plans_within_20_weeks_all"),
    "due": ("needs_assessment", "plans_due_within_20_weeks"),
    "review": ("annual_review", "reviews_within_12_months"),
}


def make_vulnerable(frames: Frames, request: FigureRequest) -> FigureTable:
    """A row for each group."""
    tally, groups = Tally(), {ref: tuple(_groups(*facts)) for ref, *facts in _people(frames)}
    period = Period("", request.first, request.last)
    for name, (workflow, kpi) in _FIGURES.items():
        found = cohort(frames.observations, frames.kpi(workflow, kpi), request.as_of, workflow)
        for _, ref, part in within(found, "cohort_on", period, "case_ref", "part"):
            for group in groups.get(ref, (OTHERS,)) if part in ("in_time", "late") else ():
                tally.add(group, f"{name}_of", ref)
                tally.add(group, f"{name}_{part}", ref)
    _add_overdue(tally, frames, groups, request)
    flags = sorted(str(row) for row in tally.rows - {LOOKED_AFTER, OTHERS})
    rows = tuple((label, *_cells(tally, label)) for label in (LOOKED_AFTER, *flags, OTHERS))
    notes = () if flags else ("No child or young person has a flag: only looked-after children can be shown apart.",)
    return VULNERABLE.table(_message(rows), _COLUMNS, rows, cases=tally.cases(), notes=notes)


def _people(frames: Frames) -> Iterator[tuple[Any, ...]]:
    return rows_of(frames.cases, "case_ref", "looked_after", "flags")


def _groups(looked_after: object, flags: str | None) -> Iterator[str]:
    if looked_after:
        yield LOOKED_AFTER
    for flag in (flags or "").split():
        yield f"Flag: {flag.replace('_', ' ')}"
    if not looked_after and not flags:
        yield OTHERS


def _add_overdue(tally: Tally, frames: Frames, groups: dict[str, tuple[str, ...]], request: FigureRequest) -> None:
    is_open = nw.col("stopped_on").is_null() & nw.col("dropped_on").is_null() & ~nw.col("in_ended_case")
    plans = frames.observations.filter(nw.col("clock") == "finalise_plan", nw.col("workflow") == "needs_assessment")
    for (ref,) in rows_of(plans.filter(is_open, nw.col("due_on") < request.as_of), "case_ref"):
        for group in groups.get(ref, (OTHERS,)):
            tally.add(group, "overdue", ref)


def _share(name: str, in_time: str, of: str, title: str) -> tuple[Column, ...]:
    return share_columns(name, Column(f"{name}_in_time", in_time, "count"), Column(f"{name}_of", of, "count"), title)


_COLUMNS = (
    Column("group", "Group"),
    *_share("issued", "Issued in time", "Issued", "% of issued"),
    *_share("due", "Due and in time", "Due", "% of due"),
    Column("overdue", "Plans overdue", "count", "open past their 20 weeks on the day"),
    *_share("review", "Reviews in time", "Reviews due", "% of reviews"),
)


def _cells(tally: Tally, row: Cell) -> tuple[Cell, ...]:
    def share(name: str) -> tuple[Cell, ...]:
        return share_cells(tally.count(row, f"{name}_in_time"), tally.count(row, f"{name}_of"))

    return (*share("issued"), *share("due"), tally.count(row, "overdue"), *share("review"))


def _message(rows: tuple[tuple[Cell, ...], ...]) -> str:
    looked_after, others = rows[0], rows[-1]
    if not looked_after[7]:
        return "No plan of a looked-after child fell due in the period."
    theirs = f"{said_percent(looked_after[8])} of the plans due for looked-after children were issued in time"
    return f"{theirs} ({looked_after[6]:,} of {looked_after[7]:,}), {said_percent(others[8])} of those of all others."


ENTRIES = (Entry(VULNERABLE, make_vulnerable),)
