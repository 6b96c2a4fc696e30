"""Scripts in every field, stored and reflected: shown as text, on every page, to every role."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from tests.web.attacks.conftest import HOSTILE, NAME, filled, form_token, is_admins, is_clean, on_sqlite, routes

pytestmark = on_sqlite

DOWNLOADS = ("download.csv", "download.xlsx", "pack.zip", "problems.xlsx", "mapping.yaml", ".ics")
SHOWS_NAMES = "/today?names=shown"


def is_page(path: str) -> bool:
    return not path.startswith("/api/v1/") and not path.endswith(DOWNLOADS)


def test_what_was_stored_is_text_on_every_page(senior, admin, web):
    shown, dirty = 0, []
    for path in filter(is_page, routes(web, "GET")):
        for ref in ("N1", "H1") if "ref" in path else ("N1",):
            address = filled(path, ref=ref, case_ref=ref, username=quote(NAME, safe=""))
            answer = (admin if is_admins(path) else senior).get(address)
            shown += "&lt;script&gt;alert(1)" in answer.text
            dirty += [] if is_clean(answer) and answer.status_code < 500 else [(path, answer.status_code)]
    assert dirty == []
    assert shown > 20, "the hostile text does stand on the pages, as text"


def test_names_in_lists_and_search_results_are_text(senior):
    listed = senior.get(SHOWS_NAMES)
    assert is_clean(listed)
    for typed in ("script", "alert", HOSTILE, "N1", "14/5/2017"):
        found = senior.post("/search", data={"csrf_token": form_token(senior), "typed": typed})
        assert found.status_code < 500
        assert is_clean(found)


def test_what_stands_in_an_address_is_text(senior, admin, web):
    dirty = []
    for path in filter(is_page, routes(web, "GET")):
        names = re.findall(r"\{(\w+)", path)
        for name in names:
            answer = (admin if is_admins(path) else senior).get(filled(path, **{name: quote(HOSTILE, safe="")}))
            dirty += [] if is_clean(answer) and answer.status_code < 500 else [(path, name, answer.status_code)]
    assert dirty == []


ASKED = (
    "as_of", "known_at", "officer", "team", "clock", "basis", "workflow", "sort", "page", "show", "next", "q", "row",
    "column", "by", "from", "to", "period", "first", "last", "names", "whose", "tab", "of", "provider", "subject", "on",
    "event", "entry", "out", "again", "follows", "changed", "error", "person", "day", "month",
)  # fmt: skip


def test_what_is_asked_in_an_address_is_text(senior, admin, browser, web):
    stranger, asked = browser(None), dict.fromkeys(ASKED, HOSTILE)
    dirty = []
    for path in filter(is_page, routes(web, "GET")):
        for client in (admin if is_admins(path) else senior, stranger):
            answer = client.get(filled(path), params=asked)
            dirty += [] if is_clean(answer) and answer.status_code < 500 else [(path, answer.status_code)]
    assert dirty == []


def test_what_is_sent_in_a_form_and_refused_is_text(senior, admin, browser, web):
    dirty = []
    fields = dict.fromkeys(
        ("label", "url", "days", "username", "name", "team", "teams", "reason", "note", "happened_on", "happened_on-day", "q", "text",
         "officer", "to", "cover", "first", "last", "first-day", "given_name", "family_name", "case_ref", "source", "provider", "mapping",
         "password", "old", "again", "role", "date", "title", "override", "key", "cases", "upn", "works_on"),
        HOSTILE,
    )  # fmt: skip
    for client, page in ((senior, "/account"), (admin, "/account"), (browser(None), "/sign-in")):
        token = form_token(client, page)
        for path in filter(is_page, routes(web, "POST")):
            if "sign-out" in path or path.endswith(("/active", "/remove", "/revoke", "/link")):
                continue
            answer = client.post(filled(path, entry="2"), data={**fields, "csrf_token": token})
            dirty += [] if is_clean(answer) and answer.status_code < 500 else [(path, answer.status_code)]
    assert dirty == []


def test_a_problem_of_the_api_repeats_nothing_that_was_sent(program, web):
    for path in routes(web, "GET"):
        if path.startswith("/api/v1/"):
            answer = program.get(filled(path), params={"as_of": HOSTILE, HOSTILE: "x"})
            assert "<script>" not in answer.text
            assert answer.headers["content-type"] != "text/html" or "/docs" in path
    answer = program.post("/api/v1/cases/N1/events", json={"event": HOSTILE, "happened_on": "2026-03-02", HOSTILE: 1})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/sign-in", "/account", "/today", "/cases/N1", "/nothing", "/api/v1/docs", "/static/plain.css"]
)
def test_even_a_script_that_got_in_would_not_run(senior, path):
    policy = senior.get(path).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_no_page_needs_a_script_or_a_style_in_itself(senior, admin, web):
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=\"|javascript:", re.IGNORECASE)
    found = []
    for path in filter(is_page, routes(web, "GET")):
        answer = (admin if is_admins(path) else senior).get(filled(path))
        if answer.headers.get("content-type", "").startswith("text/html"):
            found += [(path, match[0]) for match in inline.finditer(answer.text)]
    assert found == []
