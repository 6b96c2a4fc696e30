"""P7: fifteen working days from every day of some years, beside the libraries that can count them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import holidays
import numpy as np
from workalendar.europe import UnitedKingdom

from ehcp_flow.engine.working_days import england
from scripts.benchmarks.measuring import Effort, Measured, by_turns

WANTED = 100
_AMOUNT = 15
_FIRST, _LAST = date(2014, 1, 1), date(2030, 12, 31)
_PEER_TAKES_EVERY = 20
"""The peers are slow enough that one day in twenty gives their rate."""


def measure(effort: Effort) -> Iterator[Measured]:
    """Days added per second, one call at a time."""
    days = [_FIRST + timedelta(days=number) for number in range((_LAST - _FIRST).days + 1)]
    fewer = days[::_PEER_TAKES_EVERY]
    ours, bank_holidays, workalendar = england(), _bank_holidays(), UnitedKingdom()
    busdays = np.busdaycalendar(holidays=sorted(bank_holidays))
    _agree(days)
    took, *peers = by_turns(
        "P7: working days",
        effort.rounds,
        lambda: [ours.add(day, _AMOUNT) for day in days],
        lambda: [bank_holidays.get_nth_working_day(day, _AMOUNT) for day in fewer],
        lambda: [workalendar.add_working_days(day, _AMOUNT) for day in fewer],
        lambda: [np.busday_offset(day, _AMOUNT, "backward", busdaycal=busdays) for day in fewer],
    )
    rate = len(days) / took
    names = "holidays.get_nth_working_day", "workalendar", "numpy.busday_offset, one at a time"
    for name, peer, wanted in zip(names, peers, (WANTED, None, None), strict=True):
        yield Measured("P7", "15 working days added", rate, len(fewer) / peer, "/s", name, wanted)


def _bank_holidays() -> holidays.HolidayBase:
    found = holidays.country_holidays("GB", subdiv="ENG", years=range(_FIRST.year, _LAST.year + 2))
    found.expand = False
    return found


def _agree(days: list[date]) -> None:
    """Ours and the peer count alike on every day, or the comparison means nothing."""
    ours, peer = england(), _bank_holidays()
    different = [day for day in days if ours.add(day, _AMOUNT) != peer.get_nth_working_day(day, _AMOUNT)]
    if different:
        raise RuntimeError(f"Ours and holidays count {len(different)} days differently, first {different[0]}.")
