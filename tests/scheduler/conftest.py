"""An office with an empty database of each kind, and cases whose limits fall due on days we know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from ehcp_flow.services.initialise import initialise
from ehcp_flow.services.office import Office
from ehcp_flow.services.open_case import open_case
from ehcp_flow.settings import Settings, shipped_workflows

OpenOn = Callable[..., None]


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    made = Office(Settings(database_url, shipped_workflows(), None, "Exampleshire", "tester"))
    initialise(made)
    yield made
    made.database.close()


@pytest.fixture
def requested(office: Office) -> OpenOn:
    """Opens a case for each day on which a request was received; six weeks later its first limit falls due."""

    def open_on(*days: date) -> None:
        for day in days:
            open_case(office, "needs_assessment", "request_received", day, case_ref=f"NA-{day:%m%d}")

    return open_on
