"""Counting the cases of a request: by period or by group, each number with its cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import narwhals as nw

from ehcp_flow.analytics.divisions import ALL, age_group_names, divided, is_of_periods, row_label, rows_in_order
from ehcp_flow.analytics.figure_request import FigureRequest, Frames
from ehcp_flow.analytics.figure_table import Cell
from ehcp_flow.analytics.kpi_frame import cohort
from ehcp_flow.analytics.periods import Period, with_months_before
from ehcp_flow.analytics.tally import Tally

if TYPE_CHECKING:
    from ehcp_flow.law.kpi_rule import KpiRule


class Counting:
    """The observations of a request, divided as it asks, and what was counted of them so far.

    `period` is the request's; where that is within one month and the rows are months, the twelve up to it.
    """

    def __init__(self, frames: Frames, request: FigureRequest) -> None:
        self.frames, self.request, self.tally = frames, request, Tally()
        is_by_month = request.by in (None, "month")
        whole = Period("", request.first, request.last)
        self.period = with_months_before(request.first, request.last) if is_by_month else whole
        self.observations = divided(frames, request.by)

    def clock(self, workflow: str, clock: str) -> nw.LazyFrame[Any]:
        """The observations of one clock."""
        return self.observations.filter(nw.col("workflow") == workflow, nw.col("clock") == clock)

    def label(self, day: date | None, group: str | None) -> Cell:
        """The first cell of the row that something belongs to."""
        return row_label(self.request.by, day, group)

    def add(self, day: date | None, group: str | None, column: str, case_ref: str) -> None:
        """Count a case in the row of a day or a group."""
        self.tally.add(self.label(day, group), column, case_ref)

    def add_share(self, name: str, workflow: str, rule: KpiRule) -> None:
        """Count a figure of a workflow file: in `name_in_time`, `name_of`, `name_late`, `name_left_out` and so on."""
        found = cohort(self.observations, rule, self.request.as_of, workflow)
        for day, group, ref, part, is_open in within(
            found, "cohort_on", self.period, "group", "case_ref", "part", "is_still_open"
        ):
            self.add(day, group, f"{name}_{part}", ref)
            if is_open:
                self.add(day, group, f"{name}_still_open", ref)
            if part in ("in_time", "late"):
                self.add(day, group, f"{name}_of", ref)

    def rows(self) -> list[Cell]:
        """The rows to show in order; groups end with one of all together, if there is more than one."""
        of_age = age_group_names(self.frames.settings.age_groups) if self.request.by == "age" else ()
        shown = FigureRequest(self.period.first, self.period.last, self.request.as_of, by=self.request.by)
        found = rows_in_order(shown, self.tally.rows, of_age)
        if not self.has_total or not found:
            return found
        self.tally.total_row(ALL)
        return [*found, ALL]

    @property
    def has_total(self) -> bool:
        """Whether the rows are groups, of which the last is all of them together."""
        return not is_of_periods(self.request.by)

    def counts(self, row: Cell, *columns: str) -> tuple[int, ...]:
        """How many were counted in columns of a row."""
        return tuple(self.tally.count(row, column) for column in columns)


def within(frame: nw.LazyFrame[Any], day: str, period: Period, *columns: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a frame whose `day` is in the period: that day, then the columns asked for."""
    return rows_of(frame.filter(nw.col(day).is_between(period.first, period.last)), day, *columns)


def rows_of(frame: nw.LazyFrame[Any], *columns: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a frame."""
    return frame.select(*columns).collect().iter_rows()


def last_with(rows: Iterable[tuple[Cell, ...]], column: int) -> tuple[Cell, ...] | None:
    """The last row that has a number other than 0 in a column, for the message of a table."""
    found = None
    for row in rows:
        found = row if row[column] else found
    return found
