"""The observations as a file for analysts: every clock of every case on a day, as CSV or Parquet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ehcp_flow.errors import BadInput
from ehcp_flow.returns.tidy_files import csv_bytes, parquet_bytes
from ehcp_flow.services.derive_population import derive_population
from ehcp_flow.services.observe import is_all_in_the_table
from ehcp_flow.services.population import observation_frame
from ehcp_flow.services.return_observations import KEY

if TYPE_CHECKING:
    import polars as pl

    from ehcp_flow.services.office import Office

Format = Literal["csv", "parquet"]
_FORMATS = ("csv", "parquet")


@dataclass(frozen=True, slots=True)
class Exported:
    """What was exported; `through_the_engine` counts cases that could not be derived with all the others at once."""

    content: bytes
    observations: int
    cases: int
    through_the_engine: int


def export_observations(
    office: Office,
    as_of: date,
    known_at: datetime | None = None,
    *,
    file_format: Format = "csv",
    workflow: str | None = None,
) -> Exported:
    """Every observation on `as_of`, as recorded by `known_at`, in the order of cases and clocks.

    Raises UnknownName for a workflow there is not, BadInput for a format there is not.
    """
    import polars as pl

    if file_format not in _FORMATS:
        raise BadInput(f"There is no format {file_format}.", next=f"There are: {', '.join(_FORMATS)}.")
    found, through_the_engine = _found(office, as_of, known_at)
    if workflow is not None:
        found = found.filter(pl.col("workflow") == office.workflow(workflow).workflow)
    found = found.sort(*KEY)
    content = csv_bytes(found) if file_format == "csv" else parquet_bytes(found)
    return Exported(content, len(found), found["case_ref"].n_unique(), through_the_engine)


def _found(office: Office, as_of: date, known_at: datetime | None) -> tuple[pl.DataFrame, int]:
    """The observations, from the clock table for today and derived anew for a day gone by."""
    with office.database.read() as connection:
        is_kept = known_at is None and is_all_in_the_table(connection, as_of)
    if is_kept:
        return observation_frame(office, as_of).collect().to_native(), 0
    population = derive_population(office, as_of, known_at)
    return population.observations, population.through_the_engine


def write_new(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, replacing none. Raises BadInput where it is there or cannot be written."""
    if path.exists():
        raise BadInput(f"There is a file {path} already.", next="Choose another name, or remove it first.")
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.rename(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise BadInput(
            f"{path} cannot be written.", f"{error.strerror}.", "Choose another place with --out."
        ) from error
