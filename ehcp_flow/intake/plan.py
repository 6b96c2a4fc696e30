"""A table and its mapping, turned into planned cases."""

from __future__ import annotations

from datetime import date

from ehcp_flow.intake.collection import collection_paused
from ehcp_flow.intake.columns import find_columns
from ehcp_flow.intake.mapping import LongMapping, WideMapping
from ehcp_flow.intake.plan_long import plan_long
from ehcp_flow.intake.plan_wide import plan_wide
from ehcp_flow.intake.planned import Intake
from ehcp_flow.intake.row_reading import RowReading
from ehcp_flow.intake.swapped_days import swapped_days
from ehcp_flow.intake.table import Table
from ehcp_flow.law.workflow import Workflow


def plan(table: Table, mapping: WideMapping | LongMapping, workflow: Workflow, today: date) -> Intake:
    """What the table would become: cases with their events, problems by row, and notes. Writes nothing.

    `workflow` is the one that the mapping names. `today` is the last day on which an event can have happened.
    Raises BadFile if the mapping names columns that the table does not have; everything else that is wrong
    with the table is in the result.
    """
    columns, notes = find_columns(mapping, table)
    reading = RowReading(table, columns, workflow, today)
    with collection_paused():
        if isinstance(mapping, WideMapping):
            cases, counts = plan_wide(reading, mapping)
        else:
            cases, counts = plan_long(reading, mapping)
    reading.problems += swapped_days(reading)
    reading.problems.sort(key=lambda problem: problem.row)
    return Intake(
        cases=tuple(cases),
        problems=tuple(reading.problems),
        rows_read=len(table.rows),
        rows_blank=counts.blank,
        rows_duplicate=counts.duplicate,
        notes=(*table.notes, *notes, *counts.notes, *_no_dates(reading)),
    )


def _no_dates(reading: RowReading) -> list[str]:
    return [
        f"{heading}: '{text}' was read as no date ({'once' if times == 1 else f'{times} times'})."
        for (heading, text), times in sorted(reading.no_dates.items())
    ]
