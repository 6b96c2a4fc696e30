"""Read workflow files into `Workflow` objects, or say everything that is wrong with them at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ehcp_flow.errors import BadFile, BadInput, UnknownName
from ehcp_flow.law.check import find_mistakes
from ehcp_flow.law.gather import gather, main_files
from ehcp_flow.law.read_yaml import YamlFile
from ehcp_flow.law.workflow import Workflow

_HINT = "Every key is explained in workflows/README.md."


def load_folder(folder: Path) -> dict[str, Workflow]:
    """Every workflow in `folder`, by name, in the files' alphabetical order.

    Raises BadInput if the folder is missing or holds no workflow, BadFile with all problems of all files.
    """
    workflows, problems = {}, []
    for path in workflow_files(folder):
        try:
            workflow = load_file(path)
        except BadFile as error:
            problems.extend(error.problems)
        else:
            workflows[workflow.workflow] = workflow
    if problems:
        raise BadFile("The workflow files cannot be used:", problems, _HINT)
    return workflows


def workflow_files(folder: Path) -> list[Path]:
    """The main files of the workflows in `folder`. Raises BadInput if there are none."""
    if not folder.is_dir():
        raise BadInput(f"There is no folder of workflows at {folder}.", next="Set EHCP_WORKFLOWS to where they are.")
    paths = main_files(folder)
    if not paths:
        raise BadInput(f"The folder {folder} holds no workflow file (NAME.yaml).", next="Set EHCP_WORKFLOWS.")
    return paths


def named(workflows: dict[str, Workflow], name: str) -> Workflow:
    """The workflow called `name`; raises UnknownName with those there are."""
    try:
        return workflows[name]
    except KeyError:
        known = ", ".join(workflows)
        raise UnknownName(f"There is no workflow called {name}.", next=f"There are: {known}.") from None


def load_file(path: Path) -> Workflow:
    """The workflow whose main file is `path`. Raises BadFile with every problem, each with its file and line."""
    file, fingerprint = gather(path)
    if not isinstance(file.content, dict) and not file.problems:
        file.problem((), "should hold keys such as `workflow:`, `events:` and `clocks:`.")
    workflow = _checked(file, fingerprint) if isinstance(file.content, dict) else None
    if workflow is not None and workflow.workflow != path.stem:
        file.problem(("workflow",), f"the file is called {path.name}, so this must be {path.stem}.")
    if file.problems or workflow is None:
        problems = sorted(set(file.problems), key=lambda problem: (problem.file, problem.line))
        raise BadFile(f"{path.name} cannot be used:", problems, _HINT)
    return workflow


def _checked(file: YamlFile, digest: str) -> Workflow | None:
    """The workflow, after noting every mistake of shape and of meaning.

    Entries of the wrong shape are set aside so that the rest can still be checked for meaning: whoever
    writes the file then sees all mistakes at once, not one after the other.
    """
    content = {**file.content, "digest": digest}
    set_aside: set[str] = set()
    for _ in range(2):
        try:
            workflow = Workflow.model_validate(content)
        except ValidationError as error:
            wrong = [(_place(each["loc"]), each) for each in error.errors()]
            for place, each in wrong:
                file.problem(place, said_plainly(each, place))
            content, names = _without(content, [place for place, _ in wrong])
            set_aside |= names
        else:
            for place, message in find_mistakes(workflow):
                if not any(f"`{name}`" in message for name in set_aside):
                    file.problem(place, message)
            return workflow
    return None


def _place(location: tuple[str | int, ...]) -> tuple[str | int, ...]:
    return tuple(part for part in location if not (isinstance(part, str) and part.startswith("function-")))


def _without(content: dict[str, Any], wrong: list[tuple[str | int, ...]]) -> tuple[dict[str, Any], set[str]]:
    rest = {key: dict(part) if isinstance(part, dict) else part for key, part in content.items()}
    names = set()
    for part, *inner in wrong:
        entries = rest.get(str(part))
        if inner and isinstance(entries, dict):
            entries.pop(inner[0], None)
            names.add(str(inner[0]))
        elif part not in Workflow.model_fields:
            rest.pop(str(part), None)
    return rest, names


def said_plainly(error: Any, where: tuple[str | int, ...]) -> str:
    """A pydantic mistake in a plain sentence, for a person who writes YAML and no Python."""
    name = ".".join(str(part) for part in where)
    if error["type"] == "extra_forbidden":
        return f"`{name}` is not a key that is known here."
    if error["type"] == "missing":
        return f"`{name}` is missing."
    if error["type"] == "value_error":
        return f"`{name}`: {error['ctx']['error']}"
    return f"`{name}`: {error['msg'][0].lower()}{error['msg'][1:]} (found: {str(error['input'])[:40]!r})."
