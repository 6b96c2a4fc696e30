"""Why two packs differ: what they were made with, which cases changed and for what reason, and each figure's cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from ehcp_flow.returns.compare_figures import CellChange

Reason = Literal[
    "late entry",
    "correction",
    "time passed",
    "law changed",
    "calendar changed",
    "handed over",
    "facts of the person or case",
    "settings changed",
    "program changed",
    "not explained",
]

KEY = ("case_ref", "workflow", "clock", "subject", "period")
_FOLLOWS = frozenset({"days_taken", "days_late", "outcome", "state", "in_ended_case"})
"""What follows from the day judged for and from other entries of the case."""
_HOLDERS = frozenset({"officer", "team"})
_PERSON = frozenset({"authority", "person_ref"})

_ASSIGNED = "assigned"

Observation = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a case's journal recorded between the two packs."""

    seq: int
    event: str
    happened_on: date
    recorded_at: datetime
    recorded_by: str
    corrects: int | None


@dataclass(frozen=True, slots=True)
class Setting:
    """Something that the two packs were made with, and that differs."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A clock of a case that is not the same in both packs: what changed, why, and the entries that say so."""

    case_ref: str
    clock: str
    fields: tuple[tuple[str, str, str], ...]
    reasons: tuple[Reason, ...]
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Between:
    """What lies between two packs: their manifests, and the entries recorded between them, if a database told."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    entries: Mapping[str, tuple[Entry, ...]] | None = None

    @property
    def first_day(self) -> date:
        """The day the first pack was judged for."""
        return date.fromisoformat(self.before["as_of"])

    def differs(self, name: str) -> bool:
        """Whether the manifests say different things."""
        return bool(self.before.get(name) != self.after.get(name))

    def law_differs(self, workflow: str) -> bool:
        """Whether the two packs read another text of a workflow."""
        texts = [each.get("workflows", {}).get(workflow, {}).get("digest") for each in (self.before, self.after)]
        return bool(texts[0] != texts[1])

    def is_seen(self, entry: Entry) -> bool:
        """Whether either pack can see an entry: what happened after both their days is in neither."""
        return entry.corrects is not None or entry.happened_on <= date.fromisoformat(self.after["as_of"])


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Everything that differs between two packs."""

    settings: tuple[Setting, ...]
    cases: tuple[CaseChange, ...]
    cells: tuple[CellChange, ...]
    notes: tuple[str, ...] = field(default=())

    def reasons_of(self, case_ref: str) -> tuple[Reason, ...]:
        """Why anything changed for a case, each reason once."""
        return tuple(
            dict.fromkeys(reason for each in self.cases if each.case_ref == case_ref for reason in each.reasons)
        )

    @property
    def is_same(self) -> bool:
        """Whether nothing differs."""
        return not (self.settings or self.cases or self.cells)


def settings_between(between: Between) -> Iterator[Setting]:
    """What the packs were made with and that differs, in words."""
    simple = {
        "month": "Month",
        "as_of": "As it stood on",
        "known_at": "As recorded by",
        "is_published": "For publication",
        "calendar": "Bank holidays",
        "code_version": "Program",
        "authority": "Authority",
    }
    for name, title in simple.items():
        if between.differs(name):
            yield Setting(title, str(between.before.get(name)), str(between.after.get(name)))
    for part, title in (("workflows", "Law"), ("settings", "Setting")):
        before, after = between.before.get(part, {}), between.after.get(part, {})
        for name in sorted({*before, *after}):
            if before.get(name) != after.get(name):
                yield Setting(f"{title}: {name}", _digest(before.get(name)), _digest(after.get(name)))
    records, people = _input(between, "journal"), _input(between, "people")
    if records[0] != records[1]:
        yield Setting("Records", *records)
    elif people[0] != people[1] and not between.differs("as_of"):
        # With other records or another day there are other people; only without does it mean that facts changed.
        yield Setting("Facts of people", *people)


def _input(between: Between, name: str) -> tuple[str, str]:
    before, after = (_digest(each.get("inputs", {}).get(name, "")) for each in (between.before, between.after))
    return before, after


def _digest(said: Any) -> str:
    text = said.get("digest", "") if isinstance(said, dict) else said
    return str(text)[:12] if text else "none"


def cases_between(
    between: Between, before: Sequence[Observation], after: Sequence[Observation]
) -> Iterator[CaseChange]:
    """Every clock that is not the same in both packs, with the reasons for it."""
    olds, news = _by_key(before), _by_key(after)
    pairs = [(olds.get(key), news.get(key)) for key in sorted({*olds, *news})]
    moved = frozenset(str(new["case_ref"]) for old, new in pairs if new is not None and _has_come(between, old, new))
    for old, new in pairs:
        changed = _changed(old, new)
        if not changed:
            continue
        found = old or new or {}
        entries = tuple(filter(between.is_seen, (between.entries or {}).get(found["case_ref"], ())))
        pair = _Pair(between, old, new, found["case_ref"] in moved)
        fields = tuple((name, _said(old, name), _said(new, name)) for name in changed)
        clock = f"{found['clock']}[{found['subject']}]" if found.get("subject") else str(found["clock"])
        yield CaseChange(
            found["case_ref"], clock, fields, tuple(dict.fromkeys(pair.reasons(changed, entries))), entries
        )


def _by_key(rows: Sequence[Observation]) -> dict[tuple[str, ...], Observation]:
    return {tuple(str(row[name] or "") for name in KEY): row for row in rows}


def _changed(old: Observation | None, new: Observation | None) -> tuple[str, ...]:
    if old is None or new is None:
        return ("clock",)
    return tuple(name for name in old if name not in KEY and old[name] != new.get(name))


def _said(row: Observation | None, name: str) -> str:
    if row is None:
        return "not there"
    return "there" if name == "clock" else "–" if row[name] is None else str(row[name])


def _has_come(between: Between, old: Observation | None, new: Observation) -> bool:
    """Whether something happened to a clock after the first pack's day, which the second sees."""
    days = [new[name] for name in ("started_on", "stopped_on", "dropped_on") if old is None or old[name] != new[name]]
    return between.differs("as_of") and any(day is not None and day > between.first_day for day in days)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A clock in both packs; `has_moved` where something happened in its case after the first pack's day."""

    between: Between
    old: Observation | None
    new: Observation | None
    has_moved: bool

    @property
    def law_differs(self) -> bool:
        return self.between.law_differs(str((self.old or self.new or {})["workflow"]))

    def reasons(self, changed: Sequence[str], entries: Sequence[Entry]) -> Iterator[Reason]:
        """Why it changed. What the journal says comes first; without it, the dates themselves say most."""
        if _HOLDERS & set(changed):
            yield "handed over"
        if _PERSON & set(changed):
            yield "facts of the person or case"
        told = [entry for entry in entries if entry.event != _ASSIGNED]
        facts = [name for name in changed if name not in _FOLLOWS | _HOLDERS | _PERSON]
        if facts and told:
            yield from self._told(told)
        elif facts and self.between.entries is not None:  # the journal was asked, and nothing was recorded
            yield self._without_an_entry()
        elif facts:
            yield from self._shown(facts)
        elif _FOLLOWS & set(changed):
            yield from self._followed(told)

    def _told(self, entries: Sequence[Entry]) -> Iterator[Reason]:
        for entry in entries:
            if entry.corrects is not None:
                yield "correction"
            else:
                yield "late entry" if entry.happened_on <= self.between.first_day else "time passed"

    def _without_an_entry(self) -> Reason:
        if self.has_moved:
            return "time passed"
        if self.law_differs:
            return "law changed"
        if self.between.differs("calendar") and self.old and self.new and self.old["due_on"] != self.new["due_on"]:
            return "calendar changed"
        if self.between.differs("as_of"):
            return "time passed"
        return self._other()

    def _other(self) -> Reason:
        return "program changed" if self.between.differs("code_version") else "not explained"

    def _shown(self, facts: Sequence[str]) -> Iterator[Reason]:
        """The reasons as the two rows show them, where no journal was asked."""
        if self.has_moved or not self.between.differs("known_at"):
            yield self._without_an_entry()
        elif self.old is None:
            yield "late entry"
        elif self.new is None:
            yield "law changed" if self.law_differs else "correction"
        else:
            yield from (self._of_field(name, self.old[name], self.new[name]) for name in facts)

    def _of_field(self, name: str, was: Any, now: Any) -> Reason:
        if name == "due_on" and self.old and self.new and self.old["started_on"] == self.new["started_on"]:
            if self.law_differs:
                return "law changed"
            if self.between.differs("calendar"):
                return "calendar changed"
        is_first = was is None and now is not None
        return "late entry" if is_first or (name == "is_excepted" and now) else "correction"

    def _followed(self, told: Sequence[Entry]) -> Iterator[Reason]:
        """Why only what follows changed: the day judged for, another entry of the case, or the law."""
        if self.between.differs("as_of"):
            yield "time passed"
        elif told:
            yield from self._told(told)
        elif self.law_differs:
            yield "law changed"
        elif self.between.entries is None and self.between.differs("known_at"):
            yield "late entry"
        else:
            yield self._other()
