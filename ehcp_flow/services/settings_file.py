"""Reads a YAML file of settings strictly: unknown keys and impossible values are told with file and line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ValidationError

from ehcp_flow.errors import BadFile
from ehcp_flow.law.plain_words import place_of, said_plainly
from ehcp_flow.law.read_yaml import YamlFile, read_yaml

Model = TypeVar("Model", bound=BaseModel)
Mistake = tuple[tuple[str | int, ...], str]
"""The place in the file of something that is wrong, and what is wrong with it."""

_HINT = "Each key is explained in the file that is shipped, in workflows/settings."


def read_settings_file(path: Path, model: type[Model], mistakes: Callable[[Model], Iterable[Mistake]]) -> Model:
    """What the file at `path` says; `mistakes` are those of meaning, which its shape does not show.

    Raises BadFile with every line that is wrong.
    """
    file = read_yaml(path)
    said = _shaped(file, model)
    if said is not None:
        for place, message in mistakes(said):
            file.problem(place, message)
    if said is None or file.problems:
        problems = sorted(dict.fromkeys(file.problems), key=lambda problem: problem.line)
        raise BadFile(f"{file.name} cannot be used:", problems, _HINT)
    return said


def _shaped(file: YamlFile, model: type[Model]) -> Model | None:
    if not isinstance(file.content, dict):
        file.problem((), "should hold keys with their values, one to a line.")
        return None
    try:
        return model.model_validate(file.content)
    except ValidationError as error:
        for each in error.errors():
            place = place_of(each["loc"])
            if not file.is_unread(place):
                file.problem(place, said_plainly(each, place, model))
        return None


def whole_number(least: int, most: int) -> BeforeValidator:
    """Reads a whole number from `least` to `most`."""

    def read(value: Any) -> int:
        text = str(value)
        if not text.isdecimal() or not least <= int(text) <= most:
            raise ValueError(f"`{value}` should be a whole number from {least} to {most:,}.")
        return int(text)

    return BeforeValidator(read)


def number(least: float, most: float) -> BeforeValidator:
    """Reads a number such as 60 or 92.5, from `least` to `most`."""

    def read(value: Any) -> float:
        try:
            found = float(str(value))
        except ValueError:
            found = float("nan")
        if not least <= found <= most:
            raise ValueError(f"`{value}` should be a number from {least:g} to {most:g}.")
        return found

    return BeforeValidator(read)
