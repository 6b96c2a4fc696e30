"""`workflows/schema.json`, by which editors complete and check a workflow file."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from ehcp_flow.law.gather import SOURCES, main_files, part_files
from ehcp_flow.law.schema import json_schema, known_keys, schema_text
from ehcp_flow.law.test_table import Example
from ehcp_flow.law.workflow import Workflow

WORKFLOWS = Path(__file__).parent.parent.parent / "workflows"
FILES = [each for main in main_files(WORKFLOWS) for each in (main, *part_files(main))] + [WORKFLOWS / SOURCES]
SCHEMA = json_schema()

Schema = dict[str, Any]
TYPES: dict[str, type] = {"string": str, "boolean": bool, "integer": int, "object": dict, "array": list}
SAYS_NOTHING = {"$schema", "$defs", "title", "description", "default", "format"}


def objections(value: Any, schema: Schema, place: str = "") -> list[str]:
    """What JSON Schema has against `value`: as much of the standard as our schema uses, and no more."""
    unknown = set(schema) - SAYS_NOTHING - set(WORDS)
    assert not unknown, f"the schema uses {unknown}, which this test does not know"
    return [each for word, look in WORDS.items() if word in schema for each in look(value, schema, place)]


def unless(fits: bool, place: str, message: str) -> list[str]:
    return [] if fits else [f"{place}: {message}"]


def fitting(value: Any, kinds: list[Schema]) -> int:
    return sum(not objections(value, each) for each in kinds)


def in_entries(value: Any, schema: Schema, place: str) -> list[str]:
    return (
        [each for one in value for each in objections(one, schema["items"], f"{place}[]")]
        if isinstance(value, list)
        else []
    )


def in_keys(value: Any, schema: Schema, place: str) -> list[str]:
    keys = schema["properties"] if isinstance(value, dict) else {}
    return [each for key in keys if key in value for each in objections(value[key], keys[key], f"{place}.{key}")]


def in_other_keys(value: Any, schema: Schema, place: str) -> list[str]:
    others = [key for key in value if key not in schema.get("properties", {})] if isinstance(value, dict) else []
    says = schema["additionalProperties"]
    if says is False:
        return [f"{place}.{key}: unknown key" for key in others]
    return [each for key in others for each in objections(value[key], says, f"{place}.{key}")]


WORDS: dict[str, Callable[[Any, Schema, str], list[str]]] = {
    "$ref": lambda value, schema, place: objections(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], place),
    "anyOf": lambda value, schema, place: unless(fitting(value, schema["anyOf"]) > 0, place, "none of those allowed"),
    "oneOf": lambda value, schema, place: unless(fitting(value, schema["oneOf"]) == 1, place, "not one of several"),
    "type": lambda value, schema, place: unless(
        isinstance(value, TYPES[schema["type"]]), place, f"no {schema['type']}"
    ),
    "enum": lambda value, schema, place: unless(value in schema["enum"], place, f"not one of {schema['enum']}"),
    "const": lambda value, schema, place: unless(value == schema["const"], place, f"not {schema['const']}"),
    "pattern": lambda value, schema, place: unless(
        not isinstance(value, str) or bool(re.search(schema["pattern"], value)), place, f"not like {schema['pattern']}"
    ),
    "minItems": lambda value, schema, place: unless(
        not isinstance(value, list) or len(value) >= schema["minItems"], place, "too few"
    ),
    "required": lambda value, schema, place: [
        f"{place}: {key} is missing" for key in schema["required"] if key not in value
    ],
    "items": in_entries,
    "properties": in_keys,
    "additionalProperties": in_other_keys,
}


def as_an_editor_reads(path: Path) -> Any:
    """YAML 1.2, as editors read it: true and false are booleans, whole numbers are numbers, dates are texts."""

    def with_booleans(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: with_booleans(each) for key, each in value.items()}
        if isinstance(value, list):
            return [with_booleans(each) for each in value]
        if isinstance(value, str) and value.isdecimal():
            return int(value)
        return {"true": True, "false": False}.get(value, value)

    return with_booleans(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader))


def test_the_schema_beside_the_workflows_is_current():
    assert (WORKFLOWS / "schema.json").read_text(encoding="utf-8") == schema_text(), "run scripts/write_schema"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_shipped_file_fits_one_of_the_kinds_of_file_there_are(path):
    content = as_an_editor_reads(path)
    kind = 1 if "part_of" in content else 0 if "workflow" in content else 2
    assert objections(content, SCHEMA["anyOf"][kind]) == []
    assert objections(content, SCHEMA) == []


@pytest.mark.parametrize(
    "entry, objection",
    [
        ({"witin": "6 weeks"}, ".witin: unknown key"),
        ({"within": "six weeks"}, ".within: none of those allowed"),
        ({"within": None}, ".within: none of those allowed"),
        ({"within": []}, ".within: none of those allowed"),
        ({"at_least": "15 days"}, ": not one of several"),
        ({"basis": "lawful"}, ".basis: not one of ['law', 'guidance', 'local']"),
        ({"id": "x"}, ".id: unknown key"),
        ({"warn_from": "two weeks"}, ".warn_from: not like"),
    ],
)
def test_the_schema_marks_what_the_loader_would_refuse(entry, objection):
    clock = as_an_editor_reads(WORKFLOWS / "needs_assessment.yaml")["clocks"]["finalise_plan"]
    assert objections(clock, SCHEMA["$defs"]["ClockRule"]) == []
    assert any(objection in each for each in objections(clock | entry, SCHEMA["$defs"]["ClockRule"]))


@pytest.mark.parametrize(
    "key, values",
    [
        ("within", ["6 weeks", [{"limit": "6 weeks", "in_force": "from 2015-04-01"}]]),
        ("starts_on", ["request_received", ["request_received"]]),
        ("revived_on", ["a", ["a", "b"], {"a": "b"}, {"a": ["b"]}]),
        ("unless", [{"ill": "act s.1"}, {"ill": {"cite": "act s.1", "check": "R"}}]),
        ("in_force", ["2020-05-01 to 2020-09-25", "from 2020-05-01", "to 2020-09-25"]),
    ],
)
def test_short_and_long_ways_of_writing_are_both_allowed(key, values):
    for value in values:
        assert objections({key: value}, {"properties": SCHEMA["$defs"]["ClockRule"]["properties"]}) == []


def test_what_is_filled_in_on_reading_is_not_offered():
    entries = [SCHEMA["anyOf"][0], *SCHEMA["$defs"].values()]
    assert not {"id", "digest", "line"} & {key for entry in entries for key in entry["properties"]}


def test_every_key_is_explained_where_an_editor_shows_it():
    entries = {"Workflow": SCHEMA["anyOf"][0], "part": SCHEMA["anyOf"][1], **SCHEMA["$defs"]}
    silent = [
        f"{name}.{key}"
        for name, entry in entries.items()
        for key, each in entry["properties"].items()
        if "description" not in each
    ]
    assert silent == []


def test_the_keys_of_a_place_are_found_by_the_way_to_it():
    assert known_keys(Workflow, ("clocks", "x", "unless", "ill")) == [
        "cite",
        "check",
        "in_force",
        "lasts_at_least",
        "note",
    ]
    assert known_keys(Workflow, ("events", "x")) == [
        "title",
        "dated",
        "cite",
        "from",
        "to",
        "details",
        "records_exception",
        "opens",
        "note",
    ]
    assert known_keys(Workflow, ("events", "x", "details", "y"))[:3] == ["title", "optional", "is"]
    assert known_keys(Workflow, ("nowhere",)) == []
    assert known_keys(Workflow, ("title", 0)) == []
    assert "because" in known_keys(Example, ("expect", "clocks", "answer"))
