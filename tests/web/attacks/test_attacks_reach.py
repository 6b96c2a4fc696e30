"""Other teams' cases by guessing, and SQL where text is asked for: nothing is shown that was not meant to be."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

import pytest
from sqlalchemy import text

from ehcp_flow.analytics.figure_table import Column, FigureTable
from ehcp_flow.services.figures_within_reach import within_reach
from ehcp_flow.services.policy import Actor
from tests.web.attacks.conftest import filled, form_token, is_admins, on_sqlite, routes


@pytest.fixture
def north(browser):
    """A case officer of North."""
    return browser("case_officer", teams=["North"], username="norman", name="Norman")


def of_a_case(web, method: str) -> list[str]:
    return [path for path in routes(web, method) if "{ref" in path or "{case_ref" in path]


@on_sqlite
def test_every_page_of_another_teams_case_says_only_whose_it_is(north, web):
    for path in of_a_case(web, "GET"):
        if path.startswith("/api/"):
            continue
        answer = north.get(filled(path, ref="S1", case_ref="S1"))
        assert answer.status_code == 403, path
        for secret in ("2017", "14 May", "requested", "sam", "script&gt;"):
            assert secret not in answer.text.lower(), (path, secret)


@on_sqlite
def test_no_form_reaches_another_teams_case(north, web, hostile):
    before = journal(hostile)
    token = form_token(north)
    for path in of_a_case(web, "POST"):
        if not path.startswith("/api/"):
            answer = north.post(
                filled(path, ref="S1", case_ref="S1", entry="1"),
                data={"csrf_token": token, "to": "nora", "reason": "mine"},
            )
            assert answer.status_code == 403, path
    for path, fields in (
        ("/team/cases", {"cases": "S1", "ref": "S1", "refs": "S1", "to": "nora"}),
        ("/cases/N1/hand-over", {"ref": "S1", "case_ref": "S1"}),
    ):
        north.post(path, data={"csrf_token": token, **fields})
    assert journal(hostile) == before


def journal(office) -> int:
    with office.database.read() as connection:
        return connection.execute(text("SELECT count(*) FROM journal WHERE case_ref IN ('S1', 'H1')")).scalar_one()


@on_sqlite
def test_to_a_program_another_teams_case_is_not_there_at_all(program, web):
    for path in of_a_case(web, "GET"):
        if path.startswith("/api/"):
            there, nowhere = (program.get(filled(path, case_ref=ref)) for ref in ("S1", "S9"))
            assert (there.status_code, nowhere.status_code) == (404, 404), path
            assert there.text.replace("S1", "S9") == nowhere.text
    body = {"event": "assessment_agreed", "happened_on": "2026-03-02"}
    for path in ("/api/v1/cases/S1/events", "/api/v1/cases/S1/events/1/correction"):
        assert program.post(path, json={**body, "reason": "x"}).status_code == 404
        assert program.post(path, json={**body, "reason": "x"}, headers={"Idempotency-Key": "k"}).status_code == 404


def test_no_list_shows_a_program_another_teams_cases(program):
    for path in (
        "/api/v1/cases",
        "/api/v1/due?until=2027-01-01",
        "/api/v1/breaches",
        "/api/v1/observations",
        "/api/v1/observations?format=csv",
    ):
        answer = program.get(path)
        assert answer.status_code == 200
        assert "N2" in answer.text, path
        assert "S1" not in answer.text, path
    assert program.get("/api/v1/cases?team=South").json()["cases"] == []
    assert program.get("/api/v1/cases?officer=sam").json()["cases"] == []
    assert program.get("/api/v1/due?team=South&until=2027-01-01").json()["limits"] == []
    assert program.get("/api/v1/due?as_of=2026-01-20&until=2027-01-01").json()["limits"][0]["case_ref"] in ("N1", "N2")
    assert "S1" not in program.get("/api/v1/due?as_of=2026-01-20&until=2027-01-01").text


@on_sqlite
def test_no_forged_cursor_reaches_another_teams_cases(program):
    from ehcp_flow.web.api_calls.answers import cursor_after

    forged = cursor_after(("R",))
    assert program.get("/api/v1/cases", params={"cursor": forged}).json()["cases"] == []
    forged = cursor_after((date(1900, 1, 1), "", "", "", 0))
    assert "S1" not in program.get("/api/v1/due", params={"cursor": forged, "until": "2027-01-01"}).text
    for cursor in ("x", "W10", "WyJhIiwgImIiXQ", "bnVsbA", "é", "A" * 2_000, "WzFd", "' OR 1=1--"):
        assert program.get("/api/v1/cases", params={"cursor": cursor}).status_code == 422


def test_a_search_finds_only_within_reach(north):
    for typed in ("S1", "script", "14/5/2017", "%", "_1", "*", "S", "1"):
        found = north.post("/search", data={"csrf_token": form_token(north), "typed": typed})
        assert "/cases/S1" not in found.text, typed
        assert found.headers.get("location", "") != "/cases/S1"


SQL = (
    "' OR '1'='1", "'; DROP TABLE journal; --", '" OR ""="', "1); DELETE FROM cases; --", "%' UNION SELECT password_hash FROM account --",
    "' AND 1=CAST((SELECT secret_hash FROM api_token) AS INT) --", "\\'; SELECT pg_sleep(9) --", "N1' || (SELECT '') || '", "x\x00' OR 1=1 --", "%%%___", "😀'",
)  # fmt: skip


def test_sql_is_text_wherever_text_is_asked_for(senior, admin, program, web, hostile):
    before = everything(hostile)
    token = form_token(senior)
    for sql in SQL:
        found = senior.post("/search", data={"csrf_token": token, "typed": sql})
        assert found.status_code in (200, 303, 404, 422), sql
        for path in ("/api/v1/cases", "/api/v1/due", "/api/v1/observations", "/api/v1/kpis"):
            for name in ("team", "officer", "workflow", "state", "clock", "person_ref", "cursor", "kpi"):
                answer = program.get(path, params={name: sql})
                assert answer.status_code in (200, 404, 422), (path, name, sql)
                assert '"case_ref"' not in answer.text, (path, name, sql)
    for sql in SQL[:4]:
        for path in routes(web, "GET"):
            if "{" in path and not path.startswith("/figures"):
                client = program if path.startswith("/api/") else admin if is_admins(path) else senior
                names = (
                    "ref",
                    "case_ref",
                    "clock",
                    "name",
                    "username",
                    "figure",
                    "key",
                    "secret",
                    "event",
                    "workflow",
                    "token",
                )
                answer = client.get(filled(path, **dict.fromkeys(names, quote(sql, safe=""))))
                assert answer.status_code < 500, path
    assert everything(hostile) == before


def everything(office) -> dict[str, int]:
    """How many rows each table holds, but for those that note what was looked at."""
    from sqlmodel import SQLModel

    noted = {"access_log", "web_session", "sign_in_tries"}
    with office.database.read() as connection:
        return {
            name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in SQLModel.metadata.tables
            if name not in noted
        }


@on_sqlite
def test_signing_in_is_not_fooled_by_sql(browser):
    for sql in SQL[::4]:
        stranger = browser(None)
        data = {"csrf_token": form_token(stranger, "/sign-in"), "username": sql, "password": sql}
        answer = stranger.post("/sign-in", data=data)
        assert answer.status_code in (422, 429), sql
        assert stranger.get("/account").status_code == 303


def listing(*refs: str) -> FigureTable:
    columns = (Column("case", "Case", "case"), Column("days", "Days late", "days"))
    return FigureTable("oldest", "Oldest", "Two are late.", "", columns, tuple((ref, 14) for ref in refs))


@on_sqlite
def test_a_figure_whose_rows_are_cases_lists_those_within_reach_only(hostile):
    table = listing("N2", "S1")
    north = Actor("x", "X", "senior_case_manager", teams=frozenset({"North"}))
    found = within_reach(hostile, north, table)
    assert [row[0] for row in found.rows] == ["N2"]
    assert found.notes == ("Cases of other teams are not listed.",)
    assert within_reach(hostile, Actor("x", "X", "analyst", teams=None), table) == table
    for role in ("director", "case_officer"):
        assert within_reach(hostile, Actor("x", "X", role, teams=None), table).rows == ()


@on_sqlite
def test_no_figure_shows_a_program_another_teams_case(program):
    for each in program.get("/api/v1/figures").json()["figures"]:
        answer = program.get(f"/api/v1/figures/{each['figure']}", params={"from": "2026-01-01", "to": "2026-12-31"})
        assert answer.status_code == 200, each["figure"]
        assert "S1" not in answer.text, each["figure"]


@on_sqlite
def test_roles_that_see_no_case_see_none_through_the_api_either(browser, hostile, web):
    from fastapi.testclient import TestClient

    from ehcp_flow.services.accounts import add_account
    from ehcp_flow.services.api_tokens import SCOPES, add_token

    for role in ("director", "administrator", "advice_giver", "analyst"):
        provider = "health" if role == "advice_giver" else None
        add_account(hostile, f"api.{role}", role, teams=[] if role == "administrator" else ["*"], provider=provider)
        client = TestClient(web)
        client.headers["Authorization"] = f"Bearer {add_token(hostile, f'api.{role}', 'x', SCOPES).secret}"
        for path in ("/api/v1/cases", "/api/v1/cases/N1", "/api/v1/cases/N1/events", "/api/v1/due", "/api/v1/breaches"):
            assert client.get(path).status_code == 403, (role, path)
        assert (
            client.post("/api/v1/cases/N1/events", json={"event": "died", "happened_on": "2026-03-02"}).status_code
            == 403
        )
        allowed = role == "analyst"
        assert (client.get("/api/v1/observations").status_code == 200) is allowed
