"""What an attack starts from: cases of two teams full of hostile text, and whoever wants to misuse them."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from ehcp_flow.services.accounts import add_account
from ehcp_flow.services.api_tokens import SCOPES, add_token
from ehcp_flow.services.assign import assign
from ehcp_flow.services.calendar_feeds import add_feed
from ehcp_flow.services.correct_event import correct_event
from ehcp_flow.services.office import Office
from ehcp_flow.services.officers import add_officer
from ehcp_flow.services.open_case import NewPerson, open_case
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.sessions import begin_session
from ehcp_flow.services.webhooks import add_webhook
from ehcp_flow.web.app import create_app
from ehcp_flow.web.rules import routes_of, rule_of

TODAY = date(2026, 3, 2)
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}"
NAME = "\"'><script>alert(1)</script>{{7*7}}"  # without spaces, for what may hold none

on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

Browser = Callable[..., TestClient]


@pytest.fixture
def hostile(office: Office, today_is, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """N1 and N2 in North and S1 in South: every field that a person may fill holds a script."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # what is uploaded goes with the test
    today_is(TODAY)
    object.__setattr__(office, "settings", replace(office.settings, webhook_hosts=("127.0.0.1",)))
    add_officer(office, "nora", HOSTILE, "North")
    add_officer(office, "sam", "Sam", "South")
    add_officer(office, NAME, HOSTILE, HOSTILE)
    person = NewPerson(
        HOSTILE, HOSTILE, date(2017, 5, 14), upn=HOSTILE, nhs_number=HOSTILE, sex=HOSTILE, postcode=HOSTILE
    )
    for ref, officer in (("N1", "nora"), ("N2", "nora"), ("S1", "sam"), ("H1", NAME)):
        day = date(2026, 1, 5)
        open_case(
            office,
            "needs_assessment",
            "request_received",
            day,
            {"source": HOSTILE},
            case_ref=ref,
            person=person,
            note=HOSTILE,
        )
        assign(office, ref, officer=officer)
    record_event(office, "N1", "assessment_agreed", date(2026, 2, 1), note=HOSTILE)
    record_event(office, "N1", "advice_requested", date(2026, 2, 2), {"provider": HOSTILE}, note=HOSTILE)
    record_event(office, "N1", "final_plan_sent", date(2026, 2, 3), override=HOSTILE)
    correct_event(office, "N1", 5, happened_on=date(2026, 2, 4), reason=HOSTILE)
    return office


@pytest.fixture
def web(hostile: Office) -> FastAPI:
    """The application."""
    return create_app(hostile)


@pytest.fixture
def browser(hostile: Office, web: FastAPI) -> Browser:
    """Opens browsers: `browser("case_officer", teams=["North"])`, `browser(None)` for a stranger."""

    def make(role: str | None, **facts) -> TestClient:
        client = TestClient(web, raise_server_exceptions=False, follow_redirects=False)
        if role is not None:
            username = facts.pop("username", role)
            add_account(hostile, username, role, **{"teams": ["North"], "name": HOSTILE, **facts})
            client.cookies.set("ehcp_session", begin_session(hostile, username))
        return client

    return make


@pytest.fixture
def senior(browser: Browser) -> TestClient:
    """A senior case manager of every team."""
    return browser("senior_case_manager", teams=["*"], officer="nora")


@pytest.fixture
def admin(hostile: Office, browser: Browser) -> TestClient:
    """An administrator; there are tokens, webhooks and links with hostile labels."""
    client = browser("administrator", teams=[])
    add_account(hostile, "robot", "senior_case_manager", teams=["*"], name=HOSTILE)
    add_token(hostile, "robot", HOSTILE, ["cases"])
    add_webhook(hostile, "http://127.0.0.1:9/", HOSTILE)
    add_feed(hostile, "nora", HOSTILE)
    return client


@pytest.fixture
def program(hostile: Office, web: FastAPI) -> TestClient:
    """A program of North's that may do everything there."""
    add_account(hostile, "northern", "senior_case_manager", teams=["North"])
    client = TestClient(web, raise_server_exceptions=False, follow_redirects=False)
    client.headers["Authorization"] = f"Bearer {add_token(hostile, 'northern', 'x', SCOPES).secret}"
    return client


FILLED = {
    "ref": "N1",
    "case_ref": "N1",
    "clock": "finalise_plan",
    "event": "advice_received",
    "workflow": "needs_assessment",
    "name": "needs_assessment",
    "entry": "1",
    "username": "nora",
    "figure": "timeliness",
}


def routes(web: FastAPI, method: str) -> list[str]:
    """The path of every route that takes the method, as the application declares it."""
    return [route.path for route in routes_of(web) if method in route.methods and rule_of(route) is not None]


def filled(path: str, **instead: str) -> str:
    """A path with its parameters filled in, those named in `instead` with what is given there."""
    values = FILLED | instead
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: values.get(found[1], "x"), path)


def form_token(client: TestClient, page: str = "/account") -> str:
    """The token that forms carry."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found
    return found[1]


def is_clean(answer: Response) -> bool:
    """Whether hostile text stands in the page as text only, and nothing of it was evaluated."""
    page = answer.text
    return not any(
        sign in page
        for sign in ("<script>alert", "<img src=x", "\"'><", "onerror=alert(2)>", ">49<", "<49", "script>49")
    )


def is_admins(path: str) -> bool:
    """Whether a page is for administrators; every other one is tried by the senior case manager."""
    return path.startswith("/admin")
