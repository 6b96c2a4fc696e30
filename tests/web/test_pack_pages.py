"""Monthly packs and the recovery plan from pages: made aside, for their owner, without cases for who sees none."""

from __future__ import annotations

import io
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ehcp_flow.services.keep_work import begin_work
from ehcp_flow.services.return_aside import WebPack
from tests.web.conftest import ClientAs, send


@pytest.fixture(autouse=True)
def _private_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def ended(client: TestClient, place: str) -> str:
    for _ in range(1_200):
        page = client.get(place).text
        if "See how far it is" not in page:
            return page
        time.sleep(0.05)
    raise AssertionError("the work did not end")


def test_a_pack_is_made_looked_at_and_downloaded(client_as: ClientAs, story: Callable, today_is: Callable) -> None:
    today_is(date(2026, 11, 26))
    story("NA-1", "2026-01-05 request_received", "2026-02-10 assessment_agreed")
    director = client_as("director")
    answer = send(director, "/figures/packs", month="2026-10-01")
    place = answer.headers["location"]
    page = ended(director, place)
    assert "October 2026" in page
    assert "Report as PDF" in page
    assert director.get(f"{place}/files/ehcp-2026-10-report.pdf").content.startswith(b"%PDF")
    archive = zipfile.ZipFile(io.BytesIO(director.get(f"{place}/pack.zip").content))
    assert "manifest.json" in archive.namelist()
    for name in ("data/observations.csv", "data/cases.parquet"):
        assert name not in archive.namelist()
        assert director.get(f"{place}/files/{name}").status_code == 404
    for name in ("../about.json", "..%2Fabout.json", "/etc/passwd", "manifest.json/../../state.json"):
        assert director.get(f"{place}/files/{name}").status_code == 404
    other = client_as("analyst")
    assert other.get(place).status_code == 404
    assert other.get(f"{place}/pack.zip").status_code == 404
    assert "Ready" in director.get("/figures/packs").text


def test_a_month_that_is_not_offered_is_refused(client_as: ClientAs) -> None:
    answer = send(client_as("analyst"), "/figures/packs", month="2199-01-01")
    assert answer.status_code == 422
    assert "Select a month" in answer.text


def test_a_case_officer_makes_no_pack(client_as: ClientAs) -> None:
    client = client_as("case_officer")
    assert client.get("/figures/packs").status_code == 403
    assert send(client, "/figures/packs", month="2026-10-01").status_code == 403


def pack_with(corrections: str) -> WebPack:
    work = begin_work("d", "return", {"month": "2026-10-01", "publish": False}, datetime(2026, 11, 26, tzinfo=UTC))
    pack = WebPack(work)
    for name, said in {
        "data/data_dictionary.csv": "file,column,title,kind\nflow,month,Month,month\nreceipt_corrections,case,Case,case\n",
        "data/receipt_corrections.csv": f"case\n{corrections}",
        "data/receipt_corrections.parquet": "",
        "data/flow.csv": "month\n2026-10\n",
        "data/cases.csv": "case_ref\nNA-1\n",
        "ehcp-2026-10-report.pdf": "%PDF",
        "manifest.json": "{}",
    }.items():
        path = pack.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(said, encoding="utf-8")
    return pack


def test_files_that_list_cases_are_left_out_and_reports_only_when_they_do_too() -> None:
    assert [each.name for each in pack_with("").files(with_cases=False)] == [
        "ehcp-2026-10-report.pdf",
        "manifest.json",
        "data/data_dictionary.csv",
        "data/flow.csv",
    ]
    with_some = [each.name for each in pack_with("NA-1\n").files(with_cases=False)]
    assert with_some == ["manifest.json", "data/data_dictionary.csv", "data/flow.csv"]
    assert len(pack_with("NA-1\n").files(with_cases=True)) == 7


def test_a_recovery_plan_without_history_says_that_there_is_none(client_as: ClientAs) -> None:
    director = client_as("director")
    place = send(director, "/figures/recovery", target="80", months="6").headers["location"]
    assert "There is no forecast" in ended(director, place)
    assert client_as("analyst").get(place).status_code == 404


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"target": "lots", "months": "6"}, "The share must be a number from 1 to 100"),
        ({"target": "180", "months": "6"}, "The share must be a number from 1 to 100"),
        ({"target": "80", "months": "600"}, "Select how many months ahead"),
        ({"months": "6", "by_date-day": "31", "by_date-month": "6", "by_date-year": "2027"}, "must be a real date"),
    ],
)
def test_a_target_that_makes_no_sense_is_told_beside_its_field(client_as: ClientAs, fields: dict, says: str) -> None:
    answer = send(client_as("director"), "/figures/recovery", **fields)
    assert answer.status_code == 422
    assert says in answer.text
