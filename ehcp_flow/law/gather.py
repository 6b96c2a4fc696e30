"""Gather a workflow's text from its files: the main one, its parts, and the sources all workflows share.

`needs_assessment.yaml` is a workflow; `needs_assessment.reversals.yaml` is a part of it that adds entries
of its own; `sources.yaml` holds the texts that are cited. A problem still names the file it is in.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from ehcp_flow.errors import Problem
from ehcp_flow.law.read_yaml import YamlFile, read_yaml

SOURCES = "sources.yaml"
_PARTS = ("states", "events", "exceptions", "clocks", "kpis")


def main_files(folder: Path) -> list[Path]:
    """The files of `folder` that are workflows of their own, in alphabetical order."""
    return [path for path in sorted(folder.glob("*.yaml")) if path.name.count(".") == 1 and path.name != SOURCES]


def part_files(main: Path) -> list[Path]:
    """The parts of the workflow in `main`, in alphabetical order; test tables are not parts."""
    return [path for path in sorted(main.parent.glob(f"{main.stem}.*.yaml")) if not path.name.endswith(".test.yaml")]


def gather(main: Path) -> tuple[YamlFile, str]:
    """All of one workflow as if it were one file, and the fingerprint of its text (12 hexadecimal digits)."""
    file = read_yaml(main)
    fingerprint = hashlib.sha256(main.read_bytes())
    if isinstance(file.content, dict):
        _add_sources(file, main.parent / SOURCES)
        for path in part_files(main):
            fingerprint.update(path.read_bytes())
            _add_part(file, main, read_yaml(path))
    return file, fingerprint.hexdigest()[:12]


def _add_sources(file: YamlFile, path: Path) -> None:
    if not path.exists():
        return
    shared = read_yaml(path)
    file.problems.extend(shared.problems)
    own = file.content.get("sources")
    found = shared.content.get("sources", {}) if isinstance(shared.content, dict) else {}
    file.content["sources"] = {**found, **(own if isinstance(own, dict) else {})}
    for where, place in shared.places.items():
        file.places.setdefault(where, place)


def _add_part(file: YamlFile, main: Path, part: YamlFile) -> None:
    file.problems.extend(part.problems)
    content = part.content if isinstance(part.content, dict) else {}
    if content.get("part_of") != main.stem:
        file.problems.append(Problem(part.name, 1, f"should say `part_of: {main.stem}`, as its name does."))
    for key, entries in content.items():
        if key == "part_of":
            continue
        if key not in _PARTS or not isinstance(entries, dict):
            file.problems.append(
                Problem(*part.place((key,)), f"a part may add to {', '.join(_PARTS)}; `{key}` is none of them.")
            )
            continue
        own = file.content.setdefault(key, {})
        for name, entry in entries.items():
            if name in own:
                where = file.place((key, name))
                part.problem((key, name), f"`{name}` stands also in {where[0]}, line {where[1]}.")
                file.problems.append(part.problems[-1])
            own[name] = entry
    for path, place in part.places.items():
        if len(path) > 1:
            file.places.setdefault(path, place)
