"""The observations table as a file for another program: CSV, JSON or Parquet, narrowed to what its account may see.

It is written to a file that has no name and is gone when it is closed, so that a slow reader holds up no database.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import IO, TYPE_CHECKING, Any, Final, Literal

from ehcp_flow.analytics.observations import COLUMNS
from ehcp_flow.returns.tidy_files import BEGINS_FORMULA
from ehcp_flow.services.population import observation_frame
from ehcp_flow.services.read_pages import reach_of

if TYPE_CHECKING:
    import polars as pl

    from ehcp_flow.services.office import Office
    from ehcp_flow.services.policy import Actor
    from ehcp_flow.storage.case_pages import Within

Format = Literal["csv", "json", "parquet"]
MEDIA_TYPES: Final[dict[Format, str]] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
_ROWS_AT_A_TIME = 5_000
_begins_formula = re.compile(BEGINS_FORMULA)


def observations_file(
    office: Office,
    actor: Actor,
    kind: Format,
    as_of: date,
    known_at: datetime | None = None,
    *,
    workflow: str | None = None,
    clock: str | None = None,
) -> IO[bytes]:
    """An open file with every observation that the account may see, ready to be read from its beginning.

    Raises UnknownName for a workflow or a clock there is not.
    """
    if workflow is not None:
        office.workflow(workflow)
    if clock is not None:
        office.workflow_of_clock(clock)
    frame = _frame(office, reach_of(actor), as_of, known_at, workflow=workflow, clock=clock)
    file = tempfile.TemporaryFile()  # noqa: SIM115 whoever asked closes it
    if kind == "parquet":
        frame.write_parquet(file)
    else:
        for block in _csv(frame) if kind == "csv" else _json(frame, as_of, known_at):
            file.write(block.encode())
    file.seek(0)
    return file


def _csv(frame: pl.DataFrame) -> Iterator[str]:
    yield ",".join(COLUMNS) + "\r\n"
    for block in frame.iter_slices(_ROWS_AT_A_TIME):
        text = io.StringIO(newline="")
        csv.writer(text).writerows([_safe(value) for value in row] for row in block.iter_rows())
        yield text.getvalue()


def _safe(value: Any) -> Any:
    """A value that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and _begins_formula.match(value) else value


def _json(frame: pl.DataFrame, as_of: date, known_at: datetime | None) -> Iterator[str]:
    yield f'{{"as_of": "{as_of}", "known_at": {json.dumps(known_at.isoformat() if known_at else None)}, '
    yield '"observations": ['
    separator = "\n"
    for block in frame.iter_slices(_ROWS_AT_A_TIME):
        said = (dict(zip(COLUMNS, row, strict=True)) for row in block.iter_rows())
        yield separator + ",\n".join(json.dumps(row, ensure_ascii=False, default=str) for row in said)
        separator = ",\n"
    yield "\n]}\n"


def _frame(
    office: Office, within: Within, as_of: date, known_at: datetime | None, **wanted: str | None
) -> pl.DataFrame:
    import narwhals as nw

    frame = observation_frame(office, as_of, known_at)
    for name, value in wanted.items():
        if value is not None:
            frame = frame.filter(nw.col(name) == value)
    if within.teams is not None:
        team, officer = nw.col("team"), nw.col("officer")
        is_mine = team.is_in(sorted(within.teams)).fill_null(value=False)
        if within.officer is not None:
            is_mine |= (officer == within.officer).fill_null(value=False)
        if within.of_no_team:
            is_mine |= team.is_null()
        frame = frame.filter(is_mine)
    found: pl.DataFrame = frame.sort("case_ref", "clock", "subject", "period").collect().to_native()
    return found
