"""Gather a workflow's text from its files: the main one, its parts, and the sources all workflows share.

`needs_assessment.yaml` is a workflow; `needs_assessment.reversals.yaml` is a part of it that adds entries
of its own; `sources.yaml` holds the texts that are cited. A problem still names the file it is in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ehcp_flow.errors import Problem
from ehcp_flow.law.read_yaml import YamlFile, read_yaml

SOURCES = "sources.yaml"
PARTS = ("states", "events", "exceptions", "clocks", "kpis")


def main_files(folder: Path) -> list[Path]:
    """The files of `folder` that are workflows of their own, in alphabetical order."""
    return [path for path in sorted(folder.glob("*.yaml")) if path.name.count(".") == 1 and path.name != SOURCES]


def part_files(main: Path) -> list[Path]:
    """The parts of the workflow in `main`, in alphabetical order; test tables are not parts."""
    return [path for path in sorted(main.parent.glob(f"{main.stem}.*.yaml")) if not path.name.endswith(".test.yaml")]


def stray_files(folder: Path) -> Iterator[Problem]:
    """Files that look as if they were meant to be read, and would not be."""
    names = {path.stem for path in main_files(folder)}
    for path in sorted(folder.iterdir()):
        first, *middle = path.name.removesuffix(path.suffix).split(".")
        if path.suffix == ".yml":
            yield Problem(path.name, 0, f"is not read: call it {path.stem}.yaml.")
        elif path.suffix == ".yaml" and first and middle and first not in names:
            yield Problem(path.name, 0, f"belongs to {first}.yaml, which is not there.")


def gather(main: Path) -> tuple[YamlFile, str]:
    """All of one workflow as if it were one file, and the fingerprint of its text (12 hexadecimal digits)."""
    file = _read(main)
    fingerprint = hashlib.sha256(file.text.encode())
    if isinstance(file.content, dict):
        _add_sources(file, main.parent / SOURCES)
        for path in part_files(main):
            part = _read(path)
            fingerprint.update(part.text.encode())
            _add_part(file, main, part)
    return file, fingerprint.hexdigest()[:12]


def _read(path: Path) -> YamlFile:
    try:
        return read_yaml(path)
    except OSError as error:
        return YamlFile(path.name, problems=[Problem(path.name, 0, f"cannot be read: {error.strerror}.")])


def _add_sources(file: YamlFile, path: Path) -> None:
    if not path.exists():
        return
    shared = _read(path)
    content = shared.content if isinstance(shared.content, dict) else {}
    for key in content:
        if key != "sources":
            shared.problem((key,), f"this file holds one key, `sources:`; `{key}` is another.")
    _add_entries(file, shared, "sources", content.get("sources", {}))
    _take_over(file, shared)


def _add_part(file: YamlFile, main: Path, part: YamlFile) -> None:
    content = part.content if isinstance(part.content, dict) else {}
    if content.get("part_of") != main.stem:
        part.problem(("part_of",), f"should say `part_of: {main.stem}`, as its name does.")
    for key, entries in content.items():
        if key in PARTS:
            _add_entries(file, part, key, entries)
        elif key != "part_of":
            part.problem((key,), f"a part may add to {', '.join(PARTS)}; `{key}` is none of them.")
    _take_over(file, part)


def _add_entries(file: YamlFile, other: YamlFile, key: str, entries: Any) -> None:
    """Add what stands under `key` in `other`; an entry that is there already is a mistake, and the first one stays."""
    if not isinstance(entries, dict):
        other.problem((key,), f"`{key}` should hold entries, each with its name.")
        return
    own = file.content.setdefault(key, {})
    if not isinstance(own, dict):
        return  # the mistake is in the main file, where it is found
    for name, entry in entries.items():
        if name in own:
            where = file.place((key, name))
            other.problem((key, name), f"`{name}` stands also in {where[0]}, line {where[1]}.")
        own.setdefault(name, entry)


def _take_over(file: YamlFile, other: YamlFile) -> None:
    file.problems.extend(other.problems)
    file.unread |= {path for path in other.unread if path not in file.places}
    for path, place in other.places.items():
        if len(path) > 1 or path[:1] == ("sources",):
            file.places.setdefault(path, place)
