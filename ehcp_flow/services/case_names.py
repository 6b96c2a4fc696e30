"""The names of the children and young people that cases are about, for lists shown to who may see them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from ehcp_flow.storage import people

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office


def case_names(office: Office, case_refs: Collection[str]) -> dict[str, str]:
    """Given and family name by case, where there is one. Whoever shows them notes that they were seen."""
    with office.database.read() as connection:
        rows = people.names_of_cases(connection, case_refs)
    named = {row.case_ref: f"{row.given_name} {row.family_name}".strip() for row in rows}
    return {case_ref: name for case_ref, name in named.items() if name}
