"""What every service needs at hand: the law, the calendar, the database, and who is at work."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from ehcp_flow.errors import UnknownName
from ehcp_flow.law.load import load_folder, named
from ehcp_flow.services.read_calendar import calendar_at_hand

if TYPE_CHECKING:
    from ehcp_flow.engine.working_days import Calendar
    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.settings import Settings
    from ehcp_flow.storage.database import Database


@dataclass(frozen=True)
class Office:
    """The workplace of one call: everything is opened when first asked for."""

    settings: Settings

    @cached_property
    def workflows(self) -> dict[str, Workflow]:
        """The workflows, by name. Raises BadFile with every mistake in them."""
        return load_folder(self.settings.workflows)

    @property
    def calendar(self) -> Calendar:
        """England's working days with the council's overrides, as their file says at this moment."""
        return calendar_at_hand(self.settings.calendar)

    @cached_property
    def database(self) -> Database:
        """The database, opened on first use."""
        from ehcp_flow.storage.database import Database

        return Database(self.settings.database_url)

    @property
    def user(self) -> str:
        """Who records."""
        return self.settings.user

    def acting_as(self, username: str) -> Office:
        """The same workplace, where `username` is at work: what is recorded is recorded by them."""
        other = Office(replace(self.settings, user=username))
        vars(other).update({name: getattr(self, name) for name in ("workflows", "database")})
        return other

    def workflow(self, name: str) -> Workflow:
        """The workflow called `name`. Raises UnknownName with those there are."""
        return named(self.workflows, name)

    def workflow_of_clock(self, clock: str) -> list[Workflow]:
        """The workflows that have a clock of this name. Raises UnknownName if none has."""
        found = [workflow for workflow in self.workflows.values() if clock in workflow.clocks]
        if not found:
            known = ", ".join(sorted({name for workflow in self.workflows.values() for name in workflow.clocks}))
            raise UnknownName(f"There is no clock called {clock}.", next=f"There are: {known}.")
        return found
