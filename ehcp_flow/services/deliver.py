"""Hand one notice to its channel. What goes wrong is said without addresses' secrets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from ehcp_flow.services.channels import Channel

MAIL = ("mailto", "mailtos")
NOTIFY = "notify"


class Undelivered(Exception):
    """A notice did not arrive: `trouble` in plain words, and whether trying again for days can help.

    `server` is the one that cannot be reached at all, so that others need not try it at once.
    """

    def __init__(self, trouble: str, *, is_refused: bool = False, server: str = "") -> None:
        self.trouble, self.is_refused, self.server = trouble, is_refused, server
        super().__init__(trouble)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is handed over. `key` travels with it, so that whoever gets it twice can tell; `again` if it was tried."""

    key: str
    subject: str
    text: str
    html: str
    at: datetime
    again: bool = False


def deliver(channel: Channel, parcel: Parcel) -> None:
    """Send the parcel. Raises Undelivered; when it returns, the channel has taken responsibility."""
    scheme = urlsplit(channel.url).scheme.lower()
    if scheme in MAIL:
        from ehcp_flow.services.deliver_mail import read_route, send_mail

        send_mail(read_route(channel.url), parcel)
    elif scheme == NOTIFY:
        from ehcp_flow.services.deliver_notify import read_template, send_by_notify

        send_by_notify(read_template(channel.url), channel.secret, parcel)
    else:
        from ehcp_flow.services.deliver_other import send_by_apprise

        send_by_apprise(channel.url, parcel)


def server_of(channel: Channel) -> str:
    """The server behind a channel, for telling which others wait for the same one."""
    parts = urlsplit(channel.url)
    return f"{parts.scheme}://{parts.hostname or ''}"
