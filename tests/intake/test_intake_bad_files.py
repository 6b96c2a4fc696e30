"""A file that cannot be read: one clear line that says what happened, why, and what to do next."""

from __future__ import annotations

import io
import os
import random
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from ehcp_flow.errors import BadInput
from ehcp_flow.intake.table import read_table

MakeWorkbook = Callable[..., Path]

FILES = Path(__file__).parent / "files"
ROWS = [["Case No", "Sent"], *([f"NA-{number}", "3/4/25"] for number in range(200))]


def refused(path: Path, **how: object) -> BadInput:
    with pytest.raises(BadInput) as caught:
        read_table(path, **how)  # type: ignore[arg-type]
    error = caught.value
    assert "\n" not in str(error)
    assert error.what
    assert error.next
    return error


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_a_missing_file(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.xlsx").what == f"There is no file {tmp_path / 'none.xlsx'}."


def test_a_folder(tmp_path: Path) -> None:
    assert refused(tmp_path).what == f"{tmp_path} is a folder."


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_we_may_not_read(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", b"a,b\n1,2\n")
    path.chmod(0)
    assert "Permission denied" in refused(path).why


@pytest.mark.parametrize("name", ["t.xlsx", "t.csv", "t.xls", "t.ods", "t.txt"])
@pytest.mark.parametrize("content", [b"", b"\n\n  \r\n", b"\0" * 50])
def test_an_empty_file(tmp_path: Path, name: str, content: bytes) -> None:
    assert refused(written(tmp_path / name, content)).what == f"{name} is empty."


def test_a_workbook_cut_short_anywhere(workbook: MakeWorkbook, tmp_path: Path) -> None:
    content = workbook(ROWS).read_bytes()
    for length in range(8, len(content), 97):
        error = refused(written(tmp_path / "cut.xlsx", content[:length]))
        assert error.what == "cut.xlsx is damaged or was cut short."


def test_an_old_workbook_cut_short_anywhere(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    content = (FILES / "old_1900.xls").read_bytes()
    for length in range(8, len(content) - 512, 97):
        assert "damaged or was cut short" in refused(written(tmp_path / "cut.xls", content[:length])).what
    assert capfd.readouterr() == ("", ""), "the reader of workbooks must not speak for itself"


def test_a_workbook_with_spoilt_bytes_never_fails_in_another_way(workbook: MakeWorkbook, tmp_path: Path) -> None:
    content, chance = workbook(ROWS).read_bytes(), random.Random(5)
    for _ in range(300):
        spoilt = bytearray(content)
        for _ in range(chance.randrange(1, 30)):
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        with suppress(BadInput):
            read_table(written(tmp_path / "spoilt.xlsx", bytes(spoilt)))


def test_a_workbook_protected_by_a_password() -> None:
    error = refused(FILES / "protected.xlsx")
    assert error.what == "protected.xlsx is protected."
    assert "password" in error.why


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w") as package:
        package.writestr("hello.txt", "hello")
    assert refused(tmp_path / "t.xlsx").what == "t.xlsx is damaged or was cut short."


def test_a_workbook_that_would_fill_the_memory(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", b" " * (1 << 20))
    raw = bytearray(content.getvalue())
    directory = raw.find(b"PK\x01\x02")
    raw[directory + 24 : directory + 28] = (0xFFFFFF00).to_bytes(4, "little")
    assert refused(written(tmp_path / "t.xlsx", bytes(raw))).what == "t.xlsx is too large."


def test_a_workbook_renamed_csv(workbook: MakeWorkbook) -> None:
    error = refused(workbook(ROWS, name="tracker.csv"))
    assert str(error) == (
        "tracker.csv is not text. It looks like an Excel workbook renamed to .csv. "
        "Give it back the ending .xlsx (or .xls), or save it from Excel as CSV UTF-8."
    )


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a picture"),
        (b"\xff\xd8\xff\xe0" + bytes(range(256)), "a picture"),
        (b"SQLite format 3\0" + bytes(200), "a database"),
        (b"\x7fELF" + bytes(range(256)) * 4, "a program"),
        (random.Random(1).randbytes(4000), "a binary file"),
    ],
)
def test_a_binary_renamed_csv(tmp_path: Path, content: bytes, what: str) -> None:
    error = refused(written(tmp_path / "t.csv", content))
    assert (error.what, error.why) == ("t.csv is not text.", f"It is {what} renamed to .csv.")


def test_text_renamed_xlsx(tmp_path: Path) -> None:
    assert (
        refused(written(tmp_path / "t.xlsx", b"Case No,Sent\nNA-1,3/4/25\n")).what
        == "t.xlsx is text under the name of a workbook."
    )


def test_a_web_page_that_a_system_calls_excel(tmp_path: Path) -> None:
    error = refused(written(tmp_path / "t.xls", b"<HTML><table><tr><td>Case No</td></tr></table></HTML>"))
    assert error.what == "t.xls is a web page under the name of a workbook."


def test_a_pdf_renamed_xlsx(tmp_path: Path) -> None:
    assert "It is a PDF." in str(refused(written(tmp_path / "t.xlsx", b"%PDF-1.7\n\0\xe2\xe3")))


def test_a_kind_of_file_that_we_do_not_read(tmp_path: Path) -> None:
    assert refused(written(tmp_path / "t.docx", b"PK\x03\x04 hello")).what == "t.docx is not a kind of file we read."


def test_a_sheet_that_is_not_there(workbook: MakeWorkbook) -> None:
    error = refused(workbook(ROWS), sheet="Trakker")
    assert (error.what, error.why) == ("tracker.xlsx has no sheet 'Trakker'.", "Its sheets are 'Tracker'.")


@pytest.mark.parametrize("rows", [[], [["Only a title"]], [["Case No", "Sent"]], [[1, 2], [3, 4]]])
def test_a_workbook_without_a_table(workbook: MakeWorkbook, rows: list[list[object]]) -> None:
    assert refused(workbook(rows)).what == "tracker.xlsx has no table in it."


def test_a_text_file_without_a_table(tmp_path: Path) -> None:
    assert (
        refused(written(tmp_path / "t.txt", b"Dear all,\nplease find.\n")).what
        == "No row of headings was found in t.txt."
    )


@pytest.mark.parametrize("row", [0, 300, (3, 2), (1, 3)])
def test_a_row_of_headings_that_cannot_be(workbook: MakeWorkbook, row: object) -> None:
    error = refused(workbook(ROWS), header_row=row)
    assert "cannot be in row" in error.what
    assert "headings_in_row" in error.next


def test_a_quotation_mark_that_is_never_closed(tmp_path: Path) -> None:
    lines = ["Case No,Note,Sent", "NA-1,hello,3/4/25", 'NA-2,"hello,3/4/25', *(f"NA-{n},,3/4/25" for n in range(3, 60))]
    error = refused(written(tmp_path / "t.csv", "\n".join(lines).encode()))
    assert error.why == "A quotation mark opened in row 3 is never closed."
    lines[1] = 'NA-1,"Jo" said,3/4/25'
    error = refused(written(tmp_path / "t.csv", "\n".join(lines).encode()))
    assert error.why == "A quotation mark opened in row 3 is never closed."


def test_a_quotation_mark_never_closed_in_the_last_row(tmp_path: Path) -> None:
    error = refused(written(tmp_path / "t.csv", b'Case No,Sent\nNA-1,"3/4/25\n'))
    assert error.why == "A quotation mark opened in row 2 is never closed."


def test_utf_16_cut_short(tmp_path: Path) -> None:
    content = "Case No,Sent\nNA-1,3/4/25\n".encode("utf-16")[:-1]
    assert refused(written(tmp_path / "t.csv", content)).what == "t.csv is damaged."
