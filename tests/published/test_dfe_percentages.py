"""The DfE's published counts, made into cases: our figures give every percentage it printed, to the decimal.

`dfe_counts.csv` holds 15 authorities and six years from the Department for Education's "Education, health and care
plans" (2025 release; Open Government Licence v3.0). docs/kpis-proof.md says what cannot be made again, and why.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import narwhals as nw
import polars as pl
import pytest

from ehcp_flow.analytics.kpi_frame import kpi_counts
from ehcp_flow.analytics.kpis import figure
from ehcp_flow.analytics.observations import Observation, observe
from ehcp_flow.analytics.proportions import to_one_decimal
from ehcp_flow.engine.event import Event
from ehcp_flow.engine.working_days import Calendar
from ehcp_flow.law.load import load_folder
from ehcp_flow.services.derive import derive

HERE = Path(__file__).parent
WORKFLOWS = load_folder(HERE.parents[1] / "workflows")
AS_OF = date(2025, 6, 30)
# The first and the last day of the year, and days between.
DAYS = [(1, 1), (2, 10), (3, 9), (4, 8), (5, 14), (6, 30), (7, 21), (8, 12), (9, 1), (10, 26), (11, 11), (12, 31)]
# Days from the start to the end; the first of each pair is on the limit itself, or one day past it.
IN_20, AFTER_20 = (140, 139, 97), (141, 160, 380)
IN_16, AFTER_16 = (112, 60, 111), (113, 150, 300)
IN_6, AFTER_6 = (42, 41, 10), (43, 44, 120)
IN_4, AFTER_4 = (28, 27, 3), (29, 36, 200)
EXCEPTION = {"exception": "personal_circumstances", "clock": "finalise_plan"}


def published() -> list[dict[str, str]]:
    with (HERE / "dfe_counts.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


PUBLISHED = published()


def plan(ended: date, days: int, *, excepted: bool):
    began = ended - timedelta(days)
    yield began, "request_received", {}
    yield began + timedelta(40), "assessment_agreed", {}
    if excepted:
        yield began + timedelta(60), "exception_recorded", EXCEPTION
    yield ended - timedelta(30), "draft_plan_sent", {}
    yield ended, "final_plan_sent", {}


def refusal(ended: date, days: int):
    began = ended - timedelta(days)
    yield began, "request_received", {}
    yield began + timedelta(20), "assessment_agreed", {}
    yield ended, "plan_refused", {}


def decision(ended: date, days: int):
    yield ended - timedelta(days), "request_received", {}
    yield ended, ("assessment_refused" if days % 2 else "assessment_agreed"), {}


def review(ended: date, days: int):
    met = ended - timedelta(days)
    yield met - timedelta(300), "previous_review_decided", {}
    yield met, "review_meeting_held", {}
    yield ended, "maintain_decided", {}


@cache
def observed(kind: str, ended: date, days: int) -> tuple[Observation, ...]:
    """What the program makes of one chronology: its events through the engine and the law, as for any case."""
    make = {"refusal": refusal, "decision": decision, "review": review}.get(kind)
    happened = make(ended, days) if make else plan(ended, days, excepted=kind == "excepted plan")
    workflow = WORKFLOWS["annual_review" if kind == "review" else "needs_assessment"]
    events = [Event("X", seq, name, day, details=details) for seq, (day, name, details) in enumerate(happened, 1)]
    derived = derive(workflow, events, Calendar())
    facts = {"authority": "", "person_ref": None, "state": "", "opened_on": events[0].happened_on}
    return tuple(observe({**row, **facts}, AS_OF) for row in derived.rows)


def whole(row: dict[str, str], name: str) -> int:
    return int(row[name] or 0)


def cases_of(row: dict[str, str]) -> Iterator[tuple[str, int, tuple[int, ...]]]:
    """How many cases of each kind the published counts of a row come to, and how long they may have taken."""
    excepted = whole(row, "issued") - whole(row, "issued_unexcepted")
    excepted_in_time = whole(row, "issued_in_time") - whole(row, "issued_unexcepted_in_time")
    yield "plan", whole(row, "issued_unexcepted_in_time"), IN_20
    yield "plan", whole(row, "issued_unexcepted") - whole(row, "issued_unexcepted_in_time"), AFTER_20
    yield "excepted plan", excepted_in_time, IN_20
    yield "excepted plan", excepted - excepted_in_time, AFTER_20
    yield "decision", whole(row, "decided_by_6"), IN_6
    yield "decision", whole(row, "decided_after_6"), AFTER_6
    yield "refusal", whole(row, "refused_by_16"), IN_16
    yield "refusal", whole(row, "refused_after_16"), AFTER_16
    yield "review", whole(row, "review_by_4"), IN_4
    yield "review", whole(row, "review_after_4"), AFTER_4


def spread(year: int, number: int, lengths: tuple[int, ...]) -> Iterator[tuple[date, int]]:
    """The day on which each of `number` cases ended, over the year, and how long each took."""
    for place in range(number):
        month, day = DAYS[place % len(DAYS)]
        yield date(year, month, day), lengths[place % len(lengths)]


@cache
def made(kind: str) -> nw.LazyFrame:
    """Observations of a case for each one counted, all authorities and years, in one frame."""
    rows = []
    for row in PUBLISHED:
        counted: defaultdict[tuple[date, int], int] = defaultdict(int)
        for of, number, lengths in cases_of(row):
            for ended, days in spread(int(row["year"]), number if of == kind else 0, lengths):
                counted[ended, days] += 1
        for (ended, days), times in counted.items():
            said = {"authority": row["authority"], "times": times}
            rows += [{**asdict(each), **said} for each in observed(kind, ended, days)]
    frame = pl.DataFrame(rows, infer_schema_length=None, schema_overrides={"exception": pl.String})
    every = frame.select(pl.exclude("times").repeat_by("times").explode())
    return nw.from_native(every.lazy())


def percentages(kinds: tuple[str, ...], workflow: str, kpi: str) -> dict[tuple[str, int], float | None]:
    """Our figure for every authority and calendar year."""
    frame = nw.concat([made(kind) for kind in kinds])
    rule = WORKFLOWS[workflow].kpis[kpi]
    table = kpi_counts(
        frame, rule, date(2019, 1, 1), date(2024, 12, 31), AS_OF, workflow=workflow, by=("authority", "year")
    ).collect()
    return {
        (row["authority"], row["year"].year): None if row["percent"] is None else to_one_decimal(row["percent"])
        for row in table.iter_rows(named=True)
    }


def printed(column: str) -> dict[tuple[str, int], float]:
    return {(row["authority"], int(row["year"])): float(row[column]) for row in PUBLISHED if row[column]}


PLANS = ("plan", "excepted plan")

# In these, decisions that cannot be timed are in the DfE's base but in neither count, and their number is not published.
BASE_NOT_PUBLISHED = {("Surrey", 2024), ("Swindon", 2023)}


@pytest.mark.parametrize(
    ("kinds", "workflow", "kpi", "column", "figures"),
    [
        (PLANS, "needs_assessment", "plans_within_20_weeks_all", "percent_all", 90),
        (PLANS, "needs_assessment", "plans_within_20_weeks", "percent_unexcepted", 90),
        (("refusal",), "needs_assessment", "refusals_to_issue_within_16_weeks", "percent_16", 27),
        (("review",), "annual_review", "review_decisions_within_4_weeks_of_those_made", "percent_4", 13),
    ],
)
def test_every_published_percentage_is_made_again_to_the_printed_decimal(kinds, workflow, kpi, column, figures):
    theirs = printed(column)
    ours = percentages(kinds, workflow, kpi)
    assert {key: ours[key] for key in theirs} == theirs
    assert len(theirs) == figures


def test_six_week_decisions_are_made_again_wherever_their_base_is_published():
    theirs = printed("percent_6")
    ours = percentages(("decision",), "needs_assessment", "decisions_within_6_weeks")
    differ = {key for key in theirs if ours[key] != theirs[key]}
    assert differ == BASE_NOT_PUBLISHED
    assert len(theirs) - len(differ) == 28


def test_where_the_six_week_figure_differs_no_program_could_make_it_from_the_published_counts():
    """The printed share is below that of the two counts, so their base held more decisions than the counts do."""
    rows = {(row["authority"], int(row["year"])): row for row in PUBLISHED}
    for key in BASE_NOT_PUBLISHED:
        in_time, late = whole(rows[key], "decided_by_6"), whole(rows[key], "decided_after_6")
        assert float(rows[key]["percent_6"]) < 100 * in_time / (in_time + late) - 0.05


def test_the_counts_behind_a_percentage_come_back_too():
    rule = WORKFLOWS["needs_assessment"].kpis["plans_within_20_weeks"]
    frame = nw.concat([made(kind) for kind in PLANS])
    table = kpi_counts(frame, rule, date(2022, 1, 1), date(2022, 12, 31), AS_OF, workflow="needs_assessment", by=("authority",)).collect()  # fmt: skip
    found = {row["authority"]: row for row in table.iter_rows(named=True)}
    redcar = found["Redcar and Cleveland"]
    assert (redcar["numerator"], redcar["denominator"], redcar["left_out"]) == (45, 144, 5)
    assert to_one_decimal(redcar["percent"]) == 31.3, "31.25, printed with its half up"


def test_the_small_figure_agrees_with_the_expression():
    """`ehcp kpis` reckons in a loop what the catalogue reckons over frames; both are held to the same print."""
    rule = WORKFLOWS["needs_assessment"].kpis["plans_within_20_weeks"]
    for row in PUBLISHED:
        if row["authority"] in ("Rutland", "Redcar and Cleveland"):
            year = int(row["year"])
            seen = [
                each
                for kind, number, lengths in cases_of(row)
                if kind in PLANS
                for ended, days in spread(year, number, lengths)
                for each in observed(kind, ended, days)
            ]
            found = figure(rule, seen, date(year, 1, 1), date(year, 12, 31), AS_OF)
            assert found.percent == float(row["percent_unexcepted"]), row
