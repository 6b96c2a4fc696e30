"""The file that says which wait the figures on waiting, the forecast and the recovery plan are about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field

from ehcp_flow.analytics.waiting_settings import ISSUED, End, WaitingSettings
from ehcp_flow.errors import BadFile
from ehcp_flow.law.citation import Strict
from ehcp_flow.law.duration import Duration, DurationText
from ehcp_flow.law.event_rule import SomeNames
from ehcp_flow.services.settings_file import read_settings_file, whole_number
from ehcp_flow.settings import Settings, shipped_workflows

if TYPE_CHECKING:
    from ehcp_flow.law.clock_rule import ClockRule
    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.services.settings_file import Mistake

_PLACE = Path("settings") / "waiting.yaml"


def _in_weeks(length: Duration) -> Duration:
    if length.unit != "weeks":
        raise ValueError(f"`{length}` should be in weeks, for example 26 weeks.")
    return length


Weeks = Annotated[DurationText, AfterValidator(_in_weeks)]
Whole = Annotated[int, whole_number(least=1, most=1_000)]


class _End(Strict):
    title: str
    events: SomeNames


class _File(Strict):
    process: str
    clock: str
    weeks: tuple[Weeks, ...]
    agreed_on: SomeNames
    ready_on: SomeNames
    ends: dict[str, _End] = Field(min_length=1)
    waits_for: str
    fewest_at_risk: Whole
    learn_from: Weeks


def read_waiting(settings: Settings, workflows: Mapping[str, Workflow]) -> WaitingSettings | None:
    """The file beside the workflows in use, or else the one shipped; None if that is about a process they do not have.

    Raises BadFile with every line that is wrong.
    """
    own = settings.workflows / _PLACE
    if own.is_file():
        return _settings(own, workflows)
    try:
        return _settings(shipped_workflows() / _PLACE, workflows)
    except BadFile:  # an authority's own process of that name, with other events, or no such process
        return None


def _settings(path: Path, workflows: Mapping[str, Workflow]) -> WaitingSettings:
    said = read_settings_file(path, _File, lambda file: _mistakes(file, workflows))
    clock = workflows[said.process].clocks[said.clock]
    limit = _limit(clock)
    assert limit is not None  # noqa: S101 - or else it was a mistake
    ends = {ISSUED: said.ends[ISSUED], **said.ends}
    return WaitingSettings(
        process=said.process,
        clock=said.clock,
        limit=limit,
        counting=clock.counting or "next_day",
        weeks=said.weeks,
        agreed_on=said.agreed_on,
        ready_on=said.ready_on,
        ends={name: End(end.title, end.events) for name, end in ends.items()},
        waits_for=said.waits_for,
        fewest_at_risk=said.fewest_at_risk,
        learn_from=said.learn_from,
    )


def _limit(clock: ClockRule) -> Duration | None:
    """The limit in force last, if it is in weeks."""
    limits = [dated.limit for dated in clock.within or () if dated.limit.unit == "weeks"]
    return limits[-1] if limits else None


def _mistakes(said: _File, workflows: Mapping[str, Workflow]) -> Iterator[Mistake]:
    workflow = workflows.get(said.process)
    if workflow is None:
        yield ("process",), f"there is no process {said.process}: there are {', '.join(workflows)}."
        return
    for key in ("clock", "waits_for"):
        if getattr(said, key) not in workflow.clocks:
            yield (key,), f"{said.process} has no clock {getattr(said, key)}: there are {', '.join(workflow.clocks)}."
    for key in ("agreed_on", "ready_on"):
        for name in getattr(said, key):
            if name not in workflow.events:
                yield (key,), f"{said.process} has no event {name}."
    if clock := workflow.clocks.get(said.clock):
        yield from _mistakes_in_ends(said, clock)


def _mistakes_in_ends(said: _File, clock: ClockRule) -> Iterator[Mistake]:
    if _limit(clock) is None:
        yield ("clock",), f"{clock.id} has no limit in weeks, so there is no wait to be told."
    if ISSUED not in said.ends:
        yield ("ends",), f"one of the ends must be called `{ISSUED}`: what is waited for."
    ends_it = {*clock.stops_on, *clock.dropped_on}
    placed = [(kind, name) for kind, end in said.ends.items() for name in end.events]
    for number, (kind, name) in enumerate(placed):
        if name not in ends_it:
            yield ("ends", kind, "events"), f"{name} neither stops nor drops the clock {clock.id}."
        elif (kind == ISSUED) is not (name in clock.stops_on):
            yield (
                ("ends", kind, "events"),
                f"`{ISSUED}` holds what stops the clock, and nothing else: {name}.",
            )
        if name in [other for _, other in placed[:number]]:
            yield ("ends", kind, "events"), f"{name} stands here twice."
    for name in sorted(ends_it - {name for _, name in placed}):
        yield ("ends",), f"{name} ends the wait too: say how."
