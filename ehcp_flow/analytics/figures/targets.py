"""Figures against what was agreed: baseline, milestone, target, actual and colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import narwhals as nw

from ehcp_flow.analytics.brag import Brag, brag_columns, brag_rows, brag_words, rated
from ehcp_flow.analytics.figure_request import Definition, Entry, FigureRequest, Frames
from ehcp_flow.analytics.figure_table import Cell, Column, FigureTable
from ehcp_flow.analytics.kpi_frame import cohort, open_overdue
from ehcp_flow.analytics.periods import usual_windows
from ehcp_flow.analytics.proportions import percent, to_one_decimal

if TYPE_CHECKING:
    from ehcp_flow.analytics.target_settings import Target

GROUP = "Targets"

TARGETS = Definition(
    id="targets",
    group=GROUP,
    title="Targets: baseline, milestone, target and where we stand",
    meaning="Each figure for which the authority has set a target. Blue: the target is reached. Green: at or past "
    "the milestone that is due. Amber: short of it by no more than was agreed. Red: further short. White: no milestone "
    "is due yet, or there is nothing to take a share of.",
    numerator="as the figure of that name says",
    denominator="as the figure of that name says, over the time that the target names, up to the day",
    basis="local",
)
COLOURS_BY_THEME = Definition(
    id="targets_by_theme",
    group=GROUP,
    title="Targets by theme and colour",
    meaning="How many targets of each theme are blue, green, amber, red and white.",
    basis="local",
)
_COLUMNS = (
    Column("target_of", "Figure"),
    Column("theme", "Theme"),
    Column("baseline", "Baseline", "number"),
    Column("baseline_on", "of", "day"),
    Column("milestone", "Milestone", "number", "the last one whose day has come, or else the first one to come"),
    Column("milestone_by", "by", "day"),
    Column("target", "Target", "number"),
    Column("target_by", "by", "day"),
    Column("actual", "Actual", "number", "per cent, or plans for a target on those overdue"),
    Column("counted", "Of", "count", "what the share is of"),
    Column("brag", "BRAG"),
    Column("owner", "Owner"),
)
_NONE = "No targets are set: write yours as examples/targets.yaml shows, and let EHCP_TARGETS name the file."


@dataclass(frozen=True, slots=True)
class _Standing:
    """A target with what its figure is on the day; `counted` is what a share is of."""

    target: Target
    actual: float | None
    counted: int | None
    cases: tuple[str, ...]
    brag: Brag


def make_targets(frames: Frames, request: FigureRequest) -> FigureTable:
    """A row for each target, as it stands on the day of judgement, or on the period's last day if that is over."""
    day = min(request.last, request.as_of)
    found = _standings(frames, request, day)
    cases = {(each.target.title, "actual"): each.cases for each in found}
    notes = (
        "Law, guidance and local figures are never added together: each row stands for itself.",
        *_all_of_the_same(found),
    )
    return TARGETS.table(_says(found), _COLUMNS, tuple(_row(each, day) for each in found), cases=cases, notes=notes)


def make_colours_by_theme(frames: Frames, request: FigureRequest) -> FigureTable:
    """How many targets of each theme stand at each colour."""
    found = _standings(frames, request, min(request.last, request.as_of))
    rows = brag_rows((each.target.theme, each.brag) for each in found) if found else ()
    return COLOURS_BY_THEME.table(_says(found), brag_columns(), rows, has_total=bool(rows))


def _standings(frames: Frames, request: FigureRequest, day: date) -> list[_Standing]:
    targets: tuple[Target, ...] = frames.supplies["targets"]
    return [_standing(frames, target, day, request.as_of) for target in targets]


def _standing(frames: Frames, target: Target, day: date, as_of: date) -> _Standing:
    rule = frames.kpi(target.workflow, target.kpi)
    if target.measure == "overdue":
        open_ones = open_overdue(frames.observations, rule, as_of, target.workflow).select("case_ref").collect()
        refs = open_ones["case_ref"].to_list()
        actual: float | None = float(len(refs))
        counted = None
    else:
        found = cohort(frames.observations, rule, as_of, target.workflow)
        first = _first_day(target, day)
        within = found.filter(nw.col("cohort_on").is_between(first, day), nw.col("part").is_in(["in_time", "late"]))
        parts = within.select("case_ref", "part").collect()
        refs, in_time = parts["case_ref"].to_list(), parts["part"].to_list().count("in_time")
        actual, counted = percent(in_time, len(refs)), len(refs)
    agreed = target.agreed_for(day)
    brag = rated(
        _printed(actual), agreed.value if agreed else None, target.target.value, target.amber_within, target.better
    )
    return _Standing(target, _printed(actual), counted, tuple(sorted(set(refs))), brag)


def _printed(actual: float | None) -> float | None:
    """As it is printed: a share that reads 60.0 has reached 60."""
    return None if actual is None else to_one_decimal(actual)


def _first_day(target: Target, day: date) -> date:
    month, year_to_date, twelve_months, _ = usual_windows(day)
    return {"month": month, "year to date": year_to_date, "12 months": twelve_months}[target.over].first


def _row(each: _Standing, day: date) -> tuple[Cell, ...]:
    target = each.target
    milestone = target.agreed_for(day) or target.next_after(day) or target.target
    return (
        target.title,
        target.theme,
        *(target.baseline.value, target.baseline.day),
        *(milestone.value, milestone.day),
        *(target.target.value, target.target.day),
        *(each.actual, each.counted),
        each.brag.capitalize(),
        target.owner,
    )


def _says(found: Sequence[_Standing]) -> str:
    if not found:
        return _NONE
    red = [each.target.title for each in found if each.brag == "red"]
    number = f"{len(found)} target{'s' if len(found) > 1 else ''}"
    return f"{number}: {brag_words(each.brag for each in found)}." + (f" Red: {'; '.join(red)}." if red else "")


def _all_of_the_same(found: Sequence[_Standing]) -> tuple[str, ...]:
    """A share without its refusal rate or its backlog can be bettered by refusing more or by leaving old cases."""
    measures = {each.target.measure for each in found}
    if measures == {"percent"}:
        return ("No target here is on the plans overdue: a share can rise while they wait longer.",)
    return ()


ENTRIES = (
    Entry(TARGETS, make_targets, ("targets",)),
    Entry(COLOURS_BY_THEME, make_colours_by_theme, ("targets",)),
)
