"""Charts: what is drawn, how it is told apart without colour, and that nothing from data becomes markup."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from ehcp_flow.analytics.figure_table import Chart
from ehcp_flow.returns.cell_text import shown
from ehcp_flow.returns.chart_data import drawing, line_ends, round_number_above
from ehcp_flow.returns.charts import chart_svg

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    """Every text, its lines joined."""
    return [" ".join(each.itertext()) for each in ET.fromstring(svg).iter(f"{SVG}text")]


def test_lines_carry_their_names_and_last_values_and_the_target_is_named(pair):
    found = texts(chart_svg(pair))
    assert {"Target 60%", "Apr 2026", "Jun", "% of issued: 80.0%", "% of due: 62.5%"} <= set(found)


def test_two_lines_are_told_apart_without_colour(pair):
    svg = chart_svg(pair)
    assert 'stroke-dasharray="7,4"' in svg  # the second line; the first is whole


def test_a_month_without_a_figure_is_a_gap_and_no_zero(pair):
    found = drawing(pair)
    assert found is not None
    assert [point["value"] for point in found.points if point["series"] == "% of issued"] == [46.34146, None, 80.0]


def test_a_picture_is_one_image_with_words_and_no_styles_that_a_strict_page_refuses(pair):
    root = ET.fromstring(chart_svg(pair))
    assert (root.get("role"), root.get("aria-label")) == ("img", "Both rise.")
    assert not [each for each in root.iter() if each.get("style") or each.tag == f"{SVG}script"]


def test_bars_leave_the_total_out_and_carry_their_numbers(backlog):
    found = texts(chart_svg(backlog))
    assert {"Assessing", "Drafting the plan", "12", "3", "20 to 26 weeks"} <= set(found)
    assert "All" not in found


def test_what_data_says_stays_text(backlog):
    nasty = '</text><script>alert("x")</script>&'
    rows = ((nasty, 12, 3), ("Drafting", 4, 0), ("All", 16, 3))
    chart = replace(backlog.chart, says='" onload="alert(1)') if backlog.chart else None
    svg = chart_svg(replace(backlog, rows=rows, chart=chart))
    root = ET.fromstring(svg)
    assert root.get("onload") is None
    assert root.get("aria-label") == '" onload="alert(1)'
    assert not list(root.iter(f"{SVG}script"))


def test_nothing_to_draw_is_no_picture(pair, backlog):
    assert chart_svg(replace(pair, rows=())) == ""
    assert chart_svg(replace(pair, rows=pair.rows[:1])) == ""  # a line through one point says nothing
    assert chart_svg(replace(backlog, chart=None)) == ""


def test_names_at_the_ends_of_near_lines_do_not_overlap(pair):
    rows = tuple((*row[:6], 79.0) for row in pair.rows)
    found = drawing(replace(pair, rows=rows))
    assert found is not None
    places = sorted(end["label_at"] for end in line_ends(found))
    assert places[1] - places[0] >= found.top / 10
    assert places[1] <= found.top


def test_the_same_table_is_the_same_picture(pair):
    assert chart_svg(pair) == chart_svg(pair)


def test_steps_have_a_number_along_and_bars_by_week_have_names(pair):
    columns = (replace(pair.columns[0], name="week", title="Week", kind="count"), *pair.columns[1:])
    rows = tuple((week, *row[1:]) for week, row in zip((4, 8, 20), pair.rows, strict=True))
    steps = replace(pair, columns=columns, rows=rows, chart=Chart("steps", "week", ("due_percent",)))
    assert "Week" in texts(chart_svg(steps))
    bars = replace(steps, chart=Chart("bars", "week", ("due_percent",)))
    assert {"4", "8", "20", "62.5%"} <= set(texts(chart_svg(bars)))


@pytest.mark.parametrize(
    ("cell", "kind", "text"),
    [
        (46.35, "percent", "46.4%"),
        (100, "percent", "100.0%"),
        (19.25, "weeks", "19.3"),
        (1234, "count", "1,234"),
        (None, "count", "–"),
        ("2026-10", "month", "Oct 2026"),
        ("All", "month", "All"),
        (0.125, "number", "0.12"),
    ],
)
def test_figures_are_printed_so(cell, kind, text):
    assert shown(cell, kind) == text


@pytest.mark.parametrize(("number", "above"), [(0, 1), (0.3, 0.3), (7, 8), (41, 50), (99, 100), (1201, 1500)])
def test_an_axis_ends_at_a_number_a_reader_would_choose(number, above):
    assert round_number_above(number) == pytest.approx(above)
