"""Reading a mapping file, with every mistake in it found at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ehcp_flow.errors import BadFile, BadInput
from ehcp_flow.intake.mapping import EventColumns, LongMapping, Path_, Person, Value, WideMapping, written_at
from ehcp_flow.law.event_rule import DetailRule
from ehcp_flow.law.read_yaml import YamlFile, read_yaml
from ehcp_flow.law.workflow import Workflow

_NEXT = "Correct these lines and try again; `ehcp import FILE --guess` writes a mapping to start from."
_PLAIN = {
    "extra_forbidden": "is not a key that is known here",
    "missing": "is missing",
    "string_type": "must be one text, such as a heading",
    "dict_type": "must be keys with values below it",
    "model_type": "must be keys with values below it",
    "int_parsing": "must be a whole number",
    "literal_error": "must be `wide` or `long`",
}
Mistake = tuple[Path_, str]


def read_mapping(path: Path, workflows: MappingOf[str, Workflow], text: str | None = None) -> WideMapping | LongMapping:
    """The mapping in the file at `path` (or in `text`), checked against the workflow it is for.

    Raises BadInput if there is no such file, BadFile with every mistake and its line otherwise.
    """
    file = _read(path, text)
    mapping = _validated(file)
    if mapping is not None:
        for place, message in _mistakes(mapping, workflows):
            file.problem(written_at(file, place), message)
    if mapping is None or file.problems:
        raise BadFile(f"The mapping {path.name} cannot be used:", _in_order(file), _NEXT)
    return mapping


def _read(path: Path, text: str | None) -> YamlFile:
    try:
        return read_yaml(path, text, strict=False)
    except OSError as error:
        why = f"The system says: {error.strerror}."
        raise BadInput(f"There is no mapping {path}.", why, "Check its name, or use --guess.") from None


def _in_order(file: YamlFile) -> list[Any]:
    return sorted(set(file.problems), key=lambda problem: (problem.line, problem.message))


def _validated(file: YamlFile) -> WideMapping | LongMapping | None:
    if not isinstance(file.content, dict) or not file.content:
        if not file.problems:
            file.problem((), "should hold keys such as `workflow:`, `case:` and `events:`.")
        return None
    model = LongMapping if file.content.get("layout") == "long" else WideMapping
    mapping, wrong = _try(model, file.content)
    for error in wrong:
        file.problem(written_at(file, _place(error["loc"])), _in_words(error))
    if wrong:
        # What has the wrong shape is set aside, so that the rest can be looked at in the same go.
        mapping, _ = _try(model, _without(file.content, [_place(error["loc"]) for error in wrong]))
    if mapping is not None:
        mapping._file = file  # noqa: SLF001 (the lines belong to the mapping, and are no key of the file)
    return mapping


def _try(
    model: type[WideMapping | LongMapping], content: dict[str, Any]
) -> tuple[WideMapping | LongMapping | None, list[Any]]:
    try:
        return model.model_validate(content), []
    except ValidationError as error:
        return None, error.errors()


def _without(content: dict[str, Any], places: list[Path_]) -> dict[str, Any]:
    rest = {key: dict(part) if isinstance(part, dict) else part for key, part in content.items()}
    for key, *inner in places:
        entries = rest.get(str(key))
        if inner and isinstance(entries, dict):
            entries.pop(inner[0], None)
        else:
            rest.pop(str(key), None)
    return rest


def _place(location: tuple[str | int, ...]) -> Path_:
    """Where in the file, without the names that pydantic gives to its own steps."""
    return tuple(part for part in location if part != "[key]")


def _in_words(error: Any) -> str:
    key = next(part for part in reversed(_place(error["loc"])) if isinstance(part, str))
    if error["type"] == "value_error":
        return f"`{key}` {error['ctx']['error']}"
    if error["type"] == "extra_forbidden" and (near := _near(key, _KEYS)):
        return f"`{key}` is not a key that is known here. Is `{near}` meant?"
    return f"`{key}` {_PLAIN.get(error['type'], error['msg'])}."


_KEYS = {
    *WideMapping.model_fields,
    *LongMapping.model_fields,
    *EventColumns.model_fields,
    *Person.model_fields,
    "is",
    "always",
    "column",
}


def _near(name: str, known: Iterable[str]) -> str:
    return next(iter(get_close_matches(name, list(known), n=1, cutoff=0.7)), "")


def _mistakes(mapping: WideMapping | LongMapping, workflows: MappingOf[str, Workflow]) -> Iterator[Mistake]:
    workflow = workflows.get(mapping.workflow)
    if workflow is None:
        known = ", ".join(f"`{name}`" for name in workflows)
        yield ("workflow",), f"there is no workflow `{mapping.workflow}`. There are {known}."
    elif isinstance(mapping, WideMapping):
        yield from _wide_mistakes(mapping, workflow)
    else:
        yield from _long_mistakes(mapping, workflow)


def _wide_mistakes(mapping: WideMapping, workflow: Workflow) -> Iterator[Mistake]:
    for name, all_columns in mapping.events.items():
        place: Path_ = ("events", name)
        if name not in workflow.events:
            yield place, _unknown_event(name, workflow)
            continue
        rules = workflow.events[name].details
        for number, columns in enumerate(all_columns):
            here = (*place, number, "details")
            yield from _detail_mistakes(here, columns.details, rules, workflow, name)
            for detail, rule in rules.items():
                if not rule.optional and detail not in columns.details:
                    yield here, f"`{name}` needs the detail `{detail}`: {rule.title}"


def _long_mistakes(mapping: LongMapping, workflow: Workflow) -> Iterator[Mistake]:
    for said, name in mapping.event_names.items():
        place = ("event_names", said)
        if name not in workflow.events:
            yield place, _unknown_event(name, workflow)
            continue
        for detail, rule in workflow.events[name].details.items():
            if not rule.optional and detail not in mapping.details:
                yield place, f"`{name}` needs the detail `{detail}` under `details:`: {rule.title}"
    known = {name: rule for event in workflow.events.values() for name, rule in event.details.items()}
    yield from _detail_mistakes(("details",), mapping.details, known, workflow, mapping.workflow)


def _unknown_event(name: str, workflow: Workflow) -> str:
    near = _near(name, workflow.events)
    meant = f" Is `{near}` meant?" if near else ""
    return f"`{workflow.workflow}` has no event `{name}`.{meant}"


def _detail_mistakes(
    place: Path_,
    details: MappingOf[str, Value],
    rules: MappingOf[str, DetailRule],
    workflow: Workflow,
    owner: str,
) -> Iterator[Mistake]:
    for name, value in details.items():
        rule = rules.get(name)
        if rule is None:
            known = ", ".join(f"`{each}`" for each in rules) or "none"
            yield (*place, name), f"`{owner}` has no detail `{name}`. It has: {known}."
            continue
        allowed = allowed_values(rule, workflow)
        for said in (value.is_ or {}).values() if value.always is None else (value.always,):
            if allowed and said not in allowed:
                near = _near(said, allowed)
                hint = f"Is `{near}` meant?" if near else f"It may be {', '.join(allowed)}."
                yield (*place, name), f"`{said}` is not a value of `{name}`. {hint}"


def allowed_values(rule: DetailRule, workflow: Workflow) -> tuple[str, ...]:
    """The only values that a detail may have; empty if it may be anything."""
    if rule.is_ == "exception":
        return tuple(workflow.exceptions)
    if rule.is_ == "clock":
        return tuple(workflow.clocks)
    return ("yes", "no") if rule.is_ == "yes_or_no" else tuple(rule.one_of or ())
