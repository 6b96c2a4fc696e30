"""Options that several commands share, and how dates and details are read from the command line."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from ehcp_flow.settings import read_settings
from ehcp_flow.today import EARLIEST, ENGLAND, LATEST, today

if TYPE_CHECKING:
    from ehcp_flow.services.office import Office


@lru_cache(maxsize=1)
def office() -> Office:
    """The workplace of this call."""
    from ehcp_flow.services.office import Office

    return Office(read_settings())


def read_day(text: str | None) -> date | None:
    """A date written 2026-09-01, or `today`. A wrong one is a usage error (exit code 2)."""
    if text is None:
        return None
    if text.strip().lower() == "today":
        return today()
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(f"{text} is not a date. Write it as 2026-09-01.") from None
    if not EARLIEST <= day <= LATEST:
        raise typer.BadParameter(f"{text} cannot be meant: dates go from {EARLIEST.year} to {LATEST.year}.")
    return day


def day_or_today(text: str | None) -> date:
    """The day that was given, or today."""
    return read_day(text) or today()


def read_moment(text: str | None) -> datetime | None:
    """A moment written 2026-09-01T14:30, or a day (its end, in England)."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(f"{text} is not a moment. Write it as 2026-09-01 or 2026-09-01T14:30.") from None
    if len(text.strip()) == len("2026-09-01"):
        return datetime.combine(moment.date(), time.max, ZoneInfo("Europe/London")).astimezone(UTC)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=ENGLAND).astimezone(UTC)


def read_details(pairs: list[str] | None) -> dict[str, str]:
    """`provider=school` as a detail; anything else is a usage error."""
    details = {}
    for pair in pairs or []:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f"{pair} is not a detail. Write it as name=value: provider=school.")
        details[name.strip()] = value.strip()
    return details


AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="Judge for this day.", show_default="today")]
KnownAt = Annotated[
    str | None,
    typer.Option("--known-at", metavar="TIME", help="Only what had been recorded by then.", show_default="everything"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def complete_case(incomplete: str) -> list[str]:
    """References of cases, for shell completion."""
    from ehcp_flow.services.complete import case_refs

    return case_refs(office(), incomplete)


def complete_event(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """The events that are lawful now in the case given, with their titles."""
    from ehcp_flow.services.complete import lawful_events

    found = lawful_events(office(), str(ctx.params.get("case") or ""))
    return [(name, title) for name, title in found if name.startswith(incomplete)]


Case = Annotated[
    str,
    typer.Argument(
        metavar="CASE", help="The case's reference, for example NA-2026-0042.", autocompletion=complete_case
    ),
]
