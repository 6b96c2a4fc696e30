"""The observations as files: the same from the table and from the journal, whole or not there, safe in a spreadsheet."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from ehcp_flow.analytics.observations import COLUMNS
from ehcp_flow.errors import BadInput, UnknownName
from ehcp_flow.services.assign import assign
from ehcp_flow.services.export_observations import export_observations, write_new
from ehcp_flow.services.observe import observations
from ehcp_flow.services.officers import add_officer
from ehcp_flow.services.return_observations import described_observations

PAGE = Path(__file__).parents[2] / "docs" / "observations.md"


@pytest.fixture
def two_cases(office, story):
    add_officer(office, "asmith", "Amber Smith", "=North")
    story(
        "X1",
        "2025-04-02 request_received",
        "2025-05-14 assessment_agreed",
        "2025-05-20 advice_requested provider=school",
    )
    story("X2", "2025-04-03 request_received", "2025-05-20 assessment_refused")
    assign(office, "X1", "asmith")
    return office


def rows(office, day, known_at=None, **options):
    made = export_observations(office, day, known_at, file_format="parquet", **options)
    return pl.read_parquet(io.BytesIO(made.content))


@pytest.mark.parametrize("day", [date(2025, 4, 30), date(2025, 5, 20), date(2025, 8, 21)])
def test_every_observation_is_there_as_the_engine_judges_it(two_cases, day):
    found = rows(two_cases, day)
    assert tuple(found.columns) == COLUMNS
    by_the_engine = [tuple(getattr(each, name) for name in COLUMNS) for each in observations(two_cases, day)]
    assert sorted(found.rows(), key=str) == sorted(by_the_engine, key=str)


def test_what_was_not_yet_recorded_is_not_in_it(two_cases):
    made = export_observations(two_cases, date(2025, 8, 21), datetime(2025, 1, 1, tzinfo=UTC))
    assert (made.observations, made.cases) == (0, 0)
    assert made.content.decode("utf-8-sig").strip() == ",".join(COLUMNS)


def test_one_process_can_be_asked_for_and_a_mistyped_one_is_said(two_cases):
    assert len(rows(two_cases, date(2025, 8, 21), workflow="annual_review")) == 0
    with pytest.raises(UnknownName, match="needs_assesment"):
        export_observations(two_cases, date(2025, 8, 21), workflow="needs_assesment")


def test_a_spreadsheet_takes_no_cell_for_a_formula(two_cases):
    content = export_observations(two_cases, date(2025, 8, 21)).content
    assert content.startswith(b"\xef\xbb\xbf")
    assert ",'=North," in content.decode("utf-8-sig")
    assert ",=North," not in content.decode("utf-8-sig")


def test_a_file_is_never_written_over_and_none_is_half_written(tmp_path):
    write_new(tmp_path / "a.csv", b"1")
    with pytest.raises(BadInput, match="There is a file"):
        write_new(tmp_path / "a.csv", b"2")
    with pytest.raises(BadInput, match="cannot be written"):
        write_new(tmp_path / "nowhere" / "a.csv", b"2")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("a.csv", b"1")]


def test_the_page_describes_every_column_in_its_order():
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert lines == [f"| `{each.column}` | {each.meaning} | {each.unit} |" for each in described_observations()]
    assert [line.split("`")[1] for line in lines] == list(COLUMNS)
