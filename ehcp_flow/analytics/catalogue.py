"""The catalogue: every figure there is, in the order in which it is shown.

To add one, define it in a module of `figures/` (a Definition and a function that makes its table) and name its
ENTRIES here.
"""

from __future__ import annotations

from collections.abc import Collection

from ehcp_flow.analytics.figure_request import Entry
from ehcp_flow.analytics.figures import (
    backlog,
    checks,
    children,
    decisions,
    demand,
    exceptions,
    order,
    reviews,
    targets,
    timeliness,
    waiting,
    workflow_figures,
    workload,
)
from ehcp_flow.errors import UnknownName

CATALOGUE: tuple[Entry, ...] = (
    *timeliness.ENTRIES,
    *waiting.ENTRIES,
    *backlog.ENTRIES,
    *decisions.ENTRIES,
    *demand.ENTRIES,
    *exceptions.ENTRIES,
    *reviews.ENTRIES,
    *children.ENTRIES,
    *workload.ENTRIES,
    *order.ENTRIES,
    *checks.ENTRIES,
    *targets.ENTRIES,
    *workflow_figures.ENTRIES,
)


def entries(only: Collection[str] = ()) -> tuple[Entry, ...]:
    """The entries called so, in the order of the catalogue; all of them if none is named.

    Raises UnknownName for a figure there is not.
    """
    known = {entry.id: entry for entry in CATALOGUE}
    for name in only:
        if name not in known:
            raise UnknownName(
                f"There is no figure called {name} in the catalogue.", next=f"There are: {', '.join(known)}."
            )
    return tuple(entry for entry in CATALOGUE if not only or entry.id in only)
