"""Which open cases are likely to be late, and what became of those of whom it was said before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from ehcp_flow.analytics.figure_request import FigureRequest
from ehcp_flow.engine.count import days_on
from ehcp_flow.services.forecast import journeys_of

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_table import FigureTable
    from ehcp_flow.services.office import Office

_MONTHS_BACK = 12


@dataclass(frozen=True, slots=True)
class LikelyLate:
    """A case and its chance of being late, from 0 to 1, with the reason in words and how many past cases are alike."""

    case_ref: str
    chance: float
    due_on: date
    why: str
    alike: int
    team: str | None
    officer: str | None


def likely_late(
    office: Office,
    day: date,
    known_at: datetime | None = None,
    *,
    team: str | None = None,
    officer: str | None = None,
) -> list[LikelyLate]:
    """The open cases whose limit has not passed, the likeliest to be late first; of a team or an officer, if named.

    Learnt from all cases of the authority, whoever holds them. Empty where there is nothing to learn from yet.
    Raises NotDefined if the workflows in use have no such process.
    """
    from ehcp_flow.analytics.figures.breach_odds import why
    from ehcp_flow.analytics.forecast.breach_odds import breach_odds

    found, waiting = journeys_of(office, FigureRequest(day, day, day, known_at))
    workflow = office.workflow(waiting.process)
    odds = breach_odds(found, day, days_on(day, -waiting.days_learnt_from))
    return [
        LikelyLate(
            each.case_ref,
            each.chance,
            each.due_on,
            why(each, workflow.state_title),
            each.alike,
            each.team,
            each.officer,
        )
        for each in odds
        if team in (None, each.team) and officer in (None, each.officer) and each.alike
    ]


def breach_odds_tables(
    office: Office,
    day: date,
    known_at: datetime | None = None,
    *,
    team: str | None = None,
    officer: str | None = None,
) -> list[FigureTable]:
    """The same as a table, and a table of what became of the chances given at the month ends of the year before."""
    from ehcp_flow.analytics.figures.breach_odds import odds_table, record_table
    from ehcp_flow.analytics.forecast.back_test import origins
    from ehcp_flow.analytics.forecast.breach_odds import breach_odds, told
    from ehcp_flow.analytics.journeys import followed_since

    found, waiting = journeys_of(office, FigureRequest(day, day, day, known_at))
    learn_days = waiting.days_learnt_from
    first = days_on(followed_since(found) or day, learn_days)
    ends = [end for end in origins(day, first, _MONTHS_BACK, 1) if end < day]
    record = record_table(told(found, ends, day, learn_days))
    odds = [
        each
        for each in breach_odds(found, day, days_on(day, -learn_days))
        if team in (None, each.team) and officer in (None, each.officer) and each.alike
    ]
    return [odds_table(odds, office.workflow(waiting.process).state_title, record), record]
