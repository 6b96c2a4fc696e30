"""Charts from the tables that stand beside them: as SVG, drawn without a browser or a network.

They are read in black and white: lines differ by dashes and marks and carry their names at their ends, bars carry
their numbers, stacked parts go from dark to light.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from ehcp_flow.returns.chart_axes import GRID, INK, SOFT, heights, layer, lies_down, places, target
from ehcp_flow.returns.chart_bars import bars, stacked
from ehcp_flow.returns.chart_data import Drawing, drawing, line_ends

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_table import FigureTable

FONTS = Path(__file__).parent / "fonts"
FACE = "Liberation Sans, Arial, Helvetica, sans-serif"

_LINES = ("#12436d", "#d4351c", "#28a197", "#3d3d3d")
_DASHES = ([1, 0], [7, 4], [2, 3], [9, 3, 2, 3])
_MARKS = ("circle", "square", "triangle-up", "diamond")
_BANDS = "#12436d"
_WIDTH, _HEIGHT = 470, 220
_BAR = 22
_VEGA_LITE = "6.4"


def chart_svg(table: FigureTable, *, width: int = _WIDTH, height: int = _HEIGHT) -> str:
    """The table's chart as SVG, with its words for those who cannot see it; empty where there is nothing to draw.

    `width` and `height` are of the drawing itself, in pixels; names at the ends of lines stand beside it.
    """
    found = drawing(table)
    if found is None:
        return ""
    import vl_convert

    _learn_fonts()
    spec = _picture(found, width, height).to_dict(validate=False)
    return _told(vl_convert.vegalite_to_svg(spec, vl_version=_VEGA_LITE), table)


@cache
def _learn_fonts() -> None:
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))


def _told(svg: str, table: FigureTable) -> str:
    """The picture as one image with a name, for a page whose policy allows no styles inside."""
    says = escape((table.chart.says if table.chart else "") or f"{table.title}. {table.message}", quote=True)
    plain = re.sub(r' (?:style|role|aria-[a-z]+)="[^"]*"', "", svg)
    return plain.replace("<svg ", f'<svg role="img" aria-label="{says}" focusable="false" ', 1)


def _picture(found: Drawing, width: int, height: int) -> Any:
    if found.chart.kind in ("lines", "steps"):
        layers, size = _lines(found, width), (width, height)
    elif found.chart.kind == "stacked_bars":
        layers, size = stacked(found), _size(found, width, height)
    else:
        layers, size = bars(found), _size(found, width, height)
    import altair as alt

    picture = alt.layer(*layers).properties(width=size[0], height=size[1], background="white")
    return _styled(picture)


def _size(found: Drawing, width: int, height: int) -> tuple[int, int]:
    if not lies_down(found):
        return width, height
    deep = len(found.series) if found.chart.kind == "bars" else 1
    return width - 60, max(90, len(found.labels) * (_BAR * deep + 8))


def _styled(picture: Any) -> Any:
    plain = {"labelFont": FACE, "titleFont": FACE, "labelColor": INK, "titleColor": INK, "labelFontSize": 12}
    axis = {**plain, "titleFontSize": 12, "titleFontWeight": "normal", "gridColor": GRID, "domainColor": SOFT}
    legend = {**plain, "orient": "top", "title": None, "symbolType": "square", "symbolSize": 140, "labelLimit": 260}
    return (
        picture.configure(font=FACE, padding=6)
        .configure_axis(**axis, tickColor=SOFT, titlePadding=8)
        .configure_legend(**legend)
        .configure_view(stroke=None)
    )


def _lines(found: Drawing, width: int) -> list[Any]:
    import altair as alt

    steps = found.chart.kind == "steps"
    interpolate = "step-after" if steps else "linear"
    data, x = layer(found.points), places(found)
    y = alt.Y("value:Q", **heights(found))
    style = {
        "color": alt.Color("series:N", scale=alt.Scale(domain=found.titles, range=list(_LINES)), legend=None),
        "strokeDash": alt.StrokeDash(
            "series:N", scale=alt.Scale(domain=found.titles, range=list(_DASHES)), legend=None
        ),
    }
    shape = alt.Shape("series:N", scale=alt.Scale(domain=found.titles, range=list(_MARKS)), legend=None)
    layers = []
    if found.chart.low and found.chart.high:
        band = data.transform_filter("isValid(datum.low) && isValid(datum.high)")
        layers.append(
            band.mark_area(color=_BANDS, opacity=0.15, interpolate=interpolate).encode(x=x, y="low:Q", y2="high:Q")
        )
    layers += [data.mark_line(strokeWidth=2.5, interpolate=interpolate).encode(x=x, y=y, **style)]
    if not steps:
        seen = data.transform_filter("isValid(datum.value)")
        layers.append(
            seen.mark_point(filled=True, size=45, opacity=1).encode(x=x, y=y, color=style["color"], shape=shape)
        )
    return [*layers, *target(found), _ends(found, style["color"], width)]


def _ends(found: Drawing, color: Any, width: int) -> Any:
    import altair as alt

    ends = [{**end, "label": wrap(end["label"], 22)} for end in line_ends(found)]
    words = layer(ends).mark_text(align="left", baseline="middle", dx=6, fontSize=12, fontWeight="bold", lineHeight=14)
    return words.encode(x=alt.value(width), y="label_at:Q", text="label:N", color=color)
