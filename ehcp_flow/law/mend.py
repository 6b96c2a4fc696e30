"""Mend a workflow's content where its shape is wrong, so that the rest can still be checked for meaning.

Whoever writes a file then sees all its mistakes at once. What is mended is never used for a case.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from ehcp_flow.law.clock_rule import LIMIT_KEYS
from ehcp_flow.law.plain_words import Path_

Entry = tuple[str, str]
"""A part of the file and a name in it: `("events", "request_received")`."""

_STAND_INS = {
    "workflow": "unnamed",
    "title": "-",
    "applies_in": "-",
    "case_prefix": "XX",
    "covers_from": "2014-09-01",
    "dated": "-",
    "meaning": "-",
    "check": "R",
    "basis": "law",
    "counting": "next_day",
    "duty_on": "nobody",
}
_CAN_BE_SPARED = {"about", "kpis"}
_CAN_BE_SPARED_IN_AN_ENTRY = {
    "note", "reading", "warn_from", "if_repeated", "breach_only_when", "until", "lasts_at_least", "measured", "source",
}  # fmt: skip


def mended(content: dict[str, Any], wrong: Iterable[tuple[Path_, Any]], damaged: set[Entry]) -> dict[str, Any] | None:
    """`content` with what is wrong left out or replaced; None if too little would be left.

    `damaged` gains the entries that may now say less than their writer meant.
    """
    rest = deepcopy(content)
    unknown_keys_first = sorted(wrong, key=lambda each: each[1]["type"] != "extra_forbidden")
    for place, error in unknown_keys_first:
        is_unknown_key = error["type"] == "extra_forbidden"
        is_replaced = not is_unknown_key and (
            _replace(rest, place) if len(place) == 1 else _replace_in_entry(rest, place)
        )
        if len(place) > 1 and (not is_replaced or place[-1] == "basis"):
            damaged.add((str(place[0]), str(place[1])))
        if is_unknown_key:
            _at(rest, place[:-1]).pop(place[-1], None)
        elif not is_replaced and len(place) > 1:
            rest[str(place[0])].pop(place[1], None)
        elif not is_replaced:
            return None
    return rest if rest != content else None


def _replace(content: dict[str, Any], place: Path_) -> bool:
    """Do without a value at the top of the file, or put something harmless in its place, if that can be done."""
    key = str(place[0])
    if key in _CAN_BE_SPARED:
        del content[key]
    elif key in _STAND_INS:
        content[key] = _STAND_INS[key]
    else:
        return False
    return True


def _replace_in_entry(content: dict[str, Any], place: Path_) -> bool:
    """The same inside an entry: for a value of its own, one of its details or exceptions, or a clock's limit."""
    entry = _at(content, place[:2])
    if not isinstance(entry, dict) or not entry:
        return False  # no entry, or one that has been set aside
    part, _, *inner = place
    key = str(inner[0]) if inner else ""
    cite = f"{next(iter(content['sources']), 'nothing')} -" if isinstance(content.get("sources"), dict) else ""
    if part == "clocks" and (not key or key in LIMIT_KEYS):
        for each in LIMIT_KEYS:
            entry.pop(each, None)
        entry["by"] = "31 December"
    elif key in _CAN_BE_SPARED_IN_AN_ENTRY:
        entry.pop(key, None)
    elif key in _STAND_INS or key == "cite":
        entry[key] = _STAND_INS.get(key, cite)
    elif key in ("details", "unless") and len(inner) > 1:
        entry[key][inner[1]] = {"title": "-"} if key == "details" else cite
    else:
        return False
    return True


def _at(content: Any, place: Path_) -> Any:
    for part in place:
        content = content[int(part)] if isinstance(content, list) else content.get(part, {})
    return content
