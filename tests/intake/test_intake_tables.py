"""Files as councils keep them become one table with headings and rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from ehcp_flow.intake.dates import MAC_DAY_ZERO, WINDOWS_DAY_ZERO, read_date
from ehcp_flow.intake.table import Table, read_table

MakeWorkbook = Callable[..., Path]

FILES = Path(__file__).parent / "files"
THIRD_OF_APRIL = date(2025, 4, 3)


def headings(table: Table) -> list[str]:
    return [heading.text for heading in table.headings]


def test_headings_and_rows_keep_the_letters_and_numbers_of_the_file(workbook: MakeWorkbook) -> None:
    path = workbook([["Case No", "Final sent"], ["NA-1", THIRD_OF_APRIL], ["NA-2", "4/4/25"]])
    table = read_table(path)
    assert [str(heading) for heading in table.headings] == ["column A (Case No)", "column B (Final sent)"]
    assert list(table.numbered_rows()) == [(2, ["NA-1", THIRD_OF_APRIL]), (3, ["NA-2", "4/4/25"])]
    assert (table.kind, table.sheet, table.day_zero) == ("Excel workbook", "Tracker", WINDOWS_DAY_ZERO)


def test_title_lines_and_blank_lines_above_the_headings_are_passed_over(workbook: MakeWorkbook) -> None:
    rows = [
        ["SEND service – assessments"],
        ["Updated:", date(2026, 11, 20)],
        [],
        ["Case No", "Surname", "Final sent"],
        ["NA-1", "Example", "3/4/25"],
    ]
    table = read_table(workbook(rows, merges=[(0, 0, 0, 2)]))
    assert headings(table) == ["Case No", "Surname", "Final sent"]
    assert table.first_row == 5
    assert "The headings were found in row 4." in table.notes


def test_a_title_merged_right_above_the_headings_is_no_part_of_them(workbook: MakeWorkbook) -> None:
    rows = [["SEND service"], ["Case No", "Surname", "Sent", "Sent by"], ["NA-1", "Example", "3/4/25", ""]]
    assert headings(read_table(workbook(rows, merges=[(0, 0, 0, 3)]))) == ["Case No", "Surname", "Sent", "Sent by"]


def test_headings_on_two_lines_with_merged_groups_become_one(workbook: MakeWorkbook) -> None:
    rows = [
        ["Case No", "Decision", "", "Final plan", "", "Notes"],
        ["", "Due", "Sent", "Due", "Sent", ""],
        ["NA-1", "1/2/25", "3/4/25", "1/6/25", "", "hello"],
    ]
    path = workbook(rows, merges=[(0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 0, 4), (0, 5, 1, 5)])
    table = read_table(path)
    assert headings(table) == ["Case No", "Decision Due", "Decision Sent", "Final plan Due", "Final plan Sent", "Notes"]
    assert (table.heading_rows, table.first_row) == ((1, 2), 3)


def test_a_line_of_groups_above_full_headings_is_joined_to_them(workbook: MakeWorkbook) -> None:
    rows = [
        ["", "", "Decision", "", "Final plan", ""],
        ["Case No", "Surname", "Due", "Sent", "Due", "Sent"],
        ["NA-1", "Example", "1/2/25", "3/4/25", "1/6/25", ""],
    ]
    table = read_table(workbook(rows, merges=[(0, 2, 0, 3), (0, 4, 0, 5)]))
    assert headings(table) == [
        "Case No",
        "Surname",
        "Decision Due",
        "Decision Sent",
        "Final plan Due",
        "Final plan Sent",
    ]


def test_groups_in_a_text_file_reach_as_far_as_the_headings_below_them(text_file: Callable[..., Path]) -> None:
    path = text_file("""
        Case No,Decision,,Final plan,,Notes
        ,Due,Sent,Due,Sent,
        NA-1,1/2/25,3/4/25,1/6/25,,hello
    """)
    expected = ["Case No", "Decision Due", "Decision Sent", "Final plan Due", "Final plan Sent", "Notes"]
    assert headings(read_table(path)) == expected


def test_a_first_child_without_dates_is_not_mistaken_for_a_second_line_of_headings(
    text_file: Callable[..., Path],
) -> None:
    path = text_file("""
        Case No,Surname,Final sent,Officer
        Alpha,Example,,P. Lanner
        Bravo,Sample,3/4/25,P. Lanner
    """)
    table = read_table(path)
    assert headings(table) == ["Case No", "Surname", "Final sent", "Officer"]
    assert len(table.rows) == 2


def test_the_row_of_the_headings_can_be_given(workbook: MakeWorkbook) -> None:
    rows = [["Case No", "Surname"], ["Case", "Name"], ["NA-1", "Example"]]
    assert headings(read_table(workbook(rows), header_row=2)) == ["Case", "Name"]
    assert headings(read_table(workbook(rows), header_row=(1, 2))) == ["Case No Case", "Surname Name"]


def test_trailing_blank_rows_and_columns_are_dropped_and_blank_rows_between_stay(workbook: MakeWorkbook) -> None:
    rows = [["Case No", "Sent", "", " "], ["NA-1", "3/4/25"], [], ["NA-2", "4/4/25", "", ""], [" "], ["\u00a0", ""]]
    table = read_table(workbook(rows))
    assert headings(table) == ["Case No", "Sent"]
    assert [row for row, cells in table.numbered_rows() if any(cells)] == [2, 4]
    assert len(table.rows) == 3


def test_a_column_of_values_without_a_heading_is_kept_by_its_letter(workbook: MakeWorkbook) -> None:
    table = read_table(workbook([["Case No", "Sent", ""], ["NA-1", "3/4/25", "see file"]]))
    assert [str(heading) for heading in table.headings][2] == "column C"


def test_a_heading_broken_over_lines_is_one_line(workbook: MakeWorkbook) -> None:
    assert headings(read_table(workbook([["Case\nNo", " Date  Req\u00a0Rec'd "], ["NA-1", "3/4/25"]]))) == [
        "Case No",
        "Date Req Rec'd",
    ]


def test_the_first_visible_sheet_with_a_table_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "READ ME"
    for row in (["Column", "Meaning"], ["Case No", "Our own reference"]):
        book.active.append(row)
    hidden = book.create_sheet("Old")
    hidden.sheet_state = "hidden"
    for sheet in (hidden, book.create_sheet("Tracker"), book.create_sheet("Archive")):
        sheet.append(["Case No", "Surname", f"{sheet.title} sent"])
        sheet.append(["NA-1", "Example", "3/4/25"])
    book.save(tmp_path / "t.xlsx")
    table = read_table(tmp_path / "t.xlsx")
    assert headings(table) == ["Case No", "Surname", "Tracker sent"]
    assert "The sheet 'Tracker' was read; not read: 'READ ME', 'Archive'." in table.notes
    assert headings(read_table(tmp_path / "t.xlsx", sheet="archive ")) == ["Case No", "Surname", "Archive sent"]
    assert headings(read_table(tmp_path / "t.xlsx", sheet="Old")) == ["Case No", "Surname", "Old sent"]


def test_a_1904_workbook_by_xlsxwriter_gives_the_right_days(workbook: MakeWorkbook) -> None:
    path = workbook([["Case No", "Sent"], ["NA-1", THIRD_OF_APRIL], ["NA-2", 44288]], options={"date_1904": True})
    table = read_table(path)
    assert table.day_zero == MAC_DAY_ZERO
    assert [read_date(row[1], day_zero=table.day_zero).day for row in table.rows] == [THIRD_OF_APRIL] * 2


def test_a_1904_workbook_by_openpyxl_gives_the_right_days(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    for row in (
        ["Case No", "Sent"],
        ["NA-1", THIRD_OF_APRIL],
        ["NA-2", datetime.fromisoformat("2025-04-03T09:15:00")],
        ["NA-3", 44288],
    ):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    table = read_table(tmp_path / "t.xlsx")
    assert [read_date(row[1], day_zero=table.day_zero).day for row in table.rows] == [THIRD_OF_APRIL] * 3


def test_a_workbook_of_1900_by_openpyxl_gives_the_right_days(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Case No", "Sent"], ["NA-1", THIRD_OF_APRIL], ["NA-2", 45750]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    table = read_table(tmp_path / "t.xlsx")
    assert [read_date(row[1], day_zero=table.day_zero) for row in table.rows] == [(THIRD_OF_APRIL, "", "", False)] * 2


@pytest.mark.parametrize("name", ["old_1900.xls", "old_1904.xls"])
def test_an_old_workbook_gives_the_right_days_and_never_takes_a_bare_number_without_a_word(name: str) -> None:
    table = read_table(FILES / name)
    assert table.rows[0] == ["NA-1", THIRD_OF_APRIL]
    assert read_date(table.rows[1][1], day_zero=table.day_zero).severity == "warning"


def test_an_open_document_spreadsheet_is_read(tmp_path: Path) -> None:
    table = read_table(FILES / "open_document.ods")
    assert headings(table) == ["Case No", "Final plan sent"]
    assert [read_date(row[1]).day for row in table.rows] == [THIRD_OF_APRIL] * 2


def test_a_failed_formula_is_not_an_empty_cell(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(tmp_path / "t.xlsx")) as book:
        sheet = book.add_worksheet("Tracker & more")
        sheet.write_row(0, 0, ["Case No", "Sent"])
        sheet.write(1, 0, "NA-1")
        sheet.write_formula(1, 1, '=VLOOKUP("x",Z:Z,1,0)', None, "#N/A")
    table = read_table(tmp_path / "t.xlsx")
    assert table.rows == [["NA-1", "#N/A"]]
    assert "The sheet 'Tracker & more' has 1 cells with a failed formula, such as #N/A." in table.notes


ACCENTS = "Case No;Given name;Sent\nNA-1;Zoë;3/4/25\nNA-2;Iñigo;4/4/25\n"


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("utf-8", "The file is UTF-8."),
        ("utf-8-sig", None),
        ("cp1252", "The file was read as Windows-1252. If names with accents look wrong, save it as CSV UTF-8."),
        ("utf-16", None),
        ("utf-16-le", "The file is UTF-16."),
        ("utf-16-be", "The file is UTF-16."),
    ],
)
def test_a_text_table_of_any_usual_encoding_is_read(
    text_file: Callable[..., Path], encoding: str, note: str | None
) -> None:
    table = read_table(text_file(ACCENTS, encoding=encoding))
    assert headings(table) == ["Case No", "Given name", "Sent"]
    assert [row[1] for row in table.rows] == ["Zoë", "Iñigo"]
    assert [each for each in table.notes if "UTF" in each] == ([note] if note else [])


def test_bytes_that_windows_1252_has_not_are_read_as_something_and_said(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"Case No,Note,Sent\nNA-1,caf\x8d \x81,3/4/25\n")
    table = read_table(tmp_path / "t.csv")
    assert table.rows[0][2] == "3/4/25"
    assert any("was read as" in note for note in table.notes)


@pytest.mark.parametrize(
    ("delimiter", "name"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "upright bars")]
)
def test_the_delimiter_is_found(text_file: Callable[..., Path], delimiter: str, name: str) -> None:
    lines = [
        ["Case No", "Note", "Sent"],
        ["NA-1", "'Hello; all, of | you'", "3 April 2025"],
        ["NA-2", "", "4 April 2025"],
    ]
    text = "\n".join(delimiter.join(cell.replace("'", '"') for cell in line) for line in lines)
    table = read_table(text_file(text))
    assert headings(table) == ["Case No", "Note", "Sent"]
    assert table.rows[0] == ["NA-1", "Hello; all, of | you", "3 April 2025"]
    assert f"Its columns are divided by {name}." in table.notes


def test_the_line_in_which_excel_names_the_delimiter_is_no_row(text_file: Callable[..., Path]) -> None:
    table = read_table(text_file("sep=;\nCase No;Sent\nNA-1;3/4/25\n"))
    assert (headings(table), table.first_row) == (["Case No", "Sent"], 2)


def test_short_rows_are_filled_up_and_lines_within_quotation_marks_are_one_row(text_file: Callable[..., Path]) -> None:
    table = read_table(text_file('Case No,Sent,Note\nNA-1\nNA-2,3/4/25,"two\nlines"\n'))
    assert table.rows == [["NA-1", "", ""], ["NA-2", "3/4/25", "two\nlines"]]
    assert list(table.numbered_rows())[1][0] == 3


def test_quotation_marks_where_csv_has_none_are_kept_and_said(text_file: Callable[..., Path]) -> None:
    table = read_table(text_file('Case No,Note,Sent\nNA-1,"Jo" said,3/4/25\n'))
    assert table.rows[0][2] == "3/4/25"
    assert any("quotation marks" in note for note in table.notes)


@pytest.mark.parametrize("name", ["tracker.txt", "tracker.tsv", "TRACKER.CSV"])
def test_the_other_names_of_text_tables_are_known(text_file: Callable[..., Path], name: str) -> None:
    assert len(read_table(text_file("Case No\tSent\nNA-1\t3/4/25\n", name=name)).rows) == 1


def test_a_workbook_of_the_new_kind_under_the_old_name_is_read(workbook: MakeWorkbook) -> None:
    path = workbook([["Case No", "Sent"], ["NA-1", "3/4/25"]], name="tracker.xls")
    assert headings(read_table(path)) == ["Case No", "Sent"]


def test_numbers_and_ticks_stay_what_they_are(workbook: MakeWorkbook) -> None:
    rows: list[list[Any]] = [["Case No", "LAC", "NHS No"], [1042, True, 9434765870]]
    assert read_table(workbook(rows)).rows == [[1042.0, True, 9434765870.0]]
