"""Plans as they were issued, beside the same number of plans issued oldest request first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ehcp_flow.analytics.figure_request import Definition, Entry, FigureRequest, Frames
from ehcp_flow.analytics.figure_table import Cell, Chart, Column, FigureTable
from ehcp_flow.analytics.first_come import Outlook, oldest_first, outlook
from ehcp_flow.analytics.journeys import Journey, journeys_in
from ehcp_flow.analytics.periods import Period, end_of_month, months_between
from ehcp_flow.analytics.proportions import percent
from ehcp_flow.analytics.waiting_settings import ISSUED
from ehcp_flow.analytics.wording import said_percent
from ehcp_flow.engine.count import DAYS_IN_WEEK

GROUP = "Checks on the 20-week figure"

FIRST_COME = Definition(
    id="first_in_first_out",
    group=GROUP,
    title="As issued, and oldest first",
    meaning="The same number of plans on the same days, but the oldest requests first: what the share in time, "
    "the plans overdue and their excess weeks would have been. A share in time above that of oldest first means that "
    "newer cases were closed before older ones.",
    numerator="plans issued within the limit, as issued and oldest first",
    denominator="plans issued in the month, of cases whose assessment was agreed",
    left_out="nothing: exceptions are counted like any other",
)


def make_first_come(frames: Frames, request: FigureRequest) -> FigureTable:
    """A row for each month of the period."""
    found = journeys_in(frames)
    last = min(request.last, request.as_of)
    given = oldest_first(found, request.first, last)
    by_ref = {each.case_ref: each for each in found}
    rows: list[tuple[Cell, ...]] = []
    cases: dict[tuple[str, str], tuple[str, ...]] = {}
    for month in months_between(request.first, last):
        ends = min(end_of_month(month), last)
        within = Period("", max(month, request.first), ends)
        issued = [each for each in found if each.end == ISSUED and each.agreed_on and within.has(each.ended_on)]
        instead = [by_ref[ref] for ref, day in given.items() if within.has(day)]
        actual = [each for each in issued if each.ended_on and each.ended_on <= each.due_on]
        would = [each for each in instead if given[each.case_ref] <= each.due_on]
        before, after = outlook(found, ends), outlook(found, ends, given, request.first)
        rows.append(
            (
                month,
                len(issued),
                len(actual),
                percent(len(actual), len(issued)),
                len(would),
                percent(len(would), len(instead)),
                *_outlook_cells(before, after),
            )
        )
        cases |= {
            (str(month), "issued"): _refs(issued),
            (str(month), "in_time"): _refs(actual),
            (str(month), "oldest_in_time"): _refs(would),
            (str(month), "overdue"): before.overdue,
            (str(month), "oldest_overdue"): after.overdue,
        }
    return FIRST_COME.table(
        _first_come_says(rows), _FIRST_COME_COLUMNS, tuple(rows), notes=_FIRST_COME_NOTES, chart=_chart(), cases=cases
    )


_FIRST_COME_COLUMNS = (
    Column("month", "Month", "month"),
    Column("issued", "Issued", "count"),
    Column("in_time", "In time", "count"),
    Column("percent", "%", "percent", rests_on=("in_time", "issued")),
    Column("oldest_in_time", "In time, oldest first", "count"),
    Column("oldest_percent", "%, oldest first", "percent", rests_on=("oldest_in_time", "issued")),
    Column("overdue", "Overdue at its end", "count"),
    Column("excess", "Excess weeks", "weeks", "past the limit, of all overdue together", rests_on=("overdue",)),
    Column("oldest_overdue", "Overdue, oldest first", "count"),
    Column("oldest_excess", "Excess weeks, oldest first", "weeks", rests_on=("oldest_overdue",)),
)
_FIRST_COME_NOTES = (
    "Only the order is changed: a case that could not be finished sooner, whatever its age, makes the gap look larger.",
    "Of cases whose assessment was agreed; from the first day of the period on, the two go different ways.",
)


def _chart() -> Chart:
    says = "The share in time as plans were issued, beside the share had the oldest requests come first."
    return Chart("lines", "month", ("percent", "oldest_percent"), says=says)


def _outlook_cells(before: Outlook, after: Outlook) -> tuple[Cell, ...]:
    weeks = [each.excess_days / DAYS_IN_WEEK for each in (before, after)]
    return len(before.overdue), weeks[0], len(after.overdue), weeks[1]


def _first_come_says(rows: Sequence[tuple[Cell, ...]]) -> str:
    counts = [tuple(cell if isinstance(cell, int) else 0 for cell in (row[1], row[2], row[4])) for row in rows]
    issued, actual, would = (sum(part) for part in zip(*counts, strict=True)) if counts else (0, 0, 0)
    if not issued:
        return "No plan was issued in the period."
    had, could = said_percent(percent(actual, issued)), said_percent(percent(would, issued))
    shares = f"{had} of {issued:,} plans were in time; oldest first, {could} would have been"
    excess = [cell for cell in (rows[-1][7], rows[-1][9]) if isinstance(cell, float)]
    return f"{shares}, and the excess weeks at the end {excess[1]:,.0f} instead of {excess[0]:,.0f}."


def _refs(found: Iterable[Journey]) -> tuple[str, ...]:
    return tuple(sorted(each.case_ref for each in found))


ENTRIES = (Entry(FIRST_COME, make_first_come, ("waiting",)),)
