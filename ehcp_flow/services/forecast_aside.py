"""The recovery plan asked for from a page: it takes some seconds, so it is made aside and its tables kept."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ehcp_flow.analytics.figure_request import FigureRequest
from ehcp_flow.analytics.figure_table import Cell, Chart, Column, FigureTable, Kind
from ehcp_flow.services.forecast import ForecastRequest, forecast_tables
from ehcp_flow.services.keep_work import KeptWork, begin_work, kept_work
from ehcp_flow.services.work_aside import do_aside

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office

_KIND = "forecast"


def begin_forecast(office: Office, asked: ForecastRequest, moment: datetime) -> KeptWork:
    """Begin the forecast and the output its target needs."""
    about = {
        "target": asked.target,
        "by_date": asked.by_date.isoformat() if asked.by_date else "",
        "team": asked.figures.team or "",
        "as_of": asked.figures.as_of.isoformat(),
    }
    work = begin_work(office.user, _KIND, about, moment)
    do_aside(work, _KIND, lambda tell: {"tables": [as_json(each) for each in forecast_tables(office, asked, tell)]})
    return work


def forecast_kept(office: Office, key: str) -> KeptWork:
    """The forecast that whoever asks began. Raises UnknownName."""
    return kept_work(key, office.user, _KIND)


def request_on(day: date, team: str | None) -> FigureRequest:
    """The figures a forecast rests on: all cases (or a team's) as they stand on `day`."""
    return FigureRequest(day, day, day, team=team)


def as_json(table: FigureTable) -> dict[str, Any]:
    """A table as JSON holds it, without the cases behind its numbers."""
    said = {name: value for name, value in _fields(table).items() if name != "cases"}
    said["rows"] = [[cell.isoformat() if isinstance(cell, date) else cell for cell in row] for row in table.rows]
    return said


def _fields(table: FigureTable) -> dict[str, Any]:
    # asdict cannot copy the cases' keys into JSON, and need not.
    return {
        **{name: getattr(table, name) for name in FigureTable.__slots__},
        "columns": [asdict(column) for column in table.columns],
        "chart": asdict(table.chart) if table.chart else None,
        "withheld": [list(place) for place in sorted(table.withheld)],
    }


def from_json(said: Mapping[str, Any]) -> FigureTable:
    """The table that `as_json` wrote."""
    columns = tuple(
        Column(**{**column, "sum_of": tuple(column["sum_of"]), "rests_on": tuple(column["rests_on"])})
        for column in said["columns"]
    )
    rows = tuple(
        tuple(_cell(cell, column.kind) for cell, column in zip(row, columns, strict=True)) for row in said["rows"]
    )
    chart = Chart(**{**said["chart"], "y": tuple(said["chart"]["y"])}) if said["chart"] else None
    withheld = frozenset((row, name) for row, name in said["withheld"])
    rest = {"columns": columns, "rows": rows, "chart": chart, "notes": tuple(said["notes"]), "withheld": withheld}
    return FigureTable(**{**said, **rest})


def _cell(cell: Cell, kind: Kind) -> Cell:
    if kind in ("day", "month") and isinstance(cell, str):
        with suppress(ValueError):
            return date.fromisoformat(cell)
    return cell
