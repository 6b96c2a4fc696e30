"""What a pack says of itself: whose it is, for which month, judged when, and from what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from ehcp_flow.engine.words import plain_date
from ehcp_flow.returns.cell_text import month_text
from ehcp_flow.today import ENGLAND

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_table import FigureTable

PROGRAM = "EHCP Flow"


@dataclass(frozen=True, slots=True)
class LawFile:
    """A workflow as it was read: its digest changes with every word of the file."""

    name: str
    title: str
    digest: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the figures were made from.

    `journal` is a fingerprint of every case's journal as known then, `people` one of the facts of people that figures
    read, which have no history of their own.
    """

    cases: int
    entries: int
    journal: str
    people: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The cover of a pack. `first` and `last` are the period, both counted; `known_at` is UTC."""

    authority: str
    first: date
    last: date
    as_of: date
    known_at: datetime
    is_published: bool
    code_version: str
    calendar: str
    laws: tuple[LawFile, ...]
    inputs: Inputs
    data_quality: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """`EHC plans: monthly return for October 2026`."""
        return f"EHC plans: monthly return for {plain_date(self.first).split(maxsplit=1)[1]}"

    @property
    def month(self) -> str:
        """`2026-10`."""
        return f"{self.first:%Y-%m}"

    @property
    def period(self) -> str:
        """`1 to 31 October 2026`."""
        return f"{self.first.day} to {plain_date(self.last)}"

    @property
    def known_here(self) -> str:
        """The moment known at, in England's time, to the second."""
        here = self.known_at.astimezone(ENGLAND)
        return f"{plain_date(here.date())}, {here:%H:%M:%S}"

    def lines(self) -> list[tuple[str, str]]:
        """The cover's lines: what is said, and what it is."""
        return [
            ("Authority", self.authority or "not named in the settings"),
            ("Period", self.period),
            ("As it stood on", plain_date(self.as_of) + (" (the month is not over)" if self.is_unfinished else "")),
            ("As recorded by", self.known_here),
            ("For", "publication: small numbers taken out" if self.is_published else "internal use: all numbers given"),
        ]

    def origin(self) -> list[tuple[str, str]]:
        """What it was made from and by, for whoever makes it again."""
        records = f"{self.inputs.cases:,} cases, {self.inputs.entries:,} entries in the journal"
        return [
            ("Records", f"{records}, fingerprint {short(self.inputs.journal)}"),
            *((f"Law: {law.title}", f"workflows/{law.name}.yaml, digest {short(law.digest)}") for law in self.laws),
            ("Bank holidays", self.calendar),
            ("Program", f"{PROGRAM} {self.code_version}"),
        ]

    @property
    def is_unfinished(self) -> bool:
        """Whether the pack was made before its month was over."""
        return self.as_of <= self.last


def short(digest: str) -> str:
    """The first letters of a digest, enough to tell two apart by eye; the manifest has the whole."""
    return digest[:12]


def file_stem(facts: Facts) -> str:
    """What the names of a pack's files begin with."""
    return f"ehcp-{facts.month}"


def heading_of(table: FigureTable) -> str:
    """A table's title, with its basis where that is not law."""
    return table.title if table.basis == "law" else f"{table.title} ({table.basis})"


__all__ = ["PROGRAM", "Facts", "Inputs", "LawFile", "file_stem", "heading_of", "month_text", "short"]
