"""The authority's own file of how its figures are divided and what is not published."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from ehcp_flow.analytics.figure_settings import FigureSettings
from ehcp_flow.errors import BadFile, BadInput
from ehcp_flow.law.duration import Duration
from ehcp_flow.law.read_yaml import YamlFile, read_yaml
from ehcp_flow.settings import Settings, shipped_workflows

T = TypeVar("T")

_PLACE = Path("settings") / "figures.yaml"
_HIGHEST_AGE = 130
_MOST_WITHHELD = 1_000


def read_figure_settings(settings: Settings) -> FigureSettings:
    """The file in EHCP_FIGURES; without it the one beside the workflows in use, or else the one shipped.

    Raises BadInput if the file is missing, BadFile with every line that is wrong.
    """
    if settings.figures and not settings.figures.is_file():
        raise BadInput(f"There is no file {settings.figures}.", next="Correct EHCP_FIGURES, or leave it unset.")
    own = settings.figures or settings.workflows / _PLACE
    file = read_yaml(own if own.is_file() else shipped_workflows() / _PLACE)
    found = _settings(file)
    if file.problems:
        problems = sorted(file.problems, key=lambda problem: (problem.file, problem.line))
        raise BadFile(f"{file.name} cannot be used:", problems, "Each key is explained in the file that is shipped.")
    return found


def _settings(file: YamlFile) -> FigureSettings:
    content = file.content if isinstance(file.content, dict) else {}
    for key in content:
        if key not in FigureSettings.__slots__:
            known = ", ".join(FigureSettings.__slots__)
            file.problem((key,), f"`{key}` is not a key that is known here: there are {known}.")
    for key in FigureSettings.__slots__:
        if key not in content and not file.problems:
            file.problem((), f"`{key}:` is missing.")
    return FigureSettings(
        bands=_rising(file, content, "bands", _length, _in_weeks),
        late_bands=_rising(file, content, "late_bands", _length, _in_weeks),
        ahead=_rising(file, content, "ahead", _length, _in_weeks),
        age_groups=_rising(file, content, "age_groups", _whole(_HIGHEST_AGE), int),
        exception_alert=_one(file, content, "exception_alert", _percentage, 100.0),
        smallest_published=_one(file, content, "smallest_published", _whole(_MOST_WITHHELD), 0),
    )


def _rising(
    file: YamlFile, content: dict[str, Any], key: str, read: Callable[[Any], T], size: Callable[[T], int]
) -> tuple[T, ...]:
    """A list of at least one, each greater than the one before."""
    entries = content.get(key)
    if key not in content:
        return ()
    if not isinstance(entries, list) or not entries:
        file.problem((key,), f"`{key}` should be a list with at least one entry.")
        return ()
    try:
        found = tuple(read(entry) for entry in entries)
    except ValueError as error:
        file.problem((key,), f"`{key}`: {error}")
        return ()
    if any(size(after) <= size(before) for before, after in pairwise(found)):
        file.problem((key,), f"`{key}` should rise from each entry to the next.")
    return found


def _one(file: YamlFile, content: dict[str, Any], key: str, read: Callable[[Any], T], otherwise: T) -> T:
    if key in content:
        try:
            return read(content[key])
        except ValueError as error:
            file.problem((key,), f"`{key}`: {error}")
    return otherwise


def _length(entry: Any) -> Duration:
    length = Duration.read(entry)
    if length.unit != "weeks":
        raise ValueError(f"`{entry}` should be in weeks, for example 26 weeks.")
    return length


def _in_weeks(length: Duration) -> int:
    return length.amount


def _whole(most: int) -> Callable[[Any], int]:
    def read(entry: Any) -> int:
        if not str(entry).isdecimal() or int(entry) > most:
            raise ValueError(f"`{entry}` should be a whole number from 0 to {most:,}.")
        return int(entry)

    return read


def _percentage(entry: Any) -> float:
    try:
        number = float(entry)
    except (TypeError, ValueError):
        number = -1.0
    if not 0 <= number <= 100:
        raise ValueError(f"`{entry}` should be a percentage from 0 to 100.")
    return number
