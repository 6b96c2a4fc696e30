"""The monthly return as a whole, on both databases: made, made again, refused, signed, checked."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from ehcp_flow.errors import BadInput, NotAllowed
from ehcp_flow.services.assign import assign
from ehcp_flow.services.caseload import caseload
from ehcp_flow.services.caseload_known import caseloads_known
from ehcp_flow.services.keep_return import check_pack, sign_pack
from ehcp_flow.services.monthly_return import judged_on, make_monthly_return
from ehcp_flow.services.officers import add_officer
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.report_figures import FigureRequest, figure_tables, frames_for

AUGUST = date(2025, 8, 1)
LATER = datetime(2025, 9, 3, 2, 30, tzinfo=UTC)


@pytest.fixture
def population(story, today_is):
    """Four requests; the 20 weeks of A, B and C end on 20 August 2025, those of D on 28 August."""
    today_is(date(2025, 8, 31))
    for case, sent in (("A", "2025-08-20"), ("B", "2025-08-21"), ("C", None)):
        lines = ["2025-04-02 request_received", "2025-05-14 assessment_agreed", "2025-07-01 draft_plan_sent"]
        story(case, *lines, *([f"{sent} final_plan_sent"] if sent else []))
    story("D", "2025-04-10 request_received", "2025-05-22 assessment_agreed")


@pytest.fixture
def made(office, population, tmp_path):
    """Makes the pack for August 2025 on 3 September: `made("first", known_at=…)`."""

    def make(name: str, **asked):
        asked = {"now": LATER, "today": date(2025, 9, 3), **asked}
        return make_monthly_return(office, AUGUST, tmp_path / name, **asked)

    return make


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def without_run(files: dict[str, bytes]) -> dict[str, object]:
    said = json.loads(files["manifest.json"])
    return {**files, "manifest.json": {name: value for name, value in said.items() if name != "run"}}


def test_a_pack_made_again_is_the_same_but_for_its_run_stamp(made, office, today_is, tmp_path):
    first = made("first")
    today_is(date(2025, 10, 1))
    record_event(office, "C", "final_plan_sent", date(2025, 8, 20))  # typed in late: no matter for what was known then
    known_at = datetime.fromisoformat(json.loads((first.folder / "manifest.json").read_bytes())["known_at"])
    again = made("again", now=datetime(2025, 10, 2, 9, tzinfo=UTC), today=date(2025, 10, 2), known_at=known_at)
    assert without_run(contents(again.folder)) == without_run(contents(first.folder))
    assert again.pack == first.pack
    assert contents(again.folder)["manifest.json"] != contents(first.folder)["manifest.json"]


def test_what_the_pack_says_of_august(made):
    found = made("pack")
    assert found.is_new
    assert (found.facts.as_of, found.facts.authority) == (date(2025, 9, 1), "Madeupshire")
    assert "50.0% of the plans issued were in time (1 of 2)" in found.principal[0]
    assert "25.0% of the plans due (1 of 4)" in found.principal[0]
    cases = pl.read_parquet(found.folder / "data/cases.parquet")
    of_august = cases.filter(figure="timeliness", row="2025-08")
    assert of_august.filter(column="due_of")["case_ref"].to_list() == ["A", "B", "C", "D"]
    assert of_august.filter(column="issued_in_time")["case_ref"].to_list() == ["A"]
    observed = pl.read_parquet(found.folder / "data/observations.parquet")
    row = observed.filter(case_ref="B", clock="finalise_plan").row(0, named=True)
    assert (row["due_on"], row["outcome"], row["days_late"]) == (date(2025, 8, 20), "breach", 1)
    names = {path.name for path in found.folder.iterdir()}
    assert {"ehcp-2025-08-report.pdf", "ehcp-2025-08-report.html", "ehcp-2025-08-figures.xlsx"} <= names


def test_a_folder_with_another_pack_is_never_written_over(made):
    first = made("pack")
    assert made("pack").is_new is False  # the very same: it stays as it is
    before = contents(first.folder)
    with pytest.raises(NotAllowed, match="holds another pack: for 2025-08, as it stood on 2025-09-01"):
        made("pack", as_of=date(2025, 8, 31))
    assert contents(first.folder) == before
    (first.folder.parent / "mine").mkdir()
    (first.folder.parent / "mine" / "letter.txt").write_text("Dear council")
    with pytest.raises(NotAllowed, match="is no pack"):
        made("mine")


def test_what_cannot_be_asked_for(made, office, tmp_path):
    with pytest.raises(BadInput, match="2025-08 cannot be judged as of 2025-07-31"):
        made("pack", as_of=date(2025, 7, 31))
    with pytest.raises(BadInput, match="has not come yet"):
        made("pack", as_of=date(2025, 9, 4))
    with pytest.raises(BadInput, match="2025-10 has not begun"):
        make_monthly_return(office, date(2025, 10, 1), tmp_path / "pack", LATER, date(2025, 9, 3))
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot be written"):
        made("file/pack")
    assert not [path for path in tmp_path.rglob("*") if path.suffix == ".part"]


def test_a_published_pack_names_no_case_and_no_officer_and_gives_no_small_number(made, tmp_path):
    found = made("published", publish=True)
    names = contents(found.folder)
    assert not [name for name in names if "observations" in name or "cases" in name or "caseload" in name]
    timeliness = pl.read_parquet(found.folder / "data/timeliness.parquet").filter(month="2025-08").row(0, named=True)
    assert (timeliness["issued_in_time"], timeliness["due_percent"]) == (None, None)
    assert "withheld" in found.principal[0]
    assert b"publication: small numbers taken out" in names["ehcp-2025-08-report.html"]


@pytest.mark.parametrize(
    ("first", "today", "day"),
    [
        (date(2025, 8, 1), date(2025, 9, 3), date(2025, 9, 1)),  # the day after: limits of 31 August are decided
        (date(2025, 8, 1), date(2025, 8, 31), date(2025, 8, 31)),
        (date(2025, 8, 1), date(2025, 8, 12), date(2025, 8, 12)),  # the month is not over
        (date(2024, 2, 1), date(2024, 3, 1), date(2024, 3, 1)),
    ],
)
def test_the_day_a_month_is_judged_for(first, today, day):
    assert judged_on(first, today) == day


@pytest.fixture
def pack(made):
    return made("pack").folder


def test_a_pack_is_signed_and_the_signature_changes_nothing_in_it(pack):
    before = contents(pack)
    sign_pack(pack, "D Director", datetime(2025, 9, 4, 10, tzinfo=UTC), "Seen with the board")
    sign_pack(pack, "L Member", datetime(2025, 9, 5, 10, tzinfo=UTC))
    found = check_pack(pack)
    assert (found.problems, [each["name"] for each in found.signatures]) == ((), ["D Director", "L Member"])
    assert found.signatures[0]["pack"] == json.loads(before["manifest.json"])["pack"]
    assert {name: content for name, content in contents(pack).items() if name != "signed_off.json"} == before
    with pytest.raises(NotAllowed, match="D Director has signed this pack already"):
        sign_pack(pack, "D Director", datetime(2025, 9, 6, 10, tzinfo=UTC))
    with pytest.raises(BadInput, match="signed by somebody"):
        sign_pack(pack, "  ", datetime(2025, 9, 6, 10, tzinfo=UTC))


def test_every_change_to_a_pack_shows(pack, tmp_path):
    csv = "data/timeliness.csv"
    changes = {
        csv: lambda folder: (folder / csv).write_bytes(b"month\r\n"),
        "data/cases.parquet": lambda folder: (folder / "data/cases.parquet").unlink(),
        "data/mine.csv": lambda folder: (folder / "data/mine.csv").write_text("1"),
        "manifest.json": lambda folder: _rewrite(folder / "manifest.json", "as_of", "2025-08-30"),
    }
    for number, (name, change) in enumerate(changes.items()):
        copy = Path(shutil.copytree(pack, tmp_path / f"copy{number}"))
        change(copy)
        assert [problem.partition(":")[0] for problem in check_pack(copy).problems] == [name]
        with pytest.raises(NotAllowed, match="is not as it was made"):
            sign_pack(copy, "D Director", LATER)
    signed = Path(shutil.copytree(pack, tmp_path / "signed"))
    sign_pack(signed, "D Director", LATER)
    _rewrite(signed / "signed_off.json", "signatures", [{"name": "D Director", "pack": "0"}])
    assert check_pack(signed).problems == ("signed_off.json: D Director signed another pack, not this one.",)


def _rewrite(path: Path, key: str, value: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), key: value}))


def test_what_is_no_pack_is_told_in_one_line(tmp_path):
    with pytest.raises(BadInput, match=r"is no pack: there is no manifest.json in it"):
        check_pack(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(BadInput, match="It is damaged"):
        check_pack(tmp_path)


def test_a_formula_typed_into_a_record_stays_text_in_every_file(office, story, today_is, tmp_path):
    today_is(date(2025, 8, 31))
    story(
        "A", "2025-04-02 request_received", "2025-05-14 assessment_agreed", "2025-07-01 advice_requested provider==1+1"
    )
    office = replace(office, settings=replace(office.settings, authority="=2+2"))
    folder = make_monthly_return(office, AUGUST, tmp_path / "pack", LATER, date(2025, 9, 3)).folder
    text = (folder / "data/observations.csv").read_text(encoding="utf-8-sig")
    assert ",'=1+1," in text
    assert ",=1+1" not in text
    book = openpyxl.load_workbook(folder / "ehcp-2025-08-figures.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    assert {"=1+1", "=2+2"} <= {cell.value for cell in cells}


def test_caseloads_from_the_frames_are_those_that_are_counted(office, population):
    day = date(2025, 8, 31)
    frames = frames_for(office, FigureRequest(AUGUST, day, day), ())
    assert caseloads_known(office, day, frames) == caseload(office, day).caseloads
    earlier = date(2025, 8, 20)
    frames = frames_for(office, FigureRequest(AUGUST, earlier, earlier), ())
    assert caseloads_known(office, earlier, frames) == caseload(office, earlier).caseloads


def test_a_caseload_of_a_day_gone_by_does_not_know_of_a_case_handed_over_since(office, population, today_is):
    add_officer(office, "navy", "Navy Pretend", "North")
    then, last = datetime(2025, 8, 31, 18, tzinfo=UTC), date(2025, 8, 31)
    today_is(date(2025, 9, 20))
    assign(office, "C", "navy")

    def held(known_at, team=None):
        (found,) = figure_tables(office, FigureRequest(AUGUST, last, last, known_at, team=team), ["caseload"])
        return {row[found.column("officer")]: row[found.column("cases")] for row in found.rows}

    assert held(None)["Navy Pretend"] == 1
    assert held(datetime(2025, 9, 21, tzinfo=UTC)) == held(None)
    assert held(then)["Navy Pretend"] == 0
    assert held(datetime(2025, 9, 21, tzinfo=UTC), "North") == held(None, "North")
