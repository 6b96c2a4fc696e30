"""Journals at random and as frames, and what the engine says of them case by case."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import narwhals as nw
import polars as pl

from ehcp_flow.analytics.observations import observe
from ehcp_flow.analytics.setwise.backend import Backend, duckdb_backend, polars_backend
from ehcp_flow.analytics.setwise.dated import COLUMNS
from ehcp_flow.analytics.setwise.derivation import derive_all
from ehcp_flow.analytics.setwise.law_in_numbers import needed_details
from ehcp_flow.engine.event import Event
from ehcp_flow.engine.history import history
from ehcp_flow.engine.working_days import Calendar
from ehcp_flow.law.workflow import Workflow
from ehcp_flow.services.derive import derive_seen

Journals = Sequence[tuple[Workflow, Sequence[Event]]]
Row = tuple[Any, ...]

OPENINGS = {
    "needs_assessment": ("request_received", "request_received", "responsibility_began"),
    "annual_review": ("plan_first_made", "previous_review_decided"),
}
VALUES = {
    "provider": ("school", "school", "health", "early_years", "college"),
    "setting": ("North", "South"),
    "under_five": ("yes", "no"),
    "exception": ("school_closed", "early_years_closed", "personal_circumstances", "absent_from_area", "appointment_missed", "coronavirus", "nonsense"),
    "clock": ("finalise_plan", "give_advice", "give_advice[school]", "give_advice[health]", "decide_whether_to_assess", "notify_no_plan", "finalise_plan_after_reversal"),
}  # fmt: skip


def made_at_random(workflow: Workflow, number: int, dice: random.Random, *, is_wild: bool | None = None) -> list[Event]:
    """One journal: mostly lawful steps, some not, many on one day, some corrected, some typed in late."""
    day = date(2020, 3, 1) + timedelta(days=dice.randrange(60 if dice.random() < 0.3 else 1500))
    state, events, spread = "not_started", [], dice.choice((3, 20, 60))
    is_wild = dice.random() < 0.25 if is_wild is None else is_wild
    for seq in range(1, dice.randrange(2, 22)):
        name = _next_name(workflow, state, seq, dice, is_wild=is_wild)
        state = workflow.events[name].to or state if name in workflow.events else state
        recorded = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(days=dice.choice((0, 0, 1, 40)))
        corrects = dice.randrange(1, seq) if seq > 1 and dice.random() < 0.06 else None
        if corrects and dice.random() < 0.4:
            name = "retracted"
        details = _details(workflow, name, day, dice)
        events.append(Event(f"C{number:05d}", seq, name, day, recorded, "x", details, corrects=corrects))
        if dice.random() < 0.7:
            day += timedelta(days=dice.randrange(-2 if is_wild else 0, spread))
    return events


def _next_name(workflow: Workflow, state: str, seq: int, dice: random.Random, *, is_wild: bool) -> str:
    if seq == 1 and dice.random() < 0.95:
        return dice.choice(OPENINGS.get(workflow.workflow, tuple(rule.id for rule in workflow.opening_events)))
    if is_wild and dice.random() < 0.4:
        return dice.choice([*workflow.events, "assigned", "no_such_event"])
    lawful = [each.id for each in workflow.events.values() if state in workflow.states_before(each)]
    ends = {"died", "left_england", "moved_away", "request_withdrawn", "plan_ceased"}
    kept = [name for name in lawful if name not in ends or dice.random() < 0.15]
    return dice.choice(kept or lawful or list(workflow.events))


def _details(workflow: Workflow, name: str, day: date, dice: random.Random) -> dict[str, str]:
    rule = workflow.events.get(name)
    said = {detail: dice.choice(VALUES[detail]) for detail in (rule.details if rule else ()) if detail in VALUES}
    if rule and rule.records_exception and dice.random() < 0.8:
        said["until"] = dice.choice(("soon", (day + timedelta(days=dice.choice((-3, 10, 28, 60)))).isoformat()))
    return {key: value for key, value in said.items() if dice.random() < 0.99}


def as_columns(journals: Journals) -> pl.DataFrame:
    """Journals as the frame of entries that `derive_all` takes."""
    details = needed_details(workflow for workflow, _ in journals)
    rows = [
        (each.case_ref, workflow.workflow, each.seq, each.name, each.happened_on, each.recorded_at, each.corrects,
         *(each.details.get(name) for name in details))
        for workflow, events in journals for each in events
    ]  # fmt: skip
    schema: dict[str, Any] = {
        "case_ref": pl.String, "workflow": pl.String, "seq": pl.Int64, "event": pl.String, "happened_on": pl.Date,
        "recorded_at": pl.Datetime("us", "UTC"), "corrects": pl.Int64, **dict.fromkeys(details, pl.String),
    }  # fmt: skip
    return pl.DataFrame(rows, schema, orient="row")


def on_polars(entries: pl.DataFrame) -> tuple[nw.LazyFrame[Any], Backend]:
    return nw.from_native(entries.lazy()), polars_backend()


def on_duckdb(entries: pl.DataFrame) -> tuple[nw.LazyFrame[Any], Backend]:
    connection = duckdb.connect()
    return nw.from_native(connection.from_arrow(entries.to_arrow()).materialize()), duckdb_backend(connection)


BACKENDS = {"polars": on_polars, "duckdb": on_duckdb}


def by_the_engine(journals: Journals, as_of: date, known_at: datetime | None = None) -> dict[str, set[Row]]:
    """The rows of each case as the engine derives them, one case after the other."""
    found: dict[str, set[Row]] = {}
    for workflow, events in journals:
        seen = history(events, as_of, known_at)
        if seen:
            derived = derive_seen(workflow, events, seen, Calendar(), known_at)
            facts = {"authority": "", "person_ref": None} | derived.standing
            observed = [asdict(observe({**facts, **row}, as_of)) for row in derived.rows]
            found[events[0].case_ref] = {tuple(row[name] for name in COLUMNS) for row in observed}
    return found


def set_wise(
    journals: Journals, workflows: Mapping[str, Workflow], backend: str, as_of: date, known_at: datetime | None = None
) -> tuple[dict[str, set[Row]], set[str]]:
    """The rows of each case as derived set-wise, and the cases left to the engine."""
    entries, at = BACKENDS[backend](as_columns(journals))
    derived = derive_all(entries, workflows.values(), Calendar(), at, as_of, known_at)
    left = derived.for_the_engine.collect("polars").to_native()["case_ref"].to_list()
    return rows_by_case(derived.clocks.collect("polars").to_native().select(COLUMNS).rows()), set(left)


def rows_by_case(rows: Iterable[Row]) -> dict[str, set[Row]]:
    found: dict[str, set[Row]] = {}
    for row in rows:
        assert row not in found.get(row[0], ()), f"twice: {row}"
        found.setdefault(row[0], set()).add(row)
    return found


def differences(one: Mapping[str, set[Row]], other: Mapping[str, set[Row]], left: set[str]) -> Iterator[str]:
    """Where two derivations differ, the cases in `left` not looked at."""
    for case_ref in sorted({*one, *other} - left):
        if one.get(case_ref, set()) != other.get(case_ref, set()):
            only = one.get(case_ref, set()) ^ other.get(case_ref, set())
            yield f"{case_ref}: {sorted(only, key=str)}"
