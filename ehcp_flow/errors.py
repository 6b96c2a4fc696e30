"""What can go wrong, said in words a person can act on.

Reading never raises for what is *in* the data (that becomes a Finding). These errors are for what a
caller asked and cannot have: each says what happened, why, and what to do next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class EhcpError(Exception):
    """The base of every error shown to a person: one line, no traceback.

    `what` happened, `why` it is so, and what to do `next`; empty parts are left out.
    """

    exit_code = 1

    def __init__(self, what: str, why: str = "", next: str = "") -> None:
        self.what, self.why, self.next = what, why, next
        super().__init__(" ".join(part for part in (what, why, next) if part))


class UnknownName(EhcpError):
    """Something was named that does not exist: a case, a workflow, a clock, an officer."""


class NotAllowed(EhcpError):
    """The step is not lawful, or not permitted, in the case's present state."""


class BadInput(EhcpError):
    """A value, a date or a file cannot be used as it stands."""


class Conflict(EhcpError):
    """Somebody else changed the same case in the meantime; nothing of ours was written."""


class DatabaseTrouble(EhcpError):
    """The database is missing, locked, full, read-only, broken or of another version."""


class Busy(DatabaseTrouble):
    """Another process is doing the same work at this moment; nothing is wrong."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file, with the place to look; line 0 where lines say nothing (JSON, workbooks)."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


class BadFile(EhcpError):
    """A file with everything that is wrong with it, never only the first thing."""

    def __init__(self, what: str, problems: Sequence[Problem], next: str = "") -> None:
        self.problems = tuple(problems)
        super().__init__(what, "\n".join(f"  {problem}" for problem in self.problems), next)

    def __str__(self) -> str:
        lines = [self.what, *(f"  {problem}" for problem in self.problems), self.next]
        return "\n".join(line for line in lines if line)
