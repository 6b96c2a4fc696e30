"""Colours: against a milestone and a target, and counted by theme."""

from __future__ import annotations

import pytest

from ehcp_flow.analytics.brag import COLOURS, TOTAL, brag_rows, brag_words, rated

# Windsor and Maidenhead's published action table: eight themes, green, amber, red, blue and white.
THEMES = {
    "1": (10, 1, 0, 5, 1),
    "2": (13, 8, 0, 2, 1),
    "3": (2, 2, 2, 3, 1),
    "4": (4, 4, 1, 0, 0),
    "5": (1, 8, 0, 1, 1),
    "6": (8, 3, 2, 5, 1),
    "7": (9, 2, 0, 0, 0),
    "8": (2, 2, 1, 1, 0),
}


def test_a_published_table_of_107_actions_is_counted_as_it_was_printed():
    actions = [(theme, colour) for theme, row in THEMES.items() for colour, n in zip(COLOURS, row, strict=True) for _ in range(n)]  # fmt: skip
    rows = brag_rows(actions)
    assert {row[0]: row[1:6] for row in rows[:-1]} == THEMES
    assert rows[-1] == (TOTAL, 49, 30, 6, 17, 5, 107)


def test_of_nothing_there_is_only_an_empty_total():
    assert brag_rows([]) == ((TOTAL, 0, 0, 0, 0, 0, 0),)
    assert brag_words([]) == "none"


@pytest.mark.parametrize(
    ("actual", "agreed", "colour"),
    [
        (60.0, 55.0, "blue"),
        (59.9, 55.0, "green"),
        (55.0, 55.0, "green"),
        (54.9, 55.0, "amber"),
        (50.0, 55.0, "amber"),
        (49.9, 55.0, "red"),
        (40.0, None, "white"),
        (60.0, None, "blue"),
        (None, 55.0, "white"),
    ],
)
def test_where_more_is_better(actual, agreed, colour):
    assert rated(actual, agreed, 60.0, 5.0, "higher") == colour


@pytest.mark.parametrize(
    ("actual", "colour"), [(10.0, "blue"), (30.0, "green"), (31.0, "amber"), (35.0, "amber"), (36.0, "red")]
)
def test_where_less_is_better(actual, colour):
    assert rated(actual, 30.0, 10.0, 5.0, "lower") == colour


def test_after_the_target_s_day_the_target_is_what_is_agreed():
    assert rated(58.0, 60.0, 60.0, 5.0, "higher") == "amber"
    assert rated(54.0, 60.0, 60.0, 5.0, "higher") == "red"
