"""Sharing work out: the open cases somebody holds, and giving them to others within one's own reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ehcp_flow.services.access import OutOfReach
from ehcp_flow.services.find_officer import known_officer
from ehcp_flow.services.hand_over import HandedOver, hand_over
from ehcp_flow.storage import holders
from ehcp_flow.storage.open_cases import count_open_cases, open_cases

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office
    from ehcp_flow.services.policy import Actor


@dataclass(frozen=True, slots=True)
class OpenCases:
    """A page of somebody's open cases (`officer` None: nobody's), and how many there are in all."""

    officer: str | None
    rows: tuple[Any, ...]
    total: int


def list_open_cases(office: Office, actor: Actor, officer: str | None, page: int, page_size: int) -> OpenCases:
    """Open cases of an officer, or of nobody, as far as `actor` reaches. Raises UnknownName for no such officer."""
    teams = None if actor.teams is None else sorted(actor.teams)
    with office.database.read() as connection:
        if officer is not None and not holders.holds_any(connection, officer):
            known_officer(connection, officer)
        rows = open_cases(connection, officer, teams, (page - 1) * page_size, page_size)
        return OpenCases(officer, tuple(rows), count_open_cases(connection, officer, teams))


def share_out(
    office: Office,
    actor: Actor,
    to: str,
    *,
    cases: Sequence[str] = (),
    from_officer: str | None = None,
    note: str | None = None,
    dry_run: bool = False,
) -> HandedOver:
    """Give these cases, or all open ones of an officer, to `to`; all of them, or none.

    Raises OutOfReach for a case of a team that is not the actor's, and what `hand_over` raises.
    """
    with office.database.read() as connection:
        held = holders.held_by(connection, from_officer, open_only=True) if from_officer else None
        for case in held if held is not None else holders.held(connection, cases):
            if not actor.reaches(case.team, case.officer):
                raise OutOfReach(case.case_ref)
    return hand_over(
        office, to, cases=cases, from_officer=from_officer, open_only=bool(from_officer), note=note, dry_run=dry_run
    )
