"""Gather what a morning's notices tell: the news in the flags, what is open, and who holds it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ehcp_flow.engine.count import days_between, days_on
from ehcp_flow.notices.lines import Line, Lines, Morning
from ehcp_flow.services.absence import Away, away_on
from ehcp_flow.services.list_work import SOON
from ehcp_flow.storage import clock_table, flags, notices, people

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from ehcp_flow.services.office import Office

_CASES_AT_A_TIME = 500

Told = frozenset[tuple[Any, ...]]
"""Flags (clock and turn) of the last day told that were told on it; later ones of that day are news."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """A morning with everybody's lines, officers by username, who is away, and open cases by team and officer."""

    morning: Morning
    officers: Mapping[str, Row[Any]]
    away: Mapping[str, Away]
    open_cases: Sequence[Row[Any]]
    told: Told

    @property
    def names(self) -> dict[str, str]:
        """Officers' names by username."""
        return {username: row.name for username, row in self.officers.items()}


def gather(office: Office, connection: Connection, day: date, since: date | None, told: Told, link: str) -> Gathered:
    """Everything the notices of `day` tell: news since the digests of `since`, which told the flags `told`.

    The first digests of all tell the news of a week.
    """
    found = flags.flags_noticed(connection, since or days_on(day, -SOON), day)
    news = [flag for flag in found if flag_id(flag) not in told]
    broken, cleared, near = _news(office, connection, news, day)
    pressing = list(_open(office, connection, day))
    morning = Morning(
        day,
        since,
        link,
        broken,
        cleared,
        near,
        overdue=tuple(line for line, row in pressing if row.due_on < day and not row.is_excepted),
        today=tuple(line for line, row in pressing if row.due_on == day and not row.in_ended_case),
        week=tuple(line for line, row in pressing if row.due_on > day and not row.in_ended_case),
    )
    return Gathered(
        morning,
        {row.username: row for row in people.officers(connection)},
        away_on(connection, day),
        notices.open_cases(connection),
        frozenset(flag_id(flag) for flag in found if flag.noticed_on == day),
    )


def flag_id(flag: Any) -> tuple[Any, ...]:
    """What tells a flag from every other."""
    return (*flags.clock_key(flag), flag.turn)


def _open(office: Office, connection: Connection, day: date) -> Iterator[tuple[Line, Any]]:
    """Open limits overdue or due within the week."""
    for row in clock_table.open_clocks(connection, days_on(day, SOON)):
        if row.started_on <= day:
            yield line_of(office, row._mapping, day), row  # noqa: SLF001 SQLAlchemy's public name for a row's dict


def _news(office: Office, connection: Connection, found: Sequence[Row[Any]], day: date) -> tuple[Lines, Lines, Lines]:
    """New breaches, breaches that were none, and limits come near, each clock once by its last flag."""
    rows = _rows(office, connection, found)
    groups: dict[str, list[Line]] = {flags.BREACH: [], flags.CLEARED: [], flags.NEAR: []}
    for key, of_clock in groupby(sorted(found, key=flag_id), key=flags.clock_key):
        kinds = [flag.kind for flag in of_clock]
        if kinds[-1] != flags.CLEARED or _was_told(kinds):
            groups[kinds[-1]].append(line_of(office, rows[key], day))
    broken, cleared, near = (
        tuple(sorted(lines, key=lambda line: (line.due_on, line.case_ref))) for lines in groups.values()
    )
    return broken, cleared, near


def _was_told(kinds: Sequence[str]) -> bool:
    """Whether the breach that was cleared had been told before: else nobody need hear of either."""
    return next(kind for kind in kinds if kind != flags.NEAR) == flags.CLEARED


def _rows(office: Office, connection: Connection, found: Sequence[Row[Any]]) -> dict[Any, Mapping[Any, Any]]:
    """The clock row that each flag is about; for a clock that a correction made vanish, what is known of its case."""
    rows: dict[Any, Mapping[Any, Any]] = {}
    for refs in _chunks(sorted({flag.case_ref for flag in found})):
        of_cases = clock_table.rows_of_cases(connection, refs)
        rows |= {flags.clock_key(row): row for each in of_cases.values() for row in each}
        held, facts = notices.holders(connection, refs), people.facts(connection, refs)
        for flag in found:
            if flag.case_ref in facts and flags.clock_key(flag) not in rows:
                rows[flags.clock_key(flag)] = _vanished(office, flag, facts[flag.case_ref], held.get(flag.case_ref))
    return rows


def _chunks(refs: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(refs), _CASES_AT_A_TIME):
        yield refs[start : start + _CASES_AT_A_TIME]


def _vanished(office: Office, flag: Row[Any], case: Row[Any], held: Row[Any] | None) -> dict[str, Any]:
    rule = office.workflow(case.workflow).clocks.get(flag.clock)
    return {
        **flag._asdict(),
        "workflow": case.workflow,
        "basis": rule.basis if rule else "local",
        "officer": held.officer if held else None,
        "team": held.team if held else None,
        "stopped_on": None,
        "dropped_on": flag.due_on,
        "in_ended_case": False,
    }


def line_of(office: Office, row: Mapping[Any, Any], day: date) -> Line:
    """What a message may say of a clock: its title, and of what it is for only what the workflow file itself names."""
    rule = office.workflow(row["workflow"]).clocks.get(row["clock"])
    ended_on = row["stopped_on"] or row["dropped_on"]
    return Line(
        case_ref=row["case_ref"],
        title=title_of(office, row["workflow"], row["clock"], row["subject"]),
        basis=row["basis"],
        due_on=row["due_on"],
        days_left=days_between(ended_on or day, row["due_on"]),
        officer=row["officer"],
        team=row["team"],
        owed_by=row["subject"] if rule and rule.duty_on == "advice_giver" else None,
        stands="done" if row["stopped_on"] else "ended" if row["dropped_on"] else "open",
        in_ended_case=row["in_ended_case"],
    )


def title_of(office: Office, workflow: str, clock: str, subject: str | None) -> str:
    """A clock's title, with whom or what it is for where that is one of the usual values of the workflow file.

    Other values were typed in by people, and a message repeats nothing that could be a child's name.
    """
    rule = office.workflow(workflow).clocks.get(clock)
    if rule is None:
        return clock
    usual = _usual_values(office, workflow, rule.one_for_each, rule.starts_on) if subject else {}
    return f"{rule.title}: {usual[subject].lower()}" if subject in usual else rule.title


def _usual_values(office: Office, workflow: str, detail: str | None, events: Iterable[str]) -> dict[str, str]:
    rules = [office.workflow(workflow).events[name].details.get(detail or "") for name in events]
    return {value: title for rule in rules if rule for value, title in rule.known_values.items()}
