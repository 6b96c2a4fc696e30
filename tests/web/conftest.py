"""What a test of a page asks for: a browser without a screen, signed in as whoever is wanted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from ehcp_flow.services.accounts import add_account
from ehcp_flow.services.office import Office
from ehcp_flow.services.sessions import begin_session
from ehcp_flow.web.app import create_app

ClientAs = Callable[..., TestClient]


@pytest.fixture
def client_as(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[ClientAs]:
    """Opens browsers at the application in `office`: `client_as("case_officer", teams=["North"])`, `client_as(None)`.

    The account is called like its role unless `username` is given; `at` is an office other than `office`.
    A form is sent with `send(client, "/path", field="value")`, which adds the form's token.
    """
    monkeypatch.setenv("EHCP_DEBUG", "1")  # a mistake of ours fails the test, instead of showing the page about it
    with ExitStack() as stack:

        def make(role: str | None, *, username: str | None = None, at: Office | None = None, **facts) -> TestClient:
            at = at or office
            app = create_app(at)
            client = stack.enter_context(TestClient(app, follow_redirects=False, base_url="http://testserver"))
            if role is not None:
                username = username or role
                add_account(at, username, role, **facts)
                client.cookies.set("ehcp_session", begin_session(at, username))
            return client

        yield make


def token_in(page: str) -> str:
    """The token that the forms of a page carry."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, "the page has no form with a token"
    return found[1]


def send(client: TestClient, path: str, *, page: str = "/account", files=None, **fields) -> Response:
    """Send a form, with the token that the forms of `page` carry."""
    fields["csrf_token"] = token_in(client.get(page).text)
    return client.post(path, data=fields, files=files)
