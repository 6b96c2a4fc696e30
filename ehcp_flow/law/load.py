"""Read workflow files into `Workflow` objects, or say everything that is wrong with them at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ehcp_flow.errors import BadFile, BadInput, Problem, UnknownName
from ehcp_flow.law.gather import gather, main_files, stray_files
from ehcp_flow.law.mend import Entry, mended
from ehcp_flow.law.mistakes import find_mistakes, mistakes_between
from ehcp_flow.law.plain_words import place_of, said_plainly
from ehcp_flow.law.read_yaml import YamlFile
from ehcp_flow.law.workflow import NAMED_BY_KEY, Workflow

_HINT = "Every key is explained in workflows/README.md."


def load_folder(folder: Path) -> dict[str, Workflow]:
    """Every workflow in `folder`, by name, in the files' alphabetical order.

    Raises BadInput if the folder is missing or holds no workflow, BadFile with all problems of all files.
    """
    workflows, files = {}, {}
    for path in workflow_files(folder):
        workflow, files[path.stem] = _read(path)
        if workflow is not None:
            workflows[path.stem] = workflow
    if len(workflows) == len(files):
        for name, place, message in mistakes_between(workflows):
            files[name].problem(place, message)
    problems = [*stray_files(folder), *(problem for file in files.values() for problem in file.problems)]
    if problems:
        raise BadFile("The workflow files cannot be used:", _in_order(problems), _HINT)
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
    """The workflow whose main file is `path`. Raises BadFile with every problem, each with its file and line.

    Whether the other processes it opens are there is looked at only by `load_folder`.
    """
    workflow, file = _read(path)
    if workflow is None or file.problems:
        raise BadFile(f"{path.name} cannot be used:", _in_order(file.problems), _HINT)
    return workflow


def _in_order(problems: list[Problem]) -> list[Problem]:
    return sorted(dict.fromkeys(problems), key=lambda problem: (problem.file, problem.line))


def _read(path: Path) -> tuple[Workflow | None, YamlFile]:
    file, fingerprint = gather(path)
    if not isinstance(file.content, dict):
        if not file.problems:
            file.problem((), "should hold keys such as `workflow:`, `events:` and `clocks:`.")
        return None, file
    _refuse_what_is_filled_in(file)
    workflow = _checked(file, fingerprint)
    name = file.content.get("workflow")
    if isinstance(name, str) and name != path.stem:
        file.problem(("workflow",), f"the file is called {path.name}, so this must be {path.stem}.")
    return workflow, file


def _refuse_what_is_filled_in(file: YamlFile) -> None:
    """An `id` or `digest` in the file would be overwritten without a word."""
    filled_in: list[tuple[str, ...]] = [("digest",)]
    for part in NAMED_BY_KEY:
        entries = file.content.get(part)
        filled_in += [(part, name, "id") for name in entries] if isinstance(entries, dict) else []
    for place in filled_in:
        if place in file.places:
            file.problem(place, f"`{'.'.join(place)}` is not a key that is known here.")


def _checked(file: YamlFile, digest: str) -> Workflow | None:
    """The workflow, after noting every mistake of shape and of meaning.

    What has the wrong shape is mended, or else set aside, so that the rest can still be checked for meaning: whoever
    writes the file then sees all mistakes at once, not one after the other.
    """
    content: dict[str, Any] | None = {**file.content, "digest": digest}
    damaged: set[Entry] = set()
    is_noted = False
    while content is not None:
        try:
            workflow = Workflow.model_validate(content)
        except ValidationError as error:
            wrong = [(place_of(each["loc"]), each) for each in error.errors()]
            for place, each in () if is_noted else wrong:
                if not file.is_unread(place):
                    file.problem(place, said_plainly(each, place, Workflow))
            is_noted = True
            content = mended(content, wrong, damaged)
        else:
            for place, message in find_mistakes(workflow, damaged):
                file.problem(place, message)
            return workflow
    return None
