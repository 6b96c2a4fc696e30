"""What the tests of reading trackers share: the shipped workflows, and ways to make a file and plan from it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from ehcp_flow.intake.plan import plan
from ehcp_flow.intake.planned import Intake
from ehcp_flow.intake.read_mapping import read_mapping
from ehcp_flow.intake.table import read_table
from ehcp_flow.law.load import load_folder
from ehcp_flow.law.workflow import Workflow

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 24)

MakeWorkbook = Callable[..., Path]
Planner = Callable[..., Intake]


@pytest.fixture(scope="session")
def workflows() -> dict[str, Workflow]:
    return load_folder(ROOT / "workflows")


@pytest.fixture
def workbook(tmp_path: Path) -> MakeWorkbook:
    """Makes an .xlsx from rows of values; `merges` are (first row, first column, last row, last column), from 0."""

    def make(
        rows: Sequence[Sequence[Any]],
        *,
        merges: Sequence[tuple[int, int, int, int]] = (),
        options: dict[str, Any] | None = None,
        name: str = "tracker.xlsx",
    ) -> Path:
        path = tmp_path / name
        with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, **(options or {})}) as book:
            sheet = book.add_worksheet("Tracker")
            for merge in merges:
                sheet.merge_range(*merge, "")
            write_rows(book, sheet, rows)
        return path

    return make


def write_rows(book: Any, sheet: Any, rows: Sequence[Sequence[Any]]) -> None:
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for line, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, date):
                moment = cell if isinstance(cell, datetime) else datetime.combine(cell, time())
                sheet.write_datetime(line, place, moment, day)
            elif cell != "":
                sheet.write(line, place, cell)


@pytest.fixture
def text_file(tmp_path: Path) -> Callable[..., Path]:
    """Makes a text table from lines, which may be indented."""

    def make(text: str, *, encoding: str = "utf-8", name: str = "tracker.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(textwrap.dedent(text).lstrip("\n").encode(encoding))
        return path

    return make


@pytest.fixture
def planned(workflows: dict[str, Workflow], tmp_path: Path) -> Planner:
    """Plans a file with a mapping given as text, as on 24 November 2026."""

    def make(file: Path, mapping_text: str, today: date = TODAY) -> Intake:
        mapping = read_mapping(tmp_path / "tracker.map.yaml", workflows, textwrap.dedent(mapping_text))
        table = read_table(file, mapping.sheet, mapping.headings_in_row)
        return plan(table, mapping, workflows[mapping.workflow], today)

    return make
