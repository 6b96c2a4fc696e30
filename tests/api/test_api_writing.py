"""What programs record: lawful, once, on what they have seen, and within reach; else refused, and nothing written."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import text

from tests.api.conftest import Program, on_sqlite

pytestmark = pytest.mark.usefixtures("two_teams")

AGREED = {"event": "assessment_agreed", "happened_on": "2026-03-02"}


def entries(api, case_ref: str = "N1") -> int:
    return api.get(f"/api/v1/cases/{case_ref}").json()["entries"]


def problem(answer) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == answer.status_code
    assert said["title"]
    return answer.status_code, said["type"].rpartition(":")[2]


def test_an_event_is_recorded_under_the_accounts_name_and_its_clock_stops(program: Program):
    api = program()
    answer = api.post("/api/v1/cases/N1/events", json=AGREED)
    assert answer.status_code == 201
    assert answer.headers["location"] == "/api/v1/cases/N1"
    said = answer.json()
    assert (said["entry"], said["entries"], said["state_before"], said["state_after"]) == (
        3,
        3,
        "requested",
        "assessing",
    )
    clock = next(each for each in said["clocks"] if each["clock"] == "decide_whether_to_assess")
    assert (clock["stopped_on"], clock["outcome"], clock["days_late"]) == ("2026-03-02", "breach", 14)
    assert api.get("/api/v1/cases/N1/events").json()["events"][-1]["recorded_by"] == "program1"


def test_what_is_not_lawful_now_is_refused_with_what_is(program: Program):
    api = program()
    answer = api.post("/api/v1/cases/N1/events", json={"event": "final_plan_sent", "happened_on": "2026-03-02"})
    assert problem(answer) == (409, "not-allowed")
    assert "assessment_agreed" in answer.json()["detail"]
    assert entries(api) == 2


@on_sqlite
@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"event": "assessment_agreed"}, "body.happened_on"),
        ({**AGREED, "happened_on": "2026-02-30"}, "body.happened_on"),
        ({**AGREED, "happened_on": "0001-01-01"}, "body.happened_on"),
        ({**AGREED, "happened_on": 0}, "body.happened_on"),
        ({**AGREED, "happened_on": "0"}, "body.happened_on"),
        ({**AGREED, "happened_on": "2026-03-02T10:00:00Z"}, "body.happened_on"),
        ({**AGREED, "details": {"a": 1}}, "body.details.a"),
        ({**AGREED, "note": "a\x00b"}, "body.note"),
        ({**AGREED, "extra": "x"}, "body.extra"),
        ({**AGREED, "note": "x" * 5_001}, "body.note"),
    ],
)
def test_what_cannot_be_used_is_said_field_by_field_and_never_repeated(program: Program, body, where):
    api = program()
    answer = api.post("/api/v1/cases/N1/events", json=body)
    assert problem(answer) == (422, "bad-input")
    assert [each["where"] for each in answer.json()["errors"]] == [where]
    assert "xxxx" not in answer.text
    assert entries(api) == 2


@on_sqlite
def test_a_day_that_has_not_come_is_refused(program: Program):
    answer = program().post("/api/v1/cases/N1/events", json={**AGREED, "happened_on": "2026-03-03"})
    assert problem(answer) == (422, "bad-input")


def test_the_same_key_writes_once_however_often_it_is_sent(program: Program):
    api, key = program(), {"Idempotency-Key": "0195-a"}
    first = api.post("/api/v1/cases/N1/events", json=AGREED, headers=key)
    again = api.post("/api/v1/cases/N1/events", json=AGREED, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert entries(api) == 3


def test_the_same_key_with_another_request_is_refused(program: Program):
    api, key = program(), {"Idempotency-Key": "0195-a"}
    assert api.post("/api/v1/cases/N1/events", json=AGREED, headers=key).status_code == 201
    other_body = api.post("/api/v1/cases/N1/events", json={**AGREED, "note": "x"}, headers=key)
    other_case = api.post("/api/v1/cases/S1/events", json=AGREED, headers=key)
    assert problem(other_body) == problem(other_case) == (422, "key-used-otherwise")
    assert (entries(api), entries(api, "S1")) == (3, 2)


def test_a_key_is_its_own_tokens_only(program: Program):
    key = {"Idempotency-Key": "1"}
    assert program().post("/api/v1/cases/N1/events", json=AGREED, headers=key).status_code == 201
    assert program().post("/api/v1/cases/S1/events", json=AGREED, headers=key).status_code == 201


def test_a_refusal_is_not_kept_for_it_may_be_right_the_next_time(program: Program, today_is):
    from datetime import date

    api, key = program(), {"Idempotency-Key": "1"}
    tomorrow = {**AGREED, "happened_on": "2026-03-03"}
    assert api.post("/api/v1/cases/N1/events", json=tomorrow, headers=key).status_code == 422
    today_is(date(2026, 3, 3))
    assert api.post("/api/v1/cases/N1/events", json=tomorrow, headers=key).status_code == 201


def test_the_answer_is_kept_with_its_hash_and_without_names(program: Program, office):
    program().post(
        "/api/v1/cases/N1/events", json={**AGREED, "note": "Robin is glad"}, headers={"Idempotency-Key": "1"}
    )
    with office.database.read() as connection:
        row = connection.execute(text("SELECT body, body_hash, status FROM given_answer")).one()
    assert row.status == 201
    assert row.body_hash == hashlib.sha256(row.body.encode()).hexdigest()
    assert "Robin" not in row.body


def test_nobody_writes_over_what_they_have_not_seen(program: Program):
    api = program()
    seen = {"If-Match": api.get("/api/v1/cases/N1").headers["etag"]}
    assert api.post("/api/v1/cases/N1/events", json=AGREED, headers=seen).status_code == 201
    asked = {"event": "advice_requested", "happened_on": "2026-03-02", "details": {"provider": "school"}}
    stale = api.post("/api/v1/cases/N1/events", json=asked, headers=seen)
    assert problem(stale) == (412, "changed-meanwhile")
    right_key_too = api.post("/api/v1/cases/N1/events", json=asked, headers={**seen, "Idempotency-Key": "k"})
    assert problem(right_key_too) == (412, "changed-meanwhile")
    assert entries(api) == 3
    for tag in ('"3"', 'W/"3"', "*"):
        answer = api.post("/api/v1/cases/N1/events", json=asked, headers={"If-Match": tag})
        assert answer.status_code in (201, 409, 412)
    assert entries(api) >= 4
    assert problem(api.post("/api/v1/cases/N1/events", json=asked, headers={"If-Match": "3"})) == (422, "bad-input")


def test_an_entry_is_corrected_and_taken_back_by_further_entries(program: Program):
    api = program()
    api.post("/api/v1/cases/N1/events", json=AGREED)
    right = {"happened_on": "2026-02-10", "reason": "Wrong day typed"}
    answer = api.post("/api/v1/cases/N1/events/3/correction", json=right, headers={"If-Match": '"3"'})
    assert answer.status_code == 201
    clock = next(each for each in answer.json()["clocks"] if each["clock"] == "decide_whether_to_assess")
    assert clock["outcome"] == "in_time"
    stale = api.post(
        "/api/v1/cases/N1/events/4/correction", json={"retract": True, "reason": "x"}, headers={"If-Match": '"3"'}
    )
    assert problem(stale) == (412, "changed-meanwhile")
    gone = api.post("/api/v1/cases/N1/events/4/correction", json={"retract": True, "reason": "It never was"})
    assert (gone.status_code, gone.json()["state_after"]) == (201, "requested")
    assert [each["replaced_by"] for each in api.get("/api/v1/cases/N1/events").json()["events"]].count(None) == 3


def test_a_case_is_opened_and_found_at_its_address(program: Program):
    api = program()
    body = {
        "workflow": "needs_assessment",
        "event": "request_received",
        "happened_on": "2026-03-01",
        "details": {"source": "parent"},
        "person": {"given_name": "Alex", "family_name": "Other", "date_of_birth": "2016-03-01"},
        "team": "North",
        "officer": "nora",
    }
    answer = api.post("/api/v1/cases", json=body, headers={"Idempotency-Key": "open-1"})
    assert answer.status_code == 201
    assert answer.json()["case_ref"] == "NA-2026-0001"
    assert answer.json()["entries"] == 2
    case = api.get(answer.headers["location"]).json()
    assert (case["officer"], case["entries"], case["person"]["family_name"]) == ("nora", 2, "Other")
    assert (
        api.post("/api/v1/cases", json=body, headers={"Idempotency-Key": "open-1"}).json()["case_ref"] == "NA-2026-0001"
    )
    assert len(api.get("/api/v1/cases").json()["cases"]) == 4


def test_a_team_cannot_open_cases_for_another_or_about_its_people(program: Program):
    north = program("case_officer", teams=["North"])
    body = {"workflow": "annual_review", "event": "plan_first_made", "happened_on": "2026-03-01"}
    assert problem(north.post("/api/v1/cases", json={**body, "team": "South"})) == (403, "not-permitted")
    assert problem(north.post("/api/v1/cases", json={**body, "person_ref": "P-S1"})) == (404, "unknown")
    assert problem(north.post("/api/v1/cases", json={**body, "person_ref": "P-NONE"})) == (404, "unknown")
    assert problem(north.post("/api/v1/cases", json={**body, "follows": "S1"})) == (404, "unknown")
    assert (
        north.post("/api/v1/cases", json={**body, "person_ref": "P-N1", "details": {"under_five": "no"}}).status_code
        == 201
    )
    assert len(program().get("/api/v1/cases").json()["cases"]) == 4
