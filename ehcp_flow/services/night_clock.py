"""Is the computer's clock to be believed? A night swept for a day that has not come flags what is no breach.

Nobody can tell a clock that is a day ahead from a machine that slept for a day. But on PostgreSQL the server has
a clock too, and a jump past everything the database knows of is more often a wrong clock than a long sleep.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from ehcp_flow.engine.count import days_between
from ehcp_flow.errors import NotAllowed
from ehcp_flow.services.write_case import SWEEP
from ehcp_flow.storage import clock_table, flags, night_figures
from ehcp_flow.today import ENGLAND

if TYPE_CHECKING:
    from sqlalchemy import Connection

MOST_DAYS_WITHOUT_NEWS = 31
MOST_SECONDS_APART = 120


def refuse_a_clock_ahead(connection: Connection, until: date) -> None:
    """Raise NotAllowed if the night of `until` cannot have come by what the database knows."""
    if reason := _ahead(connection, until):
        raise NotAllowed(reason, "Nothing was done.", f"Set the clock; or, if it is right: ehcp sweep --date {until}")


def doubts(connection: Connection, now: datetime) -> list[str]:
    """What speaks against this computer's clock, a sentence each; none is the rule."""
    today = now.astimezone(ENGLAND).date()
    found = [reason] if (reason := _ahead(connection, today)) else []
    server = night_figures.server_time(connection)
    if server is not None and abs(server.timestamp() - now.timestamp()) > MOST_SECONDS_APART:
        found.append(f"This computer's clock says {now:%Y-%m-%d %H:%M} UTC, the server's {server:%Y-%m-%d %H:%M}.")
    last_night = flags.last_run(connection, SWEEP)
    if last_night is not None and last_night > today:
        found.append(
            f"The night of {last_night} is done, and today is {today}: a clock is or was wrong. Nights go on after"
            f" {last_night}; early flags are cleared as steps are recorded."
        )
    newest = clock_table.latest_event_day(connection)
    if newest is not None and newest > today:
        found.append(f"Something is recorded for {newest}, and today is {today}: a clock is or was wrong.")
    return found


def _ahead(connection: Connection, until: date) -> str | None:
    server = night_figures.server_time(connection)
    if server is not None and until > (there := server.astimezone(ENGLAND).date()):
        return f"This computer's clock is ahead: it says {until}, the database server's says {there}."
    news = _last_news(connection, until)
    if news is not None and _is_far(news, until):
        days = days_between(news, until)
        return f"This computer's clock says {until}, {days} days after the last thing the database knows of ({news})."
    return None


def _last_news(connection: Connection, until: date) -> date | None:
    """The last day on which a night was finished, something happened in a case, or something was recorded."""
    runs = flags.runs_of(connection, SWEEP, 1)
    finished = [row.finished_at.astimezone(ENGLAND).date() for row in runs]
    happened = clock_table.latest_event_day(connection)
    news: date | None = max([*finished, *([happened] if happened else [])], default=None)
    if news is None or not _is_far(news, until):
        return news
    # No index tells when something was last recorded, so that is asked only where the quick answers do not do.
    recorded = night_figures.last_recorded_at(connection)
    return max(news, recorded.astimezone(ENGLAND).date()) if recorded else news


def _is_far(news: date, until: date) -> bool:
    return days_between(news, until) > MOST_DAYS_WITHOUT_NEWS
