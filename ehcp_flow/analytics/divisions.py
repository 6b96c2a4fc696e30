"""How figures are divided: by month, team, officer, age group and so on, each with its rows in order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import narwhals as nw

from ehcp_flow.analytics.figure_table import Cell, ChartKind, Column
from ehcp_flow.analytics.periods import months_between, quarter_name, year_name

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_request import By, FigureRequest, Frames

PERIODS = ("month", "quarter", "year")
NOT_KNOWN = "not known"
ALL = "All"

COLUMN_OF = {
    "authority": "authority",
    "team": "team",
    "officer": "officer",
    "provider": "subject",
    "age": "age_group",
}
_TITLES = {
    "month": "Month",
    "quarter": "Quarter",
    "year": "Year",
    "authority": "Authority",
    "team": "Team",
    "officer": "Officer",
    "provider": "Provider",
    "age": "Age group",
}
_NOBODY = {"team": "no team", "officer": "no officer", "authority": "not named"}


def first_column(by: By | None) -> Column:
    """The column that says what a row is of; without a division it is the month."""
    return Column(by or "month", _TITLES[by or "month"], "month" if by in (None, "month") else "text")


def row_label(by: By | None, day: date | None, value: Any) -> Cell:
    """The first cell of the row that something belongs to, by its day or by the value of its column."""
    if by in (None, "month"):
        return day.replace(day=1) if day else None
    if by == "quarter" and day:
        return quarter_name(day)
    if by == "year" and day:
        return year_name(day)
    return str(value).replace("_", " ") if value and by == "provider" else value or _NOBODY.get(str(by), NOT_KNOWN)


def is_of_periods(by: By | None) -> bool:
    """Whether the rows are periods, and so have an order in time and no total row."""
    return by is None or by in PERIODS


def chart_kind(by: By | None) -> ChartKind:
    """Lines over time, bars beside each other for groups."""
    return "lines" if is_of_periods(by) else "bars"


def rows_in_order(request: FigureRequest, found: Iterable[Cell], groups: Iterable[str] = ()) -> list[Cell]:
    """The rows to show: every period there is, or the groups found, those of `groups` in the order given."""
    if is_of_periods(request.by):
        months = months_between(request.first, request.last)
        return list(dict.fromkeys(row_label(request.by, month, None) for month in months))
    order = {name: number for number, name in enumerate(groups)}
    return sorted(set(found) - {ALL}, key=lambda row: (order.get(str(row), len(order)), str(row).casefold()))


def with_age_group(frames: Frames) -> nw.LazyFrame[Any]:
    """The observations with `age_group`, the age group on the day the case was opened; null if not known."""
    born = frames.cases.select("case_ref", "date_of_birth")
    on, of = nw.col("opened_on"), nw.col("date_of_birth")
    has_had_birthday = (on.dt.month() * 100 + on.dt.day()) >= (of.dt.month() * 100 + of.dt.day())
    years = on.dt.year() - of.dt.year()
    age = nw.when(has_had_birthday).then(years).otherwise(years - 1)
    joined = frames.observations.join(born, on="case_ref", how="left").with_columns(age=age)
    return joined.with_columns(age_group=_grouped(frames.settings.age_groups)).drop("age", "date_of_birth")


def age_group_names(ages: tuple[int, ...]) -> tuple[str, ...]:
    """The age groups in order.

    >>> age_group_names((5, 11))
    ('under 5', '5 to 10', '11 and over')
    """
    between = [f"{low} to {high - 1}" for low, high in pairwise(ages)]
    return (f"under {ages[0]}", *between, f"{ages[-1]} and over")


def _grouped(ages: tuple[int, ...]) -> nw.Expr:
    names = age_group_names(ages)
    group: Any = nw.lit(names[-1])
    for age, name in reversed(list(zip(ages, names, strict=False))):
        group = nw.when(nw.col("age") < age).then(nw.lit(name)).otherwise(group)
    return nw.when(~nw.col("age").is_null()).then(group)


def divided(frames: Frames, by: By | None) -> nw.LazyFrame[Any]:
    """The observations with a column `group` to divide them by; null where the division is by periods."""
    observations = with_age_group(frames) if by == "age" else frames.observations
    column = COLUMN_OF.get(str(by))
    group = nw.col(column) if column else nw.lit(None).cast(nw.String)
    return observations.with_columns(group=group)
