"""What is likely to come as tables: the months ahead, the output a target needs, and how forecasts have done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ehcp_flow.analytics.figure_request import Definition
from ehcp_flow.analytics.figure_table import Cell, Chart, Column, FigureTable
from ehcp_flow.analytics.forecast.back_test import (
    QUANTITIES,
    Quantity,
    Trial,
    expected,
    learnt,
    longest,
    months_after,
    record,
    widened,
)
from ehcp_flow.analytics.forecast.output_needed import Plan, needed, outcome
from ehcp_flow.analytics.forecast.simulate import Range, Run, range_of
from ehcp_flow.analytics.periods import month_name
from ehcp_flow.engine.words import plain_date

GROUP = "Forecast and recovery plan"
_SHARES = (50.0, 60.0, 70.0, 80.0, 90.0, 100.0)

FORECAST = Definition(
    id="forecast",
    group=GROUP,
    title="What is likely to come, as things go",
    meaning="If cases go on as past cases did that stood at the same stage at the same age, in the time learnt from: "
    "plans issued in each month, plans overdue at its end, and the share in time of the plans due in it. Each open "
    "case is given the future of such a past case, many times over; requests come in as they did.",
    numerator="for the share: plans issued by their limit",
    denominator="for the share: plans whose limit ends in the month, refused and withdrawn ones left out",
    left_out="nothing that the authority may decide: more staff, another order, a holiday",
    basis="local",
)
RECOVERY = Definition(
    id="recovery_plan",
    group=GROUP,
    title="The output that a target needs",
    meaning="How many plans must be sent each week, oldest limit first and from now on, so that the share of those due "
    "in the month of the date are in time. The whole backlog is worked off on the way, because the oldest come first.",
    numerator="plans sent by their limit",
    denominator="plans whose limit ends in the month of the date",
    left_out="cases that are refused, withdrawn or moved, as often as such cases were",
    basis="local",
)
PATH = Definition(
    id="recovery_path",
    group=GROUP,
    title="The way to the target, month by month",
    meaning="Plans overdue and the share in time if the oldest limits come first: with as many plans a week as of "
    "late, and with as many as the target needs.",
    numerator=RECOVERY.numerator,
    denominator="plans whose limit ends in the month",
    basis="local",
)


@dataclass(frozen=True, slots=True)
class Outlook:
    """All that the tables are made from.

    `overdue` is how many are overdue on the day, `pace` plans issued a week in the time learnt from, `learnt_from` that
    time in words, `quickest` the age in days by which the quickest quarter of plans was sent, `most_issued` the most
    plans issued in any month of the year before.
    """

    day: date
    runs: Sequence[Run]
    plans: Sequence[Sequence[Plan]]
    trials: Sequence[Trial]
    months_ahead: int
    overdue: tuple[str, ...]
    pace: float
    issued: int
    learnt_from: str
    quickest: int
    most_issued: int
    target: float
    by_date: date


def too_short(why: str) -> FigureTable:
    """The forecast that is none, because there is too little to learn from."""
    return FORECAST.table(f"There is no forecast: {why}", (), ())


def forecast_table(outlook: Outlook) -> FigureTable:
    """A row for each month ahead; the first from the day after the forecast is made."""
    rows = []
    for number, (first, last) in enumerate(months_after(outlook.day, outlook.months_ahead), 1):
        cells: list[Cell] = [first.replace(day=1)]
        ranges = expected(outlook.runs, first, last)
        for quantity in QUANTITIES:
            cells += _range_cells(_sure(outlook, ranges.get(quantity), number, quantity))
        rows.append(tuple(cells))
    columns = (
        Column("month", "Month", "month"),
        *_range_columns("issued", "Issued", "number"),
        *_range_columns("overdue", "Overdue", "number", "at the end of the month"),
        *_range_columns("share", "In time %", "percent", "of the plans due in the month"),
    )
    chart = Chart("lines", "month", ("overdue",), "overdue_from", "overdue_to", says=_forecast_says(outlook, rows))
    return FORECAST.table(
        _forecast_says(outlook, rows),
        columns,
        tuple(rows),
        notes=(*_how_sure(outlook), *_too_much(outlook, rows)),
        chart=chart,
    )


def _range_columns(name: str, title: str, kind: str, meaning: str = "") -> tuple[Column, ...]:
    of: tuple[Column, ...] = tuple(
        Column(f"{name}{end}", words, "percent" if kind == "percent" else "number", meaning or title)
        for end, words in (("", title), ("_from", "from"), ("_to", "to"))
    )
    return of


def _range_cells(range_: Range | None) -> tuple[Cell, ...]:
    return (range_.middle, range_.low, range_.high) if range_ else (None, None, None)


def _sure(outlook: Outlook, range_: Range | None, months_ahead: int, quantity: Quantity) -> Range | None:
    if range_ is None:
        return None
    by = learnt(outlook.trials, quantity, months_ahead, outlook.day)
    return widened(range_, by or 0.0, quantity)


def _forecast_says(outlook: Outlook, rows: Sequence[tuple[Cell, ...]]) -> str:
    month, *cells = rows[-1]
    middle, low, high = (cell if isinstance(cell, float) else 0.0 for cell in cells[3:6])
    when = month_name(month) if isinstance(month, date) else ""
    return (
        f"{len(outlook.overdue):,} plans are overdue on {plain_date(outlook.day)}; at the end of {when} about "
        f"{middle:,.0f} will be, if things go on so (eight times in ten between {low:,.0f} and {high:,.0f})."
    )


def _how_sure(outlook: Outlook) -> tuple[str, ...]:
    learnt_from = f"Learnt from {outlook.learnt_from}, in which {outlook.issued:,} plans were issued."
    found = record(outlook.trials, "overdue", min(outlook.months_ahead, longest(outlook.trials)))
    if found is None:
        doubt = "The history is too short to have tried this forecast: it is less sure than its intervals say."
        return learnt_from, doubt
    tried = (
        f"Tried on {found.tried} months gone by: of the intervals for plans overdue {found.months_ahead} months ahead "
        f"{found.held} held, and the middle missed by {found.error:.1f} plans ({found.naive_error:.1f} had each month "
        "been taken to be like the last)."
    )
    return learnt_from, tried


def _too_much(outlook: Outlook, rows: Sequence[tuple[Cell, ...]]) -> tuple[str, ...]:
    """A warning where the forecast counts on more plans in a month than were ever issued in one of late."""
    most = max(((row[1], row[0]) for row in rows if isinstance(row[1], float)), default=(0.0, None))
    issued, month = most
    if not isinstance(month, date) or issued <= outlook.most_issued:
        return ()
    warning = (
        f"About {issued:,.0f} plans would be ready in {month_name(month)}, more than were issued in any month of the "
        f"year before ({outlook.most_issued:,}): if no more can be sent, more will be overdue than is said here."
    )
    return (warning,)


def recovery_table(outlook: Outlook) -> FigureTable:
    """A row for each share, the target among them: the output needed a week, and what is overdue then."""
    first = outlook.by_date.replace(day=1)
    rows = []
    for share in sorted({*_SHARES, outlook.target}):
        found = [needed(plans, share, outlook.day, first, outlook.by_date) for plans in outlook.plans]
        a_week = range_of([each for each in found if each is not None])
        left = _left(outlook, a_week.middle, first, outlook.by_date) if a_week else (None, None)
        more = a_week.middle / outlook.pace if a_week and outlook.pace else None
        rows.append((share, *_range_cells(a_week), more, left[0]))
    columns = (
        Column("share", "Share in time", "percent"),
        *_range_columns("a_week", "Plans a week", "number", "the least output that is enough"),
        Column("more", "Times the pace", "number", "against the time learnt from"),
        Column("overdue", "Overdue then", "number", "on the date, in the middle of the runs"),
    )
    return RECOVERY.table(_recovery_says(outlook, rows), columns, tuple(rows), notes=_recovery_notes(outlook))


def _left(outlook: Outlook, a_week: float, first: date, last: date) -> tuple[float | None, float | None]:
    """Plans overdue at the end of a time and the share in time of those due in it, in the middle of the runs."""
    found = [outcome(plans, a_week, outlook.day, first, last) for plans in outlook.plans]
    overdue = range_of([float(each.overdue) for each in found])
    share = range_of([each.share for each in found if each.share is not None])
    return overdue.middle if overdue else None, share.middle if share else None


def _recovery_says(outlook: Outlook, rows: Sequence[tuple[Cell, ...]]) -> str:
    row = next(row for row in rows if row[0] == outlook.target)
    when = month_name(outlook.by_date)
    if row[1] is None:
        return f"Nothing is due in {when} that could still be in time, whatever the output: choose a later date."
    return (
        f"To have {outlook.target:g}% of the plans due in {when} in time, about {row[1]:.1f} plans a week are needed, "
        f"oldest first ({row[2]:.1f} to {row[3]:.1f}); of late it was {outlook.pace:.1f}."
    )


def _recovery_notes(outlook: Outlook) -> tuple[str, ...]:
    ready = (
        f"No plan is taken to be ready before day {outlook.quickest} of its case: a quarter of the plans of "
        f"{outlook.learnt_from} was sent by then."
    )
    return (
        f"{len(outlook.overdue):,} plans are overdue now; all of them are sent first.",
        ready,
        "Given for the middle of the runs; between the low and the high figure lie eight of ten.",
    )


def path_table(outlook: Outlook) -> FigureTable:
    """A row for each month up to the target's date, with the pace of late and with the output needed."""
    first = outlook.by_date.replace(day=1)
    found = [needed(plans, outlook.target, outlook.day, first, outlook.by_date) for plans in outlook.plans]
    a_week = range_of([each for each in found if each is not None])
    if a_week is None:
        return PATH.table(_recovery_says(outlook, [(outlook.target, None)]), (), ())
    rows: list[tuple[Cell, ...]] = []
    for begins, ends in _up_to(outlook):
        now, then = (_left(outlook, pace, begins, ends) for pace in (outlook.pace, a_week.middle))
        rows.append((begins.replace(day=1), *now, *then))
    columns = (
        Column("month", "Month", "month"),
        Column("overdue", "Overdue", "number", f"at {outlook.pace:.1f} plans a week, at the end of the month"),
        Column("share", "In time %", "percent", f"at {outlook.pace:.1f} plans a week, of those due in the month"),
        Column("overdue_needed", "Overdue, as needed", "number", f"at {a_week.middle:.1f} plans a week"),
        Column("share_needed", "In time %, as needed", "percent", f"at {a_week.middle:.1f} plans a week"),
    )
    says = (
        f"Oldest first: with {outlook.pace:.1f} plans a week, as of late, {_said(rows[-1][1])} are overdue at the end; "
        f"with {a_week.middle:.1f} a week {_said(rows[-1][3])}."
    )
    chart = Chart("lines", "month", ("share", "share_needed"), target=outlook.target, says=says)
    return PATH.table(says, columns, tuple(rows), chart=chart)


def _said(cell: Cell) -> str:
    return f"{cell:,.0f}" if isinstance(cell, float) else "none"


def _up_to(outlook: Outlook) -> list[tuple[date, date]]:
    months = months_after(outlook.day, _months_until(outlook.day, outlook.by_date))
    return [(first, min(last, outlook.by_date)) for first, last in months if first <= outlook.by_date]


def _months_until(day: date, by: date) -> int:
    return max((by.year - day.year) * 12 + by.month - day.month + 1, 1)
