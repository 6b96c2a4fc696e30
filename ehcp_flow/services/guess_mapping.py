"""Propose a mapping for a tracker that nobody has described yet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ehcp_flow.intake import guess
from ehcp_flow.intake.table import read_table

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office


def guess_mapping(office: Office, path: Path, workflow: str | None = None) -> str:
    """A mapping for the tracker at `path` as YAML text, for a person to correct; of `workflow`, if it is named.

    Raises BadInput for a file that cannot be read, UnknownName for a workflow there is not.
    """
    chosen = {workflow: office.workflow(workflow)} if workflow else office.workflows
    return guess.guess_mapping(read_table(path), chosen)
