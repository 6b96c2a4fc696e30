"""The JSON Schema of a workflow file, by which an editor completes what is typed and marks what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from ehcp_flow.law.gather import PARTS
from ehcp_flow.law.workflow import Workflow

Schema = dict[str, Any]

_FILLED_IN = ("id", "digest", "line")
"""Fields that are filled in when a file is read, and cannot be written in it."""


class _WithoutTitles(GenerateJsonSchema):
    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 (pydantic calls it)
        return False


def json_schema() -> Schema:
    """The schema of a workflow's main file, of its parts, and of `sources.yaml`."""
    whole = schema_of(Workflow)
    definitions = whole.pop("$defs")
    definitions["ClockRule"]["oneOf"] = [
        {"required": ["within", "counting"]},
        {"required": ["at_least", "counting"]},
        {"required": ["by"]},
    ]
    keys = whole["properties"]
    whole["required"] = [key for key in whole["required"] if key not in ("sources", *PARTS)]  # may stand in other files
    part = {
        "type": "object",
        "description": "A part of a workflow, with entries of its own: NAME.PART.yaml.",
        "properties": {
            "part_of": {"type": "string", "description": "The workflow it belongs to."},
            **{key: keys[key] for key in PARTS},
        },
        "required": ["part_of"],
        "additionalProperties": False,
    }
    sources = {
        "type": "object",
        "description": "The texts that all workflows cite: sources.yaml.",
        "properties": {"sources": keys["sources"]},
        "required": ["sources"],
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "EHCP Flow workflow",
        "anyOf": [whole, part, sources],
        "$defs": definitions,
    }


def schema_text() -> str:
    """The text of `workflows/schema.json`; `scripts/write_schema` writes it."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def schema_of(model: type[BaseModel]) -> Schema:
    """The schema of `model` as a person writes it: without what is filled in on reading."""
    schema = model.model_json_schema(schema_generator=_WithoutTitles)
    for each in (schema, *schema.get("$defs", {}).values()):
        each.pop("title", None)
        each["properties"] = {
            name: _as_written(entry) for name, entry in each["properties"].items() if name not in _FILLED_IN
        }
    return schema


def _as_written(entry: Schema) -> Schema:
    """Without "or nothing", for what says nothing is left out, and without defaults that only Python can write."""
    result = {key: value for key, value in entry.items() if key != "default" or isinstance(value, str | bool)}
    kinds = [each for each in entry.get("anyOf", ()) if each != {"type": "null"}]
    if len(kinds) == 1:
        del result["anyOf"]
        return {**kinds[0], **result}
    return result | {"anyOf": kinds} if kinds else result


def known_keys(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The keys that may stand at `path` in a file read as `model`."""
    schema = schema_of(model)
    nodes = [schema]
    for part in path:
        nodes = [child for node in nodes for child in _children(schema, node, part)]
    return list(dict.fromkeys(key for node in nodes for each in _kinds(schema, node) for key in each["properties"]))


def _kinds(schema: Schema, node: Schema) -> Iterator[Schema]:
    """What a node may be, references and alternatives followed; each with `properties`, if only empty ones."""
    if "$ref" in node:
        yield from _kinds(schema, schema["$defs"][node["$ref"].rpartition("/")[2]])
    for each in node.get("anyOf", ()):
        yield from _kinds(schema, each)
    if "type" in node:
        yield {"properties": {}, **node}


def _children(schema: Schema, node: Schema, part: str | int) -> Iterator[Schema]:
    for kind in _kinds(schema, node):
        inside = kind.get("items") if isinstance(part, int) else kind["properties"].get(part)
        other = kind.get("additionalProperties")
        if inside is None and isinstance(other, dict) and isinstance(part, str):
            inside = other
        if inside is not None:
            yield inside
