"""The morning digest of a team's manager: what broke, what will, what nobody holds, and who has how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ehcp_flow.notices.digests import near, news, since, subject, tiles
from ehcp_flow.notices.document import Document, Part, Table, cases, holders
from ehcp_flow.notices.lines import Lines, Morning, Page, counted


@dataclass(frozen=True, slots=True)
class Workload:
    """What one officer holds: open cases, and clocks overdue and due within the week. `away` says until when."""

    name: str
    cases: int
    overdue: Lines
    week: Lines
    away: str = ""


@dataclass(frozen=True, slots=True)
class Unassigned:
    """Open cases of the team that no officer holds, their pressing clocks, and open cases without even a team."""

    cases: int
    lines: Lines
    without_team: int


def team_digest(
    morning: Morning, team: str, workloads: Sequence[Workload], unassigned: Unassigned, names: Mapping[str, str]
) -> Document:
    """The digest of `team`'s manager; `morning` holds the team's lines, `names` the officers' by username."""
    officers = holders(names)
    parts = [
        *news(morning, officers),
        *cases("Due today", "today", morning.today, morning.page, people=officers),
        *near(morning, officers),
        *_unassigned(unassigned, morning.page),
        *_workload(workloads),
    ]
    return Document(
        subject=f"{subject(morning)} ({team})",
        title=f"{team} this morning",
        day=morning.day,
        lead=tuple(sentence for sentence in (since(morning), *_nobody(unassigned)) if sentence),
        tiles=tiles(morning),
        parts=tuple(parts),
        why=f"This goes every working day to the manager of the team {team}.",
        link=morning.link,
    )


def _nobody(unassigned: Unassigned) -> list[str]:
    said = []
    if unassigned.cases:
        said.append(_held(unassigned.cases, " of the team", "nobody"))
    if unassigned.without_team:
        said.append(_held(unassigned.without_team, "", "no team and no officer"))
    return said


def _held(number: int, of: str, by: str) -> str:
    return f"1 open case{of} is held by {by}." if number == 1 else f"{number:,} open cases{of} are held by {by}."


def _unassigned(unassigned: Unassigned, page: Page) -> list[Part]:
    note = (
        "Held by no officer; overdue or due in the next 7 days. Give one to somebody with: ehcp assign CASE --to NAME"
    )
    return cases("Nobody's cases", "late", unassigned.lines, page, note=note)


_WORKLOAD = "Open cases, and of these the limits overdue and due in the next 7 days."


def _workload(workloads: Sequence[Workload]) -> list[Part]:
    if not workloads:
        return []
    headings = ("Officer", "Cases", "Late: law", "guidance", "7 days: law", "guidance")
    return [Table("Who has how much", headings, tuple(map(_row, workloads)), _WORKLOAD)]


def _row(each: Workload) -> tuple[str, ...]:
    name = f"{each.name} ({each.away})" if each.away else each.name
    return (name, f"{each.cases:,}", *_law_and_guidance(each.overdue), *_law_and_guidance(each.week))


def _law_and_guidance(lines: Lines) -> tuple[str, ...]:
    """Two numbers; a local limit is in neither column."""
    return tuple(f"{number:,}" for basis, number in counted(lines) if basis != "local")
