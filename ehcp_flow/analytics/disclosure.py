"""What may be published: small numbers are taken out, and as many others as are needed so that they stay out.

A count from 1 to one less than the smallest that is published is *small*; so is what is left of a whole when a share
of it is shown (19 of 20 in time says that 1 was late). Small numbers are withheld first. Then, as long as one of them
could be reckoned back from the sums of its row or column, the smallest number in the same sum is withheld too. With
what is withheld go all percentages, intervals and averages that rest on it, and the list of cases.

Within the table nothing withheld can be found again: for each small number there is another set of whole numbers, 0 or
more, that agrees with everything shown. What other tables, or the same table of another day, say is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ehcp_flow.analytics.figure_table import Cell, FigureTable
from ehcp_flow.analytics.sums import Place, Sum, sums_of
from ehcp_flow.analytics.withholding import withheld_places

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}|(?:\d{1,2} )?[A-Z][a-z]+ \d{4}\b")
NOTHING = re.compile(r"\b(no|none|nothing|nobody)\b", re.IGNORECASE)


def published(table: FigureTable, smallest: int) -> FigureTable:
    """The table as it may be published: without its cases, and without counts from 1 to `smallest` - 1.

    A table whose rows are cases is given without its rows.
    """
    if any(column.kind == "case" for column in table.columns):
        return replace(table, rows=(), cases={}, chart=None, message="This table lists cases and is not published.")
    values, sums = sums_of(table)
    counts = withheld_places(values, sums, smallest)
    places = counts | set(_resting_on(table, counts))
    if not places:
        return replace(table, cases={})
    return replace(
        table,
        rows=tuple(
            tuple(
                None if (number, column.name) in places else cell
                for column, cell in zip(table.columns, row, strict=True)
            )
            for number, row in enumerate(table.rows)
        ),
        message=_message(table, places, smallest),
        notes=(*table.notes, _note(smallest)),
        cases={},
        withheld=frozenset(places),
    )


def _resting_on(table: FigureTable, counts: set[Place]) -> Iterator[Place]:
    for number in range(len(table.rows)):
        for column in table.columns:
            if any((number, name) in counts for name in column.rests_on):
                yield number, column.name


def _note(smallest: int) -> str:
    last = smallest - 1
    few = f"Counts of 1 to {last}" if last > 1 else "Counts of 1"
    return f"{few}, and other figures from which they could be found, are withheld."


def _message(table: FigureTable, places: set[Place], smallest: int) -> str:
    """The message, unless it says something that is withheld."""
    said = set(NUMBER.findall(DATE.sub("", table.message)))
    hidden = [table.rows[number][table.column(name)] for number, name in places]
    if said & {word for cell in hidden for word in _as_said(cell)} or (0 in hidden and NOTHING.search(table.message)):
        return f"{table.title}: see the table. Figures about fewer than {smallest} are withheld."
    return table.message


def _as_said(cell: Cell) -> tuple[str, ...]:
    if isinstance(cell, float):
        return (f"{cell:,.1f}", f"{cell:,.0f}")
    return (f"{cell:,}",) if isinstance(cell, int) else ()


__all__ = ["Place", "Sum", "published"]
