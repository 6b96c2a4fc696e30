"""The figures as tidy files for analysts: CSV that opens safely in Excel, Parquet, and the dictionary of both."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from ehcp_flow.analytics.figure_table import Column, FigureTable

BEGINS_FORMULA = r"^\s*[=+\-@\t\r]"
"""Text that a spreadsheet would take for a formula. In CSV it gets an apostrophe before it; Parquet keeps it so."""

UNITS = {
    "text": "",
    "case": "a case's reference",
    "day": "date, ISO 8601",
    "month": "month, 2026-10",
    "count": "number of cases or events",
    "percent": "per cent, 0 to 100, unrounded",
    "weeks": "weeks, decimal, unrounded",
    "days": "calendar days",
    "number": "number",
}
_WHOLE = frozenset({"count", "days"})
_DECIMAL = frozenset({"percent", "weeks", "number"})


@dataclass(frozen=True, slots=True)
class Described:
    """A column of a file, as the data dictionary says it."""

    file: str
    column: str
    title: str
    kind: str
    unit: str
    meaning: str


def table_frame(table: FigureTable) -> pl.DataFrame:
    """The table as a frame, with its columns' names for programs."""
    import polars as pl

    series = [_series(column, [row[place] for row in table.rows]) for place, column in enumerate(table.columns)]
    return pl.DataFrame(series)


def _series(column: Column, cells: Sequence[Any]) -> pl.Series:
    import polars as pl

    said = [cell for cell in cells if cell is not None]
    if any(isinstance(cell, str) for cell in said):
        return pl.Series(column.name, [None if cell is None else str(cell) for cell in cells], pl.String)
    if column.kind == "month":
        return pl.Series(column.name, [None if cell is None else f"{cell:%Y-%m}" for cell in cells], pl.String)
    if column.kind == "day" or any(isinstance(cell, date) for cell in said):
        return pl.Series(column.name, cells, pl.Date)
    if column.kind in _WHOLE and all(float(cell).is_integer() for cell in said):
        return pl.Series(column.name, [None if cell is None else int(cell) for cell in cells], pl.Int64)
    if column.kind in _WHOLE | _DECIMAL or said:
        return pl.Series(column.name, [None if cell is None else float(cell) for cell in cells], pl.Float64)
    return pl.Series(column.name, cells, pl.String)


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """The frame as CSV in UTF-8 with a mark by which Excel knows it; no cell begins as a formula does."""
    import polars as pl

    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    safe = frame.with_columns(
        pl.when(pl.col(name).str.contains(BEGINS_FORMULA)).then("'" + pl.col(name)).otherwise(pl.col(name)).alias(name)
        for name in texts
    )
    return safe.write_csv(include_bom=True, line_terminator="\r\n").encode()


def parquet_bytes(frame: pl.DataFrame) -> bytes:
    """The frame as Parquet, every value as it is."""
    content = io.BytesIO()
    frame.write_parquet(content, compression="zstd", statistics=True)
    return content.getvalue()


def case_rows(tables: Iterable[FigureTable]) -> Iterator[tuple[str, str, str, str]]:
    """The cases behind every number: figure, row, column, case."""
    for table in tables:
        texts = dict(_row_texts(table))
        for (row, column), refs in sorted(table.cases.items()):
            yield from ((table.id, texts.get(row, row), column, ref) for ref in sorted(refs))


def _row_texts(table: FigureTable) -> Iterator[tuple[str, str]]:
    """The first cell of each row as a table's cases name it, and as it stands in the file."""
    if table.columns[0].kind == "month":
        yield from ((str(row[0]), f"{row[0]:%Y-%m}") for row in table.rows if isinstance(row[0], date))


def case_frame(tables: Iterable[FigureTable]) -> pl.DataFrame:
    """The cases behind every number, as a frame."""
    import polars as pl

    names = ("figure", "row", "column", "case_ref")
    return pl.DataFrame(list(case_rows(tables)), dict.fromkeys(names, pl.String), orient="row")


def described(tables: Iterable[FigureTable]) -> Iterator[Described]:
    """Every column of every table's files."""
    for table in tables:
        for column in table.columns:
            unit = UNITS[column.kind]
            yield Described(table.id, column.name, column.title, column.kind, unit, column.meaning)


CASE_COLUMNS = (
    Described("cases", "figure", "Figure", "text", "", "the figure's file"),
    Described("cases", "row", "Row", "text", "", "the text of the first cell of the row"),
    Described("cases", "column", "Column", "text", "", "the column's name; the number there counts these cases"),
    Described("cases", "case_ref", "Case", "case", "a case's reference", "a case that the number counts"),
)


def dictionary(entries: Iterable[Described]) -> bytes:
    """The data dictionary as CSV: a line for each column of each file."""
    import polars as pl

    names = ("file", "column", "title", "kind", "unit", "meaning")
    rows = [(each.file, each.column, each.title, each.kind, each.unit, each.meaning) for each in entries]
    return csv_bytes(pl.DataFrame(rows, dict.fromkeys(names, pl.String), orient="row"))
