"""What a tracker would become: planned cases, and everything a person should look at first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

# Named tuples, not dataclasses: a county's file makes half a million of these, and a frozen dataclass takes
# four times as long to build.


class PlannedPerson(NamedTuple):
    """The child or young person of a case, as far as the tracker says. Empty text and None: not said."""

    reference: str = ""
    given_name: str = ""
    family_name: str = ""
    date_of_birth: date | None = None
    upn: str = ""
    nhs_number: str = ""
    sex: str = ""
    postcode: str = ""
    looked_after: bool | None = None


class PlannedEvent(NamedTuple):
    """One dated fact, with the row of the file (from 1) and the letter of the column that its date is in."""

    name: str
    happened_on: date
    details: dict[str, str]
    row: int
    column: str


class PlannedCase(NamedTuple):
    """One case with its events in the order of their dates, and the rows of the file it came from."""

    case_ref: str
    workflow: str
    authority: str
    person: PlannedPerson
    officer: str
    team: str
    events: tuple[PlannedEvent, ...]
    rows: tuple[int, ...]


class RowProblem(NamedTuple):
    """Something in the file that a person should look at.

    `error`: the row is not imported; `warning`: it is. `column` is the letter, `heading` the text above it;
    both are empty if the whole row is meant. `value` is never a name or an identifier of a child.
    """

    row: int
    column: str
    heading: str
    value: str
    message: str
    severity: Literal["error", "warning"]

    def __str__(self) -> str:
        """As it is said to a person: `row 12, column F (Panel date): '04/25/2025' has no month 25. …`."""
        where = f"row {self.row}"
        if self.column:
            where += f", column {self.column}" + (f" ({self.heading})" if self.heading else "")
        return f"{where}: '{self.value}' {self.message}" if self.value else f"{where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Intake:
    """A file understood: the cases that would be made, the problems in the order of the rows, and the counts.

    `rows_read` are all rows below the headings down to the last with anything in it; of these `rows_blank`
    were blank and `rows_duplicate` said nothing new.
    """

    cases: tuple[PlannedCase, ...]
    problems: tuple[RowProblem, ...]
    rows_read: int
    rows_blank: int
    rows_duplicate: int
    notes: tuple[str, ...]

    @property
    def errors(self) -> tuple[RowProblem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def warnings(self) -> tuple[RowProblem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "warning")
