"""The way of each case through the process, as far as it matters for how long it takes.

A journey can be looked at as it stood on any day gone by, which is how a forecast is tried on months that are over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from ehcp_flow.analytics.durations import Wait
from ehcp_flow.analytics.figure_request import NotDefined
from ehcp_flow.engine.count import days_between

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_request import Frames
    from ehcp_flow.analytics.waiting_settings import WaitingSettings
    from ehcp_flow.law.workflow import Workflow


WAITS = " +"
"""Stands behind the name of a stage in which a case waits for advice."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Something asked of somebody else: from the day on which it was asked until it came; None while it is owed."""

    provider: str
    asked_on: date
    until: date | None

    def is_owed_on(self, day: date) -> bool:
        """Whether it had been asked for and had not come by the end of the day."""
        return self.asked_on <= day and (self.until is None or self.until > day)


@dataclass(frozen=True, slots=True)
class Journey:
    """One case from the start of its clock. `end` is one of the settings' ends, None while the case waits
    or where no event says how it ended.

    `stages` are the days on which the case came to each state, oldest first; `agreed_on` and `ready_on` the days of
    the events that the settings name so.
    """

    case_ref: str
    started_on: date
    due_on: date
    ended_on: date | None = None
    end: str | None = None
    is_excepted: bool = False
    stages: tuple[tuple[date, str], ...] = ()
    asked: tuple[Asked, ...] = ()
    agreed_on: date | None = None
    ready_on: date | None = None
    team: str | None = None
    officer: str | None = None

    def as_on(self, day: date) -> Journey | None:
        """The journey as it stood at the end of a day; None where it had not begun."""
        if self.started_on > day:
            return None
        stages = tuple(stage for stage in self.stages if stage[0] <= day)
        is_over = self.ended_on is not None and self.ended_on <= day
        return replace(
            self,
            ended_on=self.ended_on if is_over else None,
            end=self.end if is_over else None,
            stages=stages,
            asked=tuple(
                replace(each, until=None if each.is_owed_on(day) else each.until)
                for each in self.asked
                if each.asked_on <= day
            ),
            agreed_on=_if_by(self.agreed_on, day),
            ready_on=_if_by(self.ready_on, day),
        )

    @property
    def is_open(self) -> bool:
        """Whether the case still waits."""
        return self.ended_on is None

    def age_on(self, day: date) -> int:
        """Days since the start of the clock."""
        return days_between(self.started_on, day)

    def stage_on(self, day: date) -> tuple[str, int]:
        """Where the case stood at the end of a day, and how many days it had stood there."""
        reached = [stage for stage in self.stages if stage[0] <= day]
        since, state = reached[-1] if reached else (self.started_on, "")
        return state, days_between(since, day)

    def points(self) -> list[tuple[date, str]]:
        """The days on which it came to a stage, or on which the first advice was asked for there or the last came in.

        A stage while advice is owed bears another name (`WAITS`) than the same stage when all of it is in.
        """
        turns = {day for day, _ in self.stages}
        turns |= {day for each in self.asked for day in (each.asked_on, each.until) if day}
        found: list[tuple[date, str]] = []
        for day in sorted(turns):
            state = self.point_on(day)
            if self.stages and self.stages[0][0] <= day and (not found or found[-1][1] != state):
                found.append((day, state))
        return found

    def point_on(self, day: date) -> str:
        """The stage at the end of a day, with `WAITS` behind it while advice is owed."""
        waits = any(each.is_owed_on(day) for each in self.asked)
        return self.stage_on(day)[0] + (WAITS if waits else "")

    def owed_on(self, day: date) -> tuple[str, ...]:
        """Who had been asked and had not answered by the end of a day."""
        return tuple(sorted({each.provider for each in self.asked if each.is_owed_on(day)}))

    def is_overdue_on(self, day: date) -> bool:
        """Whether the case still waited, past its day, at the end of `day`."""
        return self.due_on < day and self.started_on <= day and (self.ended_on is None or self.ended_on > day)

    def wait(self, as_of: date, since: date | None = None) -> Wait:
        """How long it had waited at the end of `as_of`, followed from `since` on if it had begun before."""
        entered = days_between(self.started_on, since) - 1 if since and since > self.started_on else None
        ended_on = _if_by(self.ended_on, as_of)
        return Wait(self.age_on(ended_on or as_of), self.end if ended_on else None, entered, self.case_ref)


def _if_by(on: date | None, day: date) -> date | None:
    return on if on is not None and on <= day else None


Row = Mapping[str, Any]


def journeys(
    observations: Iterable[Row], events: Iterable[Row], workflow: Workflow, waiting: WaitingSettings
) -> list[Journey]:
    """The journeys of all cases of the process, by the day of their start and their reference.

    Takes rows of the observations (of the clocks waited for) and of the events in force.
    """
    happened: defaultdict[str, list[Row]] = defaultdict(list)
    for event in events:
        happened[event["case_ref"]].append(event)
    asked: defaultdict[str, list[Asked]] = defaultdict(list)
    waits: dict[str, Row] = {}
    for row in observations:
        if row["clock"] == waiting.clock:
            waits[row["case_ref"]] = row
        elif row["clock"] == waiting.waits_for:
            until = row["stopped_on"] or row["dropped_on"]
            asked[row["case_ref"]].append(Asked(row["subject"] or "", row["started_on"], until))
    kind_of = {name: kind for kind, end in waiting.ends.items() for name in end.events}
    found = [_journey(row, happened[ref], asked[ref], workflow, waiting, kind_of) for ref, row in waits.items()]
    return sorted(found, key=lambda each: (each.started_on, each.case_ref))


def _journey(
    row: Row,
    events: Sequence[Row],
    asked: Sequence[Asked],
    workflow: Workflow,
    waiting: WaitingSettings,
    kind_of: Mapping[str, str],
) -> Journey:
    in_order = sorted(events, key=lambda event: event["happened_on"])  # events of a day stay as they came
    ended_on = row["stopped_on"] or row["dropped_on"]
    ending = [event["event"] for event in in_order if event["happened_on"] == ended_on and event["event"] in kind_of]
    end = row["stop_event"] or (ending[-1] if ending else "")
    return Journey(
        case_ref=row["case_ref"],
        started_on=row["started_on"],
        due_on=row["due_on"],
        ended_on=ended_on,
        end=kind_of.get(end) if ended_on else None,
        is_excepted=bool(row["is_excepted"]),
        stages=_stages(in_order, workflow),
        asked=tuple(sorted(asked, key=lambda each: (each.asked_on, each.provider))),
        agreed_on=_first_day(in_order, waiting.agreed_on),
        ready_on=_first_day(in_order, waiting.ready_on),
        team=row["team"],
        officer=row["officer"],
    )


def _stages(events: Sequence[Row], workflow: Workflow) -> tuple[tuple[date, str], ...]:
    """The states a case came to; a second draft sent while the first is out for comment is no new one."""
    stages: list[tuple[date, str]] = []
    for event in events:
        rule = workflow.events.get(event["event"])
        if rule and rule.to and (not stages or stages[-1][1] != rule.to):
            stages.append((event["happened_on"], rule.to))
    return tuple(stages)


def _first_day(events: Sequence[Row], names: Sequence[str]) -> date | None:
    return next((event["happened_on"] for event in events if event["event"] in names), None)


def followed_since(found: Iterable[Journey]) -> date | None:
    """The first day on which any wait was seen to end: before it we cannot know whose had.

    Cases found waiting when records began are the slow ones; they are counted from this day on only.
    """
    return min((each.ended_on for each in found if each.ended_on), default=None)


def waiting_in(frames: Frames) -> WaitingSettings:
    """Which wait is meant. Raises NotDefined if the workflows in use have no such process."""
    waiting: WaitingSettings | None = frames.supplies["waiting"]
    if waiting is None:
        raise NotDefined(
            "The workflow files in use do not have the process that waiting is counted in.",
            next="Say which in settings/waiting.yaml beside them.",
        )
    return waiting


def journeys_in(frames: Frames) -> list[Journey]:
    """The journeys of the cases in the frames, made once. Raises NotDefined as `waiting_in` does."""
    kept = vars(frames)
    if "journeys" not in kept:
        import narwhals as nw

        waiting = waiting_in(frames)
        is_of = nw.col("workflow") == waiting.process
        clocks = frames.observations.filter(is_of, nw.col("clock").is_in([waiting.clock, waiting.waits_for]))
        wanted = ("case_ref", "clock", "subject", "started_on", "due_on", "stopped_on", "dropped_on", "stop_event")
        rows = clocks.select(*wanted, "is_excepted", "team", "officer").collect().iter_rows(named=True)
        events = frames.events.filter(is_of).select("case_ref", "event", "happened_on", "seq").sort("case_ref", "seq")
        workflow = frames.workflows[waiting.process]
        kept["journeys"] = journeys(rows, events.collect().iter_rows(named=True), workflow, waiting)
    found: list[Journey] = kept["journeys"]
    return found
