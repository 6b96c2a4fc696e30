"""A picture of a process's steps as SVG, drawn here because a page without scripts can draw nothing itself.

Steps are boxes, a double border ends the case. Each arrow bears a number, and the table beside the picture says what
happens there: long titles on crossing lines would be read by nobody.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from markupsafe import Markup

from ehcp_flow.law.event_rule import NOT_STARTED
from ehcp_flow.web.views.state_layout import Edge, Layout, Place, layout

if TYPE_CHECKING:
    from ehcp_flow.law.event_rule import EventRule
    from ehcp_flow.law.workflow import Workflow

_WIDE, _HIGH = 168, 50
_ACROSS, _DOWN = 196, 108
_EDGE = 14
_LETTERS_IN_A_LINE = 20
_ALONG = 0.4  # how far along its first stretch an arrow bears its number
_INK, _PAPER, _SOFT, _ARROW = "#0b0c0c", "#ffffff", "#f3f2f1", "#505a5f"


@dataclass(frozen=True, slots=True)
class Step:
    """One arrow of the picture: its number there, the events that make it, and the states it joins."""

    number: int
    events: tuple[EventRule, ...]
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class StateDrawing:
    """The picture, its numbered arrows, and the events that can end a case from any open step, which are not drawn."""

    svg: Markup
    steps: tuple[Step, ...]
    from_any_step: tuple[EventRule, ...]


def state_drawing(workflow: Workflow) -> StateDrawing:
    """Draw the steps of `workflow`. What may happen in every open step and ends the case is listed, not drawn."""
    still_open = {name for name, rule in workflow.states.items() if not rule.ended}
    anywhere: list[EventRule] = []
    joined: dict[Edge, list[EventRule]] = {}
    for event in workflow.events.values():
        before = workflow.states_before(event)
        if event.to and workflow.states[event.to].ended and still_open <= set(before):
            anywhere.append(event)
        elif event.to:
            for state in before:
                if state != event.to:
                    joined.setdefault((state, event.to), []).append(event)
    drawn = {name for edge in joined for name in edge}
    found = layout(NOT_STARTED, [name for name in (NOT_STARTED, *workflow.states) if name in drawn], joined)
    numbers = {edge: number for number, edge in enumerate(sorted(joined, key=lambda edge: _reading(found, edge)), 1)}
    steps = tuple(Step(number, tuple(joined[edge]), *edge) for edge, number in numbers.items())
    return StateDrawing(_svg(workflow, found, numbers), steps, tuple(anywhere))


def _reading(found: Layout, edge: Edge) -> tuple[Place, Place]:
    """From top to bottom and from left to right, as a page is read."""
    return found.places[edge[0]], found.places[edge[1]]


def _svg(workflow: Workflow, found: Layout, numbers: dict[Edge, int]) -> Markup:
    wide = round(found.columns * _ACROSS) + _EDGE * 2
    high = (found.layers - 1) * _DOWN + _HIGH + _EDGE * 2
    name = f"steps-of-{workflow.workflow}"
    parts = [
        Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" '
            'aria-labelledby="{name}" font-family="arial, sans-serif" font-size="15"><title id="{name}">{title}</title>'
            '<defs><marker id="{name}-tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="6" markerHeight="6" '
            'orient="auto"><path d="M0 0 10 5 0 10z" fill="{ink}"/></marker></defs>'
        ).format(w=wide, h=high, name=name, title=f"The steps of {workflow.title}, explained below", ink=_ARROW)
    ]
    parts += [_arrow(path, name) for path in found.paths.values()]
    parts += [_box(workflow, state, place) for state, place in found.places.items()]
    parts += [_number(found.paths[edge], number) for edge, number in numbers.items()]
    return Markup("").join([*parts, Markup("</svg>")])


def _middle(place: Place) -> tuple[float, float]:
    layer, column = place
    return _EDGE + (column + 0.5) * _ACROSS, _EDGE + layer * _DOWN + _HIGH / 2


def _ends(path: tuple[Place, ...]) -> list[tuple[float, float]]:
    """The points of an arrow, from the border of its first box to that of its last."""
    points = [_middle(place) for place in path]
    down = path[0][0] < path[-1][0]
    half = _HIGH / 2 if down else -_HIGH / 2
    lean = 0 if down else _WIDE / 4  # there and back are two lines
    (first_x, first_y), (last_x, last_y) = points[0], points[-1]
    points[0] = (first_x + _aside(points[1][0] - first_x, lean), first_y + half)
    points[-1] = (last_x + _aside(points[-2][0] - last_x, lean), last_y - half)
    return points


def _aside(apart: float, lean: float) -> float:
    """A little to the side the line comes from, so that arrows do not all meet in one point of a box."""
    most = _WIDE / 2 - 12
    return max(-most, min(most, apart / 5 + lean))


def _arrow(path: tuple[Place, ...], name: str) -> Markup:
    points = _ends(path)
    drawn = f"M{points[0][0]:.0f} {points[0][1]:.0f}"
    for (x, y), (next_x, next_y) in pairwise(points):
        bend = (next_y - y) / 2
        drawn += f" C{x:.0f} {y + bend:.0f} {next_x:.0f} {next_y - bend:.0f} {next_x:.0f} {next_y:.0f}"
    return Markup('<path d="{}" fill="none" stroke="{}" stroke-width="2" marker-end="url(#{}-tip)"/>').format(
        drawn, _ARROW, name
    )


def _box(workflow: Workflow, state: str, place: Place) -> Markup:
    x, y = _middle(place)
    left, top = x - _WIDE / 2, y - _HIGH / 2
    is_end = state != NOT_STARTED and workflow.states[state].ended
    box = Markup('<rect x="{}" y="{}" width="{}" height="{}" rx="{}" fill="{}" stroke="{}" stroke-width="2"{}/>')
    dashes = Markup(' stroke-dasharray="5 4"') if state == NOT_STARTED else ""
    parts = [box.format(left, top, _WIDE, _HIGH, 4, _SOFT if is_end else _PAPER, _INK, dashes)]
    if is_end:
        parts.append(box.format(left + 4, top + 4, _WIDE - 8, _HIGH - 8, 2, "none", _INK, ""))
    lines = textwrap.wrap(workflow.state_title(state), _LETTERS_IN_A_LINE)[:2]
    for number, line in enumerate(lines):
        at = y + 5 + (number - (len(lines) - 1) / 2) * 17
        parts.append(Markup('<text x="{}" y="{}" text-anchor="middle" fill="{}">{}</text>').format(x, at, _INK, line))
    return Markup("").join(parts)


def _number(path: tuple[Place, ...], number: int) -> Markup:
    """The arrow's number, on its first stretch where it is farthest from others."""
    (x, y), (next_x, next_y) = _ends(path)[:2]
    bend = y + (next_y - y) / 2
    left = 1 - _ALONG
    near, mid, far = left**3 + 3 * left**2 * _ALONG, 3 * left * _ALONG**2, _ALONG**3
    at_x = near * x + (mid + far) * next_x
    at_y = left**3 * y + (3 * left**2 * _ALONG + mid) * bend + far * next_y
    return Markup(
        '<circle cx="{x:.0f}" cy="{y:.0f}" r="12" fill="{paper}" stroke="{ink}" stroke-width="1.5"/>'
        '<text x="{x:.0f}" y="{below:.0f}" text-anchor="middle" font-size="13" font-weight="bold" '
        'fill="{ink}">{n}</text>'
    ).format(x=at_x, y=at_y, below=at_y + 4.5, paper=_PAPER, ink=_INK, n=number)
