"""What a chart draws, worked out before any drawing: points, the axis, and where the words at the lines' ends go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Any

from ehcp_flow.returns.cell_text import is_number, shown

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_table import Chart, Column, FigureTable

_HUNDRED = 100
_HALF_OF_ALL = 50
_APART = 0.075
"""How far the words at two lines' ends stay apart, as a share of the picture's height."""
_FEWEST_PLACES = {"lines": 2, "steps": 2, "bars": 1, "stacked_bars": 1}
"""A line through one point says nothing."""
_UNITS = {"percent": "%", "weeks": "Weeks", "days": "Days", "count": "Number", "number": "Number"}

Point = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Series:
    """One line or kind of bar: its title, and its number among them."""

    title: str
    column: Column


@dataclass(frozen=True, slots=True)
class Drawing:
    """A table as a picture: points in order, titles of the series, and the top of the axis."""

    chart: Chart
    x: Column
    series: tuple[Series, ...]
    points: tuple[Point, ...]
    top: float

    @property
    def titles(self) -> list[str]:
        """Of the series, in the order drawn."""
        return [each.title for each in self.series]

    @property
    def is_continuous(self) -> bool:
        """Whether x is a number, so that distances along it mean something."""
        return is_number(self.x) and self.chart.kind in ("lines", "steps")

    @property
    def labels(self) -> list[Any]:
        """The places along x, in the order of the table."""
        return list(dict.fromkeys(point["x"] for point in self.points))

    @property
    def unit(self) -> str:
        """What the upright axis counts."""
        return _UNITS.get(self.series[0].column.kind, "")

    @property
    def is_share(self) -> bool:
        """Whether it draws shares out of a hundred."""
        return self.series[0].column.kind == "percent"


def drawing(table: FigureTable) -> Drawing | None:
    """What to draw of a table; None where it says nothing of a chart, or nothing is there to draw."""
    chart = table.chart
    if chart is None or not chart.y:
        return None
    x = table.columns[table.column(chart.x)]
    series = tuple(Series(table.columns[place].title, table.columns[place]) for place in map(table.column, chart.y))
    points = tuple(_points(table, chart, x, series))
    places = {str(point["x"]) for point in points if point["value"] is not None}
    if len(places) < _FEWEST_PLACES[chart.kind]:
        return None
    return Drawing(chart, x, series, points, _top(chart, series, points))


def _points(table: FigureTable, chart: Chart, x: Column, series: Sequence[Series]) -> Iterator[Point]:
    for place, each in enumerate(series):
        for number, row in enumerate(table.rows[:-1] if table.has_total else table.rows):
            value = row[table.column(each.column.name)]
            at = row[table.column(x.name)]
            high = _at(table, row, chart.high) if place == 0 else None
            yield {
                "x": at if is_number(x) and chart.kind in ("lines", "steps") else shown(at, x.kind),
                "row": number,
                "series": each.title,
                "place": place,
                "value": value,
                "says": shown(value, each.column.kind) if value is not None else "",
                "low": _at(table, row, chart.low) if place == 0 else None,
                "high": high,
                "end": high if high is not None and len(series) == 1 else value,
            }


def _at(table: FigureTable, row: Sequence[Any], name: str | None) -> Any:
    return row[table.column(name)] if name else None


def _top(chart: Chart, series: Sequence[Series], points: Sequence[Point]) -> float:
    highest = max(_heights(chart, points), default=0)
    if series[0].column.kind == "percent" and highest > _HALF_OF_ALL:
        return _HUNDRED
    return round_number_above(highest)


def _heights(chart: Chart, points: Sequence[Point]) -> Iterator[float]:
    if chart.target is not None:
        yield chart.target
    if chart.kind == "stacked_bars":
        totals: dict[Any, float] = {}
        for point in points:
            totals[point["row"]] = totals.get(point["row"], 0) + (point["value"] or 0)
        yield from totals.values()
        return
    for point in points:
        yield from (value for value in (point["value"], point["high"]) if value is not None)


def round_number_above(number: float) -> float:
    """The next number up that a reader would choose for the end of an axis.

    >>> round_number_above(37), round_number_above(212), round_number_above(0)
    (40, 250, 1)
    """
    if number <= 0:
        return 1
    step = 10.0 ** floor(log10(number))
    fits = next(each for each in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if each * step >= number)
    found = fits * step
    return ceil(found) if found > 1 else found


def line_ends(found: Drawing) -> list[Point]:
    """The last point of each line with the words that stand beside it, moved apart where they would overlap."""
    ends = []
    for title in found.titles:
        of_line = [point for point in found.points if point["series"] == title and point["value"] is not None]
        if of_line:
            ends.append({**of_line[-1], "label": f"{title}: {of_line[-1]['says']}"})
    apart = found.top * _APART * 2
    last = -apart
    for end in sorted(ends, key=lambda point: float(point["value"])):
        end["label_at"] = last = max(float(end["value"]), last + apart)
    over = last - found.top
    if over > 0:  # pushed out at the top: move all that are too close to it down again
        below = found.top
        for end in sorted(ends, key=lambda point: -float(point["label_at"])):
            end["label_at"] = below = min(float(end["label_at"]), below)
            below -= apart
    return ends
