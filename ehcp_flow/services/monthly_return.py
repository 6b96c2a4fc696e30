"""The monthly return: one pack of files for a month, the same whenever it is made again from the same records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ehcp_flow.analytics.periods import end_of_month, month_of
from ehcp_flow.engine.count import day_after
from ehcp_flow.errors import BadInput
from ehcp_flow.services.keep_return import keep
from ehcp_flow.services.report_figures import FigureRequest, figure_tables, frames_for
from ehcp_flow.services.return_contents import NOT_PUBLISHED, contents, principal

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_request import Frames
    from ehcp_flow.analytics.figure_table import FigureTable
    from ehcp_flow.returns.facts import Facts
    from ehcp_flow.returns.pack import Material
    from ehcp_flow.services.office import Office

Tell = Callable[[str], None]
BY_TEAM = "by_team"
FRAMES = ("observations", "events", "cases")


@dataclass(frozen=True, slots=True)
class MadeReturn:
    """A pack that was made: `is_new` is False where the very same was there already. `files` are names and sizes."""

    folder: Path
    facts: Facts
    principal: tuple[str, ...]
    files: tuple[tuple[str, int], ...]
    pack: str
    is_new: bool


def judged_on(first: date, today: date) -> date:
    """The day a month is judged for unless another is named: the first of the next, or today if it is not over.

    On its last day, limits of that day could still be met; the day after, the whole month is decided.
    """
    return min(day_after(end_of_month(first)), today)


def make_monthly_return(
    office: Office,
    month: date,
    folder: Path,
    now: datetime,
    today: date,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    publish: bool = False,
    tell: Tell = lambda _: None,
) -> MadeReturn:
    """Make the pack for the month of `month` in `folder`.

    `as_of` is by default `judged_on`, `known_at` (UTC) by default now; what is not known yet cannot be asked for.
    `publish` takes out small numbers, lists of cases and figures of single officers. Raises BadInput for a month that
    has not begun or a day outside it, NotAllowed if another pack is in the folder.
    """
    first, last = month_of(month), end_of_month(month)
    if first > today:
        raise BadInput(f"{first:%Y-%m} has not begun.", next="Name a month that has.")
    day = as_of or judged_on(first, today)
    if not first <= day <= today:
        raise BadInput(
            f"{first:%Y-%m} cannot be judged as of {day}.",
            "That day is before the month begins, or has not come yet.",
            "Name a later day with --as-of, or leave it out.",
        )
    moment = min(known_at or now, now)
    request = FigureRequest(first, last, day, moment, published=publish)
    said, files, material = build(office, request, moment, tell)
    tell("its folder")
    is_new = keep(folder, files, said, now, office.user)
    sizes = tuple((name, len(content)) for name, content in sorted(files.items()))
    report = material.report
    return MadeReturn(folder, report.facts, report.principal, sizes, said["pack"], is_new)


def build(
    office: Office, request: FigureRequest, moment: datetime, tell: Tell = lambda _: None
) -> tuple[dict[str, Any], dict[str, bytes], Material]:
    """The pack's manifest without its run stamp, its files, and what they were made from; nothing is written."""
    from ehcp_flow.returns.manifest import manifest
    from ehcp_flow.returns.pack import pack_files
    from ehcp_flow.services.return_facts import facts_of, settings_digests

    tell("the records")
    frames = _frames(office, request)
    tell("the figures")
    tables = tuple(_tables(office, request, frames))
    facts = facts_of(office, request, moment, frames)
    material = _material(facts, tables, frames)
    files = pack_files(material, tell)
    return manifest(facts, tables, files, settings_digests(office)), files, material


def _frames(office: Office, request: FigureRequest) -> Frames:
    """The frames held in memory, so that no figure works them out again."""
    frames = frames_for(office, request)
    return replace(frames, **{name: getattr(frames, name).collect().lazy() for name in FRAMES})


def _tables(office: Office, request: FigureRequest, frames: Frames) -> Sequence[FigureTable]:
    tables = figure_tables(office, request, frames=frames)
    if request.published:
        return [table for table in tables if table.id not in NOT_PUBLISHED]
    by_team = figure_tables(office, replace(request, by="team"), ("timeliness",), frames=frames)
    return [*tables, *(_renamed(table) for table in by_team)]


def _renamed(table: FigureTable) -> FigureTable:
    return replace(table, id=f"{table.id}_{BY_TEAM}", title=f"{table.title}, by team")


def _material(facts: Facts, tables: tuple[FigureTable, ...], frames: Frames) -> Material:
    from ehcp_flow.returns.pack import Material
    from ehcp_flow.returns.report import Report
    from ehcp_flow.services.return_observations import described_observations, sorted_observations

    report = Report(facts, principal(tables), contents(tables))
    if facts.is_published:
        return Material(report, tables)
    return Material(report, tables, sorted_observations(frames), described_observations())
