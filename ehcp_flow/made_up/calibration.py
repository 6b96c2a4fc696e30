"""How near the made-up authority comes to the published figures, counted from its events alone."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ehcp_flow.made_up.authority import make_up_authority
from ehcp_flow.made_up.course import UNTIMED
from ehcp_flow.made_up.days import A_YEAR_OF_WEEKS, SIX_WEEKS, TWENTY_WEEKS, WEEK
from ehcp_flow.made_up.figures import Window, YearFigures, published, windows
from ehcp_flow.made_up.shapes import MadeUpAuthority, MadeUpEvent

TOLERANCE = 3.0
"""Percentage points by which a share may differ from the published one; counts may differ by this many per cent."""

_OPENINGS = {"request_received", "responsibility_began"}
_SIX_WEEK_DECISIONS = {"assessment_agreed", "assessment_refused"}
_REVIEW_DECISIONS = {"maintain_decided", "amend_decided", "cease_decided", "reassess_decided"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure of one year: as published (a count scaled to our size) and as made up."""

    year: int
    measure: str
    published: float
    made_up: float
    is_share: bool

    @property
    def is_near(self) -> bool:
        """Whether the two differ by no more than the tolerance (and a count by one at least)."""
        allowed = TOLERANCE if self.is_share else max(self.published * TOLERANCE / 100, 1)
        return abs(self.made_up - self.published) <= allowed


@dataclass(frozen=True, slots=True)
class _Plan:
    issued: int
    days: int
    is_excepted: bool


def compare(authority: MadeUpAuthority) -> tuple[Comparison, ...]:
    """Every measure of every year, oldest year first."""
    assessments = [case.events for case in authority.cases if case.workflow == "needs_assessment"]
    reviews = [case.events for case in authority.cases if case.workflow == "annual_review"]
    factor = len(authority.people) / published().people_known
    return tuple(
        comparison
        for span in windows(authority.until, authority.years)
        for comparison in _compare_year(span, assessments, reviews, factor)
    )


def _compare_year(
    span: Window,
    assessments: Sequence[Sequence[MadeUpEvent]],
    reviews: Sequence[Sequence[MadeUpEvent]],
    factor: float,
) -> Iterator[Comparison]:
    figures = span.figures
    asked = [events for events in assessments if span.holds(_day(events[0]))]
    plans = [plan for plan in _timed_plans(assessments) if span.holds(plan.issued)]
    unexcepted = [plan for plan in plans if not plan.is_excepted]
    yield Comparison(figures.year, "requests", figures.requests * factor, len(asked), is_share=False)
    yield Comparison(figures.year, "plans issued", figures.plans * factor, len(plans), is_share=False)
    ours = {
        "refused % of requests": _share(any(e.name == "assessment_refused" for e in events) for events in asked),
        "decided in 6 weeks %": _share(days <= SIX_WEEKS for days in _first_decisions(span, assessments)),
        "in 20 weeks %, all": _share(plan.days <= TWENTY_WEEKS for plan in plans),
        "in 20 weeks %, unexcepted": _share(plan.days <= TWENTY_WEEKS for plan in unexcepted),
        "over 52 weeks %": _share(plan.days > A_YEAR_OF_WEEKS for plan in plans),
        "with an exception %": _share(plan.is_excepted for plan in plans),
        "reviews decided in 4 weeks %": _share(days <= 4 * WEEK for days in _review_decisions(span, reviews)),
    }
    theirs = _published_shares(figures)
    yield from (Comparison(figures.year, name, theirs[name], share, is_share=True) for name, share in ours.items())


def _published_shares(figures: YearFigures) -> dict[str, float]:
    decisions = figures.decided_in_six_weeks + figures.decided_later
    return {
        "refused % of requests": 100 * figures.refused_to_assess / figures.requests,
        "decided in 6 weeks %": 100 * figures.decided_in_six_weeks / decisions,
        "in 20 weeks %, all": 100 * figures.plans_on_time / figures.plans,
        "in 20 weeks %, unexcepted": 100 * figures.plans_on_time_unexcepted / figures.plans_unexcepted,
        "over 52 weeks %": 100 * figures.plans_over_a_year / figures.plans,
        "with an exception %": 100 * (figures.plans - figures.plans_unexcepted) / figures.plans,
        "reviews decided in 4 weeks %": 100 * figures.reviews_decided_in_four_weeks / figures.reviews_decided,
    }


def _share(hits: Iterable[bool]) -> float:
    found = list(hits)
    return 100 * sum(found) / len(found) if found else 0.0


def _day(event: MadeUpEvent) -> int:
    return event.happened_on.toordinal()


def _first_decisions(span: Window, assessments: Iterable[Sequence[MadeUpEvent]]) -> Iterator[int]:
    for events in assessments:
        decided = next((_day(event) for event in events if event.name in _SIX_WEEK_DECISIONS), None)
        if decided is not None and span.holds(decided):
            yield decided - _day(events[0])


def _review_decisions(span: Window, reviews: Iterable[Sequence[MadeUpEvent]]) -> Iterator[int]:
    for events in reviews:
        days = {event.name: _day(event) for event in events}
        decided = next((day for name, day in days.items() if name in _REVIEW_DECISIONS), None)
        if decided is not None and span.holds(decided):
            yield decided - days["review_meeting_held"]


def _timed_plans(assessments: Iterable[Sequence[MadeUpEvent]]) -> Iterator[_Plan]:
    """Plans in the twenty-week figure: all but those after an order, mediation or an appeal not opposed."""
    for events in assessments:
        names = {event.name for event in events}
        if "final_plan_sent" in names and not names & UNTIMED:
            issued = next(_day(event) for event in events if event.name == "final_plan_sent")
            yield _Plan(issued, issued - _day(events[0]), any(_lifts_the_limit(event) for event in events))


def _lifts_the_limit(event: MadeUpEvent) -> bool:
    if event.name != "exception_recorded" or event.details["clock"] != "finalise_plan":
        return False
    away = date.fromisoformat(event.details["until"]).toordinal() - _day(event) + 1
    return event.details["exception"] != "absent_from_area" or away >= 4 * WEEK


def table(comparisons: Iterable[Comparison]) -> str:
    """The comparisons as lines to read: differences over the tolerance are marked."""
    lines = [f"{'year':<6}{'measure':<32}{'published':>10}{'made up':>10}{'apart':>8}"]
    for entry in comparisons:
        apart = entry.made_up - entry.published
        mark = "" if entry.is_near else "  too far"
        figures = f"{entry.published:>10.1f}{entry.made_up:>10.1f}{apart:>+8.1f}"
        lines.append(f"{entry.year:<6}{entry.measure:<32}{figures}{mark}")
    source = published()
    lines += [
        "",
        f"Tolerance: {TOLERANCE:.0f} percentage points for shares, {TOLERANCE:.0f} per cent (or 1) for counts.",
        f"Published: {source.county} (reviews: England). {source.source}.",
        source.licence,
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table for a seed and a day; 1 if a measure is too far from the published one."""
    parser = ArgumentParser(prog="calibrate_made_up", description=main.__doc__)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--until", type=date.fromisoformat, default=date(2026, 11, 25))
    parser.add_argument("--people", type=int, default=3000)
    asked = parser.parse_args(arguments)
    comparisons = compare(make_up_authority(asked.seed, asked.until, asked.people))
    sys.stdout.write(table(comparisons) + "\n")
    return int(not all(comparison.is_near for comparison in comparisons))


if __name__ == "__main__":
    sys.exit(main())
