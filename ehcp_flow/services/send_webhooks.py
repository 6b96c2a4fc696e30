"""Send the messages that wait for webhooks, each at least once, in the order in which they were written.

A message is taken by one conditional update before it is sent, so two senders never send the same at once. Its
number travels with it, by which a receiver tells a second copy. What does not arrive is tried again, each time
after a longer wait, and given up in the end; none overtakes an earlier one of the same webhook.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ehcp_flow import __version__
from ehcp_flow.errors import BadInput
from ehcp_flow.services.send_notices import LEASE_SECONDS, later, wait_seconds
from ehcp_flow.services.webhook_address import NotThere, address_of, read_address
from ehcp_flow.services.webhook_messages import signature
from ehcp_flow.storage import webhooks
from ehcp_flow.today import now

if TYPE_CHECKING:
    from sqlalchemy import Row

    from ehcp_flow.services.office import Office

MOST_ATTEMPTS = 30
"""A day and more: a receiver may be down over night."""
TIMEOUT_SECONDS = 10
KEPT_SECONDS = 2_592_000
"""A month of what arrived, to answer “did you tell us?”."""
_AT_A_TIME = 1_000
_DONE, _REDIRECT = range(200, 300), range(300, 400)
_PORTS = {"http": 80, "https": 443}


@dataclass(slots=True)
class SentReport:
    """What one round did; `waiting` and `dead` are what is left after it."""

    sent: int = 0
    failed: int = 0
    given_up: int = 0
    waiting: int = 0
    dead: int = 0

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """Counts by name, so that `dict(report)` is the report of a job."""
        return iter([(name, getattr(self, name)) for name in self.__slots__])


def send_webhooks(office: Office, at: datetime | None = None) -> SentReport:
    """Send what is due now, or as if it were `at`. What goes wrong is noted with the message; nothing is lost.

    Raises DatabaseTrouble.
    """
    report = SentReport()
    with office.database.read() as connection:
        told = webhooks.active(connection)
    for webhook in told:
        _send_to(office, webhook, report, at)
    with office.database.read() as connection:
        for waiting, dead, _ in webhooks.depth(connection).values():
            report.waiting, report.dead = report.waiting + waiting, report.dead + dead
    if report.sent:
        with office.database.write() as connection:
            webhooks.forget_delivered(connection, later(at or now(), -KEPT_SECONDS))
    return report


def _send_to(office: Office, webhook: Row[Any], report: SentReport, at: datetime | None) -> None:
    """Send one webhook's messages in order, up to the first that must wait or that somebody else has in hand."""
    with office.database.read() as connection:
        numbers = webhooks.waiting(connection, webhook.id, _AT_A_TIME)
    for number in numbers:
        moment = at or now()
        with office.database.write() as connection:
            taken = webhooks.take(connection, number, moment, later(moment, LEASE_SECONDS))
        if taken is None:
            return
        trouble = post(webhook.url, webhook.secret, taken.id, taken.body, moment, office.settings.webhook_hosts)
        if not _settle(office, taken, trouble, moment, report):
            return


def _settle(office: Office, message: Row[Any], trouble: str | None, moment: datetime, report: SentReport) -> bool:
    """Write down what became of a message; whether it arrived or is given up, so that the next may go."""
    settled = True
    if trouble is None:
        report.sent += 1
        values: dict[str, Any] = {"delivered_at": moment, "next_try_at": None, "trouble": None}
    elif message.attempts >= MOST_ATTEMPTS:
        report.given_up += 1
        values = {"given_up_at": moment, "next_try_at": None, "trouble": trouble}
    else:
        report.failed, settled = report.failed + 1, False
        values = {"next_try_at": later(moment, wait_seconds(message.attempts)), "trouble": trouble}
    with office.database.write() as connection:
        webhooks.change(connection, message.id, **values)
    return settled


def post(
    address: str, secret: str, number: str, body: str, moment: datetime, allowed: tuple[str, ...] = ()
) -> str | None:
    """Post one signed message; what kept it from arriving, in plain words, or None.

    No redirect is followed, no proxy asked, and nothing of the answer read but its number.
    """
    import httpx

    seconds = int(moment.astimezone(UTC).timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"EHCP-Flow/{__version__}",
        "Webhook-Id": number,
        "Webhook-Timestamp": str(seconds),
        "Webhook-Signature": signature(secret, number, seconds, body),
    }
    try:
        url = read_address(address, allowed)
        pinned = url.copy_with(host=address_of(url.host, url.port or _PORTS[url.scheme], allowed))
        headers["Host"] = url.netloc.decode("ascii")
        with (
            httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False) as client,
            client.stream(
                "POST", pinned, content=body.encode(), headers=headers, extensions={"sni_hostname": url.host}
            ) as answer,
        ):
            return _trouble_of(answer.status_code)
    except (NotThere, BadInput) as error:
        return str(error)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return f"The receiver cannot be reached ({type(error).__name__})."


def _trouble_of(status: int) -> str | None:
    if status in _DONE:
        return None
    if status in _REDIRECT:
        return f"The receiver answered {status}: it sends us elsewhere, which we do not follow."
    return f"The receiver answered {status}."
