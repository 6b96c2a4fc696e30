"""What the made-up authority consists of. Plain data: whoever stores it decides how."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class MadeUpPerson:
    """A child or young person who does not exist. `sex` is M or F; `upn` is None before school age."""

    ref: str
    given_name: str
    family_name: str
    date_of_birth: date
    upn: str | None
    nhs_number: str
    sex: str
    postcode: str
    looked_after: bool


@dataclass(frozen=True, slots=True)
class MadeUpOfficer:
    """A case officer who does not exist."""

    username: str
    name: str
    team: str


@dataclass(frozen=True, slots=True)
class MadeUpEvent:
    """A dated fact: the civil day it happened in England, and the moment (UTC) it was typed in."""

    name: str
    happened_on: date
    details: dict[str, str] = field(hash=False)
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class MadeUpCase:
    """One run of one workflow. Its events stand in the order in which they happened."""

    case_ref: str
    workflow: str
    person_ref: str
    plan_ref: str | None
    officer: str
    team: str
    events: tuple[MadeUpEvent, ...]


@dataclass(frozen=True, slots=True)
class MadeUpAuthority:
    """An authority with everything it knew at the end of `until`, drawn from `seed`."""

    name: str
    seed: int
    until: date
    years: int
    teams: tuple[str, ...]
    officers: tuple[MadeUpOfficer, ...]
    people: tuple[MadeUpPerson, ...]
    cases: tuple[MadeUpCase, ...]
