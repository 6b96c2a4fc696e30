"""Import through pages: a tracker goes in step by step, what is wrong with a file is told, and nobody else sees it."""

from __future__ import annotations

import tempfile
import time
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ehcp_flow.services.office import Office
from ehcp_flow.services.show_case import show_case
from ehcp_flow.today import today
from tests.web.conftest import ClientAs, send

TRACKER = b"""Case No,Surname,Request Rec'd,Final plan Sent
U-1,Pretend,05/01/2026,25/05/2026
U-2,Sham,31/06/2026,
U-3,Madeup,06/01/2026,26/05/2026
U-4,Notreal,07/01/2026,
"""


@pytest.fixture(autouse=True)
def _private_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture
def senior(client_as: ClientAs) -> TestClient:
    return client_as("senior_case_manager", teams=["*"])


def upload(client: TestClient, content: bytes = TRACKER, name: str = "tracker.csv", **files) -> str:
    answer = send(client, "/import", page="/import", files={"file": (name, content), **files})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def result_of(client: TestClient, place: str) -> str:
    for _ in range(400):
        page = client.get(f"{place}/result").text
        if "See how far it is" not in page:
            return page
        time.sleep(0.025)
    raise AssertionError("the work did not end")


def mapping_in(page: str) -> str:
    return unescape(page.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0])


def test_a_tracker_is_uploaded_looked_at_and_imported(senior: TestClient, office: Office) -> None:
    place = upload(senior)
    columns = senior.get(place).text
    assert "Request for an EHC needs assessment received" in columns
    checked = send(senior, f"{place}/check", page=place, mapping=mapping_in(columns), then="check")
    assert checked.headers["location"] == f"{place}/result"
    would = result_of(senior, place)
    assert "3 cases would be opened and 0 changed" in would
    assert "June 2026 has 30 days" in would
    assert senior.get(f"{place}/problems.xlsx").content.startswith(b"PK")
    send(senior, f"{place}/import", page=f"{place}/result", skip_errors="yes")
    assert "Imported" in result_of(senior, place)
    assert show_case(office, "U-1", today()).state.state == "issued"
    again = senior.get(place)
    assert again.headers["location"] == f"{place}/result", "the file itself is gone"


def test_the_description_of_the_columns_serves_the_next_time(senior: TestClient) -> None:
    place = upload(senior)
    saved = senior.get(f"{place}/mapping.yaml")
    assert saved.headers["content-disposition"] == 'attachment; filename="columns.map.yaml"'
    mine = b"# mine\n" + saved.content
    following = upload(senior, mapping=("columns.map.yaml", mine))
    assert mapping_in(senior.get(following).text).startswith("# mine")


def test_a_mapping_with_mistakes_is_shown_again_with_their_lines(senior: TestClient) -> None:
    place = upload(senior)
    wrong = mapping_in(senior.get(place).text).replace("case: Case No", "case: Case Nr") + "<script>alert(1)</script>"
    answer = send(senior, f"{place}/check", page=place, mapping=wrong)
    assert answer.status_code == 422
    assert "Line " in answer.text
    assert "<script>alert" not in answer.text
    assert "<title>Error:" in answer.text


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("tracker.exe", b"MZ", "not a kind of file we read"),
        ("tracker.xlsx", b"<html>not a workbook</html>", "is a web page under the name of a workbook"),
        ("tracker.xlsx", b"PK\x03\x04broken", "tracker.xlsx"),
        ("tracker.csv", b"", "is empty"),
        ("tracker.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "is not text"),
        ("<script>alert(1)</script>.csv", b"", "script_.csv is empty"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_beside_the_field(
    senior: TestClient, name: str, content: bytes, says: str
) -> None:
    answer = send(senior, "/import", page="/import", files={"file": (name, content)})
    assert answer.status_code == 422
    assert says in answer.text
    assert 'id="file-error"' in answer.text
    assert "<script>alert" not in answer.text


def test_no_file_is_told_too(senior: TestClient) -> None:
    answer = send(senior, "/import", page="/import", workflow="needs_assessment")
    assert answer.status_code == 422
    assert "Select a file" in answer.text


def test_more_than_can_be_taken_in_is_refused(senior: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ehcp_flow.services.import_upload.MOST_BYTES", 1_000)
    answer = send(senior, "/import", page="/import", files={"file": ("tracker.csv", b"x" * 2_000)})
    assert answer.status_code == 422
    assert "tracker.csv is too large" in answer.text
    answer = send(senior, "/import", page="/import", files={"file": ("tracker.csv", b"x" * 28_000_000)})
    assert answer.status_code == 413


def test_another_senior_case_manager_does_not_see_the_file(senior: TestClient, client_as: ClientAs) -> None:
    place = upload(senior)
    other = client_as("senior_case_manager", username="bjones", teams=["*"])
    for path in (place, f"{place}/result", f"{place}/mapping.yaml", f"{place}/problems.xlsx"):
        assert other.get(path).status_code == 404
    for path in (f"{place}/import", f"{place}/forget", f"{place}/check"):
        assert send(other, path, mapping="x").status_code == 404
    assert senior.get(place).status_code == 200


@pytest.mark.parametrize("role", ["case_officer", "director", "analyst", "administrator"])
def test_other_roles_cannot_import(client_as: ClientAs, role: str) -> None:
    client = client_as(role)
    assert client.get("/import").status_code == 403
    assert send(client, "/import", files={"file": ("tracker.csv", TRACKER)}).status_code == 403


def test_nothing_is_imported_that_was_not_looked_at(senior: TestClient, office: Office) -> None:
    place = upload(senior)
    assert send(senior, f"{place}/import", page=place).status_code == 422
    assert senior.get(f"{place}/result").headers["location"] == place


def test_a_file_can_be_removed(senior: TestClient) -> None:
    place = upload(senior)
    assert send(senior, f"{place}/forget", page=place).headers["location"] == "/import"
    assert "The file was removed." in senior.get("/import").text
    assert senior.get(place).status_code == 404
