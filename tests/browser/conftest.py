"""A real browser at the application, served as `ehcp serve` does, on a small authority of three cases.

Chromium is the one installed on the machine (`CHROMIUM` names another); where there is none these tests are skipped.
"""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from ehcp_flow.services.accounts import add_account
from ehcp_flow.services.assign import assign
from ehcp_flow.services.office import Office
from ehcp_flow.services.officers import add_officer
from ehcp_flow.services.open_case import NewPerson, open_case
from ehcp_flow.services.policy import ROLES
from ehcp_flow.services.sessions import begin_session
from ehcp_flow.services.sweep import sweep
from ehcp_flow.web.app import create_app

TODAY = date(2026, 3, 25)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STARTS_WITHIN_MS = 60_000
expect.set_options(timeout=STARTS_WITHIN_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, once for the tests of a file; each test's pages have a profile of their own.

    Not for longer: while it is there, Playwright has an event loop in this thread, and no other test could have one.
    """
    wanted = os.environ.get("CHROMIUM", "chromium")
    found = shutil.which(wanted) or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("Chromium is not installed, so no page was opened in a browser (scripts/setup-browser brings it)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Site:
    """The application at an address, and browsers at it. `complaints` is all that a browser logged as an error."""

    url: str
    office: Office
    browser: Browser
    complaints: list[str] = field(default_factory=list)

    def page(self, role: str | None = None, **options: Any) -> Page:
        """A new page in a profile of its own, signed in as the account called like the role."""
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = self.browser.new_context(base_url=self.url, **options)
        context.set_default_timeout(STARTS_WITHIN_MS)
        if role is not None:
            context.add_cookies([{"name": "ehcp_session", "value": begin_session(self.office, role), "url": self.url}])
        page = context.new_page()
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page


@pytest.fixture
def site(office: Office, browser: Browser, today_is: Callable[[date], None]) -> Iterator[Site]:
    """The application on 25 March 2026, with an account for every role, called like it."""
    today_is(TODAY)
    small_authority(office)
    with served(office) as url:
        yield Site(url, office, browser)


def small_authority(office: Office) -> None:
    """Two officers of one team; a case in time, one overdue, one review; an account for every role."""
    for username, name in (("asmith", "Amber Smith"), ("bjones", "Bo Jones")):
        add_officer(office, username, name, "North")
    child = NewPerson(given_name="Robin", family_name="Madeup", date_of_birth=date(2018, 5, 4))
    open_case(office, "needs_assessment", "request_received", date(2026, 2, 2), {}, case_ref="NA-1", person=child)
    open_case(office, "needs_assessment", "request_received", date(2025, 9, 1), {}, case_ref="NA-2")
    open_case(office, "annual_review", "plan_first_made", date(2025, 5, 1), {}, case_ref="AR-1")
    for ref in ("NA-1", "NA-2", "AR-1"):
        assign(office, ref, "asmith")
    sweep(office, TODAY)
    for role in ROLES:
        facts: dict[str, Any] = {"teams": ["*"]} if role not in ("advice_giver", "administrator") else {}
        if role == "advice_giver":
            facts["provider"] = "school"
        if role == "case_officer":
            facts["officer"] = "asmith"
        add_account(office, role, role, **facts)


class served:  # noqa: N801 read as a verb: with served(office) as url
    """The application served from a thread of this process for as long as the block lasts."""

    def __init__(self, office: Office) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        config = uvicorn.Config(
            create_app(office), host="127.0.0.1", port=self.port, log_level="error", access_log=False
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def __enter__(self) -> str:
        self.thread.start()
        while not self.server.started and self.thread.is_alive():
            threading.Event().wait(0.02)
        assert self.server.started, "the application did not start"
        return f"http://127.0.0.1:{self.port}"

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(timeout=120)
