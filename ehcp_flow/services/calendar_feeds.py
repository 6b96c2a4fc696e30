"""Secret addresses at which an officer's calendar can be read by a program that cannot sign in."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from ehcp_flow.errors import BadInput, DatabaseTrouble, UnknownName
from ehcp_flow.services.find_officer import known_officer
from ehcp_flow.services.officer_calendar import officer_calendar
from ehcp_flow.services.outside_secrets import is_worth_noting, new_number
from ehcp_flow.services.sign_in_tokens import hash_of, new_token
from ehcp_flow.storage import feeds
from ehcp_flow.today import now, today

if TYPE_CHECKING:
    from sqlalchemy import Row

    from ehcp_flow.services.office import Office

MOST_FEEDS = 10


def add_feed(office: Office, officer: str, label: str) -> str:
    """Make a feed of an officer's due dates; gives its secret, which is shown now and never again.

    Raises UnknownName for an officer there is not, BadInput without a label or if there are ten already.
    """
    if not label.strip():
        raise BadInput("A calendar link needs a name.", next="Say where it is used: Outlook, my phone.")
    secret = new_token()
    row = {
        "id": new_number(),
        "officer": officer,
        "label": label.strip(),
        "secret_hash": hash_of(secret),
        "created_at": now(),
    }
    with office.database.write() as connection:
        known_officer(connection, officer)
        if len(feeds.feeds_of(connection, officer)) >= MOST_FEEDS:
            raise BadInput(f"There are {MOST_FEEDS} calendar links already.", next="Remove one that is not used.")
        feeds.add_feed(connection, row)
    return secret


def list_feeds(office: Office, officer: str) -> Sequence[Row[Any]]:
    """An officer's feeds that work, without their secrets."""
    with office.database.read() as connection:
        return feeds.feeds_of(connection, officer)


def revoke_feed(office: Office, officer: str, feed_id: str) -> None:
    """Revoke one of an officer's own feeds, at once and for good. Raises UnknownName."""
    with office.database.write() as connection:
        if not feeds.revoke(connection, feed_id, officer, now()):
            raise UnknownName("There is no such calendar link.", next="It may have been removed already.")


def read_feed(office: Office, secret: str) -> tuple[str, bytes] | None:
    """The officer whose feed has this secret and the calendar file, the same all day unless a date moves.

    None if no feed that works has this secret.
    """
    with office.database.read() as connection:
        feed = feeds.feed_by_hash(connection, hash_of(secret))
    if feed is None:
        return None
    if is_worth_noting(feed.last_used_at, now()):
        # A database that cannot be written to can still be read.
        with suppress(DatabaseTrouble), office.database.write() as connection:
            feeds.note_use(connection, feed.id, now())
    made_at = datetime.combine(today(), time(), UTC)
    return feed.officer, officer_calendar(office, feed.officer, made_at).content
