"""The description of the API in the order in which a person reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_METHODS = ("get", "post")
_REFERENCE = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Field:
    """Something that is sent or answered: its name, its kind, whether it must be sent, and what it means."""

    name: str
    kind: str
    where: str
    needed: bool
    meaning: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing the API does."""

    id: str
    method: str
    path: str
    summary: str
    meaning: str
    sent: tuple[Field, ...]
    answered: tuple[Field, ...]
    answers: tuple[tuple[str, str], ...]
    example: str


@dataclass(frozen=True, slots=True)
class Group:
    """What belongs together."""

    name: str
    meaning: str
    operations: tuple[Operation, ...]


def shown(description: dict[str, Any]) -> list[Group]:
    """The description, group by group."""
    operations = list(_operations(description))
    return [
        Group(tag["name"], tag["description"], tuple(each for of, each in operations if of == tag["name"]))
        for tag in description["tags"]
    ]


def _operations(description: dict[str, Any]) -> Iterator[tuple[str, Operation]]:
    schemas = description["components"]["schemas"]
    for path, methods in description["paths"].items():
        for method in _METHODS:
            if method in methods:
                said = methods[method]
                yield said["tags"][0], _operation(schemas, path, method, said)


def _operation(schemas: dict[str, Any], path: str, method: str, said: dict[str, Any]) -> Operation:
    body = said.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    parameters = [_field(each["name"], each, each["schema"], each["in"]) for each in said.get("parameters", ())]
    done = next((code for code in said["responses"] if code.startswith("2")), "200")
    content = said["responses"][done].get("content", {}).get("application/json", {}).get("schema")
    return Operation(
        id=said["operationId"],
        method=method.upper(),
        path=path,
        summary=said["summary"],
        meaning=said.get("description", ""),
        sent=(*parameters, *_fields(schemas, body, "body")),
        answered=tuple(_fields(schemas, content, "answer")),
        answers=tuple((code, each["description"]) for code, each in sorted(said["responses"].items())),
        example=_example(schemas, body),
    )


def _field(name: str, said: dict[str, Any], schema: dict[str, Any], where: str) -> Field:
    meaning = said.get("description") or schema.get("description") or ""
    return Field(name, _kind(schema, sent=True), where, bool(said.get("required")), _plain(meaning))


def _fields(schemas: dict[str, Any], schema: dict[str, Any] | None, where: str) -> Iterator[Field]:
    if not schema or "$ref" not in schema:
        return
    model = schemas[schema["$ref"].removeprefix(_REFERENCE)]
    for name, said in model.get("properties", {}).items():
        meaning = _plain(said.get("description", ""))
        yield Field(name, _kind(said, sent=where == "body"), where, name in model.get("required", ()), meaning)


def _plain(text: str) -> str:
    return text.replace("`", "")


def _kind(schema: dict[str, Any], *, sent: bool = False) -> str:
    """What a value may be, in a few words; what is sent may be left out, so that null goes without saying."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(_REFERENCE)
    if "anyOf" in schema:
        kinds = [_kind(each) for each in schema["anyOf"] if not (sent and each.get("type") == "null")]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in schema:
        return ", ".join(str(each) for each in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    words = {"string": "text", "integer": "number", "boolean": "true or false", "object": "names with values"}
    kind = schema.get("format") or schema.get("type", "any")
    return {"date": "day", "date-time": "moment"}.get(kind, words.get(kind, str(kind)))


def _example(schemas: dict[str, Any], schema: dict[str, Any] | None) -> str:
    if not schema or "$ref" not in schema:
        return ""
    model = schemas[schema["$ref"].removeprefix(_REFERENCE)]
    said = {name: each["examples"][0] for name, each in model.get("properties", {}).items() if each.get("examples")}
    return json.dumps(said, indent=2, ensure_ascii=False) if said else ""
