"""The whole database derived at once for a day gone by, or for what was known at a moment.

Nearly all cases are derived set-wise; those with a history that cannot be said so go through the engine one by one.
Both give the same, and how many went which way is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ehcp_flow.analytics.observations import COLUMNS, observe
from ehcp_flow.engine.event import ASSIGNED
from ehcp_flow.engine.history import history
from ehcp_flow.services.derive import derive_seen
from ehcp_flow.services.frames import frame_of
from ehcp_flow.services.journal_frame import journal_frame
from ehcp_flow.storage import journal, people, whole_tables

if TYPE_CHECKING:
    import polars as pl
    from sqlalchemy import Connection

    from ehcp_flow.services.derive import Derived
    from ehcp_flow.services.office import Office

_CASES_AT_A_TIME = 500
_STANDING = ("case_ref", "state", "is_ended", "opened_on", "officer", "team")


@dataclass(frozen=True, slots=True)
class Population:
    """Every clock as an observation, where every case stands, and how many cases went through the engine.

    `observations` have the columns of `analytics.observations.COLUMNS`, `standings` those of `_STANDING`; neither
    is in any order. `entries` are those they were derived from, as `journal_frame` gives them.
    """

    entries: pl.DataFrame
    observations: pl.DataFrame
    standings: pl.DataFrame
    through_the_engine: int


def derive_population(office: Office, as_of: date, known_at: datetime | None = None) -> Population:
    """Derive every case that anything was known of on `as_of`, as recorded by `known_at`."""
    import narwhals as nw
    import polars as pl

    from ehcp_flow.analytics.setwise.backend import polars_backend
    from ehcp_flow.analytics.setwise.derivation import derive_all

    workflows = list(office.workflows.values())
    with office.database.snapshot() as connection:
        entries = journal_frame(office, connection)
        facts = frame_of(whole_tables.cases_with_people(connection)).select("case_ref", "authority", "person_ref")
        frames = polars_backend()
        found = derive_all(nw.from_native(entries.lazy()), workflows, office.calendar, frames, as_of, known_at)
        clocks, standings = (frames.hold(each).collect().to_native() for each in (found.clocks, found.standings))
        refs = _left(entries, standings, as_of)
        by_engine = list(_by_the_engine(office, connection, refs, as_of, known_at))
        rows = list(_observed(connection, by_engine, refs, as_of))
    holders = _holders(entries, known_at)
    observations = clocks.join(facts, on="case_ref").join(holders, on="case_ref", how="left").select(COLUMNS)
    stood = standings.join(holders, on="case_ref", how="left").select(_STANDING)
    more = pl.DataFrame([_standing_row(each) for each in by_engine], stood.schema, orient="row")
    return Population(
        entries=entries,
        observations=pl.concat([observations, pl.DataFrame(rows, observations.schema, orient="row")]),
        standings=pl.concat([stood, more]),
        through_the_engine=len(by_engine),
    )


def _left(entries: pl.DataFrame, standings: pl.DataFrame, as_of: date) -> list[str]:
    """Cases with something to look at that were not derived."""
    import polars as pl

    there = entries.filter(pl.col("happened_on") <= as_of).select("case_ref").unique()
    return sorted(there.join(standings, on="case_ref", how="anti")["case_ref"].to_list())


def _by_the_engine(
    office: Office, connection: Connection, refs: Sequence[str], as_of: date, known_at: datetime | None
) -> Iterator[Derived]:
    for start in range(0, len(refs), _CASES_AT_A_TIME):
        for _, name, entries in journal.all_histories(connection, refs[start : start + _CASES_AT_A_TIME]):
            seen = history(entries, as_of, known_at)
            if seen:
                yield derive_seen(office.workflow(name), entries, seen, office.calendar, known_at)


def _observed(
    connection: Connection, found: Sequence[Derived], refs: Sequence[str], as_of: date
) -> Iterator[tuple[Any, ...]]:
    facts = people.facts(connection, refs) if len(refs) <= _CASES_AT_A_TIME else people.facts(connection)
    for derived in found:
        for row in derived.rows:
            fact = facts[row["case_ref"]]
            beside = {"authority": fact.authority, "person_ref": fact.person_ref}
            yield astuple(observe({**derived.standing, **row, **beside}, as_of))


def _standing_row(derived: Derived) -> tuple[Any, ...]:
    return tuple(derived.standing[name] for name in _STANDING)


def _holders(entries: pl.DataFrame, known_at: datetime | None) -> pl.DataFrame:
    """Who holds each case: the last assignment recorded by `known_at`, whatever the day (see `derive.holder`)."""
    import polars as pl

    given = entries.filter(pl.col("event") == ASSIGNED)
    known = given if known_at is None else given.filter(pl.col("recorded_at") <= known_at)
    last = known.sort("seq").unique("case_ref", keep="last", maintain_order=True)
    return last.select("case_ref", pl.col("officer", "team").replace("", None))
