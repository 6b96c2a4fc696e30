"""What the API answers with when it is asked what can be recorded, and about the token."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from ehcp_flow.law.citation import citation_text

if TYPE_CHECKING:
    from ehcp_flow.law.event_rule import EventRule
    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.services.api_tokens import Caller


class DetailAsked(BaseModel):
    """Something that is asked beside the day."""

    name: str
    title: str
    kind: str = Field(description="text, date, yes_or_no, exception or clock")
    optional: bool
    values: dict[str, str] = Field(description="Values with their titles.")
    only_these: bool = Field(description="true: no other values are taken.")


class EventKind(BaseModel):
    """Something that can happen in a case."""

    event: str
    title: str
    opens_a_case: bool
    details: list[DetailAsked]


class ClockKind(BaseModel):
    """A time limit that the law, guidance or local practice sets."""

    clock: str
    title: str
    basis: str
    cite: str


class Process(BaseModel):
    """A process as its workflow file says it."""

    workflow: str
    title: str
    version: str = Field(description="The fingerprint of the file's text: another text, another version.")
    covers_from: date
    events: list[EventKind]
    clocks: list[ClockKind]
    exceptions: dict[str, str]


class Processes(BaseModel):
    """The processes there are."""

    workflows: list[Process]


class TokenSaid(BaseModel):
    """The token of this very call."""

    token: str = Field(description="Its number, which is not secret.")
    account: str
    role: str
    scopes: list[str]
    sees_names: bool
    teams: list[str] | None = Field(description="Whose cases it reaches; null for every team's.")


def process(workflow: Workflow) -> Process:
    """A process."""
    opening = {each.id for each in workflow.opening_events}
    return Process(
        workflow=workflow.workflow,
        title=workflow.title,
        version=workflow.digest,
        covers_from=workflow.covers_from,
        events=[_event(each, opens=each.id in opening) for each in workflow.events.values()],
        clocks=[
            ClockKind(clock=each.id, title=each.title, basis=each.basis, cite=citation_text(each.cite))
            for each in workflow.clocks.values()
        ],
        exceptions={name: each.title for name, each in workflow.exceptions.items()},
    )


def _event(rule: EventRule, *, opens: bool) -> EventKind:
    details = [
        DetailAsked(
            name=name,
            title=each.title,
            kind=each.is_,
            optional=each.optional,
            values=each.known_values,
            only_these=each.one_of is not None,
        )
        for name, each in rule.details.items()
    ]
    return EventKind(event=rule.id, title=rule.title, opens_a_case=opens, details=details)


def token(caller: Caller) -> TokenSaid:
    """The token of a call."""
    actor = caller.actor
    return TokenSaid(
        token=caller.token_id,
        account=actor.username,
        role=actor.role,
        scopes=sorted(caller.scopes),
        sees_names=caller.sees_names,
        teams=None if actor.teams is None else sorted(actor.teams),
    )
