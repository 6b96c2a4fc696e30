"""What may be published: small numbers are taken out, and as many others as are needed so that they stay out."""

from __future__ import annotations

from dataclasses import replace

from ehcp_flow.analytics.figure_table import FigureTable


def published(table: FigureTable, smallest: int) -> FigureTable:
    """The table without its cases, and without counts from 1 to `smallest` - 1."""
    small = range(1, smallest)
    counted = [column.kind == "count" for column in table.columns]
    rows = tuple(
        tuple(None if is_count and cell in small else cell for is_count, cell in zip(counted, row, strict=True))
        for row in table.rows
    )
    return replace(table, rows=rows, cases={})
