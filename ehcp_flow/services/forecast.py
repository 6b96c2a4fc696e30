"""What is likely to come, and what output a target needs: `ehcp forecast`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from ehcp_flow.analytics.figure_request import FigureRequest
from ehcp_flow.engine.count import days_between, days_on
from ehcp_flow.engine.words import plain_date
from ehcp_flow.errors import BadInput

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_table import FigureTable
    from ehcp_flow.analytics.figures.forecast import Outlook
    from ehcp_flow.analytics.forecast.back_test import Trial
    from ehcp_flow.analytics.forecast.simulate import Asked
    from ehcp_flow.analytics.journeys import Journey
    from ehcp_flow.analytics.waiting_settings import WaitingSettings
    from ehcp_flow.services.office import Office

RUNS = 300
RUNS_FOR_OUTPUT = 100
RUNS_TRIED = 50
TRIALS = 15
MONTHS_TRIED = 6
_ALL = 100.0
_HIGHEST_MONTHS = 24

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ForecastRequest:
    """What is asked: for the day of `figures`, so many months ahead, and a share in time to reach by a date.

    Without a target the whole of what is due is meant; without a date the end of the months ahead. `is_tried` also
    makes the forecast for months gone by, which takes some seconds and says how sure it is.
    """

    figures: FigureRequest
    months: int = 6
    target: float | None = None
    by_date: date | None = None
    runs: int = RUNS
    is_tried: bool = True


def journeys_of(office: Office, request: FigureRequest) -> tuple[list[Journey], WaitingSettings]:
    """The journeys of the request's cases as they stood, and which wait is meant.

    Raises NotDefined if the workflows in use have no such process.
    """
    from ehcp_flow.analytics.catalogue import entries
    from ehcp_flow.analytics.journeys import journeys_in, waiting_in
    from ehcp_flow.services.report_figures import frames_for

    frames = frames_for(office, request, entries(["time_to_issue"])).narrowed(request)
    return journeys_in(frames), waiting_in(frames)


def forecast_tables(office: Office, request: ForecastRequest, progress: Progress | None = None) -> list[FigureTable]:
    """The forecast, the output a target needs, the way there, and (`is_tried`) how such forecasts have done.

    One table that says why, where the history is too short. Raises BadInput for a date that has passed or is too far.
    """
    from ehcp_flow.analytics.figures import forecast as tables
    from ehcp_flow.analytics.figures.forecast_record import record_table

    by_date = _date(request)
    found, waiting = journeys_of(office, request.figures)
    if why := _too_short(found, waiting, request.figures.as_of):
        return [tables.too_short(why)]
    outlook = _outlook(found, waiting, request, by_date, progress)
    made = [tables.forecast_table(outlook), tables.recovery_table(outlook), tables.path_table(outlook)]
    return [*made, record_table(outlook.trials, outlook.day)] if request.is_tried else made


def _date(request: ForecastRequest) -> date:
    from ehcp_flow.analytics.forecast.back_test import months_after

    day = request.figures.as_of
    if not 1 <= request.months <= _HIGHEST_MONTHS:
        raise BadInput(f"{request.months} months ahead cannot be foretold.", next=f"Ask for 1 to {_HIGHEST_MONTHS}.")
    if request.target is not None and not 0 < request.target <= _ALL:
        raise BadInput(f"A target of {request.target:g}% cannot be meant.", next="Give a share from 1 to 100.")
    latest = months_after(day, _HIGHEST_MONTHS)[-1][1]
    by_date = request.by_date or months_after(day, request.months)[-1][1]
    if not day < by_date <= latest:
        raise BadInput(f"{by_date} is no date to reach a target by.", next=f"Choose one from {day} to {latest}.")
    return by_date


def _too_short(found: list[Journey], waiting: WaitingSettings, day: date) -> str:
    """Why there is nothing to learn a forecast from; empty if there is."""
    from ehcp_flow.analytics.forecast.output_needed import issued_between
    from ehcp_flow.analytics.journeys import followed_since

    first, since = followed_since(found), days_on(day, -waiting.days_learnt_from)
    if first is None or first > since:
        began = f"the first case that ended did so on {first}" if first else "no case has ended yet"
        return f"it learns from {waiting.learn_from} before {day}, and {began}. Record or import earlier cases."
    issued = issued_between(found, since, day)
    if issued < waiting.fewest_at_risk:
        return f"in the {waiting.learn_from} before {day} only {issued} plans were issued."
    return ""


def _outlook(
    found: list[Journey], waiting: WaitingSettings, request: ForecastRequest, by_date: date, progress: Progress | None
) -> Outlook:
    from ehcp_flow.analytics.figures.forecast import Outlook
    from ehcp_flow.analytics.forecast.back_test import months_after
    from ehcp_flow.analytics.forecast.output_needed import (
        issued_between,
        most_in_a_month,
        plans_of,
        quickest_days,
        weekly_pace,
    )
    from ehcp_flow.analytics.forecast.simulate import Asked, runs

    day = request.figures.as_of
    since = days_on(day, -waiting.days_learnt_from)
    last = max(months_after(day, request.months)[-1][1], by_date)
    asked = Asked(day, since, days_between(day, last), waiting.limit_days, request.runs)
    quickest = quickest_days(found, since, day) or waiting.limit_days
    made = runs(found, asked)
    return Outlook(
        day=day,
        runs=made,
        plans=[plans_of(run, day, quickest) for run in made[:RUNS_FOR_OUTPUT]],
        trials=_tried(found, waiting, asked, request, progress) if request.is_tried else (),
        months_ahead=request.months,
        overdue=tuple(each.case_ref for each in found if each.is_overdue_on(day)),
        pace=weekly_pace(found, since, day),
        issued=issued_between(found, since, day),
        learnt_from=f"the {waiting.learn_from} before {plain_date(day)}",
        quickest=quickest,
        most_issued=most_in_a_month(found, day),
        target=request.target or _ALL,
        by_date=by_date,
    )


def _tried(
    found: list[Journey], waiting: WaitingSettings, asked: Asked, request: ForecastRequest, progress: Progress | None
) -> list[Trial]:
    from ehcp_flow.analytics.forecast.back_test import back_test
    from ehcp_flow.analytics.journeys import followed_since

    first = followed_since(found) or asked.day
    earliest = days_on(first, waiting.days_learnt_from)
    months_ahead = min(request.months, MONTHS_TRIED)
    return back_test(
        found, replace(asked, runs=RUNS_TRIED), earliest, months_ahead=months_ahead, most=TRIALS, progress=progress
    )
