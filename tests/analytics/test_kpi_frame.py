"""Figures as expressions over frames: the same as the loop of `kpis.figure`, and with the properties of counts."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import narwhals as nw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ehcp_flow.analytics.kpi_frame import kpi_counts, open_overdue
from ehcp_flow.analytics.kpis import figure
from ehcp_flow.law.kpi_rule import KpiRule
from tests.analytics.conftest import as_frame, clock_row, drawn_rows, judged

PROCESS = "needs_assessment"
PERIOD = date(2025, 6, 1), date(2025, 11, 30)
COUNTS = ("numerator", "denominator", "left_out", "still_open", "not_yet_due")


def rule(**said):
    return KpiRule(**{"title": "T", "meaning": "M", "clock": "finalise_plan", "cohort": "due_in_period"} | said)


RULES = [
    rule(cohort=cohort, exceptions=exceptions, basis=basis, clock=clock, stopped_by=stopped_by)
    for cohort in ("stopped_in_period", "due_in_period", "started_in_period")
    for exceptions in ("counted", "left_out")
    for basis in ("law", "guidance")
    for clock, stopped_by in (("finalise_plan", ()), ("give_advice", ("final_plan_sent",)))
]


def counted(frame: nw.LazyFrame[Any], of: KpiRule, as_of: date, first=PERIOD[0], last=PERIOD[1], by=()):
    return kpi_counts(frame, of, first, last, as_of, workflow=PROCESS, by=by).collect().to_polars().to_dicts()


def as_the_loop_has_it(found):
    return {
        "numerator": found.numerator,
        "denominator": found.denominator,
        "left_out": len(found.left_out),
        "still_open": len(found.still_open),
        "not_yet_due": len(found.not_yet_due),
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_expressions_and_loop_agree_on_every_kind_of_figure(frame_of, seed):
    as_of = date(2025, 10, 15)
    seen = judged(drawn_rows(400, seed), as_of)
    frame = frame_of(seen)
    for each in RULES:
        loop = figure(each, seen, *PERIOD, as_of)
        (row,) = counted(frame, each, as_of)
        assert {name: row[name] for name in COUNTS} == as_the_loop_has_it(loop), each
        assert row["percent"] == pytest.approx(100 * loop.numerator / loop.denominator) if loop.denominator else True
        overdue = open_overdue(frame, each, as_of, PROCESS).collect()
        assert len(overdue) == loop.open_overdue


@given(st.integers(0, 10_000), st.integers(0, 600))
@settings(max_examples=25, deadline=None)
def test_expressions_and_loop_agree_on_any_day(seed, day):
    as_of = date(2025, 1, 1) + timedelta(days=day)
    seen = judged(drawn_rows(60, seed), as_of)
    for each in RULES[:4]:
        (row,) = counted(as_frame(seen, "polars"), each, as_of)
        assert {name: row[name] for name in COUNTS} == as_the_loop_has_it(figure(each, seen, *PERIOD, as_of))


@pytest.mark.parametrize("by", [("team",), ("authority", "team"), ("month",), ("quarter", "subject"), ("year",)])
def test_a_figure_over_a_partition_adds_up(frame_of, by):
    as_of = date(2025, 12, 31)
    frame = frame_of(judged(drawn_rows(400, 7), as_of))
    for each in RULES[:4]:
        (whole,) = counted(frame, each, as_of)
        parts = counted(frame, each, as_of, by=by)
        assert {name: sum(row[name] for row in parts) for name in COUNTS} == {name: whole[name] for name in COUNTS}


def test_months_are_by_the_day_of_the_cohort_and_named_by_their_first_day(frame_of):
    rows = [
        clock_row("A", date(2025, 1, 1), stopped_on=date(2025, 6, 30), stop_event="final_plan_sent"),
        clock_row("B", date(2025, 5, 1), stopped_on=date(2025, 7, 1), stop_event="final_plan_sent"),
    ]
    found = counted(frame_of(judged(rows, PERIOD[1])), rule(cohort="stopped_in_period"), PERIOD[1], by=("month",))
    months = sorted((row["month"], row["numerator"], row["denominator"]) for row in found)
    assert months == [(date(2025, 6, 1), 0, 1), (date(2025, 7, 1), 1, 1)]


def test_nothing_has_no_share(frame_of):
    (row,) = counted(frame_of([]), RULES[0], date(2025, 12, 31))
    assert row == {**dict.fromkeys(COUNTS, 0), "percent": None}


# ------------------------------------------------------------------------------------ what cannot be gamed


def due_figures(rows, as_of):
    """Of each month: how many were due, and how many of those in time."""
    found = counted(
        as_frame(judged(rows, as_of), "polars"), rule(), as_of, date(2025, 1, 1), date(2026, 12, 31), ("month",)
    )
    return {row["month"]: (row["denominator"], row["numerator"]) for row in found}


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_the_order_in_which_overdue_plans_are_issued_never_changes_the_due_cohort(seed):
    random = Random(seed)
    starts = [date(2025, 1, 1) + timedelta(days=random.randrange(200)) for _ in range(30)]
    all_are_overdue = date(2025, 12, 31)
    capacity = sorted(all_are_overdue + timedelta(days=random.randrange(1, 200)) for _ in range(20))

    def issued_in(order):
        days = dict(zip(order, capacity, strict=False))
        return [clock_row(f"X{n}", day, stopped_on=days.get(n)) for n, day in enumerate(starts)]

    oldest_first = sorted(range(30), key=lambda n: starts[n])
    one, other = issued_in(oldest_first), issued_in(oldest_first[::-1])
    assert due_figures(one, date(2026, 12, 31)) == due_figures(other, date(2026, 12, 31))


def test_the_order_does_change_the_share_of_those_issued():
    """One plan can be issued on each of two days: an old one, or one whose 20 weeks end that week."""
    old, recent = date(2025, 1, 1), date(2025, 5, 1)
    first, later = date(2025, 9, 1), date(2025, 10, 1)

    def shares(order):
        days = dict(zip(order, (first, later), strict=True))
        rows = [clock_row(name, day, stopped_on=days[name]) for name, day in (("old", old), ("recent", recent))]
        seen = as_frame(judged(rows, later), "polars")
        issued = counted(seen, rule(cohort="stopped_in_period"), later, date(2025, 9, 1), date(2025, 9, 30))
        return issued[0]["percent"], due_figures(rows, later)

    recent_first, old_first = shares(("recent", "old")), shares(("old", "recent"))
    assert (recent_first[0], old_first[0]) == (100.0, 0.0), "September's figure is made by the order alone"
    assert recent_first[1][date(2025, 9, 1)] == (1, 1), "the due figure follows whether the recent one was in time …"
    assert recent_first[1][date(2025, 5, 1)] == old_first[1][date(2025, 5, 1)] == (1, 0), "… and keeps the old miss"


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_what_was_due_and_in_time_only_grows_with_the_day_of_judgement(seed):
    rows = [row for row in drawn_rows(60, seed) if row["dropped_on"] is None]
    days = [date(2025, 6, 1) + timedelta(days=step) for step in range(0, 400, 50)]
    found = [counted(as_frame(judged(rows, day), "polars"), rule(), day)[0] for day in days]
    for before, after in pairwise(found):
        assert before["numerator"] <= after["numerator"]
        assert before["denominator"] <= after["denominator"]
    settled = [each for day, each in zip(days, found, strict=True) if day > PERIOD[1]]
    assert len({(each["numerator"], each["denominator"]) for each in settled}) <= 1, "after the period nothing changes"
