"""Hand over many cases at once: a whole caseload, or several cases. All of them change hands, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ehcp_flow.engine.event import ASSIGNED, Event
from ehcp_flow.errors import BadInput
from ehcp_flow.law.event_rule import NOT_STARTED
from ehcp_flow.services.absence import Away, away_on
from ehcp_flow.services.assign import assign_in, assignment
from ehcp_flow.services.find_case import case_file
from ehcp_flow.services.find_officer import known_officer
from ehcp_flow.storage import holders
from ehcp_flow.storage.lock import nights_wait_for
from ehcp_flow.today import now, today

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ehcp_flow.services.office import Office
    from ehcp_flow.storage.holders import Held, OpenClocks

_CASES_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What changed hands (or would), to whom (and whether they are away), and what was theirs and left alone."""

    officer: str | None
    team: str | None
    cases: tuple[str, ...]
    open_cases: int
    clocks: OpenClocks
    left_alone: int
    away: Away | None


def hand_over(
    office: Office,
    to: str | None,
    team: str | None = None,
    *,
    cases: Sequence[str] = (),
    from_officer: str | None = None,
    open_only: bool = False,
    note: str | None = None,
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> HandedOver:
    """Give these cases, or all that `from_officer` holds, to an officer, a team, or both; one entry in each journal.

    Cases held so already are left alone, so doing it twice changes nothing. With `open_only` cases that have ended
    stay where they are. One transaction: raises UnknownName or BadInput, or Conflict if somebody records in one of
    the cases meanwhile, and then none has changed hands.
    """
    if bool(cases) == bool(from_officer):
        raise BadInput("Say which cases: either name them, or give --from USERNAME.")
    with office.database.read() if dry_run else office.database.write() as connection:
        if not dry_run:
            nights_wait_for(connection)  # first: whoever holds rows must not wait for a night
        details = assignment(connection, to, team)
        found = _held_by(connection, from_officer, open_only=open_only) if from_officer else None
        found = _named(office, connection, cases, open_only=open_only) if found is None else found
        owner = (details.get("officer"), details.get("team"))
        moving = [case for case in found if (case.officer, case.team) != owner]
        handed = _count(connection, moving, owner, len(found) - len(moving))
        if not dry_run:
            for done in _write(office, connection, moving, details, note):
                if progress:
                    progress(done, len(moving))
    return handed


def _held_by(connection: Connection, officer: str, *, open_only: bool) -> list[Held]:
    """What an officer holds, also one who has left; an unknown name that holds nothing is a mistake."""
    found = holders.held_by(connection, officer, open_only=open_only)
    if not found:
        known_officer(connection, officer)
    return found


def _named(office: Office, connection: Connection, case_refs: Sequence[str], *, open_only: bool) -> list[Held]:
    found = holders.held(connection, case_refs)
    for case_ref in sorted(set(case_refs) - {case.case_ref for case in found}):
        case_file(office, connection, case_ref)  # says which there are
    return [case for case in found if not (open_only and case.is_ended)]


def _count(
    connection: Connection, moving: Sequence[Held], owner: tuple[str | None, str | None], left_alone: int
) -> HandedOver:
    refs = tuple(case.case_ref for case in moving)
    open_cases = sum(not case.is_ended for case in moving)
    clocks = holders.count_open_clocks(connection, refs, today())
    away = away_on(connection, today()).get(owner[0] or "")
    return HandedOver(*owner, refs, open_cases, clocks, left_alone, away)


def _write(
    office: Office, connection: Connection, moving: Sequence[Held], details: dict[str, str], note: str | None
) -> Iterator[int]:
    """Write the assignments, some hundred cases at a time; gives how many are done, beginning with none."""
    yield 0
    day, at = today(), now()
    plain = [case for case in moving if case.state != NOT_STARTED]
    for start in range(0, len(plain), _CASES_AT_A_TIME):
        batch = plain[start : start + _CASES_AT_A_TIME]
        entries = {
            case.case_ref: Event(case.case_ref, case.last_seq + 1, ASSIGNED, day, at, office.user, details, note)
            for case in batch
        }
        holders.hand_over(connection, batch, entries)
        yield start + len(batch)
    for done, case in enumerate((each for each in moving if each.state == NOT_STARTED), len(plain) + 1):
        # Everything in it was taken back, so its standing is that of its assignments: it is derived again.
        assign_in(office, connection, case.case_ref, details, note)
        yield done
