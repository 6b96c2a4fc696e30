"""A table of figures as somebody may see it: where its rows are cases, only those within their reach."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ehcp_flow.services.policy import Actor, may
from ehcp_flow.storage.holders import held

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_table import FigureTable
    from ehcp_flow.services.office import Office

NO_CASES = "This table lists cases, which your role does not see."
OTHERS_LEFT_OUT = "Cases of other teams are not listed."


def without_case_rows(table: FigureTable) -> FigureTable:
    """The table for whoever may see figures but no cases: one whose rows are cases keeps only its message."""
    if _lists_cases(table):
        return replace(table, rows=(), cases={}, chart=None, notes=(*table.notes, NO_CASES))
    return replace(table, cases={})


def within_reach(office: Office, actor: Actor, table: FigureTable) -> FigureTable:
    """The table as `actor` may see it. The cases behind a number are narrowed where they are listed."""
    if not may(actor, "figures.cases"):
        return without_case_rows(table)
    if actor.teams is None or not _lists_cases(table):
        return table
    place = next(number for number, column in enumerate(table.columns) if column.kind == "case")
    with office.database.read() as connection:
        there = held(connection, [str(row[place]) for row in table.rows])
    mine = {each.case_ref for each in there if actor.reaches(each.team, each.officer)}
    rows = tuple(row for row in table.rows if row[place] in mine)
    if len(rows) == len(table.rows):
        return table
    return replace(table, rows=rows, chart=None, notes=(*table.notes, OTHERS_LEFT_OUT))


def _lists_cases(table: FigureTable) -> bool:
    return any(column.kind == "case" for column in table.columns)
