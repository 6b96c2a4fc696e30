"""The whole journal as one frame, each detail that clocks and figures go by in a column of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ehcp_flow.services.frames import frame_of
from ehcp_flow.storage import whole_tables

if TYPE_CHECKING:
    import polars as pl
    from sqlalchemy import Connection

    from ehcp_flow.services.office import Office

EVENT_DETAILS = ("provider", "setting", "source", "exception", "clock", "until", "under_five", "officer", "team")
"""Details that are columns whatever the workflow files in use ask for."""


def journal_frame(office: Office, connection: Connection) -> pl.DataFrame:
    """Every entry: `case_ref, workflow, seq, event, happened_on, recorded_at, corrects`, and its details as text.

    Those are `EVENT_DETAILS` and whatever else clocks depend on; a detail is null where an entry does not say it.
    """
    import polars as pl

    from ehcp_flow.analytics.setwise.law_in_numbers import needed_details

    names = dict.fromkeys((*EVENT_DETAILS, *needed_details(office.workflows.values())))
    raw = frame_of(whole_tables.journal_entries(connection)).rename({"name": "event"})
    said = pl.col("details").str.json_decode(pl.Struct(dict.fromkeys(names, pl.String)))
    return raw.with_columns(details=said).unnest("details")
