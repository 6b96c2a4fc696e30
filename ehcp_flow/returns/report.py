"""The printed report before it is HTML or PDF: what stands in it, in which order, every value as text.

A lead member reads it: first what matters in words, then for each figure its picture with the table beside it, then
what the figures mean, what to know of the data, and where they come from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ehcp_flow.returns.cell_text import NOTHING, is_number, shown
from ehcp_flow.returns.charts import chart_svg
from ehcp_flow.returns.facts import heading_of

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_table import Cell, Column, FigureTable
    from ehcp_flow.returns.facts import Facts

MOST_ROWS = 14
"""How many rows of a table are printed; the workbook has all."""
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report: its title, a sentence of introduction, and its tables."""

    title: str
    tables: tuple[FigureTable, ...]
    about: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report: `principal` is what matters, in words."""

    facts: Facts
    principal: tuple[str, ...]
    sections: tuple[Section, ...]

    @property
    def tables(self) -> list[FigureTable]:
        """Every table, in the order printed."""
        return [table for section in self.sections for table in section.tables]


Content = dict[str, Any]
"""A report as plain lists and texts, for a template; nothing in it is markup but the pictures, which are SVG."""


def pictures(tables: Iterable[FigureTable]) -> dict[str, str]:
    """The charts as SVG, by the ids of their tables; tables without one are left out."""
    drawn = {table.id: chart_svg(table) for table in tables}
    return {name: svg for name, svg in drawn.items() if svg}


def as_content(report: Report, drawn: Mapping[str, str] | None = None) -> Content:
    """The report for a template, with its pictures (see `pictures`; drawn here, if none are given)."""
    drawn = pictures(report.tables) if drawn is None else drawn
    return {
        "title": report.facts.title,
        "known_at": report.facts.known_at.isoformat(),
        "authority": report.facts.authority,
        "lines": report.facts.lines(),
        "principal": list(report.principal),
        "sections": [_section(section, drawn) for section in report.sections],
        "definitions": [_definition(table) for table in report.tables],
        "data_quality": list(report.facts.data_quality),
        "origin": report.facts.origin(),
        "is_published": report.facts.is_published,
    }


def _section(section: Section, drawn: Mapping[str, str]) -> Content:
    return {
        "title": section.title,
        "about": section.about,
        "tables": [_table(table, section, drawn.get(table.id, "")) for table in section.tables],
    }


def _table(table: FigureTable, section: Section, picture: str) -> Content:
    columns = list(_printed(table))
    rows = _chosen(table)
    left = len(table.rows) - len(rows)
    notes = list(table.notes)
    if left:
        notes.append(f"{left:,} more rows stand in the workbook.")
    if any(cell is None for row in rows for cell in row):
        notes.append(f"{NOTHING}: there was nothing to take a share of, or too few to publish.")
    return {
        "id": table.id,
        "title": "" if heading_of(table) == section.title else heading_of(table),
        "message": table.message,
        "columns": [{"title": each.title, "right": each.right} for each in columns],
        "rows": [[each.text(row) for each in columns] for row in rows],
        "has_total": table.has_total and bool(rows),
        "notes": notes,
        "svg": picture,
        "width": width_of(picture),
        "says": (table.chart.says if table.chart else "") or table.message,
    }


def width_of(svg: str) -> int:
    """How wide a picture is drawn, in pixels, so that letters are of one size in all of them."""
    found = re.search(r'<svg[^>]* width="(\d+)', svg)
    return int(found[1]) if found else 0


@dataclass(frozen=True, slots=True)
class _Printed:
    """A printed column: one of the table's, or the two ends of an interval together."""

    title: str
    right: bool
    places: tuple[int, ...]
    column: Column

    def text(self, row: Sequence[Cell]) -> str:
        if len(self.places) == 1:
            return shown(row[self.places[0]], self.column.kind)
        low, high = (shown(row[place], self.column.kind).rstrip("%") for place in self.places)
        return NOTHING if NOTHING in (low, high) else f"{low}–{high}"


def _printed(table: FigureTable) -> Iterator[_Printed]:
    """The columns as they are printed: the ends of an interval, which stand beside each other, become one."""
    place = 0
    while place < len(table.columns):
        column = table.columns[place]
        after = table.columns[place + 1] if place + 1 < len(table.columns) else None
        if after and is_interval(column, after):
            yield _Printed("95% interval", right=True, places=(place, place + 1), column=column)
            place += 2
            continue
        yield _Printed(column.title, is_number(column), (place,), column)
        place += 1


def is_interval(low: Column, high: Column) -> bool:
    """Whether two columns are the ends of one interval."""
    return (
        low.kind == high.kind == "percent"
        and low.name.endswith("low")
        and low.name.removesuffix("low") == high.name.removesuffix("high")
    )


def _chosen(table: FigureTable) -> tuple[tuple[Cell, ...], ...]:
    """The rows printed: of months the last ones, of anything else the first, with the total where there is one."""
    rows = table.rows
    if len(rows) <= MOST_ROWS:
        return rows
    if table.columns[0].kind in ("month", "day"):
        return rows[-MOST_ROWS:]
    if is_number(table.columns[0]):
        step = -(-len(rows) // MOST_ROWS)
        return rows[::step]
    if table.has_total:
        return (*rows[: MOST_ROWS - 1], rows[-1])
    return rows[:MOST_ROWS]


def _definition(table: FigureTable) -> Content:
    parts = [
        ("Counted", table.numerator),
        ("Out of", table.denominator),
        ("Left out", table.left_out),
        ("Source", table.source),
        ("Basis", table.basis),
    ]
    return {"title": table.title, "meaning": table.meaning, "parts": [part for part in parts if part[1]]}
