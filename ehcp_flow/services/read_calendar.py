"""The council's own file of bank holidays proclaimed late, or worked after all."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from ehcp_flow.engine.working_days import Calendar
from ehcp_flow.errors import BadFile, BadInput
from ehcp_flow.law.read_yaml import YamlFile, read_yaml


def calendar_at_hand(path: Path | None) -> Calendar:
    """The calendar of `read_calendar`, read again only when the file was changed: by whom and where is all one."""
    if path is None:
        return _read_at(None, 0, 0)
    try:
        found = path.stat()
    except OSError:
        return read_calendar(path)
    return _read_at(path, found.st_mtime_ns, found.st_ino)


@lru_cache(maxsize=8)
def _read_at(path: Path | None, _changed_at: int, _file: int) -> Calendar:
    return read_calendar(path)


def read_calendar(path: Path | None) -> Calendar:
    """The calendar with the overrides in `path`, two keys of which are known:

    `closed:` days that are bank holidays after all, each with its name; `worked:` a list of days that are not.
    Raises BadInput if the file is missing, BadFile with every line that is wrong.
    """
    if path is None:
        return Calendar()
    if not path.exists():
        raise BadInput(f"There is no calendar at {path}.", next="Correct EHCP_CALENDAR, or leave it unset.")
    try:
        file = read_yaml(path)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {(error.strerror or 'unknown reason').lower()}.") from None
    content = file.content
    if not isinstance(content, dict) and not file.problems:
        file.problem((), "should hold `closed:` and `worked:`, with their days below.")
    if file.problems:
        raise BadFile(f"{path.name} cannot be used:", file.problems)
    for key in content:
        if key not in ("closed", "worked"):
            file.problem((key,), f"`{key}` is not a key that is known here: there are `closed` and `worked`.")
    closed = _closed(file, content.get("closed") or {})
    worked = _worked(file, content.get("worked") or [])
    if file.problems:
        raise BadFile(f"{path.name} cannot be used:", file.problems)
    return Calendar(closed, worked)


def _closed(file: YamlFile, entries: Any) -> list[tuple[date, str]]:
    if not isinstance(entries, dict):
        file.problem(("closed",), "should be days with their names, one to a line: 2030-06-03: Extra bank holiday.")
        return []
    days = [(_day(file, ("closed", key), key), str(name)) for key, name in entries.items()]
    return [(day, name) for day, name in days if day]


def _worked(file: YamlFile, entries: Any) -> list[date]:
    if not isinstance(entries, list):
        file.problem(("worked",), "should be a list of days, one to a line: - 2030-06-03.")
        return []
    days = [_day(file, ("worked", index), each) for index, each in enumerate(entries)]
    return [day for day in days if day]


def _day(file: YamlFile, place: tuple[str | int, ...], text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        file.problem(place, f"`{text}` is not a date. Write it as 2030-06-03.")
        return None
