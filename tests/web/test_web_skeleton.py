"""The frame of the web application: who gets in, and what every answer carries."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ehcp_flow.web import rendering
from tests.web.conftest import ClientAs, send


def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_back_again(client_as: ClientAs) -> None:
    answer = client_as(None).get("/account?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/account%3Fx%3D1")


def test_a_signed_in_person_sees_who_they_are(client_as: ClientAs) -> None:
    page = client_as("case_officer", name="Alex Smith", teams=["*"]).get("/account")
    assert page.status_code == 200
    assert "Alex Smith" in page.text
    assert "every team" in page.text


def test_a_page_that_is_not_there_says_what_to_do(client_as: ClientAs) -> None:
    answer = client_as("case_officer").get("/nothing")
    assert answer.status_code == 404
    assert "Check the address" in answer.text


def test_a_form_without_its_token_is_refused(client_as: ClientAs) -> None:
    client = client_as("case_officer")
    assert client.post("/sign-out").status_code == 403
    assert client.get("/account").status_code == 200


def test_signing_out_ends_the_session_itself(client_as: ClientAs) -> None:
    client = client_as("case_officer")
    secret = client.cookies["ehcp_session"]
    assert send(client, "/sign-out").status_code == 303
    client.cookies.set("ehcp_session", secret)
    assert client.get("/account").status_code == 303


def test_without_npm_the_pages_have_a_plain_look_and_no_script(
    client_as: ClientAs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_as("director")
    monkeypatch.setattr(rendering, "STATIC", tmp_path)  # where nothing was built
    page = client.get("/account").text
    assert "/static/plain.css" in page
    assert "<script" not in page
    assert client.get("/static/plain.css").status_code == 200


def test_with_the_look_built_every_file_a_page_names_is_there(client_as: ClientAs) -> None:
    if not rendering.has_styles():
        pytest.skip("the look is not built: scripts/setup-web says why")
    client = client_as("director")
    named = re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/account").text)
    assert len(named) >= 4
    assert [name for name in named if client.get(name).status_code != 200] == []
    styles = client.get("/static/built/app.css").text
    assert "GDS Transport" not in styles
    faces = re.findall(r"@font-face\{font-family:([^;]+);", styles)
    assert set(faces) == {'"Liberation Sans"'}
    fonts = re.findall(r'url\("([^"]+\.ttf)"\)', styles)
    assert [name for name in fonts if client.get(f"/static/built/{name}").status_code != 200] == []
