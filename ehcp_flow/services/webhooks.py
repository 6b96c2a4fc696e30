"""Webhooks: addresses that are told of new flags. Registered, looked at, tried and removed by an administrator."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ehcp_flow.errors import BadInput, NotAllowed, UnknownName
from ehcp_flow.services.outside_secrets import new_number
from ehcp_flow.services.send_webhooks import post
from ehcp_flow.services.webhook_address import NotThere, address_of, read_address
from ehcp_flow.services.webhook_messages import KINDS, SECRET_PREFIX, message
from ehcp_flow.storage import webhooks
from ehcp_flow.today import now

if TYPE_CHECKING:
    from sqlalchemy import Row

    from ehcp_flow.services.office import Office

MOST_WEBHOOKS = 20
_BYTES = 32


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook just registered. `secret` is shown now and never again; the receiver checks signatures with it."""

    id: str
    secret: str


@dataclass(frozen=True, slots=True)
class WebhookLine:
    """A webhook, and how many messages wait for it, were given up, and arrived."""

    id: str
    url: str
    label: str
    kinds: tuple[str, ...]
    created_at: datetime
    created_by: str
    waiting: int
    dead: int
    arrived: int


def add_webhook(office: Office, url: str, label: str, kinds: Iterable[str] = tuple(KINDS)) -> NewWebhook:
    """Register an address to be told of new flags of some kinds from now on.

    Raises BadInput for an address or a kind that cannot be used, or if there are twenty already.
    """
    allowed = office.settings.webhook_hosts
    address = read_address(url.strip(), allowed)
    wanted = _checked_kinds(kinds)
    try:
        address_of(address.host, address.port or 443, allowed)
    except NotThere as error:
        raise BadInput("This address cannot be called.", str(error)) from None
    new = NewWebhook(new_number(), SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode())
    row = {
        "id": new.id,
        "url": str(address),
        "label": label.strip() or address.host,
        "kinds": " ".join(wanted),
        "secret": new.secret,
        "created_at": now(),
        "created_by": office.user,
    }
    with office.database.write() as connection:
        if len(webhooks.active(connection)) >= MOST_WEBHOOKS:
            raise BadInput(f"There are {MOST_WEBHOOKS} webhooks already.", next="Remove one that is not used.")
        webhooks.add_webhook(connection, row)
    return new


def _checked_kinds(kinds: Iterable[str]) -> list[str]:
    asked = set(kinds)
    if not asked or asked - set(KINDS):
        raise BadInput("Say which flags the webhook is told of.", next=f"There are: {', '.join(KINDS)}.")
    return [kind for kind in KINDS if kind in asked]


def list_webhooks(office: Office) -> list[WebhookLine]:
    """The webhooks that are told, without their secrets, the oldest first."""
    with office.database.read() as connection:
        depth = webhooks.depth(connection)
        return [
            WebhookLine(
                row.id,
                row.url,
                row.label,
                tuple(row.kinds.split()),
                row.created_at,
                row.created_by,
                *depth.get(row.id, (0, 0, 0)),
            )
            for row in webhooks.active(connection)
        ]


def webhook_troubles(office: Office, most: int = 50) -> Sequence[Row[Any]]:
    """Messages that did not arrive yet though tried, or were given up, the newest first."""
    with office.database.read() as connection:
        return webhooks.troubles(connection, most)


def remove_webhook(office: Office, webhook_id: str) -> None:
    """Tell a webhook nothing more; what waits for it is dropped. Raises UnknownName."""
    with office.database.write() as connection:
        if not webhooks.remove(connection, webhook_id, now()):
            raise _unknown(webhook_id)


def retry_webhook(office: Office, webhook_id: str) -> int:
    """Let the messages that were given up be tried again; gives how many.

    Raises UnknownName, or NotAllowed if there are none.
    """
    with office.database.write() as connection:
        _active(connection, webhook_id)
        number = webhooks.revive(connection, webhook_id, now())
        if not number:
            raise NotAllowed("No message to this webhook was given up.")
        return number


def try_webhook(office: Office, webhook_id: str) -> str | None:
    """Send a message that says it is only a test; what kept it from arriving, or None. Raises UnknownName."""
    with office.database.read() as connection:
        webhook = _active(connection, webhook_id)
    body = message("test", now(), {"says": "This is only a test."})
    return post(webhook.url, webhook.secret, f"msg_test_{new_number()}", body, now(), office.settings.webhook_hosts)


def _active(connection: Any, webhook_id: str) -> Row[Any]:
    found = webhooks.webhook(connection, webhook_id)
    if found is None or found.removed_at is not None:
        raise _unknown(webhook_id)
    return found


def _unknown(webhook_id: str) -> UnknownName:
    return UnknownName(f"There is no webhook {webhook_id}.", next="See them with: ehcp webhooks list")
