"""Figures kept for two minutes after they were reckoned: people go to and fro between pages of the same figures.

A page says when its figures were reckoned, and can have them reckoned again.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ehcp_flow.services.report_figures import FigureRequest, figure_tables
from ehcp_flow.storage.holders import held
from ehcp_flow.storage.people import facts
from ehcp_flow.today import now

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_table import FigureTable
    from ehcp_flow.services.office import Office
    from ehcp_flow.services.policy import Actor

SECONDS_KEPT = 120
MOST_KEPT = 12

_Key = tuple[str, FigureRequest, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FiguresAtHand:
    """Tables of figures, and the moment they were reckoned at."""

    tables: tuple[FigureTable, ...]
    reckoned_at: datetime


_kept: OrderedDict[_Key, FiguresAtHand] = OrderedDict()
_turn = threading.Lock()


def figures_at_hand(
    office: Office, request: FigureRequest, only: Collection[str] = (), *, again: bool = False
) -> FiguresAtHand:
    """The tables, reckoned now or within the last two minutes; `again` has them reckoned now.

    One reckoning at a time: it reads every case, and several would only be slower. Raises as `figure_tables` does.
    """
    key = (office.settings.database_url, request, tuple(only))
    if not again and (found := _still_good(key)):
        return found
    with _turn:
        if not again and (found := _still_good(key)):
            return found
        made = FiguresAtHand(tuple(figure_tables(office, request, only)), now())
        _kept[key] = made
        _kept.move_to_end(key)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return made


def _still_good(key: _Key) -> FiguresAtHand | None:
    """What is kept under `key`, or a single figure out of all that are."""
    database, request, only = key
    for name in (key, (database, request, ())):
        found = _kept.get(name)
        if found is not None and now().timestamp() - found.reckoned_at.timestamp() < SECONDS_KEPT:
            return FiguresAtHand(tuple(each for each in found.tables if not only or each.id in only), found.reckoned_at)
    return None


@dataclass(frozen=True, slots=True)
class CaseBehind:
    """A case counted in a figure: where it stands now and who holds it, never whose it is."""

    case_ref: str
    workflow: str
    state: str
    team: str | None
    officer: str | None


def cases_behind(
    office: Office, actor: Actor, case_refs: Sequence[str], first: int = 0, most: int = 100
) -> tuple[list[CaseBehind], int]:
    """Those of the cases that `actor` may see, at most `most` from the one numbered `first`; and how many there are."""
    with office.database.read() as connection:
        there = {each.case_ref: each for each in held(connection, case_refs)}
        within = [
            there[ref] for ref in case_refs if ref in there and actor.reaches(there[ref].team, there[ref].officer)
        ]
        wanted = within[first : first + most]
        known = facts(connection, [each.case_ref for each in wanted])
    shown = []
    for each in wanted:
        workflow = office.workflow(known[each.case_ref].workflow)
        shown.append(
            CaseBehind(each.case_ref, workflow.title, workflow.state_title(each.state), each.team, each.officer)
        )
    return shown, len(within)
