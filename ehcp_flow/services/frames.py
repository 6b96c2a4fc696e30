"""Rows as a database driver gives them, as a frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from ehcp_flow.storage.whole_tables import RawRows

_DATES = ("happened_on", "opened_on", "started_on", "due_on", "warn_on", "stopped_on", "dropped_on", "date_of_birth")
_TRUTHS = ("is_ended", "is_excepted", "is_open", "in_ended_case", "looked_after")
_MOMENTS = ("recorded_at",)
_NUMBERS = ("seq", "corrects", "period")


def frame_of(raw: RawRows) -> pl.DataFrame:
    """A frame of raw rows, with dates, moments and truths as such, whichever database they came from."""
    import polars as pl

    columns = zip(*raw.rows, strict=True) if raw.rows else ((),) * len(raw.names)
    return pl.DataFrame([_series(name, values) for name, values in zip(raw.names, columns, strict=True)])


def _series(name: str, values: Sequence[Any]) -> pl.Series:
    import polars as pl

    wanted = {
        **dict.fromkeys(_DATES, pl.Date()),
        **dict.fromkeys(_MOMENTS, pl.Datetime("us", "UTC")),
        **dict.fromkeys(_TRUTHS, pl.Boolean()),
        **dict.fromkeys(_NUMBERS, pl.Int64()),
    }.get(name, pl.String())
    said = next((value for value in values if value is not None), None)
    if isinstance(said, str) and wanted == pl.Date:
        return pl.Series(name, values, pl.String).str.to_date("%Y-%m-%d")
    if isinstance(said, str) and wanted == pl.Datetime:
        return pl.Series(name, values, pl.String).str.to_datetime(
            "%Y-%m-%d %H:%M:%S%.f", time_unit="us", time_zone="UTC"
        )
    if isinstance(said, int) and wanted == pl.Boolean:
        return pl.Series(name, values, pl.Int64).cast(pl.Boolean)
    return pl.Series(name, values, wanted)
