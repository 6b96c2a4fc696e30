"""The rows that need a person come back as a workbook that can be corrected and imported again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ehcp_flow.errors import BadInput
from ehcp_flow.intake.cells import column_letter
from ehcp_flow.intake.error_workbook import write_error_workbook
from ehcp_flow.intake.planned import Intake, RowProblem
from ehcp_flow.intake.table import Heading, Table, read_table

MakeWorkbook = Callable[..., Path]
MAPPING = "workflow: needs_assessment\ncase: Case No\nevents: {request_received: Received, final_plan_sent: Final}\n"


def table_of(*rows: list[Any]) -> Table:
    headings = tuple(Heading(f"Heading {index}", index, column_letter(index)) for index in range(len(rows[0])))
    return Table("t.xlsx", "Excel workbook", "T", headings, (1,), 2, list(rows), None)


def problem(row: int, column: str = "", severity: Any = "error") -> RowProblem:
    return RowProblem(row, column, "", "", "is wrong.", severity)


def sheet_of(path: Path, name: str = "Rows to look at") -> Any:
    return openpyxl.load_workbook(path)[name]


def test_only_rows_with_problems_are_copied_with_what_to_look_at(tmp_path: Path) -> None:
    path = tmp_path / "errors.xlsx"
    table = table_of(["NA-1", "x"], ["NA-2", "y"], ["NA-3", "z"])
    problems = [
        RowProblem(4, "B", "Heading 1", "z", "is not a date.", "error"),
        RowProblem(4, "", "", "", "is odd.", "warning"),
    ]
    write_error_workbook(path, table, problems)
    assert list(sheet_of(path).values) == [
        ("Heading 0", "Heading 1", "Row in the file", "What to look at"),
        ("NA-3", "z", 4, "column B (Heading 1): 'z' is not a date.\nrow 4: is odd."),
    ]


def test_cells_with_problems_are_coloured_by_how_bad_they_are(tmp_path: Path) -> None:
    path = tmp_path / "errors.xlsx"
    problems = [problem(2, "A"), problem(2, "B", "warning"), problem(3), problem(2, "A", "warning")]
    write_error_workbook(path, table_of(["NA-1", "x", "y"], ["NA-2", "x", "y"]), problems)
    sheet = sheet_of(path)
    colours = [[sheet.cell(row, column).fill.start_color.rgb[2:] for column in (1, 2, 3)] for row in (2, 3)]
    assert colours == [["F8A5A5", "FFE699", "000000"], ["F8A5A5"] * 3]


def test_nothing_from_the_file_becomes_a_formula_or_a_link(tmp_path: Path) -> None:
    path = tmp_path / "errors.xlsx"
    nasty = [
        "=1+1",
        "+44 123",
        "-5 days",
        "@SUM(A1)",
        '=HYPERLINK("http://example.org")',
        "http://example.org",
        " =1",
        "{=1}",
        "123",
    ]
    write_error_workbook(path, table_of(nasty), [RowProblem(2, "A", "=1", "=2", "=3", "error")])
    book = openpyxl.load_workbook(path)
    for sheet in book:
        for row in sheet:
            for cell in row:
                assert cell.data_type != "f"
                assert cell.hyperlink is None
    assert [cell.value for cell in book["Rows to look at"][2]][:9] == nasty
    assert [cell.value for cell in book["All problems"][2]] == [2, "A", "=1", "=2", "=3", "no"]
    assert book["Rows to look at"]["A2"].quotePrefix
    assert not book["Rows to look at"]["I2"].quotePrefix


def test_no_date_time_or_number_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "errors.xlsx"
    cells = [
        date(2025, 4, 3),
        datetime.fromisoformat("2025-04-03T14:30:00"),
        time(9, 15),
        timedelta(hours=30),
        True,
        42.5,
        9434765870.0,
        "",
        "03/04/2025",
    ]
    write_error_workbook(path, table_of(cells), [problem(2)])
    found = [cell.value for cell in sheet_of(path)[2]][:9]
    assert found == [
        datetime.fromisoformat("2025-04-03T00:00:00"),
        datetime.fromisoformat("2025-04-03T14:30:00"),
        time(9, 15),
        timedelta(hours=30),
        True,
        42.5,
        9434765870,
        None,
        "03/04/2025",
    ]
    assert sheet_of(path)["A2"].number_format == "dd/mm/yyyy"


def test_what_excel_cannot_hold_is_written_as_text(tmp_path: Path) -> None:
    path = tmp_path / "errors.xlsx"
    cells = [
        date(1850, 1, 1),
        datetime.fromisoformat("1850-01-01T09:00:00"),
        float("nan"),
        float("inf"),
        "a\x00b\x07",
        "x" * 40_000,
    ]
    write_error_workbook(path, table_of(cells), [problem(2)])
    found = [cell.value for cell in sheet_of(path)[2]]
    assert found[:4] == ["1850-01-01", "1850-01-01 09:00:00", "nan", "inf"]
    assert len(found[5]) == 32_767


def test_all_problems_are_listed_on_a_sheet_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "errors.xlsx"
    problems = [
        RowProblem(1, "B", "Sent", "", "is doubtful.", "warning"),
        RowProblem(9, "", "", "NA-7", "has no date.", "error"),
    ]
    write_error_workbook(path, table_of(["NA-1", "x"]), problems)
    assert list(sheet_of(path, "All problems").values) == [
        ("Row", "Column", "Heading", "Value", "What to look at", "Imported"),
        (1, "B", "Sent", None, "is doubtful.", "yes"),
        (9, None, None, "NA-7", "has no date.", "no"),
    ]


def test_the_workbook_can_be_corrected_and_imported_with_the_same_mapping(
    workbook: MakeWorkbook, planned: Callable[..., Intake], tmp_path: Path
) -> None:
    rows = [
        ["A title"],
        [],
        ["Case No", "Received", "Final"],
        ["NA-1", date(2025, 4, 3), ""],
        ["NA-2", "3rd April 2025", "04/25/2025"],
    ]
    path = workbook(rows)
    problems = planned(path, MAPPING).problems
    write_error_workbook(tmp_path / "errors.xlsx", read_table(path), problems)
    book = openpyxl.load_workbook(tmp_path / "errors.xlsx")
    assert book["Rows to look at"]["C2"].value == "04/25/2025"
    book["Rows to look at"]["C2"] = "25/04/2025"
    book.save(tmp_path / "corrected.xlsx")
    intake = planned(tmp_path / "corrected.xlsx", MAPPING)
    assert intake.problems == ()
    assert [(case.case_ref, case.events[1].happened_on) for case in intake.cases] == [("NA-2", date(2025, 4, 25))]


def test_a_file_without_problems_gives_a_workbook_of_headings(tmp_path: Path) -> None:
    write_error_workbook(tmp_path / "errors.xlsx", table_of(["NA-1"]), [])
    assert len(list(sheet_of(tmp_path / "errors.xlsx").values)) == 1


def test_a_workbook_that_cannot_be_written_is_said_and_leaves_nothing_behind(tmp_path: Path) -> None:
    for path in (tmp_path / "no folder" / "errors.xlsx", tmp_path / "folder.xlsx"):
        (tmp_path / "folder.xlsx").mkdir(exist_ok=True)
        with pytest.raises(BadInput) as caught:
            write_error_workbook(path, table_of(["NA-1"]), [problem(2)])
        assert caught.value.what == f"{path} cannot be written."
    assert [path.name for path in tmp_path.iterdir()] == ["folder.xlsx"]


def test_a_former_workbook_stays_whole_until_the_new_one_is_there(tmp_path: Path) -> None:
    path = tmp_path / "errors.xlsx"
    write_error_workbook(path, table_of(["NA-1"]), [problem(2)])
    write_error_workbook(path, table_of(["NA-2"]), [problem(2)])
    assert sheet_of(path)["A2"].value == "NA-2"
    assert [path.name for path in tmp_path.iterdir()] == ["errors.xlsx"]
