"""What programs read: cases, journals, limits, figures; page by page, and only what their token and account reach."""

from __future__ import annotations

import io

import polars as pl
import pytest

from ehcp_flow.services.record_event import record_event
from tests.api.conftest import TODAY, Program, on_sqlite

pytestmark = pytest.mark.usefixtures("two_teams")


@on_sqlite
def test_a_program_is_told_whom_it_acts_for(program: Program):
    said = program("case_officer", scopes=["cases"], teams=["North"]).get("/api/v1/token").json()
    assert (said["account"], said["role"], said["scopes"]) == ("program1", "case_officer", ["cases"])
    assert (said["teams"], said["sees_names"]) == (["North"], False)


def test_cases_come_a_page_at_a_time_and_each_once(program: Program):
    api, seen, cursor = program(), [], None
    while True:
        page = api.get("/api/v1/cases", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [each["case_ref"] for each in page["cases"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == ["N1", "S1", "U1"]


def test_cases_are_narrowed_by_what_is_asked(program: Program):
    api = program()
    found = api.get("/api/v1/cases", params={"team": "North", "workflow": "needs_assessment", "ended": False}).json()
    assert [(each["case_ref"], each["officer"], each["entries"]) for each in found["cases"]] == [("N1", "nora", 2)]


@on_sqlite
@pytest.mark.parametrize(
    ("asked", "says"), [({"team": "Noth"}, "no team Noth"), ({"workflow": "x"}, "x"), ({"offcer": "nora"}, "")]
)
def test_a_mistyped_question_is_refused_and_no_empty_list(program: Program, asked, says):
    answer = program().get("/api/v1/cases", params=asked)
    assert answer.status_code in (404, 422)
    assert says in answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@on_sqlite
def test_a_case_says_where_it_stands_and_what_may_come_next(program: Program):
    said = program().get("/api/v1/cases/N1").json()
    assert (said["state"], said["officer"], said["as_of"]) == ("requested", "nora", "2026-03-02")
    assert "assessment_agreed" in said["next_events"]
    due = {each["clock"]: (each["due_on"], each["outcome"], each["days_late"]) for each in said["clocks"]}
    assert due["decide_whether_to_assess"] == ("2026-02-16", "breach", 14)
    assert due["finalise_plan"] == ("2026-05-25", "running", 0)


def test_names_and_notes_are_for_tokens_that_are_good_for_names(program: Program):
    with_names, without = program(), program(scopes=["cases"])
    assert with_names.get("/api/v1/cases/N1").json()["person"]["given_name"] == "Robin"
    assert with_names.get("/api/v1/cases/N1/events").json()["events"][0]["note"] == "Robin's mother rang"
    for path in (
        "/api/v1/cases/N1",
        "/api/v1/cases/N1/events",
        "/api/v1/cases/N1/clocks",
        "/api/v1/cases",
        "/api/v1/due",
    ):
        answer = without.get(path)
        assert answer.status_code == 200
        assert "Robin" not in answer.text


def test_free_text_of_a_detail_is_withheld_like_a_note(program: Program, office):
    details = {
        "exception": "personal_circumstances",
        "clock": "finalise_plan",
        "evidence": "letter from Robin's mother",
    }
    record_event(office, "N1", "exception_recorded", TODAY, details)
    said = program(scopes=["cases"]).get("/api/v1/cases/N1/events").json()["events"][-1]["details"]
    assert said == {"exception": "personal_circumstances", "clock": "finalise_plan", "evidence": "(withheld)"}
    assert "letter" in program().get("/api/v1/cases/N1/events").text


def test_a_case_as_it_was_known_on_a_past_day(program: Program):
    said = program().get("/api/v1/cases/N1", params={"as_of": "2026-01-10"}).json()
    assert {each["outcome"] for each in said["clocks"]} == {"running"}
    before = program().get("/api/v1/cases/N1/events", params={"known_at": "2026-01-01T00:00:00Z"}).json()
    assert before["events"] == []


def test_limits_due_come_the_longest_overdue_first_page_by_page(program: Program):
    api, seen, cursor = program(), [], None
    while True:
        asked = {"limit": 2, "until": "2026-12-31"} | ({"cursor": cursor} if cursor else {})
        page = api.get("/api/v1/due", params=asked).json()
        seen += [(each["due_on"], each["case_ref"], each["clock"]) for each in page["limits"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == sorted(set(seen))
    assert len(seen) == 9
    assert seen[0] == ("2026-02-16", "N1", "decide_whether_to_assess")


def test_limits_due_on_a_day_gone_by_are_paged_alike(program: Program, office, today_is):
    record_event(office, "N1", "assessment_agreed", TODAY)
    asked = {"as_of": "2026-02-20", "until": "2026-12-31", "limit": 1}
    first = program().get("/api/v1/due", params=asked).json()
    second = program().get("/api/v1/due", params={**asked, "cursor": first["next"]}).json()
    assert first["limits"][0]["case_ref"] == "N1"
    assert first["limits"][0]["clock"] == "decide_whether_to_assess"
    assert second["limits"][0]["case_ref"] == "S1"


def test_breaches_are_the_limits_that_are_broken(program: Program):
    found = program().get("/api/v1/breaches").json()["limits"]
    assert [(each["case_ref"], each["days_late"]) for each in found] == [("N1", 14), ("S1", 14), ("U1", 14)]


def test_figures_need_the_scope_and_name_no_case(program: Program):
    api = program("director", scopes=["figures"])
    asked = {"from": "2026-01-01", "to": "2026-02-28", "kpi": "decisions_within_6_weeks"}
    answer = api.get("/api/v1/kpis", params=asked)
    assert [(each["numerator"], each["denominator"], each["open_overdue"]) for each in answer.json()["kpis"]] == [
        (0, 0, 3)
    ]
    assert "N1" not in answer.text
    first = api.get("/api/v1/figures").json()["figures"][0]["figure"]
    table = api.get(f"/api/v1/figures/{first}", params={"from": "2026-01-01", "to": "2026-02-28"}).json()
    assert len(table["rows"][0]) == len(table["columns"])
    assert table["message"]


def test_observations_are_the_same_in_every_form(program: Program):
    api = program("analyst", scopes=["observations"])
    rows = api.get("/api/v1/observations").json()["observations"]
    csv = api.get("/api/v1/observations", params={"format": "csv"})
    parquet = api.get("/api/v1/observations", params={"format": "parquet"})
    assert csv.headers["content-disposition"] == 'attachment; filename="observations-2026-03-02.csv"'
    assert (
        len(rows) == len(pl.read_csv(io.BytesIO(csv.content))) == len(pl.read_parquet(io.BytesIO(parquet.content))) > 9
    )
    assert pl.read_parquet(io.BytesIO(parquet.content)).columns == list(rows[0])
    assert {each["case_ref"] for each in rows} == {"N1", "S1", "U1"}


def test_what_has_not_changed_is_not_sent_again(program: Program, office):
    api = program()
    for path in (
        "/api/v1/cases/N1",
        "/api/v1/cases/N1/events",
        "/api/v1/cases",
        "/api/v1/due",
        "/api/v1/workflows",
        "/api/v1/kpis",
    ):
        tag = api.get(path).headers["etag"]
        again = api.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b""), path
    tag = api.get("/api/v1/cases/N1").headers["etag"]
    record_event(office, "N1", "assessment_agreed", TODAY)
    assert api.get("/api/v1/cases/N1", headers={"If-None-Match": tag}).status_code == 200


def test_who_read_a_case_through_the_api_is_on_the_access_log(program: Program, office):
    from ehcp_flow.services.access_report import access_report

    program().get("/api/v1/cases/N1")
    assert [(line.username, line.what) for line in access_report(office, "N1").lines] == [("program1", "case (API)")]


def test_a_reference_with_a_slash_has_an_address(program: Program, story):
    story("NA/2026/7", "2026-01-05 request_received source=parent")
    assert program().get("/api/v1/cases/NA~2026~7").json()["case_ref"] == "NA/2026/7"
    assert len(program().get("/api/v1/cases/NA~2026~7/events").json()["events"]) == 1
