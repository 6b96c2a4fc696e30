"""The figures of the catalogue, each as a table with its definition, its message and its cases."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ehcp_flow.analytics.figure_request import FigureRequest
from ehcp_flow.services.report_kpis import must_be_a_period

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_request import Definition, Entry, Frames
    from ehcp_flow.analytics.figure_table import FigureTable
    from ehcp_flow.services.office import Office

__all__ = ["FigureRequest", "figure_definitions", "figure_tables", "frames_for"]

Supply = Callable[["Office", FigureRequest, "Frames"], Any]


def figure_tables(
    office: Office,
    request: FigureRequest,
    only: Collection[str] = (),
    *,
    frames: Frames | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[FigureTable]:
    """The tables called so (all, if none is named), in the order of the catalogue.

    Pass `frames` (see `frames_for`) to make several requests of one day from data read once. `progress` is told how
    many tables of how many are made. Raises BadInput for a period that ends before it begins, UnknownName for a
    figure there is not.
    """
    from ehcp_flow.analytics.catalogue import entries
    from ehcp_flow.analytics.disclosure import published

    must_be_a_period(request.first, request.last)
    wanted = entries(only)
    data = (frames or frames_for(office, request, wanted)).narrowed(request)
    found = []
    for number, entry in enumerate(wanted, 1):
        table = _made(entry, data, request)
        found.append(published(table, data.settings.smallest_published) if request.published else table)
        if progress:
            progress(number, len(wanted))
    return found


def _made(entry: Entry, data: Frames, request: FigureRequest) -> FigureTable:
    """The table; an empty one that says why, if the workflow files in use lack what it stands on."""
    from ehcp_flow.analytics.figure_request import NotDefined

    try:
        return entry.make(data, entry.definition.undivided(request))
    except NotDefined as error:
        return entry.definition.table(error.what, (), ())


def frames_for(office: Office, request: FigureRequest, wanted: Collection[Entry] | None = None) -> Frames:
    """The whole database as frames for the request's day, with what the entries wanted (by default all) need."""
    from ehcp_flow.analytics.catalogue import CATALOGUE
    from ehcp_flow.analytics.figure_request import Frames
    from ehcp_flow.services.population import population_frames
    from ehcp_flow.services.read_figure_settings import read_figure_settings

    needed = {name for entry in (CATALOGUE if wanted is None else wanted) for name in entry.needs}
    found = population_frames(office, request.as_of, request.known_at)
    frames = Frames(
        observations=found.observations,
        events=found.events,
        cases=found.cases,
        workflows=office.workflows,
        settings=read_figure_settings(office.settings),
    )
    return replace(frames, supplies={name: SUPPLIES[name](office, request, frames) for name in sorted(needed)})


def figure_definitions() -> list[Definition]:
    """What figures there are, in the order of the catalogue, without making any."""
    from ehcp_flow.analytics.catalogue import CATALOGUE

    return [entry.definition for entry in CATALOGUE]


def _waiting(office: Office, _request: FigureRequest, _frames: Frames) -> Any:
    from ehcp_flow.services.read_waiting import read_waiting

    return read_waiting(office.settings, office.workflows)


def _caseloads(office: Office, request: FigureRequest, frames: Frames) -> Any:
    """Counted in the database for what is known now; from the frames for what was known at some moment."""
    from ehcp_flow.services.caseload import caseload
    from ehcp_flow.services.caseload_known import caseloads_known

    if request.known_at is None:
        return caseload(office, request.as_of, request.team).caseloads
    return caseloads_known(office, request.as_of, frames, request.team)


def _targets(office: Office, _request: FigureRequest, _frames: Frames) -> Any:
    from ehcp_flow.services.read_targets import read_targets

    return read_targets(office.settings, office.workflows)


SUPPLIES: Mapping[str, Supply] = {"caseloads": _caseloads, "targets": _targets, "waiting": _waiting}
"""What an entry may name in its `needs`, and how it is read."""
