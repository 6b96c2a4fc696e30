"""Files that go out calculate nothing; files that come in are refused with a line, whatever is in them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date
from itertools import count
from time import monotonic, sleep

import openpyxl
import pytest

from ehcp_flow.services.officers import add_officer
from ehcp_flow.services.open_case import open_case
from tests.web.attacks.conftest import filled, form_token, on_sqlite, routes
from tests.web.attacks.test_attacks_reach import everything

pytestmark = on_sqlite

FORMULAS = ("=cmd|'/C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", '=HYPERLINK("https://evil.example","x")')
BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture
def formulas(hostile):
    """Cases held by officers and teams whose names are formulas."""
    for number, formula in enumerate(FORMULAS):
        add_officer(hostile, f"{formula.strip().replace(' ', '')}{number}", formula, formula)
        open_case(
            hostile, "needs_assessment", "request_received", date(2026, 1, 5), {"source": formula},
            case_ref=f"F{number}", officer=f"{formula.strip().replace(' ', '')}{number}",
        )  # fmt: skip
    return hostile


def is_number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", cell) is not None


def test_no_cell_of_a_csv_begins_as_a_formula_does(formulas, senior, web):
    wanted = [
        f"{filled(path)}?by={by}&from=2026-01-01&to=2026-12-31"
        for path in routes(web, "GET")
        if path.endswith(".csv")
        for by in ("team", "officer")
    ]
    assert wanted
    for address in wanted:
        answer = senior.get(address)
        assert answer.status_code == 200, address
        cells = [cell for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))) for cell in row]
        assert [cell for cell in cells if cell.startswith(BEGINS_FORMULA) and not is_number(cell)] == [], address


def test_no_cell_of_a_workbook_is_a_formula(formulas, senior, web):
    wanted = [path for path in routes(web, "GET") if path.endswith("download.xlsx")]
    assert wanted
    for path in wanted:
        answer = senior.get(f"{filled(path)}?by=team&from=2026-01-01&to=2026-12-31")
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
        assert [cell.value for cell in cells if cell.data_type == "f"] == [], path


def test_no_cell_of_the_observations_begins_as_a_formula_does(formulas, program):
    from ehcp_flow.services.accounts import change_account

    change_account(formulas, "northern", teams=["*"])
    answer = program.get("/api/v1/observations", params={"format": "csv"})
    rows = list(csv.reader(io.StringIO(answer.text)))
    cells = [cell for row in rows[1:] for cell in row]
    assert any("cmd|" in cell for cell in cells), "the formulas are there, as text"
    assert [cell for cell in cells if cell.startswith(BEGINS_FORMULA) and not is_number(cell)] == []


def upload(senior, name: str, content: bytes, **more):
    fields = {"csrf_token": form_token(senior), "workflow": "needs_assessment", **more}
    return senior.post("/import", data=fields, files={"file": (name, content, "application/octet-stream")})


def zipped(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/"), text)
    return content.getvalue()


ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><sst><si><t>&e;</t></si></sst>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + number, b"&%c;" % (97 + number) * 10) for number in range(9)
) + b"]><workbook>&j;</workbook>"  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("empty.xlsx", b""),
        ("noise.csv", bytes(range(256)) * 50),
        ("noise.xlsx", bytes(range(256)) * 50),
        ("cut.xlsx", zipped(xl__workbook=b"x")[:60]),
        ("no-workbook.xlsx", zipped(hello=b"x")),
        ("entity.xlsx", zipped(**{"xl__sharedStrings.xml": ENTITY, "xl__workbook.xml": ENTITY})),
        ("laughs.xlsx", zipped(**{"xl__workbook.xml": LAUGHS})),
        ("bomb.xlsx", zipped(**{"xl__workbook.xml": b"<a>" + b" " * 50_000_000})),
        ("climbs.xlsx", zipped(**{"..__..__..__tmp__evil": b"x"})),
        ("script.html", b"<script>alert(1)</script>"),
        ("program.exe", b"MZ" + b"\x00" * 100),
        ("../../../../tmp/evil.csv", b"a,b\n1,2\n"),
        ("..\\..\\evil.csv", b"a,b\n1,2\n"),
        ("x\r\nSet-Cookie: evil=1.csv", b"a,b\n1,2\n"),
        ("nul\x00.csv", b"a,b\n1,2\n"),
        ("long" * 100 + ".csv", b"a,b\n1,2\n"),
        ("wide.csv", b"," * 200_000),
        ("quotes.csv", b'"' * 100_001),
        ("con.csv", b"\xff\xfe\x00\x00" * 100),
        ("one-cell.csv", b"x" * 500_000),
    ],
    ids=map(str, count()),  # not the bytes themselves, some of which are new each time
)
def test_a_hostile_upload_is_refused_or_held_and_writes_nothing(hostile, senior, name, content):
    before = everything(hostile)
    answer = upload(senior, name, content)
    assert answer.status_code in (200, 303, 400, 413, 422), name
    assert "root:" not in answer.text
    assert "Traceback" not in answer.text
    if answer.status_code == 303:
        page = senior.get(answer.headers["location"])
        assert page.status_code in (200, 409, 422)
        assert "<script>alert" not in page.text
        assert "root:" not in page.text
    assert "evil=1" not in str(answer.headers)
    assert everything(hostile) == before


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        ({"Content-Type": "multipart/form-data"}, b"x"),
        ({"Content-Type": "multipart/form-data; boundary="}, b"x"),
        ({"Content-Type": "multipart/form-data; boundary=b"}, b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\ncut off'),
        ({"Content-Type": "multipart/form-data; boundary=b"}, b"--b\r\n" * 5_000),
        ({"Content-Type": "multipart/form-data; boundary=" + "b" * 5_000}, b"x"),
        ({"Content-Type": "application/json"}, b"{"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"&" * 20_000),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"a=1&" * 20_000),
        ({"Content-Type": "\xff\xfe"}, b"x"),
    ],
    ids=map(str, count()),
)  # fmt: skip
def test_a_malformed_form_is_refused_everywhere(senior, browser, headers, content):
    encoded = {name: value.encode("latin-1") for name, value in headers.items()}
    for client, path in (
        (senior, "/import"),
        (senior, "/cases/N1/record/advice_received"),
        (browser(None), "/sign-in"),
    ):
        answer = client.post(path, content=content, headers=encoded)
        assert 400 <= answer.status_code < 500, (path, answer.status_code)


def test_what_is_too_large_is_refused_declared_or_not(senior, browser, program):
    big = b"x" * 1_100_000
    assert senior.post("/cases/N1/record/advice_received", data={"note": big}).status_code == 413
    assert browser(None).post("/sign-in", data={"username": big}).status_code == 413
    answer = program.post(
        "/api/v1/cases/N1/events", content=b'{"event": "' + big + b'"}', headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"

    def undeclared():
        for _ in range(20):
            yield b"x" * 100_000

    chunked = program.post(
        "/api/v1/cases/N1/events", content=undeclared(), headers={"Content-Type": "application/json"}
    )
    assert chunked.status_code == 413


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b"1e999999",
        b'{"event": "x", "happened_on": NaN}',
        b'"\\ud800"',
        b"\xff\xfe{}",
        b"nul",
        b'{"event": 1e400}',
    ],
    ids=map(str, count()),
)
def test_hostile_json_is_a_problem_and_no_crash(program, content):
    answer = program.post("/api/v1/cases/N1/events", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml"]
)
def test_a_body_that_a_form_of_another_site_could_send_is_no_call(program, kind):
    content = b'{"event": "assessment_agreed", "happened_on": "2026-03-02"}'
    assert program.post("/api/v1/cases/N1/events", content=content, headers={"Content-Type": kind}).status_code == 422


def test_the_workbook_of_problems_holds_no_formula(senior):
    rows = [
        ["Reference", "Request received", "Name"],
        *[[f"R{number}", "not a date", formula] for number, formula in enumerate(FORMULAS)],
    ]
    content = io.StringIO()
    csv.writer(content).writerows(rows)
    kept = upload(senior, "tracker.csv", content.getvalue().encode()).headers["location"]
    fields = {"csrf_token": form_token(senior), "mapping": senior.get(f"{kept}/mapping.yaml").text}
    assert senior.post(f"{kept}/check", data=fields).status_code == 303
    deadline = monotonic() + 120
    while (book := senior.get(f"{kept}/problems.xlsx")).status_code == 404 and monotonic() < deadline:
        sleep(0.05)
    sheets = openpyxl.load_workbook(io.BytesIO(book.content)).worksheets
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row]
    assert any("cmd|" in str(cell.value) for cell in cells), "the formulas are there, as text"
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
