"""How likely a case is to be late: what became of past cases that stood where it stands, and how well that held.

Where a case stands is its stage, its age, and whether advice is owed. Nothing about the child counts. Chances are given
beside what earlier ones came to; why they are not put right by those: docs/decisions/0022-forecast-from-own-cases.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ehcp_flow.analytics.forecast.futures import Futures
from ehcp_flow.analytics.journeys import Journey
from ehcp_flow.engine.count import DAYS_IN_WEEK, days_between, days_on

_DOUBT = 2.0
"""So many cases of even odds are counted in, so that few past cases never make a certainty."""


@dataclass(frozen=True, slots=True)
class Odds:
    """How likely an open case is to be late, with what it rests on.

    `week` is the week of its clock it is in, counted from 1, of `weeks`. `alike` past cases stood at nearly the same
    point; `chance` lies between 0 and 1.
    """

    case_ref: str
    due_on: date
    stage: str
    week: int
    weeks: int
    owed: tuple[str, ...]
    alike: int
    chance: float
    team: str | None = None
    officer: str | None = None


def breach_odds(found: Sequence[Journey], day: date, since: date) -> list[Odds]:
    """The odds of every open case whose limit has not passed, the likeliest to be late first.

    Nothing after `day` is looked at; what became of past cases is learnt from the time since `since`.
    """
    futures = Futures(found, day, since)
    stood = [each for journey in found if (each := journey.as_on(day))]
    odds = [_odds(each, futures, day) for each in stood if each.is_open and each.stages and each.due_on >= day]
    return sorted(odds, key=lambda each: (-each.chance, each.due_on, each.case_ref))


def _odds(each: Journey, futures: Futures, day: date) -> Odds:
    age, state = each.age_on(day), each.point_on(day)
    alike = len({number for number, _, _ in futures.donors(state, age)})
    waits = futures.chance_of_waiting(state, age, days_between(day, each.due_on))
    return Odds(
        case_ref=each.case_ref,
        due_on=each.due_on,
        stage=each.stage_on(day)[0],
        week=age // DAYS_IN_WEEK + 1,
        weeks=days_between(each.started_on, each.due_on) // DAYS_IN_WEEK,
        owed=each.owed_on(day),
        alike=alike,
        chance=(waits * alike + _DOUBT / 2) / (alike + _DOUBT),
        team=each.team,
        officer=each.officer,
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A chance given on a day gone by, and whether the case was late."""

    case_ref: str
    on: date
    chance: float
    was_late: bool


def told(found: Sequence[Journey], days: Iterable[date], as_of: date, learn_days: int) -> list[Told]:
    """What was to be said on each of the days of the cases then open, and what came of it, where that is known."""
    late = {each.case_ref: each.ended_on is None or each.ended_on > each.due_on for each in found}
    return [
        Told(each.case_ref, day, each.chance, late[each.case_ref])
        for day in days
        for each in breach_odds(found, day, days_on(day, -learn_days))
        if each.due_on < as_of
    ]


def brier(given: Sequence[Told]) -> float | None:
    """The mean square of how far the chances were from what came: 0 is perfect; None of nothing."""
    return sum((each.chance - each.was_late) ** 2 for each in given) / len(given) if given else None


def brier_of_one_share(given: Sequence[Told]) -> float | None:
    """The same for somebody who gives every case the share that was late in all, which nobody knows beforehand."""
    if not given:
        return None
    rate = sum(each.was_late for each in given) / len(given)
    return rate * (1 - rate)
