"""An office with two teams on 25 March 2026, and browsers at it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from ehcp_flow.services.assign import assign
from ehcp_flow.services.officers import add_officer
from ehcp_flow.services.open_case import NewPerson, open_case
from ehcp_flow.services.record_event import record_event
from ehcp_flow.storage.access_log import accesses_to_cases
from tests.web.conftest import ClientAs, send

TODAY = date(2026, 3, 25)
ROBIN = NewPerson("Robin", "Example", date(2018, 2, 1), "B801200005001")


def words_of(answer: Response) -> str:
    """What a page says, without its tags."""
    page = answer.text
    main = page[page.index("<main") : page.index("</main")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace("&#39;", "'").strip()


@dataclass
class Browser:
    """A signed-in browser: pages and forms by their address."""

    client: TestClient

    def get(self, path: str, status: int = 200) -> str:
        """What a page says."""
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        return words_of(answer)

    def raw(self, path: str) -> str:
        """A page with its tags."""
        return self.client.get(path).text

    def post(self, path: str, **fields) -> Response:
        """Send a form."""
        return send(self.client, path, **fields)

    def refused(self, path: str, **fields) -> str:
        """Send a form that comes back with what is wrong."""
        answer = self.post(path, **fields)
        assert answer.status_code == 422, (answer.status_code, answer.headers.get("location"))
        return words_of(answer)

    def done(self, path: str, **fields) -> str:
        """Send a form that is accepted; gives what the page says to which it leads."""
        answer = self.post(path, **fields)
        assert answer.status_code == 303, words_of(answer)
        return self.get(answer.headers["location"])


def day_fields(day: str, name: str = "happened_on") -> dict[str, str]:
    """A day as the three boxes send it."""
    year, month, number = day.split("-")
    return {f"{name}-day": number, f"{name}-month": month, f"{name}-year": year}


def seen_in(office, case_ref: str) -> list[tuple[str, str]]:
    """Who saw a case, and what of it, as the access log has it."""
    with office.database.read() as connection:
        return sorted((row.username, row.what) for row in accesses_to_cases(connection, [case_ref]))


@pytest.fixture
def north(office, today_is):
    """Two teams on 25 March 2026: asmith and bjones in the North, csouth in the South, one case that nobody holds.

    NA-1 (asmith, Robin Example) is being assessed, with the school's advice asked for. NA-2 (bjones) is late with
    its first decision. S-1 is the South's, U-1 nobody's.
    """
    today_is(TODAY)
    for username, name, team in (
        ("asmith", "Alex Smith", "North"),
        ("bjones", "Bea Jones", "North"),
        ("csouth", "Chris South", "South"),
    ):
        add_officer(office, username, name, team)
    received = ("needs_assessment", "request_received", date(2026, 1, 5))
    open_case(office, *received, {"source": "parent"}, case_ref="NA-1", person=ROBIN, officer="asmith")
    record_event(office, "NA-1", "assessment_agreed", date(2026, 2, 16))
    record_event(office, "NA-1", "advice_requested", date(2026, 2, 17), {"provider": "school"})
    open_case(office, *received, case_ref="NA-2", person=NewPerson("Wren", "Sample"), officer="bjones")
    open_case(office, *received, case_ref="S-1", person=NewPerson("Sage", "Southern"), officer="csouth")
    open_case(office, *received, case_ref="U-1", person=NewPerson("Una", "Unheld"))
    return office


@pytest.fixture
def asmith(north, client_as: ClientAs) -> Browser:
    """A case officer of the North."""
    return Browser(client_as("case_officer", username="asmith", name="Alex Smith", officer="asmith"))


@pytest.fixture
def senior(north, client_as: ClientAs) -> Browser:
    """The senior case manager of the North."""
    return Browser(client_as("senior_case_manager", username="senior", teams=["North"]))


@pytest.fixture
def browser_as(north, client_as: ClientAs) -> Callable[..., Browser]:
    """A browser of whoever is wanted."""
    return lambda role, **facts: Browser(client_as(role, **facts))


@pytest.fixture
def hand_to(north) -> Callable[[str, str], object]:
    """Gives a case to an officer."""
    return lambda case_ref, officer: assign(north, case_ref, officer)
