"""What each giver of advice still owes, and since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ehcp_flow.analytics.observations import Observation, observe
from ehcp_flow.storage import clock_table

if TYPE_CHECKING:
    from ehcp_flow.law.clock_rule import ClockRule
    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.services.office import Office

AUTHORITY = "local_authority"


@dataclass(frozen=True, slots=True)
class Owed:
    """What one giver owes on a day, the longest overdue first; `title` is what people call them."""

    provider: str
    title: str
    requests: tuple[Observation, ...]

    @property
    def overdue(self) -> int:
        """How many requests are past their day with no exception."""
        return sum((each.days_left or 0) < 0 and not each.is_excepted for each in self.requests)

    @property
    def oldest(self) -> date:
        """The day of the request that has waited longest."""
        return min(each.started_on for each in self.requests)


def list_advice(
    office: Office,
    as_of: date,
    *,
    providers: Sequence[str] | None = None,
    team: str | None = None,
) -> list[Owed]:
    """Open requests to others than the authority, by whom they were made to: those with most overdue first.

    `providers` narrows to these names (`school`, `health`, the name of a body), as they stand in the journals.
    Requests in cases that have ended are left out: nobody waits for them any more.
    """
    found: dict[str, list[Observation]] = {}
    with office.database.read() as connection:
        for clock in _clocks_of_others(office):
            for row in clock_table.open_clocks(connection, date.max, clock=clock, team=team):
                wanted = providers is None or row.subject in providers
                if wanted and row.subject and row.started_on <= as_of and not row.in_ended_case:
                    found.setdefault(row.subject, []).append(observe(row._asdict(), as_of))
    owed = [
        Owed(name, provider_title(office, name), tuple(sorted(requests, key=lambda each: (each.due_on, each.case_ref))))
        for name, requests in found.items()
    ]
    return sorted(owed, key=lambda each: (-each.overdue, each.title.casefold()))


def _clocks_of_others(office: Office) -> list[str]:
    """Clocks that bind a giver of advice, one for each of them."""
    rules = {rule.id: rule for workflow in office.workflows.values() for rule in workflow.clocks.values()}
    return [name for name, rule in rules.items() if _binds_others(rule)]


def _binds_others(rule: ClockRule) -> bool:
    return rule.one_for_each is not None and rule.duty_on != AUTHORITY and rule.kind == "limit"


def provider_title(office: Office, provider: str) -> str:
    """What people call a giver of advice: the title in the workflow files, or the name as it was typed."""
    for workflow in office.workflows.values():
        for rule in workflow.clocks.values():
            title = subject_titles(workflow, rule).get(provider) if rule.one_for_each else None
            if title:
                return title
    return provider.replace("_", " ")


def subject_titles(workflow: Workflow, rule: ClockRule) -> dict[str, str]:
    """The usual values of what a clock is for, with their titles."""
    found: dict[str, str] = {}
    for name in (*rule.starts_on, *rule.stops_on):
        detail = workflow.events[name].details.get(rule.one_for_each or "")
        found |= detail.known_values if detail else {}
    return found
