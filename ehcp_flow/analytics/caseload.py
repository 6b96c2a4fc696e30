"""Who carries how much: open cases weighted by where they stand, against what an officer can carry.

Every case counts once: with its officer or, where that is nobody we know, among the unassigned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from math import ceil

FULL_WEEK = 5
HUNDRED = 100

Stage = tuple[str, str]
"""A workflow and a state of it."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What a case weighs at each stage, what one weighs at any other, and what a full-time officer can carry."""

    stages: Mapping[Stage, Decimal]
    default: Decimal
    full_caseload: Decimal

    def of(self, stage: Stage) -> Decimal:
        """What one case weighs at a stage."""
        return self.stages.get(stage, self.default)


@dataclass(frozen=True, slots=True)
class Holding:
    """So many open cases of one holder at one stage."""

    officer: str | None
    team: str | None
    stage: Stage
    cases: int


@dataclass(frozen=True, slots=True)
class Pressing:
    """Time limits in law of one holder: so many overdue, so many due from the day to a week after it."""

    officer: str | None
    team: str | None
    overdue: int
    due_soon: int


@dataclass(frozen=True, slots=True)
class Worker:
    """An officer with their team, how many days a week they work, and, while away, their last day and their cover."""

    username: str
    name: str
    team: str | None
    days_a_week: int
    away_until: date | None = None
    cover: str | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody carries; loads can be added."""

    stages: Mapping[Stage, int]
    weight: Decimal = Decimal(0)
    overdue: int = 0
    due_soon: int = 0

    @property
    def cases(self) -> int:
        """How many open cases."""
        return sum(self.stages.values())

    def of_workflow(self, workflow: str) -> int:
        """How many open cases of one workflow."""
        return sum(cases for (name, _), cases in self.stages.items() if name == workflow)


def added(loads: Iterable[Load]) -> Load:
    """Several loads as one."""
    stages: defaultdict[Stage, int] = defaultdict(int)
    weight, overdue, due_soon = Decimal(0), 0, 0
    for load in loads:
        for stage, cases in load.stages.items():
            stages[stage] += cases
        weight, overdue, due_soon = weight + load.weight, overdue + load.overdue, due_soon + load.due_soon
    return Load(dict(sorted(stages.items())), weight, overdue, due_soon)


@dataclass(frozen=True, slots=True)
class Share:
    """A load against a capacity; both are weights."""

    load: Load
    capacity: Decimal

    @property
    def percent(self) -> int | None:
        """The load as a share of the capacity, rounded up, so that what is over shows as over; None of no capacity."""
        return ceil(HUNDRED * self.load.weight / self.capacity) if self.capacity else None

    @property
    def is_over(self) -> bool:
        """Whether it is more than the capacity."""
        return self.load.weight > self.capacity


@dataclass(frozen=True, slots=True)
class OfficerLoad(Share):
    """What one officer carries."""

    worker: Worker


@dataclass(frozen=True, slots=True)
class TeamLoad(Share):
    """What the officers of a team carry together; `team` is None for officers in no team."""

    team: str | None
    officers: tuple[OfficerLoad, ...]


@dataclass(frozen=True, slots=True)
class Unassigned:
    """Cases without an officer, or of one who is not there any more; `team` is the cases' own."""

    officer: str | None
    team: str | None
    load: Load


@dataclass(frozen=True, slots=True)
class Caseloads:
    """Everybody's caseload: the unassigned first, then team by team. `without_weight` weighed the default."""

    unassigned: tuple[Unassigned, ...]
    teams: tuple[TeamLoad, ...]
    without_weight: tuple[Stage, ...]

    @property
    def officers(self) -> Iterator[OfficerLoad]:
        """All officers, team by team."""
        return (officer for team in self.teams for officer in team.officers)

    @property
    def total(self) -> Load:
        """All that is shown, the unassigned included."""
        return added([*(each.load for each in self.unassigned), *(team.load for team in self.teams)])

    @property
    def capacity(self) -> Decimal:
        """What all officers shown can carry."""
        return sum((team.capacity for team in self.teams), Decimal(0))

    def of_team(self, team: str, teams: Collection[str]) -> Caseloads:
        """One team's, with those unassigned cases that are its own or of none of the `teams`."""
        unassigned = tuple(each for each in self.unassigned if each.team == team or each.team not in teams)
        return replace(self, unassigned=unassigned, teams=tuple(each for each in self.teams if each.team == team))

    def of_officer(self, username: str) -> Caseloads:
        """One officer's; the cases of somebody who is no officer are among the unassigned."""
        unassigned = tuple(each for each in self.unassigned if each.officer == username)
        mine = [each for each in self.officers if each.worker.username == username]
        return replace(self, unassigned=unassigned, teams=tuple(_by_team(mine)))


def caseloads(
    weights: Weights, workers: Sequence[Worker], holdings: Iterable[Holding], pressing: Iterable[Pressing]
) -> Caseloads:
    """What each worker carries and what nobody does, in the order of the teams' and the officers' names."""
    known = {worker.username for worker in workers}
    loads: defaultdict[tuple[str | None, str | None], list[Load]] = defaultdict(list)
    for held in holdings:
        load = Load({held.stage: held.cases}, held.cases * weights.of(held.stage))
        loads[_holder(held, known)].append(load)
    for clocks in pressing:
        loads[_holder(clocks, known)].append(Load({}, overdue=clocks.overdue, due_soon=clocks.due_soon))
    sums = {holder: added(parts) for holder, parts in loads.items()}
    unassigned = [Unassigned(*holder, load) for holder, load in sums.items() if holder[0] not in known]
    officers = [_officer_load(worker, sums.get((worker.username, None)), weights) for worker in workers]
    stages = {stage for load in sums.values() for stage in load.stages}
    return Caseloads(
        tuple(sorted(unassigned, key=lambda each: (each.team or "", each.officer or ""))),
        tuple(_by_team(officers)),
        tuple(sorted(stages - set(weights.stages))),
    )


def _holder(of: Holding | Pressing, known: set[str]) -> tuple[str | None, str | None]:
    """An officer whatever the team of the case, or the team where there is no such officer."""
    return (of.officer, None) if of.officer in known else (of.officer, of.team)


def _officer_load(worker: Worker, load: Load | None, weights: Weights) -> OfficerLoad:
    capacity = weights.full_caseload * worker.days_a_week / FULL_WEEK
    return OfficerLoad(load or Load({}), capacity, worker)


def _by_team(officers: Sequence[OfficerLoad]) -> Iterator[TeamLoad]:
    """Officers in no team come first: they are the ones that are forgotten."""
    for team in sorted({each.worker.team for each in officers}, key=lambda name: name or ""):
        mine = [each for each in officers if each.worker.team == team]
        mine.sort(key=lambda each: (each.worker.name.casefold(), each.worker.username))
        capacity = sum((each.capacity for each in mine), Decimal(0))
        yield TeamLoad(added(each.load for each in mine), capacity, team, tuple(mine))
