"""The table of examples beside a workflow file, which a lawyer can write and `ehcp workflows test` runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, ValidationError

from ehcp_flow.errors import BadFile
from ehcp_flow.law.citation import Strict
from ehcp_flow.law.event_rule import at_least_one
from ehcp_flow.law.in_force import Day, a_day
from ehcp_flow.law.plain_words import place_of, said_plainly
from ehcp_flow.law.read_yaml import YamlFile, read_yaml

_LINE = re.compile(r"^(\d{4}-\d{2}-\d{2}) ([a-z][a-z0-9_]*)((?: [a-z_]+=[^ ]+)*)$")
_ENGLAND = ZoneInfo("Europe/London")


class HistoryLine(Strict):
    """One event of an example: `2026-02-20 advice_requested provider=school`.

    `recorded=DATE` says when it was typed in (noon in England), `corrects=N` which line it replaces.
    """

    happened_on: Day
    event: str
    details: dict[str, str]
    recorded_at: datetime | None
    corrects: int | None


def _read_line(text: Any) -> Any:
    match = _LINE.match(text) if isinstance(text, str) else None
    if not match:
        raise ValueError(f"`{text}` is not an event. Write: 2026-01-05 request_received source=parent.")
    details = dict(part.split("=", 1) for part in match[3].split())
    recorded, corrects = details.pop("recorded", None), details.pop("corrects", None)
    return {
        "happened_on": match[1],
        "event": match[2],
        "details": details,
        "recorded_at": datetime.combine(a_day(recorded), time(12), _ENGLAND) if recorded else None,
        "corrects": corrects,
    }


class ExpectedClock(Strict):
    """What a clock must be; what is left out is not looked at."""

    started_on: Day | None = None
    due_on: Day | None = None
    stopped_on: Day | None = None
    dropped_on: Day | None = None
    outcome: Literal["running", "in_time", "breach", "excepted", "dropped"] | None = None
    days_taken: int | None = None
    days_left: int | None = None
    days_late: int | None = None
    under: str | None = None
    basis: str | None = None
    cite: str | None = None
    period: int | None = None
    because: str | None = Field(None, description="Words that must stand in the reason given for an exception.")


class Expected(Strict):
    """What must come out of an example. Findings that are not named here must not be there."""

    state: str | None = None
    findings: tuple[str, ...] = Field(default=(), description="Words of each finding there must be.")
    clocks: dict[str, ExpectedClock] = Field(default_factory=dict)
    no_clock: tuple[str, ...] = Field(default=(), description="Clocks that must not be there.")


class Example(Strict):
    """One example: a history, a day, and what must come out."""

    name: str
    why: str = Field(description="The rule it shows, with its provision.")
    history: Annotated[
        tuple[Annotated[HistoryLine, BeforeValidator(_read_line)], ...], BeforeValidator(at_least_one)
    ] = Field(description="Its events, one line each.")
    as_of: Day
    known_at: Day | None = Field(None, description="Only what had been typed in by the end of this day.")
    expect: Expected
    line: int = 0


def _gather_clocks(expect: Any) -> Any:
    """In the file a clock stands straight under `expect`, beside `state` and `findings`."""
    if not isinstance(expect, dict):
        return expect
    own = {key: value for key, value in expect.items() if key in ("state", "findings", "no_clock")}
    own["clocks"] = {key: value for key, value in expect.items() if key not in own}
    return own


def table_files(main: Path) -> list[Path]:
    """The tables of the workflow in `main`: NAME.test.yaml and NAME.PART.test.yaml."""
    return sorted(main.parent.glob(f"{main.stem}.test.yaml")) + sorted(main.parent.glob(f"{main.stem}.*.test.yaml"))


def read_table(path: Path) -> list[Example]:
    """The examples in `path`. Raises BadFile with everything that is wrong with it."""
    file = read_yaml(path)
    examples = list(_examples(file)) if file.content is not None else []
    if file.problems:
        raise BadFile(f"{path.name} cannot be used:", file.problems, "Tables are explained in workflows/README.md.")
    return examples


def _examples(file: YamlFile) -> Iterator[Example]:
    content = file.content
    if not isinstance(content, dict) or not isinstance(content.get("tests"), list) or len(content) > 1:
        file.problem((), "should hold one key, `tests:`, with a list of examples under it.")
        return
    for index, each in enumerate(content["tests"]):
        where = ("tests", index)
        if not isinstance(each, dict):
            file.problem(where, "an example has the keys name, why, history, as_of and expect.")
            continue
        try:
            if "line" in each:
                file.problem((*where, "line"), "`line` is not a key that is known here.")
            found = {**each, "line": file.place(where)[1]}
            if "expect" in each:
                found["expect"] = _gather_clocks(each["expect"])
            yield Example.model_validate(found)
        except ValidationError as error:
            for problem in error.errors():
                inner = _as_in_the_file(place_of(problem["loc"]))
                if not file.is_unread((*where, *inner)):
                    file.problem((*where, *inner), said_plainly(problem, inner, Example))


def _as_in_the_file(place: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """A place in the model as a place in the file, where clocks have no key of their own under `expect`."""
    return (place[0], *place[2:]) if place[:2] == ("expect", "clocks") else place
