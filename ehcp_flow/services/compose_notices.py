"""Who is told what this morning: each recipient's document, with the channels it goes to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ehcp_flow.engine.words import plain_date
from ehcp_flow.notices.digests import advice_digest, officer_digest
from ehcp_flow.notices.director import director_page
from ehcp_flow.notices.lines import Line, Morning
from ehcp_flow.notices.team import Unassigned, Workload, team_digest
from ehcp_flow.services.headlines import befores, headlines

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ehcp_flow.notices.document import Document
    from ehcp_flow.services.absence import Away
    from ehcp_flow.services.channels import Channel, Channels
    from ehcp_flow.services.gather_morning import Gathered
    from ehcp_flow.services.office import Office

DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Addressed:
    """A document for a recipient, of a kind of which each gets one a day over each channel."""

    kind: str
    recipient: str
    channels: tuple[Channel, ...]
    document: Document


def digests(office: Office, connection: Connection, gathered: Gathered, channels: Channels) -> Iterator[Addressed]:
    """The digests of a morning, for everybody whom the settings name and who has something to be told."""
    for username, to in channels.officers.items():
        if document := for_officer(gathered, username, even_if_empty=channels.even_if_empty):
            yield Addressed(DIGEST, f"officer {username}", to, document)
    for team, to in channels.team_managers.items():
        yield Addressed(DIGEST, f"team {team}", to, for_team(gathered, team))
    if channels.directors:
        page = for_directors(office, connection, gathered, channels.figures)
        yield Addressed(DIGEST, "directors", channels.directors, page)
    for provider, to in channels.advice_givers.items():
        if document := for_advice_giver(gathered, provider):
            yield Addressed(DIGEST, f"advice-giver {provider}", to, document)


def for_officer(gathered: Gathered, username: str, *, even_if_empty: bool = False) -> Document | None:
    """An officer's digest, with the cases of those they cover today; None where there is nothing to tell."""
    covers = {away.officer: gathered.names[away.officer] for away in gathered.away.values() if away.cover == username}
    mine = _of_open_cases(gathered.morning.only(lambda line: line.officer == username or line.officer in covers))
    if not mine.has_news and not even_if_empty:
        return None
    return officer_digest(mine, username, gathered.names.get(username, username), covers)


def _of_open_cases(morning: Morning) -> Morning:
    return replace(morning, overdue=tuple(line for line in morning.overdue if not line.in_ended_case))


def for_team(gathered: Gathered, team: str) -> Document:
    """A team's digest, for its manager."""
    mine = _of_open_cases(gathered.morning.only(lambda line: line.team == team))
    pressing = (*mine.overdue, *mine.today, *mine.week)
    nobodys = tuple(line for line in pressing if line.officer is None)
    held_by_none = sum(row.cases for row in gathered.open_cases if row.team == team and row.officer is None)
    without_team = sum(row.cases for row in gathered.open_cases if row.team is None and row.officer is None)
    unassigned = Unassigned(held_by_none, nobodys, without_team)
    return team_digest(mine, team, _workloads(gathered, team), unassigned, gathered.names)


def _workloads(gathered: Gathered, team: str) -> list[Workload]:
    """The officers of a team, and others who hold its cases, by name."""
    everything = _of_open_cases(gathered.morning)
    members = {username for username, row in gathered.officers.items() if row.team == team}
    members |= {row.officer for row in gathered.open_cases if row.team == team and row.officer}
    found = []
    for username in members:
        cases = sum(row.cases for row in gathered.open_cases if row.officer == username)
        overdue = tuple(line for line in everything.overdue if line.officer == username)
        week = tuple(line for line in (*everything.today, *everything.week) if line.officer == username)
        name, away = gathered.names.get(username, username), _away(gathered, username)
        found.append(Workload(name, cases, overdue, week, away))
    return sorted(found, key=lambda each: each.name)


def _away(gathered: Gathered, username: str) -> str:
    absence: Away | None = gathered.away.get(username)
    if absence is None:
        return ""
    cover = gathered.names.get(absence.cover or "")
    return f"away until {plain_date(absence.last_day)}, {f'covered by {cover}' if cover else 'no cover'}"


def for_directors(office: Office, connection: Connection, gathered: Gathered, figures: tuple[str, ...]) -> Document:
    """The directors' page of figures."""
    day = gathered.morning.day
    unassigned = sum(row.cases for row in gathered.open_cases if row.officer is None)
    return director_page(
        gathered.morning, headlines(office, connection, day, figures), befores(connection, day), unassigned
    )


def for_advice_giver(gathered: Gathered, provider: str) -> Document | None:
    """What an advice-giver owes: the first time in a week, and when something becomes late or due; else None."""

    def is_theirs(line: Line) -> bool:
        return line.owed_by == provider and not line.in_ended_case

    mine = gathered.morning.only(is_theirs)
    owes = mine.overdue or mine.today or mine.week
    if not owes or not (_is_first_of_the_week(mine) or mine.broken or mine.today):
        return None
    return advice_digest(mine, provider)


def _is_first_of_the_week(morning: Morning) -> bool:
    since = morning.since
    return since is None or since.isocalendar()[:2] != morning.day.isocalendar()[:2]
