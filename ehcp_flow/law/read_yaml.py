"""Read a workflow file as plain text values, each with its line, refusing what YAML would change.

YAML quietly reads `on` as true, `12:30` as 750, keeps the second of two equal keys, and lets one part
of a file stand for another. Here every scalar stays the text that was written, and each of those
surprises is a problem with file and line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ehcp_flow.errors import Problem

Path_ = tuple[str | int, ...]

_BOOLEAN_WORD = re.compile(r"^(y|n|yes|no|on|off)$", re.IGNORECASE)
_SEXAGESIMAL = re.compile(r"^[-+]?\d+(:[0-5]?\d)+$")
_OCTAL = re.compile(r"^0[0-7]+$")
_NOTHING = re.compile(r"^(~|null)$", re.IGNORECASE)


@dataclass(slots=True)
class YamlFile:
    """A file's content as nested dict, list and str, the place of every part, and what is wrong with it."""

    name: str
    content: Any = None
    places: dict[Path_, tuple[str, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: Path_) -> tuple[str, int]:
        """The file and line of the part at `path`, or of the nearest part that holds it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (self.name, 1))

    def problem(self, path: Path_, message: str) -> None:
        """Note something wrong with the part at `path`."""
        self.problems.append(Problem(*self.place(path), message))


def read_yaml(path: Path, text: str | None = None, *, strict: bool = True) -> YamlFile:
    """Read `path` (or `text` in its name). With `strict`, YAML's surprises are problems, else plain text."""
    file = YamlFile(path.name)
    try:
        source = path.read_text(encoding="utf-8-sig") if text is None else text
        root = yaml.compose(source, Loader=_loader())
    except UnicodeDecodeError:
        file.problems.append(Problem(file.name, 1, "is not UTF-8 text. Save it as UTF-8."))
        return file
    except yaml.YAMLError as error:
        file.problems.append(_syntax_problem(file.name, error))
        return file
    if strict and re.search(r"[&*!]", source):
        _refuse_anchors(file, source)
    file.content = _plain(file, root, (), strict=strict) if root is not None else {}
    return file


def _loader() -> Any:
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _syntax_problem(name: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or str(error).splitlines()[0]
    return Problem(name, mark.line + 1 if mark else 1, f"is not valid YAML: {what}.")


def _refuse_anchors(file: YamlFile, source: str) -> None:
    for token in yaml.scan(source, Loader=_loader()):
        if isinstance(token, yaml.AnchorToken | yaml.AliasToken | yaml.TagToken):
            line = token.start_mark.line + 1
            message = "anchors (&), aliases (*) and tags (!) are not used here: write the value out."
            file.problems.append(Problem(file.name, line, message))


def _plain(file: YamlFile, node: yaml.Node, path: Path_, *, strict: bool) -> Any:
    file.places[path] = (file.name, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _plain_mapping(file, node, path, strict=strict)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(file, each, (*path, i), strict=strict) for i, each in enumerate(node.value)]
    if strict:
        _refuse_surprise(file, node, path)
    if node.style is None and _NOTHING.match(node.value):
        return None
    return node.value


def _plain_mapping(file: YamlFile, node: yaml.MappingNode, path: Path_, *, strict: bool) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        here = (*path, str(key_node.value))
        first = file.places.get(here)
        file.places[here] = at = (file.name, key_node.start_mark.line + 1)
        if not isinstance(key_node, yaml.ScalarNode):
            file.problem(here, "a key must be a plain word.")
            continue
        if first and key_node.value in result:
            file.problem(here, f"`{key_node.value}` stands here twice (first on line {first[1]}).")
        if strict:
            _refuse_surprise(file, key_node, here)
        result[key_node.value] = _plain(file, value_node, here, strict=strict)
        file.places[here] = at
    return result


def _refuse_surprise(file: YamlFile, node: yaml.ScalarNode, path: Path_) -> None:
    if node.style is not None:
        return
    text = node.value
    for pattern, reading in (
        (_BOOLEAN_WORD, "true or false"),
        (_SEXAGESIMAL, "a number in base 60"),
        (_OCTAL, "an octal number"),
        (_NOTHING, "nothing"),
    ):
        if pattern.match(text):
            file.problem(path, f"YAML programs read an unquoted `{text}` as {reading}: write '{text}' in quotes.")
            return
