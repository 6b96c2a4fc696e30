"""Write the morning's notices, in the transaction that writes the flags they tell of. They are sent after.

Written twice, they are the same: each has a key of its kind, recipient, channel and business date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, NamedTuple

from ehcp_flow.engine.count import days_on
from ehcp_flow.errors import EhcpError
from ehcp_flow.logs import what_failed
from ehcp_flow.notices.lines import counted
from ehcp_flow.notices.render import render
from ehcp_flow.services.compose_notices import Addressed, digests
from ehcp_flow.services.escalate import escalations, write_down
from ehcp_flow.services.gather_morning import Gathered, Told, gather
from ehcp_flow.services.headlines import DIGESTS
from ehcp_flow.services.read_channels import read_channels
from ehcp_flow.storage import flags, notices
from ehcp_flow.today import ENGLAND

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ehcp_flow.services.channels import Channels
    from ehcp_flow.services.office import Office

KEEP_DAYS = 90
"""How long a notice is kept after it was sent."""


class Announced(NamedTuple):
    """How many notices were written, and what kept them from being written."""

    written: int = 0
    trouble: str = ""


def announce(office: Office, connection: Connection, business_date: date, now: datetime) -> Announced:
    """Write the notices of a morning, if the settings ask for any and it is this morning, on a day to send on.

    Nights made up later write none of their own: the next digests tell all that is new since the last ones.
    Whatever goes wrong here undoes only the notices. The flags are written all the same, and are told next time.
    """
    if office.settings.channels is None or business_date != now.astimezone(ENGLAND).date():
        return Announced()
    try:
        channels = read_channels(office.settings.channels)
        if not channels.every_day and not office.calendar.working_days.is_worked(business_date):
            return Announced()
        with connection.begin_nested():
            return Announced(write_notices(office, connection, business_date, channels, now))
    except EhcpError as error:
        return Announced(trouble=f"No notices were written. {error}")
    except Exception as error:  # noqa: BLE001 a night without notices is mended tomorrow, one without flags is not
        # Its kind and place only: its own words could name a child, and this goes into the ledger and the log.
        place = " at ".join(what_failed(error).values())
        return Announced(trouble=f"No notices were written: a mistake in the program ({place}).")


def write_notices(
    office: Office, connection: Connection, business_date: date, channels: Channels, now: datetime
) -> int:
    """Write the notices of a morning and its row in the ledger; gives how many are new."""
    since, told = last_told(connection, business_date)
    gathered = gather(office, connection, business_date, since, told, channels.link)
    rungs = escalations(office, connection, gathered, channels)
    addressed = [*digests(office, connection, gathered, channels), *(rung.addressed for rung in rungs)]
    written = notices.add_notices(connection, list(_rows(addressed, business_date, now)))
    write_down(connection, rungs, business_date, now)
    flags.finish_run(connection, DIGESTS, business_date, now, _report(gathered, written))
    notices.forget_sent(connection, datetime.combine(days_on(business_date, -KEEP_DAYS), time(), UTC))
    return written


def last_told(connection: Connection, business_date: date) -> tuple[date | None, Told]:
    """The last morning before this one on which digests were written, and the flags of that day they told."""
    for run in flags.runs_of(connection, DIGESTS, 2):
        if run.business_date < business_date:
            return run.business_date, frozenset(tuple(flag) for flag in run.report.get("told", ()))
    return None, frozenset()


def _report(gathered: Gathered, written: int) -> dict[str, Any]:
    return {
        "notices": written,
        "open": dict(counted(gathered.morning.overdue)),
        "told": sorted(list(flag) for flag in gathered.told),
    }


def _rows(addressed: Iterable[Addressed], business_date: date, now: datetime) -> Iterator[dict[str, Any]]:
    for each in addressed:
        message = render(each.document)
        for channel in each.channels:
            yield {
                "key": notices.key_of(each.kind, each.recipient, channel.mark, business_date),
                "kind": each.kind,
                "recipient": each.recipient,
                "business_date": business_date,
                "subject": message.subject,
                "text": message.text,
                "html": message.html,
                "created_at": now,
            }
