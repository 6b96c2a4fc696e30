"""Which cases are likely to be late, and what became of those of whom it was said before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ehcp_flow.analytics.figure_request import Definition
from ehcp_flow.analytics.figure_table import Cell, Chart, Column, FigureTable
from ehcp_flow.analytics.figures.forecast import GROUP
from ehcp_flow.analytics.forecast.breach_odds import Odds, Told, brier, brier_of_one_share
from ehcp_flow.analytics.proportions import HUNDRED, percent, wilson

ODDS = Definition(
    id="breach_odds",
    group=GROUP,
    title="Cases likely to be late",
    meaning="For each open case whose limit has not passed, the chance that it will: what became of past cases that "
    "stood at the same stage at about the same age, with advice owed or not. It is about the way of the case through "
    "the office, not about the child. Use it to decide where to look first.",
    left_out="cases whose limit has passed",
    basis="local",
)
RECORD = Definition(
    id="breach_odds_record",
    group=GROUP,
    title="What became of cases given a chance before",
    meaning="Of the chances given at the end of each month gone by, by how high they were: how many of these cases "
    "were late. A case counts once for each month's end at which it was open.",
    numerator="cases that were late",
    denominator="chances given, whose limit has passed since",
    basis="local",
)
_BANDS = 5


def odds_table(
    odds: Sequence[Odds], stage_title: Callable[[str], str], record: FigureTable | None = None
) -> FigureTable:
    """A row for each case, the likeliest to be late first; `record` is that of `record_table`."""
    columns = (
        Column("case", "Case", "case"),
        Column("chance", "Late %", "percent"),
        Column("due", "Due", "day"),
        Column("alike", "Alike", "count", "past cases at nearly the same point"),
        Column("officer", "Officer"),
        Column("why", "Why"),
    )
    rows = tuple(
        (each.case_ref, HUNDRED * each.chance, each.due_on, each.alike, each.officer, why(each, stage_title))
        for each in odds
    )
    expected = sum(each.chance for each in odds)
    says = f"Of {len(odds):,} open cases whose limit has not passed, about {expected:,.0f} are likely to be late."
    notes = (record.message,) if record else ()
    return ODDS.table(says if odds else "No open case has its limit before it.", columns, rows, notes=notes)


def why(each: Odds, stage_title: Callable[[str], str]) -> str:
    """`Assessing, week 15 of 20; waits for educational psychologist.`"""
    waits = f"; waits for {', '.join(provider.replace('_', ' ') for provider in each.owed)}" if each.owed else ""
    return f"{stage_title(each.stage)}, week {each.week} of {each.weeks}{waits}"


def record_table(given: Sequence[Told]) -> FigureTable:
    """A row for each fifth of the chances: how many there were, what they said, and what came."""
    bands: list[list[Told]] = [[] for _ in range(_BANDS)]
    for each in given:
        bands[min(int(each.chance * _BANDS), _BANDS - 1)].append(each)
    rows = tuple(_row(number, band) for number, band in enumerate(bands))
    columns = (
        Column("band", "Chance given"),
        Column("given", "Given", "count"),
        Column("said", "Said %", "percent", "mean of the chances"),
        Column("late", "Late", "count"),
        Column("late_percent", "Late %", "percent", rests_on=("late", "given")),
        Column("late_low", "from", "percent", "lower end of the 95% interval (Wilson)", rests_on=("late", "given")),
        Column("late_high", "to", "percent", "upper end of the 95% interval (Wilson)", rests_on=("late", "given")),
    )
    chart = Chart("lines", "band", ("said", "late_percent"), says="What was said beside what came, by band.")
    says = _says(given)
    return RECORD.table(says, columns, rows if given else (), chart=chart)


def _row(number: int, band: Sequence[Told]) -> tuple[Cell, ...]:
    width = HUNDRED // _BANDS
    late = sum(each.was_late for each in band)
    said = HUNDRED * sum(each.chance for each in band) / len(band) if band else None
    name = f"{number * width} to {(number + 1) * width}%"
    return name, len(band), said, late, percent(late, len(band)), *wilson(late, len(band))


def _says(given: Sequence[Told]) -> str:
    score, base = brier(given), brier_of_one_share(given)
    if score is None or base is None:
        return "There is no earlier month's end to look back at yet: take the chances with care."
    said, late = sum(each.chance for each in given), sum(each.was_late for each in given)
    than = "better" if score < base else "no better"
    return (
        f"At {len({each.on for each in given})} month ends before, {said:,.0f} of {len(given):,} were said to be late "
        f"and {late:,} were; the score is {score:.3f} (0 is perfect), {than} than one share for all ({base:.3f})."
    )
