"""The made-up authority resembles the county whose published figures it is laid over."""

from __future__ import annotations

import doctest
from datetime import date
from itertools import pairwise

import pytest

from ehcp_flow.made_up import days, make_up_authority
from ehcp_flow.made_up.calibration import TOLERANCE, Comparison, compare, main
from ehcp_flow.made_up.draws import Draws, Urn, apportion
from ehcp_flow.made_up.figures import published, windows


@pytest.mark.parametrize(
    ("seed", "until"),
    [(2026, date(2026, 11, 25)), (1, date(2026, 11, 25)), (2, date(2027, 2, 28)), (3, date(2024, 2, 29))],
)
def test_every_share_is_near_the_published_one(seed: int, until: date) -> None:
    compared = compare(make_up_authority(seed, until))
    assert [entry for entry in compared if not entry.is_near] == []


def test_near_means_within_three_points_or_three_in_a_hundred() -> None:
    assert TOLERANCE == 3
    assert Comparison(2025, "share", 84.7, 81.8, is_share=True).is_near
    assert not Comparison(2025, "share", 84.7, 81.6, is_share=True).is_near
    assert Comparison(2025, "count", 410.4, 400, is_share=False).is_near
    assert not Comparison(2025, "count", 410.4, 397, is_share=False).is_near


def test_nine_measures_are_compared_in_each_of_three_years() -> None:
    compared = compare(make_up_authority(4, date(2026, 11, 25), people=300))
    assert [entry.year for entry in compared] == [2023] * 9 + [2024] * 9 + [2025] * 9
    assert len({entry.measure for entry in compared}) == 9


def test_the_figures_are_the_published_ones() -> None:
    by_year = {figures.year: figures for figures in published().years}
    assert (by_year[2023].requests, by_year[2024].requests, by_year[2025].requests) == (2947, 3022, 3283)
    assert round(100 * by_year[2025].plans_on_time_unexcepted / by_year[2025].plans_unexcepted, 1) == 89.5
    assert round(100 * by_year[2023].plans_on_time / by_year[2023].plans, 1) == 16.2
    assert "Open Government Licence v3.0" in published().licence


def test_the_years_end_with_the_last_day_and_leave_no_day_out() -> None:
    spans = windows(date(2028, 2, 29), 3)
    assert [date.fromordinal(span.first) for span in spans] == [
        date(2025, 3, 1),
        date(2026, 3, 1),
        date(2027, 3, 1),
    ]
    assert date.fromordinal(spans[-1].last) == date(2028, 2, 29)
    assert all(before.last + 1 == after.first for before, after in pairwise(spans))


def test_more_years_than_are_published_repeat_the_oldest() -> None:
    assert [span.figures.year for span in windows(date(2026, 11, 25), 5)] == [2023, 2023, 2023, 2024, 2025]
    assert [span.figures.year for span in windows(date(2026, 11, 25), 1)] == [2025]


def test_the_table_names_its_source_and_marks_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seed", "2026", "--until", "2026-11-25"]) == 0
    shown = capsys.readouterr().out
    assert "in 20 weeks %, unexcepted" in shown
    assert "Open Government Licence v3.0" in shown
    assert "too far" not in shown


def test_a_measure_too_far_off_is_marked_and_told_by_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    # Of five people no share can be near.
    assert main(["--people", "5"]) == 1
    assert "too far" in capsys.readouterr().out


def test_whole_numbers_are_shared_out_by_weight() -> None:
    assert apportion(10, {"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}
    assert apportion(0, {"a": 1, "b": 2}) == {"a": 0, "b": 0}


def test_an_urn_gives_its_share_exactly_once_it_is_empty() -> None:
    urn = Urn(Draws(1, "urn"), 0.44)
    assert sum(urn.draw() for _ in range(300)) == 132


def test_the_examples_beside_the_days_are_right() -> None:
    assert doctest.testmod(days).failed == 0
