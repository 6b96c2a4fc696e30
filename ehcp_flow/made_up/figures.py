"""The published figures, read once, and the years of the made-up authority they are laid over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ehcp_flow.made_up.days import Day, years_before


@dataclass(frozen=True, slots=True)
class YearFigures:
    """The published counts of one year; what each counts is said in published_figures.yaml."""

    year: int
    requests: int
    refused_to_assess: int
    withdrawn: int
    decided_in_six_weeks: int
    decided_later: int
    refused_to_issue: int
    refused_to_issue_in_sixteen_weeks: int
    plans: int
    plans_on_time: int
    plans_unexcepted: int
    plans_on_time_unexcepted: int
    plans_over_a_year: int
    reviews_decided: int
    reviews_decided_in_four_weeks: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything in published_figures.yaml that numbers are drawn from."""

    source: str
    licence: str
    county: str
    people_known: int
    years: tuple[YearFigures, ...]
    review_outcomes: dict[str, float]
    requests_by_source: dict[str, float]
    requests_by_age: dict[int, float]
    requests_by_sex: dict[str, float]


@dataclass(frozen=True, slots=True)
class Window:
    """Twelve months of the made-up authority and the published year they resemble."""

    first: Day
    last: Day
    figures: YearFigures

    def holds(self, day: Day) -> bool:
        """Whether `day` falls in these twelve months."""
        return self.first <= day <= self.last


@cache
def published() -> Figures:
    """The published figures with their source and licence."""
    text = files("ehcp_flow.made_up").joinpath("published_figures.yaml").read_text(encoding="utf-8")
    raw: dict[str, Any] = yaml.safe_load(text)
    raw["years"] = tuple(YearFigures(**year) for year in raw["years"])
    return Figures(**raw)


def windows(until: date, years: int) -> tuple[Window, ...]:
    """The last `years` twelve months up to `until`, oldest first, laid over the last published years.

    Where more years are asked for than are published, the oldest published year stands for the earlier ones.
    """
    known = published().years
    found = []
    for back in range(years - 1, -1, -1):
        first = years_before(until, back + 1).toordinal() + 1
        last = years_before(until, back).toordinal()
        found.append(Window(first, last, known[max(len(known) - 1 - back, 0)]))
    return tuple(found)
