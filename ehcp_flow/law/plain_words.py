"""Pydantic's mistakes as plain sentences, for a person who writes YAML and no Python."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

from ehcp_flow.law.schema import known_keys

Path_ = tuple[str | int, ...]

_WANTED = {
    "bool": "should be true or false",
    "date": "should be a date, written as 2026-01-05",
    "dict": "should hold keys of its own",
    "int": "should be a whole number",
    "list": "should be a list: [first, second]",
    "model": "should hold keys of its own",
    "string": "should be a text",
    "tuple": "should be a list: [first, second]",
}
_FORMS = {
    r"^[a-z][a-z0-9_]*$": "should be small letters, digits and _, such as needs_assessment",
    r"^[a-z][a-z_]*$": "should be small letters and _, such as local_authority",
    r"^[A-Z]{2,6}$": "should be two to six capital letters",
    r"^https?://": "should be an address that begins with https://",
}
_LONGEST_SHOWN = 40


def place_of(location: Path_) -> Path_:
    """Where a mistake is in the file: pydantic's location without the names of our own functions."""
    return tuple(part for part in location if not (isinstance(part, str) and part.startswith("function-")))


def did_you_mean(name: str, known: list[str]) -> str:
    """`; did you mean ...?` with the nearest of `known`, or a full stop."""
    close = get_close_matches(name, known, n=1)
    return f"; did you mean `{close[0]}`?" if close else "."


def said_plainly(error: Any, where: Path_, model: type[BaseModel]) -> str:
    """A mistake of shape in one plain sentence. `where` it is in the file; `model` says what may stand there."""
    name = ".".join(part for part in where if isinstance(part, str))
    kind = error["type"]
    if kind == "extra_forbidden":
        known = known_keys(model, place_of(error["loc"])[:-1])
        return f"`{name}` is not a key that is known here{did_you_mean(str(where[-1]), known)}"
    if kind == "missing":
        return f"`{name}` is missing."
    if kind == "value_error":
        return f"`{name}`: {error['ctx']['error']}"
    if kind == "literal_error":
        return f"`{name}` should be {error['ctx']['expected'].replace(chr(39), '')}{_found(error)}."
    if kind == "string_pattern_mismatch":
        return f"`{name}` {_FORMS.get(error['ctx']['pattern'], 'is not written as it should be')}{_found(error)}."
    wanted = next((words for start, words in _WANTED.items() if kind.startswith(start)), "cannot be used as it is")
    return f"`{name}` {wanted}{_found(error)}."


def _found(error: Any) -> str:
    found = error["input"]
    return f" (found: {found[:_LONGEST_SHOWN]})" if isinstance(found, str) else ""
