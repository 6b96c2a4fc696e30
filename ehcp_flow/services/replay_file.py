"""A chronology in, verdicts out, no database: `ehcp replay`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ehcp_flow.engine.clocks import clocks
from ehcp_flow.engine.event import LONG_AGO, Event
from ehcp_flow.engine.exceptions import read_date
from ehcp_flow.engine.history import history
from ehcp_flow.engine.replay import CaseState, replay
from ehcp_flow.engine.verdict import Verdict, verdict
from ehcp_flow.errors import BadFile, BadInput, Problem
from ehcp_flow.law.read_yaml import read_yaml

if TYPE_CHECKING:
    from ehcp_flow.law.workflow import Workflow
    from ehcp_flow.services.office import Office

_OWN_KEYS = frozenset({"event", "on", "recorded_at", "note", "corrects"})


@dataclass(frozen=True, slots=True)
class Replayed:
    """One case of a chronology, judged."""

    case: str
    workflow: Workflow
    as_of: date
    state: CaseState
    verdicts: tuple[Verdict, ...]


def read_chronology(name: str, text: str) -> list[Any]:
    """The cases in a YAML or JSON text. Raises BadFile if it is neither a case nor a list of cases."""
    stripped = text.lstrip("\ufeff \t\r\n")
    if stripped[:1] in ("[", "{"):
        try:
            content = json.loads(stripped)
        except json.JSONDecodeError as error:
            problem = Problem(name, error.lineno, f"is not valid JSON: {error.msg}.")
            raise BadFile(f"{name} cannot be read:", [problem]) from None
        except RecursionError:
            raise BadFile(f"{name} cannot be read:", [Problem(name, 1, "is nested too deeply.")]) from None
    else:
        file = read_yaml(Path(name), text, strict=False)
        if file.problems:
            raise BadFile(f"{name} cannot be read:", file.problems)
        content = file.content
    cases = [content] if isinstance(content, dict) and content else content
    if not isinstance(cases, list) or not cases:
        raise BadInput(
            f"{name} holds no case.",
            next='A case has "case", "workflow" and "events"; see ehcp replay --help.',
        )
    return cases


def replay_cases(
    office: Office,
    name: str,
    cases: list[Any],
    default_as_of: Callable[[], date],
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> Iterator[Replayed]:
    """Judge each case: for `as_of` if given, else for the day it names itself, else for `default_as_of()`.

    What is impossible in a history is a finding. Raises BadFile, before any result, naming every case and
    event that cannot be read.
    """
    problems: list[str] = []
    ready = [_read_case(office, f"case {number}", each, problems) for number, each in enumerate(cases, 1)]
    if problems:
        raise BadFile(f"{name} cannot be replayed:", [Problem(name, 0, each) for each in problems])
    for each in ready:
        if each is not None:
            day = as_of or each.as_of or default_as_of()
            yield _judge(office, each, day, known_at)


@dataclass(frozen=True, slots=True)
class _Chronology:
    case: str
    workflow: Workflow
    as_of: date | None
    events: list[Event]


def _read_case(office: Office, where: str, case: Any, problems: list[str]) -> _Chronology | None:
    if not isinstance(case, dict):
        problems.append(f"{where} is not a case: give it case, workflow and events.")
        return None
    name = str(case.get("case") or where)
    where = f"{where} ({name})" if case.get("case") else where
    workflow = office.workflows.get(str(case.get("workflow")))
    if workflow is None:
        known = ", ".join(office.workflows)
        problems.append(f"{where}: there is no workflow called {case.get('workflow')}; there are: {known}.")
        return None
    entries = case.get("events")
    if not isinstance(entries, list):
        problems.append(f"{where}: events should be a list.")
        return None
    before = len(problems)
    own_day = _day(case.get("as_of"), f"{where}: as_of", problems) if case.get("as_of") is not None else None
    events = [_read_event(name, seq, each, f"{where}, event {seq}", problems) for seq, each in enumerate(entries, 1)]
    if len(problems) > before:
        return None
    return _Chronology(name, workflow, own_day, [event for event in events if event is not None])


def _read_event(case: str, seq: int, entry: Any, where: str, problems: list[str]) -> Event | None:
    if not isinstance(entry, dict) or not entry.get("event"):
        problems.append(f"{where}: give it event and on.")
        return None
    happened_on = _day(entry.get("on"), f"{where} ({entry['event']}): on", problems)
    recorded_at = _moment(entry["recorded_at"], where, problems) if entry.get("recorded_at") else LONG_AGO
    corrects = _number(entry.get("corrects"), where, problems)
    if happened_on is None or recorded_at is None:
        return None
    return Event(
        case_ref=case,
        seq=seq,
        name=str(entry["event"]),
        happened_on=happened_on,
        recorded_at=recorded_at,
        details=_details(entry),
        note=entry.get("note"),
        corrects=corrects,
    )


def _details(entry: Mapping[str, Any]) -> dict[str, str]:
    words = {True: "yes", False: "no"}
    return {
        key: words[value] if isinstance(value, bool) else str(value)
        for key, value in entry.items()
        if key not in _OWN_KEYS and value is not None
    }


def _day(value: Any, where: str, problems: list[str]) -> date | None:
    day = read_date(value) if isinstance(value, str) else None
    if day is None:
        problems.append(f"{where} is {value!r}, not a date. Write it as 2026-09-01.")
    return day


def _number(value: Any, where: str, problems: list[str]) -> int | None:
    if value is None or str(value).isdecimal():
        return None if value is None else int(value)
    problems.append(f"{where}: corrects is {value!r}, not the number of an event.")
    return None


def _moment(value: Any, where: str, problems: list[str]) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        problems.append(f"{where}: recorded_at is {value!r}, not a moment. Write it as 2026-09-01T14:30:00+00:00.")
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _judge(office: Office, each: _Chronology, as_of: date, known_at: datetime | None) -> Replayed:
    seen = history(each.events, as_of, known_at)
    verdicts = tuple(verdict(clock, as_of) for clock in clocks(each.workflow, seen, office.calendar))
    return Replayed(each.case, each.workflow, as_of, replay(each.workflow, seen), verdicts)
