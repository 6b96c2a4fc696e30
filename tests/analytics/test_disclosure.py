"""Small numbers are withheld, and so is whatever would give them back."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ehcp_flow.analytics.disclosure import published
from ehcp_flow.analytics.figure_table import Column, FigureTable
from ehcp_flow.analytics.sums import sums_of
from ehcp_flow.analytics.tally import share_cells, share_columns


def table(columns, rows, *, has_total=False, message="", cases=None):
    columns = (Column("who", "Who"), *columns)
    return FigureTable("t", "A table", message, "", columns, tuple(rows), cases=cases or {}, has_total=has_total)


def counts(*names):
    return tuple(Column(name, name, "count") for name in names)


def shown(found):
    return [row[1:] for row in found.rows]


def test_counts_from_1_to_4_are_withheld_and_0_and_5_are_not():
    found = published(table(counts("late"), [("a", 0), ("b", 1), ("c", 4), ("d", 5)]), 5)
    assert shown(found) == [(0,), (None,), (None,), (5,)]
    assert found.withheld == {(1, "late"), (2, "late")}
    assert found.notes == ("Counts of 1 to 4, and other figures from which they could be found, are withheld.",)


def test_the_threshold_is_the_authoritys():
    rows = [("a", 1), ("b", 2), ("c", 9)]
    assert shown(published(table(counts("late"), rows), 10)) == [(None,), (None,), (None,)]
    assert shown(published(table(counts("late"), rows), 2)) == [(None,), (2,), (9,)]
    for all_shown in (0, 1):
        assert published(table(counts("late"), rows), all_shown).withheld == frozenset()


def test_a_second_number_is_withheld_where_the_total_would_give_the_first_back():
    rows = [("north", 3), ("south", 12), ("west", 20), ("All", 35)]
    assert shown(published(table(counts("late"), rows, has_total=True), 5)) == [(None,), (None,), (20,), (35,)]


def test_rows_and_columns_that_both_have_totals_need_four():
    columns = (*counts("girls", "boys"), Column("all", "all", "count", sum_of=("girls", "boys")))
    rows = [("north", 3, 17, 20), ("south", 12, 18, 30), ("west", 25, 30, 55), ("All", 40, 65, 105)]
    found = published(table(columns, rows, has_total=True), 5)
    assert shown(found) == [(None, None, 20), (None, None, 30), (25, 30, 55), (40, 65, 105)]


def test_what_is_left_of_a_whole_counts_as_a_number_too():
    columns = share_columns("t", Column("in_time", "", "count"), Column("of", "", "count"), "%")
    found = published(table(columns, [("north", *share_cells(19, 20)), ("south", *share_cells(15, 20))]), 5)
    assert shown(found)[0] == (None, 20, None, None, None), "19 of 20 would say that 1 was late"
    assert shown(found)[1][:3] == (15, 20, 75.0)


def test_a_percentage_and_an_average_go_with_the_count_they_rest_on():
    columns = (*counts("issued"), Column("weeks", "", "weeks", rests_on=("issued",)))
    found = published(table(columns, [("north", 2, 31.5), ("south", 20, 22.5)]), 5)
    assert shown(found) == [(None, None), (20, 22.5)]


def test_nothing_is_withheld_in_what_is_not_published_and_cases_only_there():
    internal = table(counts("late"), [("a", 1)], cases={("a", "late"): ("NA-1",)})
    assert internal.cases_behind(0, "late") == ("NA-1",)
    assert published(internal, 5).cases == {}
    assert published(table(counts("late"), [("a", 50)], cases={("a", "late"): ("NA-1",)}), 5).cases == {}


def test_a_message_does_not_say_what_the_table_withholds():
    rows = [("north", 3), ("south", 12), ("All", 15)]
    for message in ("3 plans in the north.", "In the south 12 plans are owed."):
        found = published(table(counts("owed"), rows, has_total=True, message=message), 5)
        assert found.message == "A table: see the table. Figures about fewer than 5 are withheld."
    kept = published(table(counts("owed"), rows, has_total=True, message="15 plans are owed."), 5)
    assert kept.message == "15 plans are owed."


def test_a_message_does_not_say_that_a_withheld_number_was_none():
    columns = (*counts("girls", "boys"), Column("all", "all", "count", sum_of=("girls", "boys")))
    rows = [("north", 3, 9, 12), ("south", 12, 0, 12), ("All", 15, 9, 24)]
    found = published(table(columns, rows, has_total=True, message="Nobody of the boys in the south waits."), 5)
    assert shown(found) == [(None, None, 12), (None, None, 12), (15, 9, 24)]
    assert found.message.startswith("A table: see the table.")


def test_a_table_that_lists_cases_is_not_published():
    listed = FigureTable("t", "Cases", "NA-1 waits.", "", (Column("case", "Case", "case"),), (("NA-1",),))
    found = published(listed, 5)
    assert (found.rows, found.message) == ((), "This table lists cases and is not published.")


# ------------------------------------------------------------------ by trying everything that could have been


def consistent(whole, found):
    """Sets of numbers one more or less than the true ones, none below 0, that agree with what is shown of a table."""
    places = sorted(found.withheld)
    names = [column.name for column in found.columns]
    true = [whole.rows[number][names.index(name)] for number, name in places]
    for guess in product(*(range(max(0, value - 1), value + 2) for value in true)):
        rows = [list(row) for row in found.rows]
        for (number, name), value in zip(places, guess, strict=True):
            rows[number][names.index(name)] = value
        if holds(rows, names, has_total=found.has_total):
            yield dict(zip(places, guess, strict=True))


def holds(rows, names, *, has_total) -> bool:
    in_time, late, of = names.index("in_time"), names.index("late"), names.index("of")
    across: bool = all(row[in_time] + row[late] == row[of] for row in rows)
    down: bool = not has_total or all(sum(row[n] for row in rows[:-1]) == rows[-1][n] for n in (in_time, late, of))
    return across and down


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=3))
@settings(max_examples=60, deadline=None)
def test_no_withheld_small_number_can_be_found_again_from_the_totals(drawn):
    smallest = 3
    columns = (*counts("in_time", "late"), Column("of", "of", "count", sum_of=("in_time", "late")))
    rows = [(str(number), a, b, a + b) for number, (a, b) in enumerate(drawn)]
    in_time, late = (sum(pair[place] for pair in drawn) for place in (0, 1))
    total = ("All", in_time, late, in_time + late)
    whole = table(columns, [*rows, total], has_total=True)
    found = published(whole, smallest)
    values, _ = sums_of(whole)
    small = [place for place, value in values.items() if 0 < value < smallest]
    assert set(small) <= found.withheld
    assume(len(found.withheld) < 9)  # more would take too long to try
    could_be = list(consistent(whole, found))
    for place in small:
        assert len({guess[place] for guess in could_be}) > 1, (drawn, found.rows, place)


@pytest.mark.parametrize("officers", [40])
def test_a_table_of_many_rows_takes_no_time(officers):
    columns = share_columns("t", Column("in_time", "", "count"), Column("of", "", "count"), "%")
    pairs = [((number * 7) % 11, (number * 7) % 11 + number % 5) for number in range(officers)]
    rows = [(str(number), *share_cells(*pair)) for number, pair in enumerate(pairs)]
    total = ("All", *share_cells(sum(a for a, _ in pairs), sum(b for _, b in pairs)))
    found = published(table(columns, [*rows, total], has_total=True), 5)
    small = {(n, "in_time") for n, (a, _) in enumerate(pairs) if 0 < a < 5}
    assert small <= found.withheld
