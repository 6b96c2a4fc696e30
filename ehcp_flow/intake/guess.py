"""A first mapping for a tracker that nobody has described yet."""

from __future__ import annotations

from collections.abc import Mapping

from ehcp_flow.intake.column_looks import Look, look_at
from ehcp_flow.intake.guess_columns import sure_and_unsure
from ehcp_flow.intake.guess_long import event_column, long_mapping
from ehcp_flow.intake.guess_wide import wide_mapping
from ehcp_flow.intake.table import Table
from ehcp_flow.law.workflow import Workflow


def guess_mapping(table: Table, workflows: Mapping[str, Workflow]) -> str:
    """A mapping for the table as YAML text: it loads, says what it is unsure of, and is for a person to correct.

    The workflow is the one whose events the headings speak of most. No value that might be a name is shown.
    """
    looks = [look_at(table, heading) for heading in table.headings if heading.text]
    best = max(workflows.values(), key=lambda workflow: _strength(looks, workflow))
    found = [(event_column(table, looks, workflow), workflow) for workflow in workflows.values()]
    column, workflow = max(found, key=lambda each: len(each[0].names) if each[0] else 0)
    if column is not None and len(column.names) >= _strength(looks, best) / 2:
        return long_mapping(table, looks, workflow, column)
    return wide_mapping(table, looks, best)


def _strength(looks: list[Look], workflow: Workflow) -> int:
    sure, _ = sure_and_unsure(looks, workflow)
    return sum(guess.score for guess in sure.values())
