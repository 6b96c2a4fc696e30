"""From numbers to what people read: due dates, names of clocks, events and states, and the outcome on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import narwhals as nw

from ehcp_flow.analytics.setwise.judging import judged
from ehcp_flow.analytics.setwise.law_in_numbers import day_table, due_table
from ehcp_flow.analytics.setwise.places import code_of, day_of
from ehcp_flow.law.event_rule import NOT_STARTED

if TYPE_CHECKING:
    from ehcp_flow.analytics.setwise.backend import Backend
    from ehcp_flow.analytics.setwise.law_in_numbers import Process
    from ehcp_flow.engine.working_days import Calendar

Frame = nw.LazyFrame[Any]

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


def with_due_dates(clocks: Frame, law: Sequence[Process], calendar: Calendar, backend: Backend) -> Frame:
    """Clocks with `started_on`, `due` and `due_on`."""
    plans = [plan for each in law for plan in each.plans]
    first, last = days_of(clocks, "started", or_else=plans[0].first_day)
    return clocks.join(backend.table(due_table(plans, first, last, calendar)), on=["rule", "started"])


def named(clocks: Frame, law: Sequence[Process], backend: Backend) -> Frame:
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
    days = backend.table(day_table(*days_of(numbered, "opened", "ended")))
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


def standing_named(cases: Frame, law: Sequence[Process], backend: Backend) -> Frame:
    """`case_ref, state, is_ended, opened_on` of cases with their last move and first day."""
    states = backend.table(columns_of(("move_code", "state", "is_ended"), _states(law)))
    days = backend.table(day_table(*days_of(cases, "opened")))
    moved = cases.with_columns(move_code=code_of(nw.col("last_move"))).join(states, on="move_code", how="left")
    found = moved.join(days.rename({"day": "opened", "day_on": "opened_on"}), on="opened")
    state, is_ended = nw.col("state").fill_null(NOT_STARTED), nw.col("is_ended").fill_null(False)
    return found.select("case_ref", "opened_on", state=state, is_ended=is_ended)


def observed(clocks: Frame, as_of: date) -> Frame:
    """The columns of an observation on `as_of`."""
    return judged(clocks, as_of).select(*COLUMNS)


def days_of(clocks: Frame, *names: str, or_else: int = 1) -> tuple[int, int]:
    """The first and the last day in some columns; `or_else` where there is none: no small table may be empty."""
    ends = [nw.col(name).min().alias(f"first_{name}") for name in names]
    ends += [nw.col(name).max().alias(f"last_{name}") for name in names]
    found = clocks.select(*ends).collect("pyarrow").to_dict(as_series=False)
    days = [value[0] for value in found.values() if value[0] is not None] or [or_else]
    return min(days), max(days)


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
