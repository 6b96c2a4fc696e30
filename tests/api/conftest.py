"""What a test of the API asks for: a program that calls with a token of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from itertools import count

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ehcp_flow.services.accounts import add_account
from ehcp_flow.services.api_tokens import SCOPES, add_token
from ehcp_flow.services.office import Office
from ehcp_flow.services.officers import add_officer
from ehcp_flow.services.open_case import NewPerson, open_case
from ehcp_flow.web.app import create_app

Program = Callable[..., TestClient]

TODAY = date(2026, 3, 2)

# What does not touch the database differently need not be tried on both kinds.
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def web(office: Office, today_is) -> FastAPI:
    """The application, on 2 March 2026."""
    today_is(TODAY)
    return create_app(office)


@pytest.fixture
def program(office: Office, web: FastAPI) -> Program:
    """Opens programs: `program("case_officer", scopes=["cases"], teams=["North"])`. A senior manager's, of all teams."""
    numbers = count(1)

    def call(role: str = "senior_case_manager", scopes=tuple(SCOPES), teams=("*",), **facts) -> TestClient:
        username = f"program{next(numbers)}"
        add_account(office, username, role, teams=list(teams), **facts)
        token = add_token(office, username, "a test", scopes)
        client = TestClient(web, raise_server_exceptions=False, follow_redirects=False)
        client.headers["Authorization"] = f"Bearer {token.secret}"
        return client

    return call


@pytest.fixture
def two_teams(office: Office, web: FastAPI) -> None:
    """North's case N1, held by nora, about Robin Example; South's case S1, held by sam; U1, held by nobody."""
    for username, team in (("nora", "North"), ("sam", "South")):
        add_officer(office, username, username.title(), team)
    for ref, officer, person in (
        ("N1", "nora", NewPerson("Robin", "Example", date(2017, 5, 14), upn="A123456789012")),
        ("S1", "sam", NewPerson("Kim", "Sample", date(2018, 1, 2))),
        ("U1", None, None),
    ):
        open_case(
            office,
            "needs_assessment",
            "request_received",
            date(2026, 1, 5),
            {"source": "parent"},
            case_ref=ref,
            officer=officer,
            person=person,
            note="Robin's mother rang" if ref == "N1" else None,
        )


def part(pattern: str, text: str) -> str:
    """What the pattern finds in a text: its first group, or all of it."""
    found = re.search(pattern, text)
    assert found, f"no {pattern}"
    return found[1] if found.groups() else found[0]
