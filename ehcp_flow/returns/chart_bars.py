"""Bars, side by side or one upon another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ehcp_flow.returns.chart_axes import INK, heights, layer, lies_down, places, target

if TYPE_CHECKING:
    from ehcp_flow.returns.chart_data import Drawing

_SHADES = ("#12436d", "#2073bc", "#6bace6", "#bfd9f0", "#e9eef3")
_SMALLEST_LABELLED = 0.05
"""A part of a stacked bar smaller than this share of the picture carries no number; the table has it."""


def bars(found: Drawing) -> list[Any]:
    """Bars with their numbers; with an interval, a whisker on each."""
    import altair as alt

    upright = not lies_down(found)
    data = layer(found.points)
    place, length = places(found, upright=upright), heights(found)
    value = alt.Y("value:Q", **length) if upright else alt.X("value:Q", **length)
    where = {"x": place, "y": value} if upright else {"y": place, "x": value}
    if len(found.series) > 1:
        offset = alt.XOffset if upright else alt.YOffset
        where["xOffset" if upright else "yOffset"] = offset("series:N", sort=found.titles)
    drawn = data.mark_bar(stroke=INK, strokeWidth=0.6).encode(**where, color=_shade(found))
    beside = {"baseline": "bottom", "dy": -3} if upright else {"align": "left", "dx": 4, "baseline": "middle"}
    end = {"y" if upright else "x": alt.Y("end:Q") if upright else alt.X("end:Q")}
    words = data.mark_text(fontSize=11, color=INK, **beside).encode(**{**where, **end}, text="says:N")
    return [drawn, *_whiskers(found, place, upright=upright), *target(found, upright=upright), words]


def _has_whiskers(found: Drawing) -> bool:
    return bool(found.chart.low and found.chart.high) and len(found.series) == 1


def _whiskers(found: Drawing, place: Any, *, upright: bool) -> list[Any]:
    if not _has_whiskers(found):
        return []

    data = layer([point for point in found.points if point["low"] is not None])
    rule = data.mark_rule(color=INK, strokeWidth=1.2)
    if upright:
        return [rule.encode(x=place, y="low:Q", y2="high:Q")]
    return [rule.encode(y=place, x="low:Q", x2="high:Q")]


def _shade(found: Drawing) -> Any:
    import altair as alt

    shades = (_SHADES[2],) if _has_whiskers(found) else _shades(len(found.series))
    scale = alt.Scale(domain=found.titles, range=list(shades))
    legend = alt.Legend(columns=3) if len(found.series) > 1 else None
    return alt.Color("series:N", scale=scale, sort=found.titles, legend=legend)


def _shades(number: int) -> tuple[str, ...]:
    """So many shades, as far apart as they go."""
    if number == 2:
        return _SHADES[0], _SHADES[3]
    if number == 3:
        return _SHADES[0], _SHADES[2], _SHADES[4]
    return _SHADES


def stacked(found: Drawing) -> list[Any]:
    """Bars of parts, from dark to light, with the number in each part that has room for it."""
    import altair as alt

    upright = not lies_down(found)
    data = layer(_parts(found))
    place, length = places(found, upright=upright), heights(found)
    across, ends, middle = ("y", "y2", alt.Y("middle:Q")) if upright else ("x", "x2", alt.X("middle:Q"))
    begin = alt.Y("from:Q", **length) if upright else alt.X("from:Q", **length)
    beside = {"x": place} if upright else {"y": place}
    drawn = data.mark_bar(stroke=INK, strokeWidth=0.6)
    words = data.mark_text(fontSize=11).transform_filter("datum.is_labelled")
    ink = alt.Color("ink:N", scale=None)
    return [
        drawn.encode(**beside, **{across: begin, ends: "to:Q"}, color=_shade(found)),
        words.encode(**beside, **{across: middle}, text="says:N", color=ink),
        *target(found, upright=upright),
    ]


def _parts(found: Drawing) -> list[dict[str, Any]]:
    """The parts of each bar, each with where it begins and ends."""
    reached: dict[int, float] = {}
    parts = []
    dark = {_SHADES[0], _SHADES[1]}
    shades = _shades(len(found.series))
    for point in found.points:
        value, begin = float(point["value"] or 0), reached.get(point["row"], 0.0)
        reached[point["row"]] = begin + value
        on = shades[point["place"] % len(shades)]
        parts.append(
            {
                **point,
                "from": begin,
                "to": begin + value,
                "middle": begin + value / 2,
                "ink": "white" if on in dark else INK,
                "is_labelled": value / found.top >= _SMALLEST_LABELLED,
            }
        )
    return parts
