"""Every route × role × scope: what nobody decided about is not served, what is refused is refused at the door."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient

from ehcp_flow.services.accounts import add_account
from ehcp_flow.services.assign import assign
from ehcp_flow.services.office import Office
from ehcp_flow.services.officers import add_officer
from ehcp_flow.services.policy import PERMISSIONS, PUBLIC, ROLES, Actor, NotPermitted, NotSignedIn, may, must_be_allowed
from ehcp_flow.services.sessions import begin_session, find_session
from ehcp_flow.web.app import create_app
from ehcp_flow.web.rules import must_all_have_rules, routes_of, rule_of
from tests.web.conftest import ClientAs

# Said once more, in other words than the policy's own: a permission given to another role by mistake fails here.
EVERYBODY = {"account.own", "law.read"}
CASEWORK = EVERYBODY | {
    "work.read", "case.read", "case.record", "case.hand_over", "case.break_glass", "person.search", "feed.own",
    "team.read", "advice.read", "figures.read",
}  # fmt: skip
MAY = {
    "case_officer": CASEWORK,
    "senior_case_manager": CASEWORK
    | {"team.manage", "figures.cases", "figures.packs", "import.run", "access.report"},
    "director": EVERYBODY | {"figures.read", "figures.packs"},
    "analyst": EVERYBODY | {"figures.read", "figures.cases", "figures.packs"},
    "advice_giver": EVERYBODY | {"advice.read"},
    "administrator": EVERYBODY
    | {"admin.users", "admin.calendar", "admin.settings", "admin.runs", "admin.tokens", "admin.webhooks"},
}  # fmt: skip
NOT_PAGES = ("/api/", "/static/")
"""The interface for programs asks for tokens; its own tests walk it."""


@pytest.fixture
def database_kind() -> str:
    """One kind is enough: what is walked here is decided before the database is asked."""
    return os.environ.get("EHCP_TEST_DATABASES", "sqlite").partition(",")[0]


def test_each_role_may_do_what_is_written_here_and_nothing_else() -> None:
    assert set(MAY) == set(ROLES)
    granted = {role: {name for name, roles in PERMISSIONS.items() if role in roles} for role in ROLES}
    assert granted == MAY


def test_what_the_policy_does_not_know_is_held_by_nobody() -> None:
    for role in ROLES:
        assert not may(Actor("x", "X", role), "case.destroy")
        assert not may(Actor("x", "X", "emperor"), "case.read")
    assert not may(None, "account.own")
    assert may(None, PUBLIC)


def test_a_refusal_says_the_role_and_what_to_do() -> None:
    with pytest.raises(NotPermitted, match=r"Director \(figures only\).*ask your administrator"):
        must_be_allowed(Actor("x", "X", "director"), "case.read")
    with pytest.raises(NotSignedIn):
        must_be_allowed(None, "case.read")


def test_the_application_does_not_start_with_a_route_that_has_no_rule(office: Office) -> None:
    app = create_app(office)
    router = APIRouter()

    @router.get("/forgotten")
    async def forgotten() -> None: ...

    app.router.routes.extend(router.routes)
    with pytest.raises(ValueError, match="/forgotten"):
        must_all_have_rules(app)


@pytest.fixture
def two_teams(office: Office, story: Callable[..., Any]) -> Office:
    """An office with a case in North, held by nora, and one in South, held by sam; N-1 and S-1."""
    for username, team in (("nora", "North"), ("sam", "South")):
        add_officer(office, username, username.title(), team)
    for ref, username in (("N-1", "nora"), ("S-1", "sam")):
        story(ref, "2026-01-05 request_received source=parent")
        assign(office, ref, officer=username)
    return office


@pytest.fixture
def app_and_sessions(two_teams: Office) -> Iterator[tuple[TestClient, dict[str | None, tuple[str, str]]]]:
    """The application, and for each role a session of an account for North, with the token of its forms."""
    sessions: dict[str | None, tuple[str, str]] = {}
    for role in ROLES:
        teams = ["North"] if role != "administrator" else []
        add_account(two_teams, role, role, teams=teams, provider="health" if role == "advice_giver" else None)
        secret = begin_session(two_teams, role)
        found = find_session(two_teams, secret)
        assert found
        sessions[role] = (secret, found.csrf)
    with TestClient(create_app(two_teams), follow_redirects=False) as client:
        yield client, sessions


def address(path: str, case_ref: str) -> str:
    """A path with its parameters filled in."""
    filled = re.sub(r"\{(ref|case_ref)(:\w+)?\}", case_ref, path)
    return re.sub(r"\{\w+(:\w+)?\}", "1", filled)


def ask(client: TestClient, method: str, path: str, session: tuple[str, str] | None) -> Any:
    client.cookies.clear()
    headers = {}
    if session:
        client.cookies.set("ehcp_session", session[0])
        headers = {"X-CSRF-Token": session[1]}
    return client.request(method, path, headers=headers)


def is_refused(answer: Any, role: str | None) -> bool:
    if role is None:
        return answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
    return answer.status_code == 403


def pages(client: TestClient) -> list[tuple[str, Any, Any]]:
    """Each method and route of the pages, with its rule."""
    return [
        (method, route, rule_of(route))
        for route in routes_of(client.app)  # type: ignore[arg-type]
        if not route.path.startswith(NOT_PAGES)
        for method in sorted(route.methods - {"HEAD"})
    ]


def test_every_page_is_refused_to_whoever_does_not_hold_its_permission(app_and_sessions) -> None:
    client, sessions = app_and_sessions
    wrong = []
    for method, route, rule in pages(client):
        for role in (None, *ROLES):
            allowed = rule.permission == PUBLIC or (role is not None and rule.permission in MAY[role])
            if not allowed:
                answer = ask(client, method, address(route.path, "N-1"), sessions.get(role))
                wrong += [(method, route.path, role, answer.status_code)] if not is_refused(answer, role) else []
    assert wrong == []


def test_every_page_that_may_be_looked_at_is_shown(app_and_sessions) -> None:
    client, sessions = app_and_sessions
    wrong = []
    for method, route, rule in pages(client):
        for role in ROLES:
            if method == "GET" and rule.permission in MAY[role]:
                answer = ask(client, method, address(route.path, "N-1"), sessions[role])
                is_wrong = (answer.status_code == 403 and "Your role is" in answer.text) or answer.headers.get(
                    "location", ""
                ).startswith("/sign-in")
                wrong += [(route.path, role, answer.status_code)] if is_wrong else []
    assert wrong == []


def test_every_page_of_a_case_is_refused_for_another_teams_case(app_and_sessions) -> None:
    client, sessions = app_and_sessions
    walked, wrong = set(), []
    for method, route, rule in pages(client):
        if re.search(r"\{(ref|case_ref)(:\w+)?\}", route.path):
            walked.add(route.path)
            for role in ROLES:
                if rule.permission in MAY[role]:
                    answer = ask(client, method, address(route.path, "S-1"), sessions[role])
                    wrong += [(method, route.path, role, answer.status_code)] if answer.status_code != 403 else []
    assert wrong == []
    assert len(walked) > 3


def test_every_form_is_refused_without_its_token(app_and_sessions) -> None:
    client, sessions = app_and_sessions
    wrong = []
    for method, route, rule in pages(client):
        if method == "GET":
            continue
        holder = next((role for role in ROLES if rule.permission in MAY[role]), None)
        session = sessions.get(holder)
        for token in ("", "x" * 43, sessions["director"][1]):
            forged = (session[0], token) if session else None
            answer = ask(client, method, address(route.path, "N-1"), forged)
            wrong += [(method, route.path, token, answer.status_code)] if answer.status_code != 403 else []
    assert wrong == []


def test_a_form_from_another_site_is_refused_even_with_its_token(client_as: ClientAs) -> None:
    client = client_as("case_officer")
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)
    assert token
    sent = {"csrf_token": token[1]}
    assert client.post("/sign-out", data=sent, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/sign-out", data=sent, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


@pytest.mark.parametrize(
    ("teams", "officer", "team", "holder", "reaches"),
    [
        (frozenset({"North"}), None, "North", None, True),
        (frozenset({"North"}), None, "South", None, False),
        (frozenset({"North"}), "nora", "South", "nora", True),  # one's own case, wherever it is
        (frozenset({"North"}), None, None, None, True),  # nobody's yet: somebody has to take it
        (None, None, "South", None, True),
        (frozenset(), None, "North", None, False),
    ],
)
def test_scope_is_by_team_and_by_what_one_holds(teams, officer, team, holder, reaches: bool) -> None:
    actor = Actor("x", "X", "case_officer", teams=teams, officer=officer)
    assert actor.reaches(team, holder) is reaches


def test_only_casework_takes_up_a_case_of_no_team() -> None:
    assert not Actor("x", "X", "advice_giver", teams=frozenset({"North"})).reaches(None)


@pytest.mark.parametrize(
    ("role", "granted", "sees"),
    [
        ("case_officer", False, True),
        ("analyst", False, False),
        ("analyst", True, True),
        ("director", True, False),
        ("administrator", True, False),
        ("advice_giver", True, False),
    ],
)
def test_names_are_for_casework_and_for_analysts_who_were_granted_them(role: str, granted: bool, sees: bool) -> None:
    assert Actor("x", "X", role, names_granted=granted).sees_names is sees
