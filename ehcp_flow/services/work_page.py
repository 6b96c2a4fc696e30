"""The work list a page at a time: how many limits fall due when, and only those lines that are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from ehcp_flow.analytics.observations import Observation, observe
from ehcp_flow.engine.count import days_on
from ehcp_flow.services.absence import Away
from ehcp_flow.services.find_officer import known_officer, known_team
from ehcp_flow.services.list_work import LATER, SOON, Wanted
from ehcp_flow.services.officers import OfficerLine, officer_lines
from ehcp_flow.storage import holders
from ehcp_flow.storage.due_lists import ENDED, LIFTED, Narrowed, Span, count_due, due_lines

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ehcp_flow.services.office import Office
    from ehcp_flow.services.policy import Actor

OVERDUE: Final = "overdue"
GROUPS: Final = (OVERDUE, "today", "week", "later", LIFTED)


@dataclass(frozen=True, slots=True)
class Shown:
    """Which lines: of one group, or the first few of each; `first` is the number of lines before them."""

    group: str | None = None
    sort: str = "due"
    first: int = 0
    most: int = 10


@dataclass(frozen=True, slots=True)
class WorkPage:
    """The lines that are shown, by group, with how many each group holds; who is there, who is away and who covers.

    `covering` are the officers whose cases are in the list because the one it is for covers for them, with
    `covered_lines` of the limits.
    """

    as_of: date
    counts: Mapping[str, int]
    lines: Mapping[str, tuple[Observation, ...]]
    in_ended_cases: int
    officers: Sequence[OfficerLine]
    away: Mapping[str, Away]
    covering: tuple[str, ...]
    covered_lines: int


def work_page(office: Office, actor: Actor, as_of: date, wanted: Wanted, shown: Shown) -> WorkPage:
    """Open limits due by four weeks after `as_of`, the most overdue first, as far as `actor` may see them.

    The same limits as `list_work` lists on the day itself, read by index. Raises UnknownName for an officer, team,
    clock or workflow there is not.
    """
    spans = _spans(as_of)
    with office.database.read() as connection:
        officers = officer_lines(connection, as_of)
        away = {each.username: each.away for each in officers if each.away and each.away.first_day <= as_of}
        _check_names(office, connection, wanted, officers)
        covering = _covered(away, wanted.officer)
        narrowed = _narrowed(actor, wanted, officers, covering, _covered(away, actor.officer))
        counts = count_due(connection, spans[:-1], as_of, narrowed)
        lines = _lines(connection, spans, as_of, narrowed, counts, shown)
        theirs = count_due(connection, spans[:-1], as_of, replace(narrowed, officers=covering)) if covering else {}
    return WorkPage(
        as_of=as_of,
        counts={name: counts.get(name, 0) for name in GROUPS},
        lines=lines,
        in_ended_cases=counts.get(ENDED, 0),
        officers=officers,
        away=away,
        covering=covering,
        covered_lines=sum(number for name, number in theirs.items() if name != ENDED),
    )


def _spans(as_of: date) -> list[Span]:
    yesterday, tomorrow = days_on(as_of, -1), days_on(as_of, 1)
    soon, later = days_on(as_of, SOON), days_on(as_of, LATER)
    days = ((None, yesterday), (as_of, as_of), (tomorrow, soon), (days_on(soon, 1), later), (None, yesterday))
    return [Span(name, *span) for name, span in zip(GROUPS, days, strict=True)]


def _covered(away: Mapping[str, Away], officer: str | None) -> tuple[str, ...]:
    """Those who are away and whom an officer covers for."""
    return tuple(sorted(name for name, each in away.items() if officer is not None and each.cover == officer))


def _check_names(office: Office, connection: Connection, wanted: Wanted, officers: Sequence[OfficerLine]) -> None:
    """Refuse a name that does not exist: an empty list must never mean that somebody mistyped it."""
    if wanted.clock:
        office.workflow_of_clock(wanted.clock.split("[")[0])
    if wanted.workflow:
        office.workflow(wanted.workflow)
    is_officer = not wanted.officer or any(each.username == wanted.officer for each in officers)
    if not is_officer and not holders.holds_any(connection, wanted.officer or ""):
        known_officer(connection, wanted.officer or "")
    if wanted.team and wanted.team not in {each.team for each in officers}:
        known_team(connection, wanted.team)


def _narrowed(
    actor: Actor, wanted: Wanted, officers: Sequence[OfficerLine], covering: Sequence[str], covered: Sequence[str]
) -> Narrowed:
    clock, _, subject = (wanted.clock or "").partition("[")
    return Narrowed(
        officers=(wanted.officer, *covering) if wanted.officer else (),
        team=wanted.team,
        clock=clock or None,
        subject=subject.removesuffix("]") or None,
        basis=wanted.basis,
        workflow=wanted.workflow,
        held_by_none_of=[each.username for each in officers] if wanted.unassigned else None,
        teams=None if actor.teams is None else sorted(actor.teams),
        own=[name for name in (actor.officer, *covered) if name],
    )


def _lines(
    connection: Connection,
    spans: Sequence[Span],
    as_of: date,
    narrowed: Narrowed,
    counts: Mapping[str, int],
    shown: Shown,
) -> dict[str, tuple[Observation, ...]]:
    found: dict[str, tuple[Observation, ...]] = {}
    for span in spans:
        if counts.get(span.name) and shown.group in (None, span.name):
            how = {"offset": shown.first, "limit": shown.most}
            rows = due_lines(connection, span, as_of, narrowed, sort=shown.sort, **how)
            found[span.name] = tuple(observe(dict(row._mapping), as_of) for row in rows)  # noqa: SLF001 a public name
    return found
