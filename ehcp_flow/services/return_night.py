"""The night on which the monthly return is made by itself, for the month before, and announced."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from ehcp_flow.analytics.periods import month_of
from ehcp_flow.engine.count import day_before
from ehcp_flow.errors import BadInput
from ehcp_flow.notices.render import render
from ehcp_flow.notices.return_made import return_made
from ehcp_flow.returns.manifest import MANIFEST
from ehcp_flow.services.read_channels import read_channels
from ehcp_flow.storage import flags, notices

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ehcp_flow.services.monthly_return import MadeReturn
    from ehcp_flow.services.office import Office
    from ehcp_flow.services.sweep import Now
    from ehcp_flow.settings import Settings

JOB = "monthly_return"
KIND = "return"
_LATEST_DAY = 28


def return_day(settings: Settings) -> int:
    """The day of the month from EHCP_RETURN_DAY. Raises BadInput for anything but 1 to 28, which every month has."""
    text = settings.return_day
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _LATEST_DAY):
        raise BadInput(
            f"EHCP_RETURN_DAY is {text!r}, which is no day that every month has.", next=f"Write 1 to {_LATEST_DAY}."
        )
    return int(text)


def make_return(office: Office, business_date: date, now: Now) -> dict[str, Any]:
    """Make the pack for the month before `business_date` in its folder under EHCP_RETURNS, and announce it.

    A pack that is there already, made by hand or on an earlier try, stays as it is and is not announced again.
    """
    from ehcp_flow.services.monthly_return import make_monthly_return

    began = perf_counter()
    month = month_of(day_before(month_of(business_date)))
    folder = (office.settings.returns or Path("returns")) / f"{month:%Y-%m}"
    report: dict[str, Any] = {"month": f"{month:%Y-%m}"}
    made = None
    if not (folder / MANIFEST).is_file():
        moment = now()
        made = make_monthly_return(office, month, folder, moment, business_date)
        report |= {"pack": made.pack, "files": len(made.files)}
    report["seconds"] = round(perf_counter() - began, 3)
    with office.database.write() as connection:
        if made is not None:
            written = notices.add_notices(connection, list(_announcement(office, made, business_date, now())))
            report["notices"] = written
        flags.finish_run(connection, JOB, business_date, now(), report)
    return report


def _announcement(office: Office, made: MadeReturn, day: date, now: datetime) -> Iterator[dict[str, Any]]:
    if office.settings.channels is None:
        return
    channels = read_channels(office.settings.channels)
    message = render(return_made(made.facts.title, day, made.principal, str(made.folder), channels.link))
    for recipient, to in (("directors", channels.directors), ("analysts", channels.analysts)):
        for channel in to:
            yield {
                "key": notices.key_of(KIND, recipient, channel.mark, day),
                "kind": KIND,
                "recipient": recipient,
                "business_date": day,
                "subject": message.subject,
                "text": message.text,
                "html": message.html,
                "created_at": now,
            }
