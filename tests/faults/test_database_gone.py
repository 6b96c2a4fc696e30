"""The database goes away and comes back: one clear line meanwhile, and work goes on after, with nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text

from ehcp_flow.errors import DatabaseTrouble
from ehcp_flow.services.initialise import initialise
from ehcp_flow.services.office import Office
from ehcp_flow.services.open_case import open_case
from ehcp_flow.services.rebuild import verify
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.sweep import sweep
from ehcp_flow.settings import Settings, shipped_workflows


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    made = Office(Settings(database_url, shipped_workflows(), None, "Exampleshire", "tester"))
    initialise(made)
    open_case(made, "needs_assessment", "request_received", date(2025, 1, 6), case_ref="N-1")
    yield made
    made.database.close()


class Switch:
    """Takes the database away and puts it back."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)

    def away(self) -> None:
        if self.url.get_backend_name() == "sqlite":
            for path in self._files():
                path.rename(path.with_name("away-" + path.name))
        else:
            self._on_server(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self.url.database}'",
                f"ALTER DATABASE {self.url.database} RENAME TO {self.url.database}_away",
            )

    def back(self) -> None:
        if self.url.get_backend_name() == "sqlite":
            for path in Path(str(self.url.database)).parent.glob("away-*"):
                path.rename(path.with_name(path.name.removeprefix("away-")))
        else:
            self._on_server(f"ALTER DATABASE {self.url.database}_away RENAME TO {self.url.database}")

    def _files(self) -> list[Path]:
        place = Path(str(self.url.database))
        return [path for path in place.parent.glob(place.name + "*") if path.suffix != ".queue"]

    def _on_server(self, *statements: str) -> None:
        engine = create_engine(self.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()


def record(office: Office) -> Any:
    return record_event(office, "N-1", "assessment_agreed", date(2025, 2, 17))


def test_while_it_is_away_each_step_says_so_in_one_line_and_afterwards_works(office: Office, database_url: str) -> None:
    switch = Switch(database_url)
    office.database.close()
    switch.away()
    try:
        for step in (lambda: record(office), lambda: sweep(office, date(2025, 9, 1)), lambda: verify(office)):
            with pytest.raises(DatabaseTrouble) as told:
                step()
            assert "\n" not in str(told.value)
    finally:
        switch.back()
    assert record(office).state_after == "assessing"
    assert sweep(office, date(2025, 9, 1)).new_breaches == 2
    assert verify(office).entries == 2


def test_a_connection_cut_between_two_steps_is_made_again_unnoticed(office: Office, database_url: str) -> None:
    if office.database.is_sqlite:
        pytest.skip("SQLite has no connection that a server could cut")
    with office.database.read():
        pass
    switch = Switch(database_url)
    switch.away()
    switch.back()
    assert record(office).state_after == "assessing"
