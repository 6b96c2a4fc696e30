"""`/health` and `/metrics`, asked over the wire."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
import structlog

from ehcp_flow.errors import BadInput
from ehcp_flow.scheduler import serve
from ehcp_flow.scheduler.serve import MetricsServer
from ehcp_flow.scheduler.watch import Watch
from ehcp_flow.services.nights import do_nights
from ehcp_flow.services.office import Office
from ehcp_flow.storage import night_figures
from tests.scheduler.nights import at, office_at

SUNDAY = date(2025, 2, 16)
Answer = tuple[int, dict[str, Any]]


@pytest.fixture
def health(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Answer]]:
    """Asks for the health of a scheduler whose clock stands at a moment."""
    monkeypatch.setattr(night_figures, "server_time", lambda _: None)
    servers = []

    def ask(moment: str, database_url: str = office.settings.database_url, looked_ago: float = 0) -> Answer:
        watch = Watch(office_at(database_url).settings, structlog.get_logger(), at(moment))
        monkeypatch.setattr(watch, "seconds_since_look", lambda: looked_ago)
        servers.append(MetricsServer(watch, 0))
        try:
            with urlopen(f"http://127.0.0.1:{servers[-1].port}/health") as answer:
                return answer.status, json.load(answer)
        except HTTPError as refused:
            with refused:
                return refused.code, json.load(refused)

    yield ask
    for server in servers:
        server.close()


def test_health_is_200_until_a_night_is_missing_and_then_503_with_its_date(
    office: Office, health: Callable[..., Answer]
) -> None:
    do_nights(office, SUNDAY, now=at("2025-02-16 02:31"))
    assert health("2025-02-17 03:00")[0] == 200
    assert health("2025-02-17 04:00") == (
        503,
        {"is_well": False, "missing_nights": ["2025-02-17"], "doubts": [], "trouble": None},
    )


def test_health_is_503_when_the_database_is_gone(health: Callable[..., Answer]) -> None:
    status, said = health("2025-02-17 03:00", database_url="sqlite:////no/such/folder/ehcp.db")
    assert status == 503
    assert "There is no database" in said["trouble"]


def test_health_is_503_when_the_scheduler_no_longer_looks(office: Office, health: Callable[..., Answer]) -> None:
    do_nights(office, SUNDAY, now=at("2025-02-16 02:31"))
    status, said = health("2025-02-16 12:00", looked_ago=901)
    assert (status, said["trouble"]) == (503, "The scheduler has stopped looking.")


def test_however_often_somebody_asks_the_database_is_asked_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def page(_watch: Watch) -> tuple[HTTPStatus, str, str]:
        asked.append(1)
        return HTTPStatus.OK, "text/plain", "x"

    monkeypatch.setitem(serve.PAGES, "/metrics", page)
    server = MetricsServer(Watch(office.settings, structlog.get_logger()), 0)
    for _ in range(5):
        with urlopen(f"http://127.0.0.1:{server.port}/metrics?again") as answer:
            assert answer.read() == b"x"
    server.close()
    assert asked == [1]


def test_a_port_that_is_taken_is_said_plainly(office: Office) -> None:
    watch = Watch(office.settings, structlog.get_logger())
    first = MetricsServer(watch, 0)
    with pytest.raises(BadInput, match=f"Port {first.port} cannot be used"):
        MetricsServer(watch, first.port)
    with pytest.raises(BadInput, match="Port 70000 cannot be used"):
        MetricsServer(watch, 70_000)
    first.close()
