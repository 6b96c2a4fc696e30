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
from ehcp_flow.law.yaml_syntax import syntax_problem

Path_ = tuple[str | int, ...]

_BOOLEAN_WORD = re.compile(r"^(y|n|yes|no|on|off)$", re.IGNORECASE)
_SEXAGESIMAL = re.compile(r"^[-+]?\d+(:[0-5]?\d)+$")
_OCTAL = re.compile(r"^0[0-7]+$")
_NOTHING = re.compile(r"^(~|null)$", re.IGNORECASE)
_SURPRISES = (
    (_BOOLEAN_WORD, "true or false"),
    (_SEXAGESIMAL, "a number in base 60"),
    (_OCTAL, "an octal number"),
    (_NOTHING, "nothing"),
)
_NO_ANCHORS = "anchors (&), aliases (*) and tags (!) are not used here: write the value out."


@dataclass(slots=True)
class YamlFile:
    """A file's content as nested dict, list and str, the place of every part, and what is wrong with it.

    `unread` are the paths of values refused on reading: of these nothing more need be said.
    """

    name: str
    content: Any = None
    text: str = ""
    places: dict[Path_, tuple[str, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: set[Path_] = field(default_factory=set)

    def place(self, path: Path_) -> tuple[str, int]:
        """The file and line of the part at `path`, or of the nearest part that holds it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (self.name, 1))

    def problem(self, path: Path_, message: str) -> None:
        """Note something wrong with the part at `path`."""
        self.problems.append(Problem(*self.place(path), message))

    def is_unread(self, path: Path_) -> bool:
        """Whether the part at `path`, or one that holds it, was refused on reading."""
        return any(path[:length] in self.unread for length in range(len(path) + 1))


def read_yaml(path: Path, text: str | None = None, *, strict: bool = True) -> YamlFile:
    """Read `path` (or `text` in its name). With `strict`, YAML's surprises are problems, else plain text.

    Raises OSError if the file cannot be opened; what is wrong inside it is a problem of the result.
    """
    file = YamlFile(path.name)
    try:
        file.text = path.read_text(encoding="utf-8-sig") if text is None else text
        root = yaml.compose(file.text, Loader=_loader())
        if strict and re.search(r"[&*!]", file.text):
            _refuse_anchors(file)
        file.content = _Reader(file, strict=strict).value(root, ()) if root is not None else {}
    except UnicodeError as error:
        before = error.object[: error.start] if isinstance(error, UnicodeDecodeError) else b""
        line = before.count(b"\n") + 1
        file.problems.append(Problem(file.name, line, "is not UTF-8 text. Save the file as UTF-8."))
    except yaml.YAMLError as error:
        file.problems.append(syntax_problem(file.name, file.text, error))
    except RecursionError:
        file.problems.append(Problem(file.name, 1, "is nested too deeply."))
    return file


def _loader() -> Any:
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _refuse_anchors(file: YamlFile) -> None:
    for token in yaml.scan(file.text, Loader=_loader()):
        if isinstance(token, yaml.AnchorToken | yaml.AliasToken | yaml.TagToken):
            file.problems.append(Problem(file.name, token.start_mark.line + 1, _NO_ANCHORS))


class _Reader:
    """Turns YAML nodes into plain values and notes what is wrong with them."""

    def __init__(self, file: YamlFile, *, strict: bool) -> None:
        self._file, self._strict = file, strict
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, path: Path_) -> Any:
        """The node as dict, list or str; None for nothing."""
        self._file.places[path] = (self._file.name, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            return self._text(node, path)
        if id(node) in self._seen:  # an alias, which could hold itself or swell without end
            if not self._strict:
                self._file.problem(path, _NO_ANCHORS)
            self._file.unread.add(path)
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        return [self.value(each, (*path, i)) for i, each in enumerate(node.value)]

    def _text(self, node: yaml.ScalarNode, path: Path_) -> str | None:
        text: str = node.value
        if self._strict:
            self._refuse_surprise(node, path)
            if not text.strip():
                self._file.problem(path, f"`{path[-1] if path else ''}` is empty: give it a value, or leave it out.")
                self._file.unread.add(path)
                return None
        if not node.style and _NOTHING.match(text):
            self._file.unread.add(path)
            return None
        return text

    def _mapping(self, node: yaml.MappingNode, path: Path_) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            here = (*path, str(key_node.value))
            first = self._file.places.get(here)
            self._file.places[here] = at = (self._file.name, key_node.start_mark.line + 1)
            if not isinstance(key_node, yaml.ScalarNode):
                self._file.problem(here, "a key must be a plain word.")
                continue
            if first and key_node.value in result:
                self._file.problem(here, f"`{key_node.value}` stands here twice (first on line {first[1]}).")
            if self._strict:
                self._refuse_surprise(key_node, here)
            result[key_node.value] = self.value(value_node, here)
            self._file.places[here] = at
        return result

    def _refuse_surprise(self, node: yaml.ScalarNode, path: Path_) -> None:
        if node.style:
            return  # quoted, or a block; plain is None in PyYAML's own parser and "" in libyaml's
        for pattern, reading in _SURPRISES:
            if pattern.match(node.value):
                message = f"YAML programs read an unquoted `{node.value}` as {reading}: write '{node.value}' in quotes."
                self._file.problem(path, message)
                return
