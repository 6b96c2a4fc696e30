"""From numbers to what people read: due dates, names of clocks, events and states, and the outcome on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import narwhals as nw

from ehcp_flow.analytics.setwise.judging import judged
from ehcp_flow.analytics.setwise.law_in_numbers import day_table, due_table
from ehcp_flow.analytics.setwise.places import PER_DAY, code_of, day_of
from ehcp_flow.law.event_rule import NOT_STARTED

if TYPE_CHECKING:
    from ehcp_flow.analytics.setwise.backend import Backend
    from ehcp_flow.analytics.setwise.law_in_numbers import Process
    from ehcp_flow.engine.working_days import Calendar

Frame = nw.LazyFrame[Any]
Span = tuple[int, int]
"""The first and the last day of a population's events, on which every other day of its clocks but a due date lies."""

COLUMNS = (
    "case_ref",
    "workflow",
    "clock",
    "subject",
    "basis",
    "opened_on",
    "started_on",
    "due_on",
    "stopped_on",
    "dropped_on",
    "is_excepted",
    "exception",
    "days_taken",
    "days_late",
    "outcome",
    "state",
    "stop_event",
    "period",
    "kind",
    "in_ended_case",
)
"""The columns of an observation that follow from the journal alone, in their order."""


def with_due_dates(clocks: Frame, law: Sequence[Process], span: Span, calendar: Calendar, backend: Backend) -> Frame:
    """Clocks with `started_on`, `due` and `due_on`."""
    plans = [plan for each in law for plan in each.plans]
    first, last = span
    # No small table may be empty, so it reaches at least the first day some law is said for.
    table = due_table(plans, first, max(last, plans[0].first_day), calendar)
    return clocks.join(backend.table(table), on=["rule", "started"])


def named(clocks: Frame, law: Sequence[Process], span: Span, backend: Backend) -> Frame:
    """Clocks with names in the place of numbers, and their other days as dates."""
    rules = backend.table(columns_of(("rule", "workflow", "clock", "kind", "basis"), _rules(law)))
    events = backend.table(columns_of(("stop_code", "stop_event"), _names(law)))
    states = backend.table(columns_of(("move_code", "state", "in_ended_case"), _states(law)))
    numbered = clocks.with_columns(
        stopped=day_of(nw.col("stopped_place")),
        stop_code=code_of(nw.col("stopped_place")),
        move_code=code_of(nw.col("last_move")),
    ).with_columns(ended=nw.coalesce("stopped", "dropped"))
    found = numbered.join(rules, on="rule").join(events, on="stop_code", how="left")
    found = found.join(states, on="move_code", how="left")
    days = backend.table(day_table(*span))
    for name in ("ended", "opened"):
        found = found.join(days.rename({"day": name, "day_on": f"{name}_on"}), on=name, how="left")
    return found.with_columns(
        state=nw.col("state").fill_null(NOT_STARTED),
        in_ended_case=nw.col("in_ended_case").fill_null(False),
        stopped_on=nw.when(~nw.col("stopped").is_null()).then(nw.col("ended_on")),
        dropped_on=nw.when(~nw.col("dropped").is_null()).then(nw.col("ended_on")),
        basis=_basis(law),
        subject=nw.when(nw.col("subject") != "").then(nw.col("subject")),
        period=nw.lit(1).cast(nw.Int64),
    )


def standing_named(cases: Frame, law: Sequence[Process], span: Span, backend: Backend) -> Frame:
    """`case_ref, state, is_ended, opened_on` of cases with their last move and first day."""
    states = backend.table(columns_of(("move_code", "state", "is_ended"), _states(law)))
    days = backend.table(day_table(*span))
    moved = cases.with_columns(move_code=code_of(nw.col("last_move"))).join(states, on="move_code", how="left")
    found = moved.join(days.rename({"day": "opened", "day_on": "opened_on"}), on="opened")
    state, is_ended = nw.col("state").fill_null(NOT_STARTED), nw.col("is_ended").fill_null(False)
    return found.select("case_ref", "opened_on", state=state, is_ended=is_ended)


def observed(clocks: Frame, as_of: date) -> Frame:
    """The columns of an observation on `as_of`."""
    return judged(clocks, as_of).select(*COLUMNS)


def span_of(events: Frame) -> Span:
    """The days of the first and the last of some events; day 1 where there are none."""
    ends = events.select(first=nw.col("place").min(), last=nw.col("place").max()).collect("pyarrow")
    first, last = (each[0] for each in ends.to_dict(as_series=False).values())
    return (1, 1) if first is None else (first // PER_DAY, last // PER_DAY)


def columns_of(names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> dict[str, list[Any]]:
    """Rows as columns."""
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def _rules(law: Sequence[Process]) -> Iterator[tuple[Any, ...]]:
    for each in law:
        for plan in each.plans:
            yield plan.number, each.name, plan.rule.id, plan.rule.kind, plan.rule.basis


def _names(law: Sequence[Process]) -> Iterator[tuple[Any, ...]]:
    yield from ((code, name) for each in law for name, code in each.codes.items())


def _states(law: Sequence[Process]) -> Iterator[tuple[Any, ...]]:
    for each in law:
        for code, state in each.moves_to.items():
            yield code, state, each.workflow.states[state].ended


def _basis(law: Sequence[Process]) -> nw.Expr:
    """The basis, which may follow the subject (D15); the first entry that names it governs."""
    found = nw.col("basis")
    for plan in (plan for each in law for plan in each.plans):
        for entry in reversed(plan.rule.basis_when):
            is_one = (nw.col("rule") == plan.number) & nw.col("subject").is_in(list(entry.is_))
            found = nw.when(is_one).then(nw.lit(entry.basis)).otherwise(found)
    return found
