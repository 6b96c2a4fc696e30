"""The authority's own file of targets (EHCP_TARGETS); `examples/targets.yaml` explains each key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ehcp_flow.analytics.brag import Better
from ehcp_flow.analytics.target_settings import Agreed, Measure, Over, Target
from ehcp_flow.errors import BadInput
from ehcp_flow.law.citation import Strict
from ehcp_flow.law.in_force import Day
from ehcp_flow.services.settings_file import number, read_settings_file
from ehcp_flow.settings import Settings

if TYPE_CHECKING:
    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.services.settings_file import Mistake

_PLACE = Path("settings") / "targets.yaml"
_MOST = 1_000_000
Level = Annotated[float, number(0, _MOST)]


class _Measured(Strict):
    value: Level
    measured: Day


class _ToReach(Strict):
    value: Level
    by: Day


class _Target(Strict):
    figure: str
    title: str | None = None
    theme: str = "Timeliness"
    measure: Measure = "percent"
    over: Over = "12 months"
    better: Better = "higher"
    owner: str
    baseline: _Measured
    milestones: tuple[_ToReach, ...] = ()
    target: _ToReach
    amber_within: Level


class _File(Strict):
    targets: dict[str, _Target] = Field(min_length=1)


def read_targets(settings: Settings, workflows: Mapping[str, Workflow]) -> tuple[Target, ...]:
    """The targets in EHCP_TARGETS, or in settings/targets.yaml beside the workflows in use; none if there is no file.

    Raises BadInput if the file named is missing, BadFile with every line that is wrong.
    """
    if settings.targets and not settings.targets.is_file():
        raise BadInput(
            f"There is no file of targets at {settings.targets}.", next="Correct EHCP_TARGETS, or leave it unset."
        )
    path = settings.targets or settings.workflows / _PLACE
    if not path.is_file():
        return ()
    said = read_settings_file(path, _File, lambda file: _mistakes(file, workflows))
    return tuple(_target(name, entry, workflows) for name, entry in said.targets.items())


def _workflow_of(figure: str, workflows: Mapping[str, Workflow]) -> str | None:
    return next((name for name, workflow in workflows.items() if figure in workflow.kpis), None)


def _target(name: str, said: _Target, workflows: Mapping[str, Workflow]) -> Target:
    workflow = _workflow_of(said.figure, workflows) or ""
    return Target(
        id=name,
        title=said.title or workflows[workflow].kpis[said.figure].title,
        theme=said.theme,
        workflow=workflow,
        kpi=said.figure,
        measure=said.measure,
        over=said.over,
        better=said.better,
        owner=said.owner,
        baseline=Agreed(said.baseline.value, said.baseline.measured),
        milestones=tuple(Agreed(each.value, each.by) for each in said.milestones),
        target=Agreed(said.target.value, said.target.by),
        amber_within=said.amber_within,
    )


def _mistakes(said: _File, workflows: Mapping[str, Workflow]) -> Iterator[Mistake]:
    known = [name for workflow in workflows.values() for name in workflow.kpis]
    for name, each in said.targets.items():
        place: tuple[str | int, ...] = ("targets", name)
        if each.figure not in known:
            yield (*place, "figure"), f"there is no figure {each.figure}: there are {', '.join(known)}."
        yield from (((*place, *where), message) for where, message in _out_of_order(each))
        if each.measure == "percent":
            yield from (((*place, *where), message) for where, message in _over_a_hundred(each))


def _out_of_order(each: _Target) -> Iterator[Mistake]:
    """Days that do not follow one another, and a target that is no better than the baseline."""
    days: list[tuple[Literal["baseline", "milestones", "target"], date]] = [("baseline", each.baseline.measured)]
    days += [("milestones", milestone.by) for milestone in each.milestones]
    days += [("target", each.target.by)]
    for (_, before), (part, after) in pairwise(days):
        if after <= before:
            yield (part,), f"{after} should come after {before}: baseline, milestones and target follow one another."
    gained = each.target.value - each.baseline.value
    if (gained if each.better == "higher" else -gained) <= 0:
        worse = f"{each.target.value:g} is not {each.better} than the baseline of {each.baseline.value:g}"
        yield ("target",), f"{worse}: correct it, or `better`."


def _over_a_hundred(each: _Target) -> Iterator[Mistake]:
    levels = {"baseline": each.baseline.value, "target": each.target.value}
    levels |= {"milestones": max((milestone.value for milestone in each.milestones), default=0)}
    for part, value in levels.items():
        if value > 100:
            yield (part,), f"{value:g} is more than 100 per cent."
