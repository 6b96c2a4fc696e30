"""What the figures would be had the same number of plans been issued, oldest request first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from heapq import heappop, heappush

from ehcp_flow.analytics.journeys import Journey
from ehcp_flow.analytics.waiting_settings import ISSUED
from ehcp_flow.engine.count import days_between


@dataclass(frozen=True, slots=True)
class Outlook:
    """How it stands at the end of a day: the cases overdue, and by how many days they are, all together."""

    overdue: tuple[str, ...]
    excess_days: int


def oldest_first(found: Collection[Journey], first: date, last: date) -> dict[str, date]:
    """The day each case would have had its plan: on each day as many as were issued, of the cases agreed by then.

    Cases that ended otherwise leave the queue on the day they did. What was issued before `first` stays as it was.
    """
    issued = sorted(each.ended_on for each in found if _is_issued(each, first, last) and each.ended_on)
    coming = sorted((each for each in found if _could_be_issued(each, first)), key=_by_agreement, reverse=True)
    queue: list[tuple[date, str, Journey]] = []
    given: dict[str, date] = {}
    for day in issued:
        while coming and _agreed(coming[-1]) <= day:
            each = coming.pop()
            heappush(queue, (each.started_on, each.case_ref, each))
        while queue and _has_left(queue[0][2], day):
            heappop(queue)
        if queue:
            given[heappop(queue)[1]] = day
    return given


def outlook(
    found: Iterable[Journey], day: date, given: Mapping[str, date] | None = None, first: date | None = None
) -> Outlook:
    """How the cases agreed stand at the end of `day`: as it was, or as if issued from `first` on as in `given`."""
    overdue = [each for each in found if each.agreed_on and each.due_on < day and _waits(each, day, given, first)]
    return Outlook(tuple(sorted(e.case_ref for e in overdue)), sum(days_between(e.due_on, day) for e in overdue))


def _waits(each: Journey, day: date, given: Mapping[str, date] | None, first: date | None) -> bool:
    ended_on = each.ended_on
    if given is not None and (each.end in (ISSUED, None)) and not (ended_on and first and ended_on < first):
        ended_on = given.get(each.case_ref)
    return each.agreed_on is not None and each.agreed_on <= day and (ended_on is None or ended_on > day)


def _is_issued(each: Journey, first: date, last: date) -> bool:
    return each.end == ISSUED and each.agreed_on is not None and _is_within(each.ended_on, first, last)


def _is_within(day: date | None, first: date, last: date) -> bool:
    return day is not None and first <= day <= last


def _could_be_issued(each: Journey, first: date) -> bool:
    return each.agreed_on is not None and (each.ended_on is None or each.ended_on >= first)


def _has_left(each: Journey, day: date) -> bool:
    return each.end != ISSUED and each.ended_on is not None and each.ended_on <= day


def _agreed(each: Journey) -> date:
    return each.agreed_on or date.max


def _by_agreement(each: Journey) -> tuple[date, str]:
    return _agreed(each), each.case_ref
