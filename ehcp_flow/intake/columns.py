"""From the names in a mapping to the columns of a table."""

from __future__ import annotations

import re
from difflib import get_close_matches

from ehcp_flow.errors import BadFile, Problem
from ehcp_flow.intake.cells import column_index, comparable
from ehcp_flow.intake.mapping import Mapping, written_at
from ehcp_flow.intake.table import Heading, Table

_BY_LETTER = re.compile(r"column ([a-z]{1,3})")


class Columns:
    """The columns of a table, found by heading (however it is cased and spaced) or by letter."""

    def __init__(self, table: Table) -> None:
        self.headings = table.headings
        self._by_text: dict[str, list[Heading]] = {}
        for heading in table.headings:
            if heading.text:
                self._by_text.setdefault(comparable(heading.text), []).append(heading)

    def named(self, reference: str) -> Heading:
        """The column that `reference` names. Raises LookupError, in words, if it is none or more than one."""
        found = self._by_text.get(comparable(reference), [])
        if len(found) == 1:
            return found[0]
        if found:
            letters = " and ".join(heading.letter for heading in found)
            raise LookupError(f"the columns {letters} are all headed '{reference}'. Write `column {found[0].letter}`.")
        by_letter = _BY_LETTER.fullmatch(comparable(reference))
        if by_letter and column_index(by_letter[1]) < len(self.headings):
            return self.headings[column_index(by_letter[1])]
        raise LookupError(f"the file has no column '{reference}'.{self._suggestion(reference)}")

    def _suggestion(self, reference: str) -> str:
        near = get_close_matches(comparable(reference), self._by_text, n=1, cutoff=0.5)
        if near:
            return f" The nearest is '{self._by_text[near[0]][0].text}'."
        return f" Its columns are {', '.join(repr(each.text) for each in self.headings if each.text)}."


def find_columns(mapping: Mapping, table: Table) -> tuple[dict[str, Heading], tuple[str, ...]]:
    """Every column that the mapping names, by that name; and notes on the columns that it does not name.

    Raises BadFile with all the names that the file does not have.
    """
    columns, found, problems = Columns(table), {}, []
    for place, reference in mapping.references():
        try:
            found[reference] = columns.named(reference)
        except LookupError as error:
            problems.append(Problem(*mapping.file.place(written_at(mapping.file, place)), str(error.args[0])))
    if problems:
        where = f"{table.file}, sheet '{table.sheet}'" if table.sheet else table.file
        raise BadFile(
            f"The mapping does not fit {where} (headings in row {table.heading_rows[-1]}):",
            problems,
            "Correct the names in the mapping, or the row of the headings with headings_in_row.",
        )
    return found, tuple(_left_over(mapping, columns, set(found.values())))


def _left_over(mapping: Mapping, columns: Columns, used: set[Heading]) -> list[str]:
    notes, ignored = [], set()
    for reference in mapping.ignore:
        try:
            ignored.add(columns.named(reference))
        except LookupError:
            notes.append(f"The mapping ignores a column '{reference}' that the file does not have.")
    unused = [str(heading) for heading in columns.headings if heading not in used | ignored]
    if unused:
        notes.append(f"Not used: {', '.join(unused)}. Name them under `ignore:` if that is meant.")
    return notes
