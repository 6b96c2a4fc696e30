"""A breach that nobody acted on is told one step higher: to the team's manager, then to the director."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from ehcp_flow.notices.document import Days, Document, cases, holders, tile
from ehcp_flow.notices.lines import Line, Page, in_words
from ehcp_flow.notices.words import day_and_month

_ONCE = "Each of these is told once at this step, however long it stays so."
_LAST_ENTRY = Days("Last entry", lambda line: line.quiet_since or line.due_on)


def escalation(
    day: date, lines: Sequence[Line], quiet_for: int, to: str, names: Mapping[str, str], link: str
) -> Document:
    """The message about breaches in whose cases nothing was recorded for `quiet_for` working days.

    `to` says who gets it, `names` are the officers' names by username.
    """
    ranked = sorted(lines, key=lambda line: (line.due_on, line.case_ref))
    silence = f"{quiet_for} working {'day' if quiet_for == 1 else 'days'}"
    return Document(
        subject=f"EHCP, {day_and_month(day)}: not acted on for {silence} – {in_words(lines)}",
        title="Late, and nothing recorded since",
        day=day,
        lead=(f"These limits are broken, and nothing was recorded in their cases for {silence} or more.",),
        tiles=(tile("Not acted on", "late", lines),),
        parts=tuple(
            cases("Not acted on", "late", ranked, Page(day, link), note=_ONCE, people=holders(names), days=_LAST_ENTRY),
        ),
        why=f"This goes to {to}, because the settings ask for it after {silence} without an entry.",
        link=link,
    )
