"""The printed report before it is HTML or PDF: what stands in it, in which order, every value as text.

A lead member reads it: first what matters in words, then for each figure its picture with the table beside it, then
what the figures mean, what to know of the data, and where they come from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ehcp_flow.returns.cell_text import NOTHING, WITHHELD, is_number
from ehcp_flow.returns.charts import chart_svg
from ehcp_flow.returns.printed_columns import PrintedColumn, printed_columns

if TYPE_CHECKING:
    from ehcp_flow.analytics.figure_table import Cell, FigureTable
    from ehcp_flow.returns.facts import Facts

MOST_LETTERS = 40
"""A longer text is folded."""
MOST_LETTERS_ACROSS = 105
MOST_ROWS = 14
"""How many rows of a table are printed; the workbook has all."""


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


Rows = tuple[tuple["Cell", ...], ...]
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
    rows = _chosen(table, _marked(table))
    columns = _that_fit(list(printed_columns(table)), rows)
    left = len(table.rows) - len(rows)
    texts = [[each.text(row) for each in columns] for row in rows]
    notes = [*([] if table.basis == "law" else [f"Basis: {table.basis}."]), *table.notes]
    if picture and table.chart and table.chart.low:
        notes.append("Shaded in the picture: the 95% interval of the first line.")
    if left:
        notes.append(f"{left:,} more rows stand in the workbook.")
    if any(cell is None for row in rows for cell in row):
        notes.append(f"{NOTHING}: there was nothing to take a share of.")
    if any(cell == WITHHELD for row in rows for cell in row):
        notes.append(f"{WITHHELD}: withheld, because too few people are counted.")
    return {
        "id": table.id,
        "title": "" if table.title == section.title else table.title,
        "message": table.message,
        "columns": [
            {"title": each.title, "right": each.is_right, "letters": letters(each.title, [row[place] for row in texts])}
            for place, each in enumerate(columns)
        ],
        "rows": texts,
        "has_total": table.has_total and bool(rows),
        "notes": notes,
        "svg": picture,
        "width": width_of(picture),
        "says": (table.chart.says if table.chart else "") or table.message,
    }


def _that_fit(columns: list[PrintedColumn], rows: Rows) -> list[PrintedColumn]:
    """The columns, of the intervals only the first where all would be too wide for the paper."""
    wide = sum(letters(each.title, [each.text(row) for row in rows]) for each in columns)
    if wide <= MOST_LETTERS_ACROSS:
        return columns
    first = next((each for each in columns if each.high is not None), None)
    return [each for each in columns if each.high is None or each is first]


def letters(title: str, texts: Iterable[str]) -> int:
    """How many letters wide a printed column is: its longest text, or what its title needs on two lines."""
    longest = max(map(len, (*title.split(), *texts)), default=0)
    return min(max(longest, len(title) // 2 + 2), MOST_LETTERS)


def width_of(svg: str) -> int:
    """How wide a picture is drawn, in pixels, so that letters are of one size in all of them."""
    found = re.search(r'<svg[^>]* width="(\d+)', svg)
    return int(found[1]) if found else 0


def _marked(table: FigureTable) -> Rows:
    """The rows, with a mark where a figure is withheld."""
    names = [column.name for column in table.columns]
    return tuple(
        tuple(WITHHELD if (number, name) in table.withheld else cell for name, cell in zip(names, row, strict=True))
        for number, row in enumerate(table.rows)
    )


def _chosen(table: FigureTable, rows: Rows) -> Rows:
    """The rows printed: of months the last ones, of anything else the first, with the total where there is one."""
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
