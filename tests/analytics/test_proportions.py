"""Wilson's interval against published worked examples and another implementation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from ehcp_flow.analytics.proportions import percent, wilson


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_score_intervals_of_newcombe_1998_table_1(numerator, denominator, low, high):
    found = [round(end / 100, 4) for end in wilson(numerator, denominator) if end is not None]
    assert found == [low, high]


@given(st.integers(1, 2_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_it_is_that_of_statsmodels_and_holds_the_share(pair):
    low, high = wilson(*pair)
    theirs = proportion_confint(*pair, method="wilson")
    assert (low, high) == pytest.approx([100 * end for end in theirs], abs=1e-9)
    share = percent(*pair)
    assert low is not None
    assert high is not None
    assert share is not None
    assert 0 <= low <= share <= high <= 100


def test_nothing_has_neither_share_nor_interval():
    assert (percent(0, 0), wilson(0, 0)) == (None, (None, None))


def test_all_or_none_reaches_the_end_and_no_further():
    assert wilson(0, 14)[0] == 0.0
    assert wilson(14, 14)[1] == 100.0
