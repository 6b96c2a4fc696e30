"""Clocks told by first and last events alone: one pass over the population, for all that needs no second look.

Most clocks have one start and one end. Where the order of a day, an end before the start, a second start or a revival
could matter, the clock is marked `is_unclear`, and `step_by_step` walks through its events instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw

from ehcp_flow.analytics.setwise.extremes import Extremes, Marked, any_of, starting
from ehcp_flow.analytics.setwise.places import UNKNOWN, day_of, differ, turn_of

if TYPE_CHECKING:
    from ehcp_flow.analytics.setwise.backend import Backend
    from ehcp_flow.analytics.setwise.law_in_numbers import Plan, Process

CLOCK = ("case_ref", "subject", "rule", "started", "stopped_place", "dropped_place", "is_unclear")
STANDING = ("last_move", "opened")
"""Beside every clock: the last event that led its case to a state, and the first day."""


@dataclass(frozen=True, slots=True)
class _Story:
    """The places that tell a clock's story, as columns; None where the rule knows no such event."""

    start: nw.Expr
    last_start: nw.Expr
    stop: nw.Expr
    stop_mirrored: nw.Expr | None
    drop: nw.Expr | None
    last_drop: nw.Expr | None
    last_revival: nw.Expr | None


@dataclass(frozen=True, slots=True)
class Glance:
    """What first and last events tell of one process: a row for each case, and frames of clocks."""

    cases: nw.LazyFrame[Any]
    clocks: tuple[nw.LazyFrame[Any], ...]


def glance(process: Process, events: nw.LazyFrame[Any], backend: Backend) -> Glance:
    """The cases of one process (`case_ref`, `STANDING`, `is_state_unclear`) and its clocks (`CLOCK` and `STANDING`)."""
    mine = events.filter(nw.col("workflow") == process.name)
    of_cases = Extremes("case")
    plain = [(plan, _asked(of_cases, of_cases, plan)) for plan in process.plans if not plan.each]
    by_detail = {plan.each: Extremes(plan.each) for plan in process.plans if plan.each}
    split = [(plan, _asked(by_detail[plan.each], of_cases, plan)) for plan in process.plans if plan.each]
    arisen = {plan.number: of_cases.of(Marked(plan.arises), "first") for plan in process.plans}
    cases = backend.hold(standing(process, of_cases, mine))
    alone = cases.with_columns(subject=nw.lit(""))
    clocks = [_clocks(plan, story, arisen[plan.number], alone) for plan, story in plain]
    for detail, extremes in by_detail.items():
        told = mine.filter(~nw.col(detail).is_null()).with_columns(subject=nw.col(detail))
        subjects = backend.hold(extremes.by(["case_ref", "subject"], told).join(cases, on="case_ref"))
        clocks += [_clocks(plan, story, arisen[plan.number], subjects) for plan, story in split if plan.each == detail]
    return Glance(cases.select("case_ref", *STANDING, "is_state_unclear"), tuple(clocks))


def standing(process: Process, extremes: Extremes, events: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """A row for each case: everything asked of `extremes`, and `STANDING`."""
    moving = Marked(tuple(process.moves_to))
    anything = Marked((*process.codes.values(), UNKNOWN))
    facts = Marked(tuple(code for code in anything.codes if code not in process.claims))
    last, mirrored = extremes.of(moving, "last"), extremes.of(moving, "mirrored_last")
    first, any_first = extremes.of(facts, "first"), extremes.of(anything, "first")
    assert last is not None and mirrored is not None and first is not None and any_first is not None  # noqa: PT018, S101
    return extremes.by(["case_ref"], events).with_columns(
        last_move=last,
        is_state_unclear=differ(last, mirrored).fill_null(False),
        opened=day_of(nw.coalesce(first, any_first)),
    )


def odd_cases(process: Process, events: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Cases that only the engine understands: an event says not for whom it is, or says so where all are meant."""
    odd = [turn_of(nw.col("place")) != nw.col("turn")]
    for plan in process.plans:
        if plan.each:
            says = nw.col(plan.each).fill_null("") != ""
            odd.append(~says & nw.col("code").is_in([*plan.starts, *plan.stops, *plan.revives]))
            odd.append(~nw.col(plan.each).is_null() & nw.col("code").is_in([*plan.drops]))
    return events.filter(nw.col("workflow") == process.name).filter(any_of(odd)).select("case_ref")


def _asked(own: Extremes, of_case: Extremes, plan: Plan) -> _Story:
    """Ask for what tells a clock's story; its drops are the whole case's, whatever the clock is for."""
    starts, stops, drops = starting(plan), Marked(plan.stops), Marked(plan.drops)
    start, last_start, stop = own.of(starts, "first"), own.of(starts, "last"), own.of(stops, "first")
    assert start is not None and last_start is not None and stop is not None  # noqa: PT018, S101 the law asks for both
    return _Story(
        start=last_start if plan.restarts else start,
        last_start=last_start,
        stop=stop,
        stop_mirrored=own.of(stops, "mirrored_first") if len(plan.stops) > 1 else None,
        drop=of_case.of(drops, "first"),
        last_drop=of_case.of(drops, "last") if plan.restarts else None,
        last_revival=own.of(Marked(plan.revives), "last"),
    )


def _clocks(plan: Plan, story: _Story, arisen: nw.Expr | None, groups: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """The clocks of one rule, from the row of each case (or of each case and provider)."""
    started = groups.filter(~story.start.is_null())
    if arisen is not None:
        started = started.filter(~arisen.is_null())
    drop = _drop_of_the_last_start(story) if plan.restarts else story.drop
    return started.select(
        "case_ref",
        "subject",
        *STANDING,
        rule=nw.lit(plan.number).cast(nw.Int64),
        started=day_of(story.start),
        stopped_place=story.stop if drop is None else nw.when(_comes_first(story.stop, drop)).then(story.stop),
        dropped_place=_NOTHING if drop is None else nw.when(_comes_first(drop, story.stop)).then(drop),
        is_unclear=_unclear(plan, story, drop),
    )


_NOTHING = nw.lit(None).cast(nw.Int64)


def _comes_first(event: nw.Expr, other: nw.Expr) -> nw.Expr:
    return ~event.is_null() & (other.is_null() | (event < other))


def _drop_of_the_last_start(story: _Story) -> nw.Expr | None:
    """Under `restart` a new start undoes an earlier drop, so only one after the last start counts."""
    if story.drop is None or story.last_drop is None:
        return None
    later = nw.when(day_of(story.last_drop) > day_of(story.start)).then(story.last_drop)
    return nw.when(day_of(story.drop) > day_of(story.start)).then(story.drop).otherwise(later)


def _unclear(plan: Plan, story: _Story, drop: nw.Expr | None) -> nw.Expr:
    """Whether first and last events are not enough."""
    start = day_of(story.start)
    end = story.stop if drop is None else nw.min_horizontal(story.stop, drop)
    doubts: list[nw.Expr | None] = [day_of(story.stop) <= start]
    if story.stop_mirrored is not None:
        doubts.append(differ(story.stop, story.stop_mirrored))
    if drop is not None:
        doubts.append(day_of(story.stop) == day_of(drop))
    if plan.restarts and story.drop is not None and story.last_drop is not None:
        doubts.append(day_of(story.last_drop) == start)
        doubts.append((day_of(story.drop) <= start) & (day_of(story.last_drop) > start))
    elif drop is not None:
        doubts.append(day_of(drop) <= start)
        doubts.append((drop <= end) & (day_of(story.last_start) >= day_of(drop)))
    if story.last_revival is not None:
        doubts.append(day_of(story.last_revival) >= day_of(end))
    return any_of(doubts)
