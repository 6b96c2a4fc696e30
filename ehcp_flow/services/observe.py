"""Observations of every clock for a day: from the clock table, or from the journal for a day gone by."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ehcp_flow.analytics.observations import COLUMNS, Observation, observe
from ehcp_flow.engine.history import history
from ehcp_flow.services.derive import Derived, derive_seen
from ehcp_flow.storage import clock_table, journal, people
from ehcp_flow.storage.tables import Case

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ehcp_flow.services.office import Office


_ONE_BY_ONE = 2_000
"""Up to so many cases, each is derived by itself: all at once takes about a second before it begins."""


def observations(
    office: Office,
    as_of: date,
    known_at: datetime | None = None,
    *,
    workflow: str | None = None,
    clock: str | None = None,
) -> Iterator[Observation]:
    """Every clock as it stood on `as_of`, as far as was recorded by `known_at`, in the order of the cases.

    The clock table answers for today and later. For a day gone by, or for what was known at some moment, the cases are
    derived again from their journals, one by one where they are few: the same figures, only slower.
    """
    with office.database.read() as connection:
        is_kept = known_at is None and is_all_in_the_table(connection, as_of)
        if not is_kept and people.count(connection, Case) > _ONE_BY_ONE:
            yield from _derived_together(office, as_of, known_at, workflow, clock)
            return
        facts = people.facts(connection)
        if is_kept:
            rows = clock_table.clock_rows(connection, as_of, workflow=workflow, clock=clock)
            found: Iterator[dict[str, Any]] = (row._asdict() for row in rows)
        else:
            found = _derived_rows(office, connection, as_of, known_at, workflow, clock)
        for row in found:
            fact = facts[row["case_ref"]]
            yield observe({**row, "authority": fact.authority, "person_ref": fact.person_ref}, as_of)


def _derived_together(
    office: Office, as_of: date, known_at: datetime | None, workflow: str | None, clock: str | None
) -> Iterator[Observation]:
    """What deriving one by one gives, set-wise."""
    import polars as pl

    from ehcp_flow.services.derive_population import derive_population

    found = derive_population(office, as_of, known_at).observations
    wanted = {name: value for name, value in (("workflow", workflow), ("clock", clock)) if value is not None}
    rows = found.filter(*(pl.col(name) == value for name, value in wanted.items()))
    in_order = rows.select(COLUMNS).sort("case_ref", "clock", "subject", "period")
    yield from (Observation(*row) for row in in_order.iter_rows())


def observations_touching(
    office: Office,
    first: date,
    last: date,
    as_of: date,
    known_at: datetime | None = None,
    *,
    clocks: Collection[str] | None = None,
    workflow: str | None = None,
) -> list[Observation]:
    """All that figures from `first` to `last` can be about, and perhaps more, in the order of the cases: of some
    clocks (or all), those that started, fell due or were stopped then, and those open past their day.
    """
    with office.database.read() as connection:
        if known_at is None and is_all_in_the_table(connection, as_of):
            rows = clock_table.rows_touching(connection, first, last, as_of, clocks, workflow)
            return [observe(row._asdict(), as_of) for row in rows]
    found = observations(office, as_of, known_at, workflow=workflow)
    return [each for each in found if clocks is None or each.clock in clocks]


def is_all_in_the_table(connection: Connection, as_of: date) -> bool:
    """Whether nothing happened after `as_of`, so that the clock table says how things stood then."""
    latest = clock_table.latest_event_day(connection)
    return latest is None or latest <= as_of


def _derived_rows(
    office: Office,
    connection: Connection,
    as_of: date,
    known_at: datetime | None,
    workflow: str | None,
    clock: str | None,
) -> Iterator[dict[str, Any]]:
    for derived in derived_as_of(office, connection, as_of, known_at, workflow):
        rows = sorted(derived.rows, key=lambda row: (row["clock"], row["subject"], row["period"]))
        for row in rows:
            if clock is None or row["clock"] == clock:
                yield {**row, "state": derived.standing["state"], "opened_on": derived.standing["opened_on"]}


def derived_as_of(
    office: Office, connection: Connection, as_of: date, known_at: datetime | None = None, workflow: str | None = None
) -> Iterator[Derived]:
    """Each case that anything was known of on `as_of`, derived from its journal."""
    for _, name, entries in journal.all_histories(connection, workflow=workflow):
        seen = history(entries, as_of, known_at)
        if seen:
            yield derive_seen(office.workflow(name), entries, seen, office.calendar, known_at)


def observe_open(
    office: Office, as_of: date, until: date, *, officers: Collection[str] = (), team: str | None = None
) -> list[Observation]:
    """Open limits due by `until`, by due date, of any of `officers` (of everybody, if none is named).

    Read by index for today, derived for a day gone by.
    """
    with office.database.read() as connection:
        if is_all_in_the_table(connection, as_of):
            found = [
                observe(row._asdict(), as_of)
                for officer in officers or (None,)
                for row in clock_table.open_clocks(connection, until, officer=officer, team=team)
                if row.started_on <= as_of
            ]
            return sorted(found, key=_by_due_date) if len(officers) > 1 else found
    derived = (each for each in observations(office, as_of) if each.is_open and each.due_on <= until)
    mine = [each for each in derived if (not officers or each.officer in officers) and team in (None, each.team)]
    return sorted(mine, key=_by_due_date)


def _by_due_date(each: Observation) -> tuple[date, str, str, str]:
    return each.due_on, each.case_ref, each.clock, each.subject or ""
