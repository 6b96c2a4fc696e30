"""`ehcp import`: a council's tracker as it is."""

from __future__ import annotations


def import_() -> None:
    """Import a spreadsheet or CSV."""
