"""Cases and worked dates that others published, played through our workflows.

The sources give some of the facts only, so these histories have gaps; what is held here is the clocks.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from ehcp_flow.engine.clocks import clocks
from ehcp_flow.engine.event import Event
from ehcp_flow.engine.history import history
from ehcp_flow.engine.replay import replay
from ehcp_flow.engine.verdict import Verdict, verdict
from ehcp_flow.law.load import load_folder

HERE = Path(__file__).parent
WORKFLOWS = load_folder(HERE.parents[1] / "workflows")
ONE_DAY = timedelta(days=1)
PLAYED_KEYS = {"workflow", "events", "published", "counted"}


@dataclass(frozen=True)
class Between:
    """Some day from `first` to `last`; a day that is known is both."""

    first: date
    last: date

    @classmethod
    def read(cls, written: Any) -> Between:
        if isinstance(written, date):
            return cls(written, written)
        first, _, last = str(written).partition(" to ")
        if last:
            return cls(date.fromisoformat(first), date.fromisoformat(last))
        year, month = (int(part) for part in first.split("-"))
        return cls(date(year, month, 1), date(year, month, monthrange(year, month)[1]))

    @property
    def ends(self) -> tuple[date, ...]:
        return (self.first,) if self.first == self.last else (self.first, self.last)

    def overlaps(self, other: Between) -> bool:
        return self.first <= other.last and other.first <= self.last


def read(name: str) -> list[dict[str, Any]]:
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))["cases"]


OMBUDSMAN = read("ombudsman_cases.yaml")
WORKED = read("worked_dates.yaml")
ALL = [*OMBUDSMAN, *WORKED]


def of_kind(*kinds: str) -> list[Any]:
    return [pytest.param(case, id=name_of(case)) for case in ALL if case["kind"] in kinds]


def name_of(case: dict[str, Any]) -> str:
    return ", ".join(str(case[key]) for key in ("council", "id", "part") if key in case)


def judged(case: dict[str, Any], happened: tuple[date, ...], as_of: date) -> dict[str, Verdict]:
    """Every clock of `case` on `as_of`, its events having happened on the days `happened`."""
    found = clocks(WORKFLOWS[case["workflow"]], history(events_of(case, happened), as_of))
    return {clock.name: verdict(clock, as_of) for clock in found}


def events_of(case: dict[str, Any], happened: tuple[date, ...]) -> list[Event]:
    events = []
    for seq, (line, day) in enumerate(zip(case["events"], happened, strict=True), 1):
        name, *said = line.split()
        events.append(Event(case["id"], seq, name, day, details=dict(part.split("=") for part in said)))
    return events


def days_of(case: dict[str, Any]) -> list[tuple[date, ...]]:
    """Every choice of days for the events of `case`, where each is the first or the last that fits."""
    return list(product(*(Between.read(day).ends for day in case["events"].values())))


def only_verdicts(case: dict[str, Any]) -> dict[str, Verdict]:
    (happened,) = days_of(case)
    return judged(case, happened, case["judged_on"])


def told(found: Verdict) -> dict[str, Any]:
    return {"due_on": found.clock.due_on, "outcome": found.outcome, "days_late": found.days_late}


def possible_verdicts(case: dict[str, Any], clock: str, as_of: date | None = None) -> list[Verdict]:
    on = (as_of,) if as_of else Between.read(case["judged_on"]).ends
    return [judged(case, happened, day)[clock] for happened in days_of(case) for day in on]


def possible_due_days(case: dict[str, Any], clock: str) -> Between:
    # Which day is due does not depend on the day we judge for, once everything has happened.
    late_enough = max(max(happened) for happened in days_of(case))
    due = [each.clock.due_on for each in possible_verdicts(case, clock, late_enough)]
    return Between(min(due), max(due))


def each_clock(case: dict[str, Any], part: str, *keys: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for clock, said in case[part].items():
        if any(key in said for key in keys):
            yield clock, said


# ------------------------------------------------------------------------------ where the days are known


@pytest.mark.parametrize("case", of_kind("exact"))
def test_every_clock_is_as_published_and_as_counted_by_hand(case):
    found = only_verdicts(case)
    for part in ("published", "counted"):
        for clock, said in case[part].items():
            ours = told(found[clock])
            assert {key: ours[key] for key in said} == said, f"{clock}, {part}"


@pytest.mark.parametrize("case", of_kind("exact"))
def test_a_clock_found_in_breach_was_not_in_breach_on_its_last_day(case):
    (happened,) = days_of(case)
    for clock, found in only_verdicts(case).items():
        said = {**case["published"].get(clock, {}), **case["counted"].get(clock, {})}
        if said.get("outcome") == "breach":
            due_on = found.clock.due_on
            assert judged(case, happened, due_on)[clock].outcome == "running"
            assert judged(case, happened, due_on + ONE_DAY)[clock].outcome == "breach"


@pytest.mark.parametrize("case", [param for param in of_kind("exact", "interval") if "implied" in param.values[0]])
def test_the_start_a_source_does_not_give_is_the_one_its_due_days_point_to(case):
    start = Between.read(case["events"][case["implied"]])
    for clock, said in each_clock(case, "published", "due_on"):
        limit = WORKFLOWS[case["workflow"]].clocks[clock].limits[0].limit
        if limit.unit == "weeks":
            assert said["due_on"] - timedelta(weeks=limit.amount) == start.first == start.last
        else:
            # Twelve months that end on the day before the anniversary began on it a year earlier.
            assert (said["due_on"] + ONE_DAY).replace(year=said["due_on"].year - 1) == start.first == start.last
    for clock, said in each_clock(case, "published", "days_late"):
        assert said["days_late"] in range(*late_range(case, clock))


def test_the_two_due_days_of_essex_lie_four_weeks_apart():
    (essex,) = (case for case in OMBUDSMAN if case["id"] == "23 018 431")
    weeks_16, weeks_20 = (said["due_on"] for said in essex["published"].values())
    assert weeks_20 - weeks_16 == timedelta(weeks=4)


# ------------------------------------------------------------------------------ where only months are known


@pytest.mark.parametrize("case", of_kind("interval"))
def test_every_limit_falls_between_the_days_counted_by_hand(case):
    for clock, said in each_clock(case, "counted", "due_on"):
        assert possible_due_days(case, clock) == Between.read(said["due_on"]), clock


@pytest.mark.parametrize("case", of_kind("interval"))
def test_the_due_day_the_source_gives_is_a_possible_one(case):
    for clock, said in each_clock(case, "published", "due_on"):
        assert possible_due_days(case, clock).overlaps(Between.read(said["due_on"])), clock


@pytest.mark.parametrize("case", of_kind("interval"))
def test_the_breach_the_source_found_follows_from_its_months(case):
    for clock, said in each_clock(case, "published", "breach"):
        if said["breach"] == "undated":
            assert "judged_on" not in case, "a day to judge for would make the breach certain or possible"
            continue
        outcomes = {each.outcome for each in possible_verdicts(case, clock)}
        assert outcomes == ({"breach"} if said["breach"] == "certain" else {"breach", "running"}), clock


@pytest.mark.parametrize("case", of_kind("interval"))
def test_nobody_is_late_on_the_first_possible_last_day_and_everybody_after_the_last(case):
    for clock, _ in each_clock(case, "counted", "due_on"):
        due = possible_due_days(case, clock)
        assert {each.outcome for each in possible_verdicts_so_far(case, clock, due.first)} <= {"running"}
        assert {each.outcome for each in possible_verdicts_so_far(case, clock, due.last + ONE_DAY)} == {"breach"}


def possible_verdicts_so_far(case: dict[str, Any], clock: str, as_of: date) -> list[Verdict]:
    found = [judged(case, happened, as_of) for happened in days_of(case)]
    return [each[clock] for each in found if clock in each]


@pytest.mark.parametrize("case", of_kind("interval"))
def test_the_lateness_lies_where_it_was_counted_by_hand(case):
    for clock, said in each_clock(case, "counted", "days_late"):
        first, last = (int(days) for days in said["days_late"].split(" to "))
        assert late_range(case, clock) == (first, last + 1), clock


@pytest.mark.parametrize("case", of_kind("interval"))
def test_the_lateness_the_source_gives_is_a_possible_one(case):
    for clock, said in each_clock(case, "published", "days_late"):
        assert said["days_late"] in range(*late_range(case, clock)), clock


def late_range(case: dict[str, Any], clock: str) -> tuple[int, int]:
    late = [each.days_late for each in possible_verdicts(case, clock)]
    return min(late), max(late) + 1


# ------------------------------------------------------------------------------ where we differ from the source


@pytest.mark.parametrize("case", of_kind("stricter"))
def test_we_end_the_twelve_months_a_day_before_the_anniversary_a_source_uses(case):
    found = told(only_verdicts(case)["complete_review"])
    theirs = case["published"]["complete_review"]["due_on"]
    assert found == case["counted"]["complete_review"]
    assert found["due_on"] == theirs - ONE_DAY
    assert theirs == case["judged_on"], "their last day is our first day late"


@pytest.mark.parametrize("case", of_kind("refused"))
def test_no_clock_waits_for_the_end_of_the_summer_holidays(case):
    found = only_verdicts(case)["finalise_plan"]
    assert found.clock.started_on == case["events"]["request_received"]
    assert told(found) == case["counted"]["finalise_plan"]
    assert found.clock.due_on < case["published"]["finalise_plan"]["due_on"]


# ------------------------------------------------------------------------------ nothing is dropped in silence


def test_every_published_case_is_accounted_for():
    ombudsman = {case["id"]: case["kind"] for case in OMBUDSMAN}
    assert len(ombudsman) == 37
    assert Counter(ombudsman.values()) == {"exact": 8, "interval": 24, "not_covered": 5}


def test_every_worked_date_is_accounted_for():
    assert len({case["id"] for case in WORKED}) == len(WORKED) == 26
    assert Counter(case["kind"] for case in WORKED) == {
        "exact": 9,
        "interval": 4,
        "stricter": 2,
        "refused": 1,
        "not_covered": 10,
    }


def test_one_case_has_two_reviews_and_every_other_is_played_once():
    assert [name for name, times in Counter(map(name_of, ALL)).items() if times > 1] == []
    assert [name for name, times in Counter(case["id"] for case in ALL).items() if times > 1] == ["23 018 200"]


@pytest.mark.parametrize("case", of_kind("not_covered"))
def test_a_case_we_do_not_cover_says_why_and_states_no_clock(case):
    assert case["why"].endswith(".")
    assert not PLAYED_KEYS & case.keys()


@pytest.mark.parametrize("case", of_kind("exact", "interval", "stricter", "refused"))
def test_a_case_we_play_names_its_source_and_only_what_we_know(case):
    assert re.match(r"https?://[a-z0-9.]+/", case["url"])
    workflow = WORKFLOWS[case["workflow"]]
    assert {line.split()[0] for line in case["events"]} <= workflow.events.keys()
    named = {name.partition("[")[0] for part in ("published", "counted") for name in case[part]}
    assert named <= workflow.clocks.keys()
    assert case["published"] or "counted" in case.get("note", ""), "what is not published is said to be counted"


@pytest.mark.parametrize("case", of_kind("exact", "interval", "stricter", "refused"))
def test_a_history_that_begins_in_the_middle_is_a_finding_and_no_error(case):
    workflow = WORKFLOWS[case["workflow"]]
    opening = {rule.id for rule in workflow.opening_events}
    for happened in days_of(case):
        seen = history(events_of(case, happened), max(happened))
        found = [str(finding) for finding in replay(workflow, seen).findings if "out of order" in str(finding)]
        begins_in_the_middle = seen[0].name not in opening
        assert any(finding.startswith(seen[0].name) for finding in found) == begins_in_the_middle
