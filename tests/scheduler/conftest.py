"""An office with an empty database of each kind, and cases whose limits fall due on days we know."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ehcp_flow.services.initialise import initialise
from ehcp_flow.services.office import Office
from tests.scheduler.nights import office_at


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    made = office_at(database_url)
    initialise(made)
    yield made
    made.database.close()
