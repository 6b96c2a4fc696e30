"""The axes of a chart, its colours, and the target drawn across it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ehcp_flow.returns.cell_text import is_number

if TYPE_CHECKING:
    from ehcp_flow.returns.chart_data import Drawing

INK, SOFT, GRID = "#0b0c0c", "#505a5f", "#d8dcde"
_LONG_LABEL, _MOST_BARS_UPRIGHT = 12, 16


def layer(points: Sequence[Any]) -> Any:
    """A layer of a picture with its points, to be told what it draws."""
    import altair as alt

    return alt.Chart(alt.InlineData(values=list(points)))


def lies_down(found: Drawing) -> bool:
    """Whether bars go to the right: where their names are long or they are many."""
    if found.x.kind in ("month", "day") or is_number(found.x):
        return False
    longest = max(len(str(label)) for label in found.labels)
    return longest > _LONG_LABEL or len(found.labels) > _MOST_BARS_UPRIGHT


def places(found: Drawing, *, upright: bool = True) -> Any:
    """The axis that the places stand along."""
    import altair as alt

    if found.is_continuous:
        return alt.X("x:Q", title=found.x.title, axis=alt.Axis(grid=False, tickCount=8))
    if not upright:
        return alt.Y("x:N", sort=found.labels, title=None, axis=alt.Axis(labelLimit=230, ticks=False, labelPadding=6))
    if found.x.kind == "month":
        # The year stands only under the first month and each January.
        years = "datum.index == 0 || slice(datum.label, 0, 3) == 'Jan'"
        words = f"({years}) ? split(datum.label, ' ') : slice(datum.label, 0, 3)"
        axis = alt.Axis(labelExpr=words, labelAngle=0, labelOverlap="parity", grid=False)
    else:
        axis = alt.Axis(
            labelAngle=0, labelOverlap="parity" if is_number(found.x) else False, labelLimit=120, grid=False
        )
    title = found.x.title if is_number(found.x) else None
    return alt.X("x:N", sort=found.labels, title=title, axis=axis)


def heights(found: Drawing) -> dict[str, Any]:
    """The axis of the values, from nothing to a round number, as options of an encoding."""
    import altair as alt

    words = "datum.label + '%'" if found.is_share else alt.Undefined
    axis = alt.Axis(labelExpr=words, tickCount=5, domain=False, ticks=False, format=",~f")
    title = None if found.is_share else found.unit
    return {"title": title, "scale": alt.Scale(domain=[0, found.top], nice=False), "axis": axis}


def target(found: Drawing, *, upright: bool = True) -> list[Any]:
    """The level to reach, as a dashed line with its name."""
    if found.chart.target is None:
        return []
    import altair as alt

    level = [{"target": found.chart.target}]
    suffix = "%" if found.is_share else ""
    across = alt.Y("target:Q") if upright else alt.X("target:Q")
    rule = layer(level).mark_rule(color=INK, strokeWidth=1.5, strokeDash=[4, 3])
    word = layer(level).mark_text(
        text=f"Target {found.chart.target:g}{suffix}",
        color=INK,
        fontSize=12,
        align="left",
        baseline="bottom",
        dx=4,
        dy=-3,
    )
    channel = "y" if upright else "x"
    beside = {"x": alt.value(0)} if upright else {"y": alt.value(0)}
    return [rule.encode(**{channel: across}), word.encode(**{channel: across, **beside})]
