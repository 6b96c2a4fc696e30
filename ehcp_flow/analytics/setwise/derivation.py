"""Every clock of a whole population on a day, as far as was known at a moment: the engine's work, set-wise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import narwhals as nw

from ehcp_flow.analytics.setwise.at_a_glance import STANDING, glance, odd_cases
from ehcp_flow.analytics.setwise.claimed import claims, has_lengths_in_months, taken, two_on_one_day
from ehcp_flow.analytics.setwise.dated import columns_of, named, observed, span_of, standing_named, with_due_dates
from ehcp_flow.analytics.setwise.law_in_numbers import Process, needed_details, processes
from ehcp_flow.analytics.setwise.lawful_order import out_of_order
from ehcp_flow.analytics.setwise.places import UNKNOWN, day_number, day_of, mirrored, place
from ehcp_flow.analytics.setwise.seen import beyond_us, corrections, known_by, seen
from ehcp_flow.analytics.setwise.step_by_step import Stand, answered_at_once, touches, walked

if TYPE_CHECKING:
    from ehcp_flow.analytics.setwise.backend import Backend
    from ehcp_flow.engine.working_days import Calendar
    from ehcp_flow.law.workflow import Workflow

Frame = nw.LazyFrame[Any]
Law = tuple[Process, ...]


@dataclass(frozen=True, slots=True)
class DerivedFrames:
    """Clocks as observations, without the facts of the case; where each case stands (`case_ref, state, is_ended,
    opened_on`); and the cases (`case_ref`) only the engine can tell.
    """

    clocks: Frame
    standings: Frame
    for_the_engine: Frame


def derive_all(
    entries: Frame,
    workflows: Iterable[Workflow],
    calendar: Calendar,
    backend: Backend,
    as_of: date,
    known_at: datetime | None = None,
) -> DerivedFrames:
    """Every clock that had started by `as_of`, as recorded by `known_at`, judged for `as_of`.

    `entries` are all journals: `case_ref, workflow, seq, event, happened_on, recorded_at, corrects`, and each detail
    of `needed_details(workflows)` as text, which may be left out where nobody says it. Cases in `for_the_engine` have
    no clocks in the result.
    """
    chosen = tuple(workflows)
    law, details = processes(chosen), needed_details(chosen)
    known = known_by(_with_all(details, entries), known_at)
    corrected = backend.hold(corrections(known))
    events = backend.hold(placed(seen(known, corrected, as_of, details), law, backend))
    span = span_of(events)
    glances = [glance(each, events, backend) for each in law]
    # Each rule's clocks first by themselves: as one query, DuckDB takes ten times as long.
    told = backend.hold(nw.concat([backend.hold(frame) for each in glances for frame in each.clocks]))
    cases = backend.hold(nw.concat([each.cases for each in glances]))
    unclear = told.filter("is_unclear").select("case_ref", "rule")
    steps = backend.hold(touches(events, unclear, law, backend))
    walk = backend.hold(walked(steps, law, backend))
    claimed = backend.hold(claims(events, law))
    beyond = [
        beyond_us(corrected),
        *(odd_cases(each, events) for each in law),
        answered_at_once(steps),
        walk.filter(nw.col("stand") == Stand.BEYOND_US).select("case_ref"),
        _disordered(events, told, cases, claimed, law, backend),
        *([claimed.select("case_ref")] if has_lengths_in_months(law) else []),
    ]
    for_the_engine = backend.hold(nw.concat(beyond).unique())
    clear = nw.concat([_clear(told), _untangled(walk, told)]).join(for_the_engine, on="case_ref", how="anti")
    due = backend.hold(with_due_dates(clear, law, span, calendar, backend))
    excepted = taken(claimed, due, events, law, backend)
    clocks = due.join(excepted, on=["case_ref", "rule", "subject"], how="left")
    lifted = clocks.with_columns(is_excepted=~nw.col("exception").is_null())
    stood = cases.join(for_the_engine, on="case_ref", how="anti")
    return DerivedFrames(
        clocks=observed(named(lifted, law, span, backend), as_of),
        standings=standing_named(stood, law, span, backend),
        for_the_engine=for_the_engine,
    )


def _with_all(details: Iterable[str], entries: Frame) -> Frame:
    there = set(entries.collect_schema().names())
    missing = [name for name in details if name not in there]
    return entries.with_columns(**{name: nw.lit(None).cast(nw.String) for name in missing}) if missing else entries


def placed(events: Frame, law: Iterable[Process], backend: Backend) -> Frame:
    """Events with the code of their name and their place in their case."""
    rows = [(each.name, name, code) for each in law for name, code in each.codes.items()]
    names = backend.table(columns_of(("workflow", "event", "code"), rows))
    coded = events.join(names, on=["workflow", "event"], how="left")
    there = coded.with_columns(code=nw.col("code").fill_null(UNKNOWN).cast(nw.Int64)).drop("event")
    at = place(day_number(nw.col("happened_on")), nw.col("turn"), nw.col("code"))
    return there.with_columns(place=at).with_columns(mirrored=mirrored(nw.col("place"))).drop("happened_on")


_PLACED = ("case_ref", "rule", "subject", "last_move", "opened", "started", "stopped_place", "dropped")


def _clear(told: Frame) -> Frame:
    """Clocks of which first and last events told everything."""
    return told.filter(~nw.col("is_unclear")).with_columns(dropped=day_of(nw.col("dropped_place"))).select(*_PLACED)


def _untangled(walk: Frame, told: Frame) -> Frame:
    """Clocks whose events were walked through, with what was told of their cases."""
    standing = told.filter("is_unclear").select("case_ref", "rule", "subject", *STANDING)
    found = walk.join(standing, on=["case_ref", "rule", "subject"])
    stand, ended = nw.col("stand"), nw.col("ended")
    return found.with_columns(
        started=day_of(nw.col("started")),
        stopped_place=nw.when(stand == Stand.STOPPED).then(ended),
        dropped=nw.when(stand == Stand.DROPPED).then(day_of(ended)),
    ).select(*_PLACED)


def _disordered(events: Frame, told: Frame, cases: Frame, claimed: Frame, law: Law, backend: Backend) -> Frame:
    """Cases in which the order of a day matters and the engine would change it."""
    unclear, stands = told.filter("is_unclear").select("case_ref"), cases.filter("is_state_unclear").select("case_ref")
    asked = nw.concat([unclear, stands, two_on_one_day(claimed)]).unique()
    return out_of_order(events.join(asked, on="case_ref", how="semi"), law, backend)
