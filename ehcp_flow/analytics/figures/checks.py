"""What could make the 20-week figure look better than it is, beside what would show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import narwhals as nw

from ehcp_flow.analytics.figure_request import Definition, Entry, FigureRequest, Frames
from ehcp_flow.analytics.figure_table import Cell, Column, FigureTable
from ehcp_flow.analytics.figures.order import GROUP
from ehcp_flow.analytics.journeys import Journey, journeys_in, waiting_in
from ehcp_flow.analytics.periods import Period
from ehcp_flow.analytics.tally import share_cells, share_columns
from ehcp_flow.analytics.waiting_settings import ISSUED
from ehcp_flow.analytics.wording import said_percent
from ehcp_flow.engine.count import days_between, last_day

if TYPE_CHECKING:
    from ehcp_flow.analytics.waiting_settings import WaitingSettings

CHECKS = Definition(
    id="timeliness_checks",
    group=GROUP,
    title="What could flatter the 20-week figure",
    meaning="Each row is a way in which a share in time can rise without families waiting less. None is a proof of "
    "anything: each opens down to its cases.",
    numerator="as each row says",
    denominator="as each row says",
    basis="local",
)
CORRECTIONS = Definition(
    id="receipt_corrections",
    group=GROUP,
    title="Dates of receipt that were corrected",
    meaning="Requests whose date of receipt was corrected in the period, with what it was first, what it is now and "
    "whether the plan is in time only by the correction. A later date gives the authority more time.",
    numerator="requests whose date of receipt was corrected in the period",
    basis="local",
)
ADVICE = Definition(
    id="issued_without_advice",
    group=GROUP,
    title="Plans issued while advice was still owed",
    meaning="Of the plans issued in the period, for how many each provider had been asked and had not answered. The "
    "regulations ask for all advice before a plan is written.",
    numerator="plans issued while the provider's advice was owed",
    denominator="plans issued in the period for which the provider had been asked",
)


@dataclass(frozen=True, slots=True)
class _Moved:
    """A date of receipt that was corrected: what it was first and is now, and on which day it was corrected."""

    journey: Journey
    first: date
    now: date
    corrected_on: date

    @property
    def days(self) -> int:
        """How many days later it is now; negative if earlier."""
        return days_between(self.first, self.now)


def make_corrections(frames: Frames, request: FigureRequest) -> FigureTable:
    """A row for each correction, the largest first."""
    moved = _corrections(frames, Period("", request.first, request.last))
    rows = tuple(
        (each.journey.case_ref, each.first, each.now, each.days, each.corrected_on, _effect(each, frames))
        for each in sorted(moved, key=lambda each: (-each.days, each.journey.case_ref))
    )
    columns = (
        Column("case", "Case", "case"),
        Column("first", "First recorded as", "day"),
        Column("now", "Now", "day"),
        Column("days", "Days later", "days", "negative: the authority has less time than before"),
        Column("corrected_on", "Corrected on", "day"),
        Column("effect", "Effect on the plan"),
    )
    later = sum(each.days > 0 for each in moved)
    says = (
        f"{len(rows):,} dates of receipt were corrected, {later:,} of them to a later day."
        if rows
        else "No date of receipt was corrected."
    )
    return CORRECTIONS.table(says, columns, rows)


def _corrections(frames: Frames, period: Period) -> list[_Moved]:
    waiting = waiting_in(frames)
    starts = frames.workflows[waiting.process].clocks[waiting.clock].starts_on
    of = frames.events.filter(
        nw.col("workflow") == waiting.process,
        nw.col("event").is_in(list(starts)),
        nw.col("first_happened_on") != nw.col("happened_on"),
    )
    known = {each.case_ref: each for each in journeys_in(frames)}
    rows = of.select("case_ref", "first_happened_on", "happened_on", "recorded_at").collect().iter_rows()
    found = [
        _Moved(known[ref], first, now, recorded_at.date()) for ref, first, now, recorded_at in rows if ref in known
    ]
    return [each for each in found if period.has(each.corrected_on)]


def _effect(each: _Moved, frames: Frames) -> str:
    waiting = waiting_in(frames)
    was_due, done = last_day(each.first, waiting.limit, waiting.counting), each.journey.ended_on
    if each.journey.end != ISSUED or done is None:
        return "still open" if done is None else "ended without a plan"
    late_before, late_now = done > was_due, done > each.journey.due_on
    if late_before == late_now:
        return "none: late" if late_now else "none: in time"
    return "in time only by the correction" if late_before else "late only by the correction"


def make_advice(frames: Frames, request: FigureRequest) -> FigureTable:
    """A row for each provider, and one for any of them."""
    period = Period("", request.first, min(request.last, request.as_of))
    issued = [each for each in journeys_in(frames) if each.end == ISSUED and period.has(each.ended_on)]
    owed, asked = defaultdict(list), defaultdict(list)
    for each in issued:
        for provider in {one.provider for one in each.asked}:
            asked[provider].append(each)
        for provider in _missing(each):
            owed[provider].append(each)
    rows = [
        (_named(provider), *share_cells(len(owed[provider]), len(asked[provider])))
        for provider in sorted(asked, key=_named)
    ]
    cases = {(_named(name), "owed"): _refs(found) for name, found in owed.items()}
    missing = [each for each in issued if _missing(each)]
    cases |= {(_ANY, "owed"): _refs(missing), (_ANY, "of"): _refs(issued)}
    rows += [(_ANY, *share_cells(len(missing), len(issued)))] if issued else []
    columns = (
        Column("provider", "Provider"),
        *share_columns("owed", Column("owed", "Owed", "count"), Column("of", "Issued", "count"), "%"),
    )
    says = (
        f"{len(missing):,} of {len(issued):,} plans were issued while some advice was still owed."
        if issued
        else "No plan was issued in the period."
    )
    return ADVICE.table(says, columns, tuple(rows), cases=cases)


_ANY = "Any provider"


def _named(provider: str) -> str:
    return provider.replace("_", " ").capitalize() or "Not said"


def _missing(each: Journey) -> tuple[str, ...]:
    return each.owed_on(each.ended_on) if each.ended_on else ()


def make_checks(frames: Frames, request: FigureRequest) -> FigureTable:
    """A row for each way, for the period; open cases as they stand on the day of judgement."""
    period = Period("", request.first, min(request.last, request.as_of))
    rows: list[tuple[Cell, ...]] = []
    cases: dict[tuple[str, str], tuple[str, ...]] = {}
    for label, counted, of, why in _checks(frames, period, request.as_of):
        rows.append((label, *share_cells(len(counted), len(of)), why))
        cases |= {(label, "counted"): _refs(counted), (label, "of"): _refs(of)}
    columns = (
        Column("check", "Check"),
        *share_columns("counted", Column("counted", "Counted", "count"), Column("of", "Of", "count"), "%"),
        Column("why", "Why it matters"),
    )
    return CHECKS.table(_checks_say(rows), columns, tuple(rows), cases=cases)


_Check = tuple[str, Sequence[Journey], Sequence[Journey], str]


def _checks(frames: Frames, period: Period, as_of: date) -> Iterable[_Check]:
    found, waiting = journeys_in(frames), waiting_in(frames)
    issued = [each for each in found if each.end == ISSUED and period.has(each.ended_on)]
    requested = [each for each in found if period.has(each.started_on)]
    still_open = [each for each in found if each.is_open]
    moved = _corrections(frames, period)
    late_before = [each.journey for each in moved if _effect(each, frames) == "in time only by the correction"]
    excepted = [each for each in issued if each.is_excepted]
    yield "Plans issued with an exception", excepted, issued, "they leave the DfE's headline figure"
    refused = _refused_states(frames, waiting)
    yield (
        "Requests refused an assessment",
        [each for each in requested if any(state in refused for _, state in each.stages)],
        requested,
        "fewer assessments are easier to finish in time; what was refused may come back by appeal",
    )
    yield (
        "Dates of receipt moved later",
        [e.journey for e in moved if e.days > 0],
        requested,
        "a later start gives a later limit",
    )
    yield "In time only by a moved date", late_before, issued, "without the correction these plans were late"
    yield (
        "Issued while advice was owed",
        [each for each in issued if _missing(each)],
        issued,
        "a plan sent early may be an empty one",
    )
    held = [each for each in still_open if each.ready_on]
    yield "Open, plan agreed, not sent", held, still_open, "a plan that is never sent is in no figure of plans issued"
    overdue = [each for each in held if each.is_overdue_on(as_of)]
    yield "Of these, past their limit", overdue, held, "left for later, they would lower the figure when sent"


def _refused_states(frames: Frames, waiting: WaitingSettings) -> set[str]:
    """The states in which a case ends when an assessment is refused, by the settings' end of that name."""
    workflow = frames.workflows[waiting.process]
    events = waiting.ends["refused"].events if "refused" in waiting.ends else ()
    led_to = {workflow.events[name].to or "" for name in events if name in workflow.events}
    return {state for state in led_to if state in workflow.states and workflow.states[state].ended}


def _checks_say(rows: Sequence[tuple[Cell, ...]]) -> str:
    told = {str(row[0]): row for row in rows}
    with_exception, refused, held = (
        told[name]
        for name in ("Plans issued with an exception", "Requests refused an assessment", "Open, plan agreed, not sent")
    )
    return (
        f"{said_percent(with_exception[3])} of plans issued had an exception, {said_percent(refused[3])} of requests "
        f"were refused, and {held[1]:,} agreed plans have not been sent."
    )


def _refs(found: Iterable[Journey]) -> tuple[str, ...]:
    return tuple(sorted(each.case_ref for each in found))


ENTRIES = (
    Entry(CHECKS, make_checks, ("waiting",)),
    Entry(CORRECTIONS, make_corrections, ("waiting",)),
    Entry(ADVICE, make_advice, ("waiting",)),
)
