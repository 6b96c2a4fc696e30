"""How lists show that an officer is away and who looks after their cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ehcp_flow.cli.output import escaped

if TYPE_CHECKING:
    from rich.console import Console

    from ehcp_flow.analytics.observations import Observation
    from ehcp_flow.services.absence import Away
    from ehcp_flow.services.list_work import WorkList


def print_cover(out: Console, work: WorkList, officer: str) -> None:
    """Above an officer's list: that they are away, and whom they cover with how many lines below."""
    from ehcp_flow.engine.words import plain_date

    own = work.away.get(officer)
    if own:
        out.print(absence_words(own))
    for away in work.away.values():
        if away.cover == officer:
            lines = sum(each.officer == away.officer for each in work.lines)
            number = f"{lines:,} line{'' if lines == 1 else 's'}"
            until = plain_date(away.last_day)
            out.print(f"[cyan]Covering for {escaped(away.officer)}[/] until {until}: {number} below, marked “for”.")


def print_absences(out: Console, work: WorkList) -> None:
    """Below a list of several officers: those of them who are away."""
    holders = {each.officer for each in work.lines}
    absences = [away for away in work.away.values() if away.officer in holders]
    if absences:
        out.print()
    for away in absences:
        out.print(absence_words(away))


def absence_words(away: Away) -> str:
    """`a.smith is away until 4 December 2026: b.jones covers`."""
    from ehcp_flow.engine.words import plain_date

    cover = f"{escaped(away.cover)} covers" if away.cover else "[yellow]nobody covers[/]"
    return f"{escaped(away.officer)} is away until {plain_date(away.last_day)}: {cover}"


def holder_words(each: Observation, work: WorkList | None, asked_for: str | None) -> str:
    """Who holds the case: the officer (marked where away, or no officer any more), or else the team."""
    name = escaped(each.officer or each.team) or "[yellow]nobody[/]"
    if work is None or each.officer is None:
        return name
    if each.officer not in work.known:
        return f"{name} [yellow]left[/]"
    away = work.away.get(each.officer)
    if away is None or away.officer == asked_for:
        return name
    return f"[cyan]for {name}[/]" if away.cover is not None and away.cover == asked_for else f"{name} [yellow]away[/]"
