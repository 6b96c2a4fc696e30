"""How long families wait, everybody counted who still does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from ehcp_flow.analytics.durations import Curve, Wait, ended_by, still_waiting
from ehcp_flow.analytics.figure_request import Definition, Entry, FigureRequest, Frames
from ehcp_flow.analytics.figure_table import Cell, Chart, Column, FigureTable
from ehcp_flow.analytics.journeys import Journey, followed_since, journeys_in, waiting_in
from ehcp_flow.analytics.periods import usual_windows
from ehcp_flow.analytics.proportions import HUNDRED
from ehcp_flow.analytics.waiting_settings import ISSUED
from ehcp_flow.engine.count import DAYS_IN_WEEK

if TYPE_CHECKING:
    from ehcp_flow.analytics.waiting_settings import WaitingSettings
    from ehcp_flow.law.duration import Duration

GROUP = "Waiting"
_EVERY = 4
_LONGEST = 156

TIME_TO_ISSUE = Definition(
    id="time_to_issue",
    group=GROUP,
    title="Time to issue, those who still wait counted",
    meaning="Of children whose assessment was agreed, the share still without their final plan so many weeks after the "
    "request. A case that still waits counts for as long as it has waited (Kaplan–Meier), so the figure does not look "
    "better because slow cases are left for later.",
    numerator="plans issued, week by week",
    denominator="cases followed to that week: agreed, and neither issued nor ended otherwise before it",
    left_out="refusals to issue, withdrawals and moves, from the day they end; weeks to which too few were followed",
    source="C. R. Kaplan and P. Meier 1958; 95% band on the log(−log) scale",
)
OUTCOMES = Definition(
    id="outcomes_by_week",
    group=GROUP,
    title="What has become of requests, week by week",
    meaning="Of all requests, the share that by so many weeks after it had a plan, had been refused, or had ended "
    "otherwise; the rest still waits. Each way of ending rules the others out (Aalen–Johansen).",
    numerator="requests that ended in each way by that week",
    denominator="all requests, each for as long as it was followed",
    source="O. Aalen and S. Johansen 1978",
)
PERIODS = Definition(
    id="waiting_by_period",
    group=GROUP,
    title="Waiting at the pace of a period",
    meaning="How long a child would wait if each week of the wait went as it went in the period (a period life table). "
    "It shows a change at once, where figures by request show it only when those requests are old.",
    numerator="plans issued in the period, by the age of the case",
    denominator="cases followed in the period at that age, once their assessment was agreed",
)


def make_time_to_issue(frames: Frames, request: FigureRequest) -> FigureTable:
    """Kaplan–Meier of cases from the day they were agreed, at every fourth week and at the settings' weeks."""
    waiting = waiting_in(frames)
    waits = agreed_waits(journeys_in(frames), None, request.as_of)
    curve = still_waiting(waits, {ISSUED}, waiting.fewest_at_risk)
    columns = (
        Column("week", "Week", "number", "weeks since the request"),
        Column("still_waiting", "Still waiting %", "percent"),
        *_band_columns("still_waiting"),
        Column(
            "at_risk", "Followed", "count", "cases that had waited so long and no longer when last looked at, or longer"
        ),
    )
    rows, cases = [], {}
    for week in _weeks(waiting, curve):
        followed = _followed_on(waits, _day(week))
        rows.append((week, *_band(curve, _day(week)), len(followed)))
        cases[str(week), "at_risk"] = followed
    chart = Chart(
        "lines", "week", ("still_waiting",), "still_waiting_low", "still_waiting_high", says=_says(curve, waiting)
    )
    return TIME_TO_ISSUE.table(
        _says(curve, waiting), columns, tuple(rows), notes=_notes(waiting, curve), chart=chart, cases=cases
    )


def make_outcomes(frames: Frames, request: FigureRequest) -> FigureTable:
    """Aalen–Johansen of all requests: a column for each way of ending, and one for those that still wait."""
    waiting = waiting_in(frames)
    found = journeys_in(frames)
    since = followed_since(found)
    waits = [journey.wait(request.as_of, since) for journey in found]
    everything = still_waiting(waits, set(waiting.ends), waiting.fewest_at_risk)
    curves = ended_by(waits, tuple(waiting.ends), waiting.fewest_at_risk)
    issued, others = waiting.ends[ISSUED], {name: end for name, end in waiting.ends.items() if name != ISSUED}
    columns = (
        Column("week", "Week", "number", "weeks since the request"),
        Column(ISSUED, f"{issued.title} %", "percent"),
        *_band_columns(ISSUED),
        *(Column(name, f"{end.title} %", "percent") for name, end in others.items()),
        Column("still_waiting", "Still waiting %", "percent"),
    )
    rows = []
    for week in _weeks(waiting, everything):
        shares = [_percent(curves[name].share_on(_day(week))) for name in others]
        rows.append((week, *_band(curves[ISSUED], _day(week)), *shares, _percent(everything.share_on(_day(week)))))
    says = _outcomes_say(curves, waiting)
    chart = Chart("stacked_bars", "week", (*waiting.ends, "still_waiting"), says=says)
    return OUTCOMES.table(says, columns, tuple(rows), notes=_notes(waiting, everything), chart=chart)


def make_periods(frames: Frames, request: FigureRequest) -> FigureTable:
    """The period life table for the usual windows up to the end of the period asked for."""
    waiting = waiting_in(frames)
    found = journeys_in(frames)
    columns = (
        Column("period", "Period"),
        Column("issued", "Issued", "count", "plans issued in it, of cases agreed"),
        Column("median", "Half wait", "weeks", "weeks by which half would have their plan"),
        *(column for mark in waiting.marks for column in _mark_columns(mark, waiting.limit)),
    )
    rows, cases = [], {}
    for window in usual_windows(min(request.last, request.as_of)):
        waits = agreed_waits(found, window.first, window.last)
        curve = still_waiting(waits, {ISSUED}, waiting.fewest_at_risk)
        issued = tuple(wait.case_ref for wait in waits if wait.end == ISSUED)
        bands = [_band(curve, _day(mark.amount))[: 3 if mark == waiting.limit else 1] for mark in waiting.marks]
        rows.append((window.name, len(issued), _in_weeks(curve.median()), *(cell for band in bands for cell in band)))
        cases[window.name, "issued"] = tuple(sorted(issued))
    notes = ("Without a figure: too few cases were followed so long in the period.",)
    return PERIODS.table(_periods_say(rows, waiting), columns, tuple(rows), notes=notes, cases=cases)


def _band_columns(name: str) -> tuple[Column, Column]:
    return (
        Column(f"{name}_low", "from", "percent", "lower end of the 95% band"),
        Column(f"{name}_high", "to", "percent", "upper end of the 95% band"),
    )


def _mark_columns(mark: Duration, limit: Duration) -> tuple[Column, ...]:
    name = f"waiting_{mark.amount}"
    share = Column(name, f"At {mark} %", "percent", "still waiting then")
    return (share, *_band_columns(name)) if mark == limit else (share,)


def agreed_waits(found: Sequence[Journey], first: date | None, last: date) -> list[Wait]:
    """The waits of cases agreed, as they stood on `last`; each is followed from the day it was agreed, or `first`.

    Nobody is chosen by what came of them later: a case counts from the day on which it was known to be one.
    """
    since = followed_since(found)
    waits = [
        each.wait(last, max(day for day in (each.agreed_on, since, first) if day))
        for each in found
        if each.started_on <= last and each.agreed_on and each.agreed_on <= last
    ]
    return [wait for wait in waits if wait.is_followed]


def _weeks(waiting: WaitingSettings, curve: Curve) -> list[int]:
    marks = {mark.amount for mark in waiting.marks}
    return [week for week in sorted({*range(_EVERY, _LONGEST, _EVERY), *marks}) if _day(week) <= curve.followed_to]


def _day(week: int) -> int:
    return week * DAYS_IN_WEEK


def _in_weeks(days: int | None) -> float | None:
    return None if days is None else days / DAYS_IN_WEEK


def _percent(share: float | None) -> float | None:
    return None if share is None else HUNDRED * share


def _band(curve: Curve, day: int) -> tuple[float | None, float | None, float | None]:
    step = curve.at(day)
    if step is None:
        return _percent(curve.share_on(day)), None, None
    return _percent(step.share), _percent(step.low), _percent(step.high)


def _followed_on(waits: Iterable[Wait], day: int) -> tuple[str, ...]:
    return tuple(sorted(w.case_ref for w in waits if w.days >= day and (w.entered is None or w.entered < day)))


def _notes(waiting: WaitingSettings, curve: Curve) -> tuple[str, ...]:
    ends = f"Beyond week {curve.followed_to // DAYS_IN_WEEK} fewer than {waiting.fewest_at_risk} cases were followed."
    return (f"The time limit is {waiting.limit}.", *((ends,) if curve.steps else ()))


def _says(curve: Curve, waiting: WaitingSettings) -> str:
    limit = _day(waiting.limit.amount)
    at_limit, median = _band(curve, limit), _in_weeks(curve.median())
    if at_limit[0] is None or not curve.steps:
        return "Too few cases were followed to say how long a plan takes: open and record cases first."
    share = f"{at_limit[0]:.0f}% of children whose assessment was agreed still waited {waiting.limit} after the request"
    sure = f" (95% band {at_limit[1]:.0f} to {at_limit[2]:.0f})" if at_limit[1] and at_limit[2] else ""
    half = f"; half had their plan by week {median:.1f}." if median else "; half of them still wait."
    return share + sure + half


def _outcomes_say(curves: dict[str, Curve], waiting: WaitingSettings) -> str:
    day = _day(waiting.limit.amount)
    shares = {name: _percent(curve.share_on(day)) for name, curve in curves.items()}
    if any(share is None for share in shares.values()) or not curves[ISSUED].steps:
        return "Too few requests were followed to the time limit to say what becomes of them."
    words = ", ".join(f"{waiting.ends[name].title.lower()} {share:.0f}%" for name, share in shares.items())
    left = HUNDRED - sum(share for share in shares.values() if share)
    return f"{waiting.limit} after a request: {words}; {left:.0f}% still wait."


def _periods_say(rows: Sequence[tuple[Cell, ...]], waiting: WaitingSettings) -> str:
    known = [row for row in rows if row[2] is not None]
    if not known:
        return "In no period were enough cases followed to say how long a plan takes."
    told = "; ".join(f"{row[0]}: week {row[2]:.1f}" for row in known)
    return f"Half of children would have their plan by these weeks ({waiting.limit} is the limit): {told}."


ENTRIES = (
    Entry(TIME_TO_ISSUE, make_time_to_issue, ("waiting",)),
    Entry(OUTCOMES, make_outcomes, ("waiting",)),
    Entry(PERIODS, make_periods, ("waiting",)),
)
