"""Every page as a browser shows it: axe finds nothing serious, nothing is blocked, nothing is wider than the window,
and the keyboard is enough."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from ehcp_flow.services.policy import Actor, may
from ehcp_flow.web.app import create_app
from ehcp_flow.web.rules import routes_of, rule_of
from tests.browser.conftest import Site

SERIOUS = {"serious", "critical"}
EXAMPLES = {
    "{ref:case}": "NA-1",
    "{case_ref:case}": "NA-1",
    "{clock}": "finalise_plan",
    "{event}": "assessment_agreed",
    "{entry}": "1",
    "{name}": "needs_assessment",
    "{username}": "asmith",
    "{figure}": "backlog",
    "{workflow}": "needs_assessment",
}
ELSEWHERE = re.compile(
    r"^/(api|feeds|health|welcome|sign-in/organisation)|\.(csv|xlsx|yaml|zip|ics|json)$|^/figures/{figure}/cases$|\{(key|secret|token|name:path)\}"
)
"""What is no page, or one that only a step before it makes (those are opened in the journey and in tests of their own)."""


@pytest.fixture
def database_kind() -> str:
    """One kind is enough: how a page looks is not the database's doing."""
    return os.environ.get("EHCP_TEST_DATABASES", "sqlite").partition(",")[0]


def pages_of(site: Site, role: str) -> Iterator[str]:
    """The address of every page a role may open, with a case, a clock and so on of the small authority in it."""
    for route in routes_of(create_app(site.office)):
        if "GET" not in getattr(route, "methods", ()) or ELSEWHERE.search(route.path):
            continue
        rule = rule_of(route)
        if rule is None or not may(Actor(role, role, role), rule.permission):
            continue
        path = "/new-case/needs_assessment/request_received" if route.path.startswith("/new-case/{") else route.path
        if path == "/team/absence":
            path = "/team/absence?officer=asmith"
        if path.startswith("/admin/users/{"):
            path = "/admin/users/director"
        for name, example in EXAMPLES.items():
            path = path.replace(name, example)
        assert "{" not in path, f"give an example for {route.path}"
        yield path


@pytest.mark.parametrize("role", ["senior_case_manager", "administrator", "advice_giver", "director"])
def test_no_page_keeps_anybody_out_or_runs_over_a_small_screen(site: Site, role: str) -> None:
    page, wrong, seen = site.page(role), [], 0
    waiting = list(pages_of(site, role))
    while waiting:
        path = waiting.pop(0)
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        wrong += [f"{path}: {each}" for each in (*offences(page), *too_wide(page, 375))]
        page.set_viewport_size({"width": 1280, "height": 900})
        if path == "/figures/backlog":
            waiting += [each.get_attribute("href") or "" for each in page.locator("a[href*='/cases?']").all()[:1]]
        seen += 1
    assert wrong == []
    assert site.complaints == []
    assert seen > 3


def offences(page: Page) -> list[str]:
    """What axe finds that keeps people from using the page."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found if each["impact"] in SERIOUS]


def too_wide(page: Page, width: int) -> list[str]:
    """The page's width, where it is wider than a window of `width`."""
    page.set_viewport_size({"width": width, "height": 800})
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [f"{wide} wide in a window of {width}"] if wide > width else []


def test_at_twice_the_size_nothing_runs_over_and_all_is_there(site: Site) -> None:
    page = site.page("senior_case_manager", viewport={"width": 640, "height": 450}, device_scale_factor=2)
    for path in ("/today", "/cases/NA-1", "/team", "/figures/backlog"):
        page.goto(path)
        assert too_wide(page, 640) == [], path
        expect(page.locator("h1")).to_be_visible()


def test_the_keyboard_is_enough_to_record_an_event(site: Site) -> None:
    page = site.page("case_officer")
    page.goto("/cases/NA-1")
    page.keyboard.press("Tab")
    expect(page.locator(".govuk-skip-link")).to_be_focused()
    tab_to(page, "Family told that there will be an assessment")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Family told that there will be an assessment")
    tab_to(page, "Record it")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Assessing")


def tab_to(page: Page, text: str) -> None:
    """Press Tab until what reads `text` has the focus, and see that the focus shows."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("(document.activeElement.innerText || '').trim()") == text:
            shown = page.evaluate(
                "(() => { const s = getComputedStyle(document.activeElement);"
                " return s.outlineStyle !== 'none' || s.boxShadow !== 'none'; })()"
            )
            assert shown, f"nothing shows that {text} has the focus"
            return
    raise AssertionError(f"Tab never comes to {text}")
