"""The workbook, read back as Excel would read it."""

from __future__ import annotations

import io
import time
import zipfile
from dataclasses import replace

import openpyxl

from ehcp_flow.analytics.figure_table import Column, FigureTable
from ehcp_flow.returns.workbook import EMPTY, headings, sheet_names, workbook


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def everything_in(sheet):
    return [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_the_cover_says_whose_it_is_when_judged_and_from_what(facts, pair):
    book = opened(workbook(facts, [pair], ["Most were in time."]))
    said = everything_in(book["Cover"])
    for line in (
        "EHC plans: monthly return for October 2026",
        "Madeupshire & Sons",
        "1 to 31 October 2026",
        "1 November 2026",
        "3 November 2026, 02:30:01",
        "Most were in time.",
        "3 open cases are held by no officer.",
        "England, holidays 0.85, digest 0123456789ab",
        "workflows/needs_assessment.yaml, digest abababababab",
    ):
        assert line in said


def test_a_table_has_a_sheet_with_real_numbers_and_dates(facts, pair):
    sheet = opened(workbook(facts, [pair]))["Plans in time"]
    assert [cell.value for cell in sheet[6]][:7] == [
        "Month", "Issued in time", "Issued", "% of issued", "from", "to", "% of due",
    ]  # fmt: skip
    month, in_time, _, percent, *_ = sheet[7]
    assert (str(month.value), month.number_format) == ("2026-04-01 00:00:00", "mmm yyyy")
    assert (in_time.value, in_time.number_format) == (19, "#,##0")
    assert (round(percent.value, 7), percent.number_format) == (0.4634146, "0.0%")
    assert sheet["D8"].value is None  # nothing to take a share of: empty, so that no chart draws a zero
    assert EMPTY in everything_in(sheet)
    assert sheet.freeze_panes == "B7"
    assert [table.ref for table in sheet.tables.values()] == ["A6:G9"]


def test_charts_are_native_and_leave_the_total_out(facts, pair, backlog):
    with zipfile.ZipFile(io.BytesIO(workbook(facts, [pair, backlog]))) as inside:
        charts = sorted(name for name in inside.namelist() if name.startswith("xl/charts/chart"))
        lines, bars = (inside.read(name).decode() for name in charts)
    assert "lineChart" in lines
    assert "$H$7:$H$9" in lines  # the target, drawn from a column of its own
    assert "barChart" in bars
    assert "$B$7:$B$8" in bars
    assert "$B$9" not in bars


def test_bars_that_lie_down_begin_at_nothing_and_go_down_as_the_table_does(facts, backlog):
    with zipfile.ZipFile(io.BytesIO(workbook(facts, [backlog]))) as inside:
        chart = inside.read("xl/charts/chart1.xml").decode()
    assert '<c:barDir val="bar"/>' in chart, "names as long as `Drafting the plan` need room"
    places = chart[chart.index("<c:catAx>") : chart.index("</c:catAx>")]
    values = chart[chart.index("<c:valAx>") : chart.index("</c:valAx>")]
    assert '<c:orientation val="maxMin"/>' in places
    assert '<c:orientation val="minMax"/>' in values
    assert '<c:min val="0"/>' in values


def test_no_row_is_hidden_and_long_texts_have_room(facts, pair, backlog):
    long = replace(backlog, rows=(("A" * 100, 12, 3), *backlog.rows))
    book = opened(workbook(facts, [pair, long], ["Most were in time. " * 20]))
    heights = [size.height for sheet in book for size in sheet.row_dimensions.values() if size.height is not None]
    assert min(heights) >= 15
    sheet = book["Overdue"]
    assert sheet.row_dimensions[7].height == 45
    assert sheet.row_dimensions[8].height in (None, 15)


def test_no_text_becomes_a_formula_or_a_link(facts, pair):
    nasty = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "http://example.org", '=HYPERLINK("http://x","y")', "{=1}"]
    columns = (Column("name", "=cmd|' /C calc'!A1"), Column("number", "Number", "count"))
    table = FigureTable("x", "=1+1 [a]:b*c?d/e\\f'", "=2+2", "@3", columns, tuple((text, 1) for text in nasty))
    cover = replace(facts, authority="=4+4", data_quality=("=5+5",))
    content = workbook(cover, [table], ["+6+6"])
    book = opened(content)
    assert [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []
    assert [cell.value for cell in book[book.sheetnames[1]]["A"][6:14]] == nasty
    with zipfile.ZipFile(io.BytesIO(content)) as inside:
        sheets = [inside.read(name).decode() for name in inside.namelist() if "worksheets/" in name]
    assert not [text for text in sheets if "<f>" in text]


def test_every_definition_stands_in_a_sheet_of_its_own(facts, pair):
    rows = [[cell.value for cell in row] for row in opened(workbook(facts, [pair]))["Definitions"].iter_rows()]
    assert rows[1][:4] == ["Plans in time", "Two shares.", "in time", "all"]


def test_a_table_with_no_rows_says_so(facts, pair):
    book = opened(workbook(facts, [replace(pair, rows=())]))
    assert "There is nothing to list for this period." in everything_in(book["Plans in time"])


def test_sheets_have_names_that_excel_takes_and_no_two_alike(pair):
    title = "Plans issued within 20 weeks: month, year to date"
    names = sheet_names([replace(pair, title=text) for text in (title, title, "a/b?", "Cover", "'", "history")])
    assert names == [
        "Plans issued within 20 weeks",
        "Plans issued within 20 weeks 2",
        "a b",
        "Cover 2",
        "pair",
        "history 2",
    ]


def test_ends_of_a_second_interval_are_told_by_their_share(pair):
    columns = (*pair.columns, Column("due_low", "from", "percent"), Column("due_high", "to", "percent"))
    assert headings(replace(pair, columns=columns))[-2:] == ["% of due: from", "% of due: to"]


def test_the_workbook_is_the_same_whenever_it_is_made(facts, pair, backlog):
    first = workbook(facts, [pair, backlog])
    time.sleep(2.1)  # a zip notes times to two seconds
    assert workbook(facts, [pair, backlog]) == first
