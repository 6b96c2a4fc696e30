"""The message that a monthly return is ready: what matters in words, where it lies, and that somebody must sign it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ehcp_flow.notices.document import Document


def return_made(title: str, day: date, principal: Sequence[str], folder: str, link: str = "") -> Document:
    """The message for directors and analysts. `title` names the return, `folder` is where its files lie."""
    next_step = f'Its files lie in {folder}. Read the report, then sign it off: ehcp return sign {folder} --by "NAME"'
    return Document(
        subject=f"EHCP: {title} is ready",
        title=title,
        day=day,
        lead=(*principal, next_step),
        tiles=(),
        parts=(),
        why="This goes to the directors and analysts when a monthly return is made.",
        link=link,
    )
