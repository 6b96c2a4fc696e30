"""Where the steps of a process stand in its picture: in layers from top to bottom, with as few crossings as is quick.

Pure geometry in whole steps: a place is a layer (0 at the top) and a column. Long lines get a place in every layer
they pass, so that they go round the boxes between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Edge = tuple[str, str]
"""From one state to another."""

Place = tuple[int, float]
"""A layer from the top and a column from the left; columns may fall between two others."""

_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Layout:
    """The place of every state, and the places each edge passes, its ends included.

    An edge that leads back up passes its places from its start, like every other.
    """

    places: dict[str, Place]
    paths: dict[Edge, tuple[Place, ...]]

    @property
    def layers(self) -> int:
        """How many layers there are."""
        return 1 + max((layer for layer, _ in self.places.values()), default=-1)

    @property
    def columns(self) -> float:
        """How wide the widest layer is."""
        everywhere = [column for path in self.paths.values() for _, column in path]
        return 1 + max([*everywhere, *(column for _, column in self.places.values())], default=-1.0)


def layout(start: str, states: Sequence[str], edges: Iterable[Edge]) -> Layout:
    """Lay out `states` with `start` on top. Every state must be named; a loop's last edge leads back up."""
    wanted = list(dict.fromkeys(edges))
    back = _back_edges(start, states, wanted)
    down = {edge: (edge[1], edge[0]) if edge in back else edge for edge in wanted}
    layer_of = _layers(states, list(down.values()))
    chains = {edge: _chain(edge, down[edge], layer_of) for edge in wanted}
    columns = _columns(states, layer_of, chains)
    places = {state: (layer_of[state], columns[layer_of[state], state]) for state in states}
    paths = {}
    for edge, chain in chains.items():
        path = [(layer, columns[layer, name]) for layer, name in chain]
        paths[edge] = tuple(reversed(path)) if edge in back else tuple(path)
    return Layout(places, paths)


def _back_edges(start: str, states: Sequence[str], edges: Sequence[Edge]) -> set[Edge]:
    """The edges that close a loop, met on a walk that goes as deep as it can first."""
    following: dict[str, list[str]] = defaultdict(list)
    for source, target in edges:
        following[source].append(target)
    back: set[Edge] = set()
    seen: set[str] = set()
    on_the_way: list[str] = []

    def walk(state: str) -> None:
        seen.add(state)
        on_the_way.append(state)
        for target in following[state]:
            if target in on_the_way:
                back.add((state, target))
            elif target not in seen:
                walk(target)
        on_the_way.pop()

    for state in (start, *states):
        if state not in seen:
            walk(state)
    return back


def _layers(states: Sequence[str], down: Sequence[Edge]) -> dict[str, int]:
    """Each state one layer below the lowest of those that lead to it."""
    layer_of = dict.fromkeys(states, 0)
    for _ in states:  # no path is longer than there are states
        moved = False
        for source, target in down:
            if layer_of[target] <= layer_of[source]:
                layer_of[target] = layer_of[source] + 1
                moved = True
        if not moved:
            break
    return layer_of


def _chain(edge: Edge, down: Edge, layer_of: dict[str, int]) -> list[tuple[int, str]]:
    """An edge from top to bottom: its ends, and a stand-in for it in each layer between."""
    top, bottom = layer_of[down[0]], layer_of[down[1]]
    between = [(layer, f"{edge[0]}>{edge[1]}") for layer in range(top + 1, bottom)]
    return [(top, down[0]), *between, (bottom, down[1])]


def _columns(
    states: Sequence[str], layer_of: dict[str, int], chains: dict[Edge, list[tuple[int, str]]]
) -> dict[tuple[int, str], float]:
    """A column for everything in every layer, the neighbours above and below drawing it towards them."""
    layers: dict[int, list[str]] = defaultdict(list)
    for state in states:
        layers[layer_of[state]].append(state)
    near: dict[tuple[int, str], list[tuple[int, str]]] = defaultdict(list)
    for chain in chains.values():
        for layer, name in chain[1:-1]:
            layers[layer].append(name)
        for upper, lower in pairwise(chain):
            near[upper].append(lower)
            near[lower].append(upper)
    for turn in range(_ROUNDS):
        for layer in sorted(layers, reverse=bool(turn % 2)):
            _sort(layer, layers, near, above=not turn % 2)
    return _centred(layers)


def _sort(
    layer: int, layers: dict[int, list[str]], near: dict[tuple[int, str], list[tuple[int, str]]], *, above: bool
) -> None:
    """Put a layer in the order of the middle of each one's neighbours above (or below) it."""
    beside = layer - 1 if above else layer + 1
    if beside not in layers:
        return
    width = max(len(names) for names in layers.values())
    at = {name: _slot(number, len(layers[beside]), width) for number, name in enumerate(layers[beside])}
    now = {name: _slot(number, len(layers[layer]), width) for number, name in enumerate(layers[layer])}

    def middle(name: str) -> float:
        places = [at[other] for where, other in near[layer, name] if where == beside]
        return sum(places) / len(places) if places else now[name]

    layers[layer].sort(key=middle)


def _slot(number: int, many: int, width: int) -> float:
    return number + (width - many) / 2


def _centred(layers: dict[int, list[str]]) -> dict[tuple[int, str], float]:
    width = max((len(names) for names in layers.values()), default=0)
    return {
        (layer, name): _slot(number, len(names), width)
        for layer, names in layers.items()
        for number, name in enumerate(names)
    }
