"""The figures of a workflow's `kpis:` section, each with its numerator, denominator, and what is left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ehcp_flow.analytics.proportions import to_one_decimal

if TYPE_CHECKING:
    from ehcp_flow.analytics.observations import Observation
    from ehcp_flow.law.kpi_rule import KpiRule

HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Figure:
    """One KPI for a period.

    `numerator` of `denominator` were in time. `left_out` lists cases that the definition removes because of
    an exception. `still_open` are those of the cohort not yet met on the day of judgement, and
    `open_overdue` all open ones of the clock past their day, in whatever period they fell due.
    """

    rule: KpiRule
    first: date
    last: date
    as_of: date
    in_time: tuple[Observation, ...]
    late: tuple[Observation, ...]
    left_out: tuple[Observation, ...]
    still_open: tuple[Observation, ...]
    not_yet_due: tuple[Observation, ...]
    open_overdue: int

    @property
    def numerator(self) -> int:
        """How many were in time."""
        return len(self.in_time)

    @property
    def denominator(self) -> int:
        """How many there were, those left out not counted."""
        return len(self.in_time) + len(self.late)

    @property
    def percent(self) -> float | None:
        """The share in time as it is printed, to one decimal; None where there is nothing to take a share of."""
        return to_one_decimal(HUNDRED * self.numerator / self.denominator) if self.denominator else None


def figure(rule: KpiRule, observations: Iterable[Observation], first: date, last: date, as_of: date) -> Figure:
    """The figure of `rule` for the period from `first` to `last`, both counted, as it stood on `as_of`."""
    in_time, late, left_out, still_open, not_yet_due, overdue = [], [], [], [], [], 0
    for each in observations:
        if each.clock != rule.clock or each.basis != rule.basis or each.outcome == "dropped":
            continue
        if each.is_open and each.due_on < as_of and not _is_left_out(rule, each):
            overdue += 1
        if not _belongs(rule, each, first, last):
            continue
        if _is_left_out(rule, each):
            left_out.append(each)
            continue
        if each.stopped_on is None:
            still_open.append(each)
        if each.stopped_on is None and each.due_on >= as_of:
            not_yet_due.append(each)
        elif each.days_late:
            late.append(each)
        else:
            in_time.append(each)
    return Figure(
        rule,
        first,
        last,
        as_of,
        tuple(in_time),
        tuple(late),
        tuple(left_out),
        tuple(still_open),
        tuple(not_yet_due),
        overdue,
    )


def _is_left_out(rule: KpiRule, each: Observation) -> bool:
    return rule.exceptions == "left_out" and each.is_excepted


def _belongs(rule: KpiRule, each: Observation, first: date, last: date) -> bool:
    if rule.stopped_by and each.stop_event not in rule.stopped_by:
        return False
    day = {
        "stopped_in_period": each.stopped_on,
        "due_in_period": each.due_on,
        "started_in_period": each.started_on,
    }[rule.cohort]
    return day is not None and first <= day <= last
