"""The reviews of one plan, cycle after cycle until today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ehcp_flow.made_up.days import A_YEAR, Day
from ehcp_flow.made_up.draws import Draws, Urn
from ehcp_flow.made_up.figures import Window
from ehcp_flow.made_up.review import Cycle, Pace, tell_review

_FIVE_YEARS = 5 * A_YEAR + 1
_MEETS_LATE = {2023: 0.3, 2024: 0.22, 2025: 0.15}
"""Share of meetings held too late for the twelve months: ours, for no such figure is published for one county."""


def pace_of(draws: Draws, spans: Sequence[Window]) -> Pace:
    """How the authority keeps up, year by year; before and after the years given it is as in the nearest of them."""
    late = [Urn(draws, _MEETS_LATE.get(span.figures.year, 0.2)) for span in spans]
    in_time = [Urn(draws, _four_week_share(span)) for span in spans]

    def year_of(day: Day) -> int:
        return sum(day > span.last for span in spans[:-1])

    return Pace(lambda day: late[year_of(day)].draw(), lambda day: in_time[year_of(day)].draw())


def _four_week_share(span: Window) -> float:
    return span.figures.reviews_decided_in_four_weeks / span.figures.reviews_decided


def reviews_of_plan(
    draws: Draws, born: Day, opened: Day, opening: str, pace: Pace, since: Day, until: Day
) -> Iterator[Cycle]:
    """The cycles from the one that `opening` opened to the one running at `until`.

    Cycles decided before `since` happened too, but are not told.
    """
    day: Day | None = opened
    while day is not None and day <= until:
        cycle = tell_review(draws, day, opening, pace, is_under_five=day - born < _FIVE_YEARS)
        if cycle.next_from is None or cycle.next_from >= since:
            yield cycle
        day, opening = cycle.next_from, "previous_review_decided"
