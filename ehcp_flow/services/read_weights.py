"""The authority's own file of what a case weighs at each stage."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ehcp_flow.analytics.caseload import Stage, Weights
from ehcp_flow.errors import BadFile, BadInput
from ehcp_flow.law.read_yaml import YamlFile, read_yaml
from ehcp_flow.settings import Settings, shipped_workflows

if TYPE_CHECKING:
    from ehcp_flow.law.workflow import Workflow

KEYS = ("full_caseload", "default", "weights")
MOST = Decimal(100_000)
_PLACE = Path("settings") / "caseload.yaml"


def read_weights(settings: Settings, workflows: Mapping[str, Workflow]) -> Weights:
    """The weights in EHCP_CASELOAD; without it those beside the workflows in use, or else those shipped.

    Raises BadInput if the file is missing, BadFile with every line that is wrong.
    """
    own = settings.caseload or settings.workflows / _PLACE
    if settings.caseload and not settings.caseload.is_file():
        raise BadInput(
            f"There is no file of weights at {settings.caseload}.", next="Correct EHCP_CASELOAD, or leave it unset."
        )
    is_own = own.is_file()
    file = read_yaml(own if is_own else shipped_workflows() / _PLACE)
    weights = _weights(file, workflows, has_all_workflows=is_own)
    if file.problems:
        hint = "What the file holds is explained in docs/teams.md."
        problems = sorted(file.problems, key=lambda problem: (problem.file, problem.line))
        raise BadFile(f"{file.name} cannot be used:", problems, hint)
    return weights


def _weights(file: YamlFile, workflows: Mapping[str, Workflow], *, has_all_workflows: bool) -> Weights:
    """What the file says. The shipped file may name processes that an authority's own folder does not have."""
    content = file.content if isinstance(file.content, dict) else {}
    for key in content:
        if key not in KEYS:
            file.problem((key,), f"`{key}` is not a key that is known here: there are {', '.join(KEYS)}.")
    for key in KEYS:
        if key not in content and not file.problems:
            file.problem((), f"`{key}:` is missing.")
    full = _number(file, ("full_caseload",), content.get("full_caseload", "1"))
    if not full:
        file.problem(("full_caseload",), "a full caseload weighs more than nothing.")
    default = _number(file, ("default",), content.get("default", "1"))
    stages = _stages(file, content.get("weights"), workflows, has_all_workflows=has_all_workflows)
    return Weights(stages, default, full)


def _stages(
    file: YamlFile, entries: Any, workflows: Mapping[str, Workflow], *, has_all_workflows: bool
) -> dict[Stage, Decimal]:
    if not isinstance(entries, dict):
        if entries is not None:
            file.problem(("weights",), "should be processes, each with its states and their weights.")
        return {}
    found: dict[Stage, Decimal] = {}
    for name, states in entries.items():
        workflow = workflows.get(name)
        if workflow is None and has_all_workflows:
            file.problem(("weights", name), f"there is no process {name}: there are {', '.join(workflows)}.")
        elif not isinstance(states, dict):
            file.problem(("weights", name), "should be states with their weights, one to a line: assessing: 1.5")
        elif workflow is not None:
            for state, weight in states.items():
                _check_state(file, workflow, state)
                found[name, state] = _number(file, ("weights", name, state), weight)
    return found


def _check_state(file: YamlFile, workflow: Workflow, state: str) -> None:
    here = ("weights", workflow.workflow, state)
    rule = workflow.states.get(state)
    if rule is None:
        known = ", ".join(name for name, each in workflow.states.items() if not each.ended)
        file.problem(here, f"{workflow.workflow} has no state {state}; open ones are {known}.")
    elif rule.ended:
        file.problem(here, f"cases that are {state} have ended and are in nobody's caseload.")


def _number(file: YamlFile, place: tuple[str, ...], text: Any) -> Decimal:
    try:
        number = Decimal(text)
    except (InvalidOperation, TypeError, ValueError):
        number = Decimal("NaN")
    if number.is_finite() and 0 <= number < MOST:
        return number
    if not file.is_unread(place):
        file.problem(place, f"`{place[-1]}` should be a number such as 1 or 0.5.")
    return Decimal(0)
