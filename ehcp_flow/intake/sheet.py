"""The cells of one sheet, before anybody has said what they mean."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from ehcp_flow.intake.cells import Row


@dataclass(frozen=True, slots=True)
class Merge:
    """Cells shown as one: rows and columns counted from 0, both ends included. The first holds the value."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def width(self) -> int:
        return self.right - self.left + 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """All cells from A1 on, every row of one length. `day_zero` is None if the file does not say."""

    name: str
    rows: list[Row]
    merges: tuple[Merge, ...] = ()
    day_zero: date | None = None
    notes: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0

    def with_note(self, note: str) -> Sheet:
        return replace(self, notes=(*self.notes, note))
