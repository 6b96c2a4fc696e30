"""The whole database as frames, for figures over all cases: observations, events and cases.

Each is a Narwhals `LazyFrame` over a Polars one: `.collect().to_native()` makes a Polars `DataFrame`,
`.to_native()` a Polars `LazyFrame`. Dates are `Date`, moments `Datetime` in UTC; what is not known is null. No name,
address or number of a child is ever in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from ehcp_flow.analytics.observations import COLUMNS
from ehcp_flow.engine.event import RETRACTED, Event
from ehcp_flow.engine.history import corrected, first_entry
from ehcp_flow.services.derive_population import derive_population
from ehcp_flow.services.frames import frame_of
from ehcp_flow.services.journal_frame import EVENT_DETAILS, journal_frame
from ehcp_flow.services.observe import is_all_in_the_table
from ehcp_flow.storage import whole_tables

if TYPE_CHECKING:
    import narwhals as nw
    import polars as pl

    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.services.derive_population import Population
    from ehcp_flow.services.office import Office


@dataclass(frozen=True, slots=True)
class PopulationFrames:
    """All of one day: observations as `observations()` gives them, events in force, and cases as they stood.

    `events`: corrections applied, retracted ones gone. `case_ref, workflow, seq, event, happened_on, recorded_at,
    corrects`, then the details of `EVENT_DETAILS`, null where an event does not say them; then `first_happened_on` and
    `first_recorded_at`, which differ from `happened_on` and `recorded_at` where the fact was corrected. Assignments to
    an officer are events too.

    `cases`: every case that anything was known of, with where it stood and who held it. `case_ref, workflow, authority,
    person_ref, plan_ref, officer, team, state, is_ended, opened_on, ended_on, date_of_birth, looked_after, flags, sex`.
    `ended_on` is the day of the last event that led to the state a case ended in; `flags` are joined by spaces. Facts
    of a person are those of now, whatever the day.
    """

    observations: nw.LazyFrame[Any]
    events: nw.LazyFrame[Any]
    cases: nw.LazyFrame[Any]


def population_frames(office: Office, as_of: date, known_at: datetime | None = None) -> PopulationFrames:
    """The frames of `as_of` as recorded by `known_at`; every case is derived once, if they must be derived at all."""
    derived = _derived(office, as_of, known_at)
    events = _events(office, as_of, known_at, derived)
    return PopulationFrames(_observations(office, as_of, derived), events, _cases(office, as_of, derived, events))


def observation_frame(office: Office, as_of: date, known_at: datetime | None = None) -> nw.LazyFrame[Any]:
    """Every clock of every case as `observations()` gives it: the columns of `analytics.observations.COLUMNS`."""
    return _observations(office, as_of, _derived(office, as_of, known_at))


def _derived(office: Office, as_of: date, known_at: datetime | None) -> Population | None:
    """Everything derived anew; None where it stands in the tables as it is asked for."""
    with office.database.read() as connection:
        if known_at is None and is_all_in_the_table(connection, as_of):
            return None
    return derive_population(office, as_of, known_at)


def _observations(office: Office, as_of: date, derived: Population | None) -> nw.LazyFrame[Any]:
    import narwhals as nw

    from ehcp_flow.analytics.setwise.judging import judged, numbered

    if derived is not None:
        return nw.from_native(derived.observations.lazy())
    with office.database.read() as connection:
        kept = frame_of(whole_tables.clock_rows(connection)).lazy()
    found = nw.from_native(kept).filter(nw.col("started_on") <= as_of)
    named = nw.when(nw.col("subject") != "").then(nw.col("subject"))
    return judged(numbered(found.with_columns(subject=named)), as_of).select(*COLUMNS)


def _events(office: Office, as_of: date, known_at: datetime | None, derived: Population | None) -> nw.LazyFrame[Any]:
    import narwhals as nw
    import polars as pl

    if derived is None:
        with office.database.read() as connection:
            entries = journal_frame(office, connection)
    else:
        entries = derived.entries
    known = entries if known_at is None else entries.filter(pl.col("recorded_at") <= known_at)
    standing = _standing(known).filter((pl.col("event") != RETRACTED) & (pl.col("happened_on") <= as_of))
    firsts = ("first_happened_on", "first_recorded_at")
    facts = ("case_ref", "workflow", "seq", "event", "happened_on", "recorded_at", "corrects")
    standing = standing.sort("case_ref", "happened_on", "first")
    return nw.from_native(standing.select(*facts, *EVENT_DETAILS, *firsts).lazy())


def _cases(office: Office, as_of: date, derived: Population | None, in_force: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    import narwhals as nw
    import polars as pl

    with office.database.read() as connection:
        facts = frame_of(whole_tables.cases_with_people(connection))
        standing = frame_of(whole_tables.standings(connection)) if derived is None else derived.standings
    flags = pl.col("flags").str.json_decode(pl.List(pl.String)).list.join(" ")
    cases = facts.with_columns(flags=flags).join(standing, on="case_ref").filter(pl.col("opened_on") <= as_of)
    events = in_force.collect().to_native()
    ended = cases.join(_ends(events, office.workflows.values()), on=["case_ref", "state"], how="left")
    return nw.from_native(
        ended.with_columns(ended_on=pl.when("is_ended").then("led_there_on"))
        .select("case_ref", "workflow", "authority", "person_ref", "plan_ref", "officer", "team", "state", "is_ended",
                "opened_on", "ended_on", "date_of_birth", "looked_after", "flags", "sex")
        .sort("case_ref")
        .lazy()
    )  # fmt: skip


def _standing(entries: pl.DataFrame) -> pl.DataFrame:
    """The entries that stand, each with what the first entry of its chain of corrections said.

    Few cases are ever corrected: those are looked at one by one.
    """
    import polars as pl

    mended = entries.filter(pl.col("corrects").is_not_null()).select("case_ref").unique()
    said_first = {"first_happened_on": pl.col("happened_on"), "first_recorded_at": pl.col("recorded_at")}
    untouched = entries.join(mended, on="case_ref", how="anti").with_columns(first=pl.col("seq"), **said_first)
    touched = entries.join(mended, on="case_ref", how="semi").select("case_ref", "seq", "event", "corrects")
    links = pl.DataFrame(
        list(_links(touched)), {"case_ref": pl.String, "seq": pl.Int64, "first": pl.Int64}, orient="row"
    )
    first = entries.select("case_ref", pl.col("seq").alias("first"), **said_first)
    standing = entries.join(links, on=["case_ref", "seq"]).join(first, on=["case_ref", "first"], how="left")
    return pl.concat([untouched, standing.select(untouched.columns)])


def _links(entries: pl.DataFrame) -> Iterator[tuple[str, int, int]]:
    """Case, number and first entry of its chain for each entry that stands."""
    for case_ref, rows in groupby(entries.sort("case_ref", "seq").rows(), key=itemgetter(0)):
        found = [Event(case_ref, seq, name, date.min, corrects=corrects) for _, seq, name, corrects in rows]
        links = {event.seq: event.corrects for event in found}
        yield from ((case_ref, event.seq, first_entry(event.seq, links)) for event in corrected(found))


def _ends(events: pl.DataFrame, workflows: Iterable[Workflow]) -> pl.DataFrame:
    """The last day on which something led to each state of each case."""
    import polars as pl

    leads = [(each.workflow, name, rule.to) for each in workflows for name, rule in each.events.items() if rule.to]
    moves = pl.DataFrame(leads, ["workflow", "event", "state"], orient="row")
    moved = events.join(moves, on=["workflow", "event"])
    return moved.group_by("case_ref", "state").agg(pl.col("happened_on").max().alias("led_there_on"))
