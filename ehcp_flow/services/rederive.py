"""Derive some cases again from their journals, and mend the clock table where it says something else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ehcp_flow.services.derive import derive
from ehcp_flow.storage import clock_table, journal

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ehcp_flow.services.office import Office

_CASES_AT_A_TIME = 500


def rederive(office: Office, connection: Connection, case_refs: Sequence[str]) -> tuple[list[dict[str, Any]], int]:
    """The clock rows of these cases, fresh from their journals; and in how many cases the table was mended.

    The table is a cache: it is wrong only if a workflow file or the calendar changed without a rebuild.
    """
    found: list[dict[str, Any]] = []
    mended = 0
    for start in range(0, len(case_refs), _CASES_AT_A_TIME):
        refs = case_refs[start : start + _CASES_AT_A_TIME]
        kept = clock_table.rows_of_cases(connection, refs)
        for case_ref, workflow, entries in list(journal.all_histories(connection, refs)):
            derived = derive(office.workflow(workflow), entries, office.calendar)
            found.extend(derived.rows)
            if kept.get(case_ref, []) != sorted(derived.rows, key=clock_table.row_order):
                clock_table.replace_case(connection, case_ref, derived.standing, derived.rows)
                mended += 1
    return found, mended
