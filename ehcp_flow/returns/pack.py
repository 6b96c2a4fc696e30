"""A whole pack: every file by its name, from tables and facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ehcp_flow.returns.facts import file_stem
from ehcp_flow.returns.report import as_content, pictures
from ehcp_flow.returns.report_html import report_html
from ehcp_flow.returns.report_pdf import report_pdf
from ehcp_flow.returns.tidy_files import (
    CASE_COLUMNS,
    Described,
    case_frame,
    csv_bytes,
    described,
    dictionary,
    parquet_bytes,
    table_frame,
)
from ehcp_flow.returns.workbook import workbook

if TYPE_CHECKING:
    import polars as pl

    from ehcp_flow.analytics.figure_table import FigureTable
    from ehcp_flow.returns.report import Report

DATA = "data"
OBSERVATIONS = "observations"

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Material:
    """What a pack is made from: the report, every table (printed or not), the observations and their dictionary.

    A pack for publication has no observations, and no lists of cases.
    """

    report: Report
    tables: tuple[FigureTable, ...]
    observations: pl.DataFrame | None = None
    observation_columns: tuple[Described, ...] = field(default=())


def pack_files(material: Material, tell: Tell = lambda _: None) -> dict[str, bytes]:
    """Every file of the pack but the manifest. `tell` is told what is made next."""
    facts = material.report.facts
    stem = file_stem(facts)
    files: dict[str, bytes] = {}
    tell("the charts")
    drawn = pictures(material.report.tables)
    content = as_content(material.report, drawn)
    tell("the workbook")
    files[f"{stem}-figures.xlsx"] = workbook(facts, material.tables, material.report.principal)
    tell("the report as a page")
    files[f"{stem}-report.html"] = report_html(content)
    tell("the report as a PDF")
    files[f"{stem}-report.pdf"] = report_pdf(content)
    tell("the files for analysts")
    return {**files, **{f"charts/{name}.svg": svg.encode() for name, svg in drawn.items()}, **dict(_tidy(material))}


def _tidy(material: Material) -> Iterator[tuple[str, bytes]]:
    frames = {table.id: table_frame(table) for table in material.tables}
    entries = list(described(material.tables))
    if not material.report.facts.is_published:
        frames["cases"] = case_frame(material.tables)
        entries += CASE_COLUMNS
    if material.observations is not None:
        frames[OBSERVATIONS] = material.observations
        entries += material.observation_columns
    for name, frame in frames.items():
        yield f"{DATA}/{name}.csv", csv_bytes(frame)
        yield f"{DATA}/{name}.parquet", parquet_bytes(frame)
    yield f"{DATA}/data_dictionary.csv", dictionary(entries)
