"""The ladder: a breach in whose case nothing is recorded is told to the team's manager, then to the directors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ehcp_flow.notices.escalation import escalation
from ehcp_flow.services.compose_notices import Addressed
from ehcp_flow.services.gather_morning import flag_id, line_of
from ehcp_flow.storage import flags, notices
from ehcp_flow.today import ENGLAND

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ehcp_flow.notices.lines import Line
    from ehcp_flow.services.channels import Channel, Channels
    from ehcp_flow.services.gather_morning import Gathered
    from ehcp_flow.services.office import Office

ESCALATIONS = "escalations"
"""The ladder's rows in the ledger of nights: which breaches were told at which step."""

_EVERY_RUN = 1_000_000

Step = tuple[Any, ...]
"""A flag (clock and turn) and a step of the ladder."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One message of the ladder, and the breaches it tells, each with its step."""

    addressed: Addressed
    steps: tuple[Step, ...]


def escalations(office: Office, connection: Connection, gathered: Gathered, channels: Channels) -> list[Rung]:
    """The messages of the ladder that are due this morning, every step of a breach once."""
    ladder = channels.ladder
    if ladder is None:
        return []
    waits = [(1, ladder.after)] + ([(2, ladder.after + ladder.then)] if ladder.then else [])
    day = gathered.morning.day
    done = _told_before(connection, day)
    found: dict[tuple[int, str], list[tuple[Step, Line]]] = defaultdict(list)
    for flag, line, quiet_for in _quiet(office, connection, day, ladder.after):
        for step, wait in waits:
            if quiet_for >= wait and (*flag, step) not in done:
                found[step, _to(channels, step, line)].append(((*flag, step), line))
    wait_of = dict(waits)
    return [
        rung
        for (step, to), lines in sorted(found.items())
        if (rung := _rung(gathered, channels, step, wait_of[step], to, lines))
    ]


def _quiet(
    office: Office, connection: Connection, day: date, at_least: int
) -> Iterator[tuple[tuple[Any, ...], Line, int]]:
    """Standing breaches, each with the working days since it was flagged or its case last got an entry."""
    calendar = office.calendar.working_days
    for row in notices.broken_and_quiet(connection, noticed_by=calendar.add(day, -at_least)):
        last_entry = row.last_entry_at.astimezone(ENGLAND).date() if row.last_entry_at else row.noticed_on
        since = max(row.noticed_on, last_entry)
        line = line_of(office, row._mapping, day)  # noqa: SLF001 SQLAlchemy's public name for a row's dict
        yield flag_id(row), replace(line, quiet_since=since), calendar.between(since, max(since, day))


def _to(channels: Channels, step: int, line: Line) -> str:
    """The team whose manager is told, or nothing for the directors: also where nobody stands between."""
    return line.team or "" if step == 1 and line.team in channels.team_managers else ""


def _rung(
    gathered: Gathered, channels: Channels, step: int, wait: int, team: str, lines: Sequence[tuple[Step, Line]]
) -> Rung | None:
    to: tuple[Channel, ...] = channels.team_managers[team] if team else channels.directors
    if not to:
        return None
    recipient = f"team {team}" if team else "directors"
    who = f"the manager of the team {team}" if team else "the directors"
    if not team and step == 1:
        who += ", as the settings name no manager of these teams"
    morning = gathered.morning
    document = escalation(morning.day, [line for _, line in lines], wait, who, gathered.names, morning.link)
    return Rung(Addressed(f"escalation-{step}", recipient, to, document), tuple(mark for mark, _ in lines))


def _told_before(connection: Connection, day: date) -> set[Step]:
    runs = flags.runs_of(connection, ESCALATIONS, _EVERY_RUN)
    return {tuple(step) for run in runs if run.business_date < day for step in run.report.get("told", ())}


def write_down(connection: Connection, rungs: Sequence[Rung], day: date, now: datetime) -> None:
    """Note in the ledger which breaches were told at which step."""
    if rungs:
        told = sorted([list(step) for rung in rungs for step in rung.steps])
        flags.finish_run(connection, ESCALATIONS, day, now, {"notices": len(rungs), "told": told})
