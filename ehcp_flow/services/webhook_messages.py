"""What a webhook is told of a new flag: which clock of which case, and no person.

Messages are written in the transaction that raises the flag, so that none is lost, and sent after.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ehcp_flow.storage import webhooks
from ehcp_flow.storage.flags import BREACH, CLEARED, NEAR
from ehcp_flow.today import now

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

KINDS = {
    BREACH: "a limit was broken",
    NEAR: "a limit comes near",
    CLEARED: "a limit was not broken after all",
}
"""What a webhook can be told of."""

SECRET_PREFIX = "whsec_"  # noqa: S105 how such secrets begin, not one of them


def write_messages(connection: Connection, flags: Iterable[tuple[dict[str, Any], str]]) -> None:
    """Write a message for each webhook and each new flag (with its workflow) that it wants to know of."""
    told = list(flags)
    if not told:
        return
    rows = [row for webhook in webhooks.active(connection) for row in _messages(webhook, told, now())]
    webhooks.add_deliveries(connection, rows)


def _messages(webhook: Row[Any], flags: list[tuple[dict[str, Any], str]], at: datetime) -> Iterator[dict[str, Any]]:
    kinds = webhook.kinds.split()
    for flag, workflow in flags:
        if flag["kind"] in kinds:
            body = message(f"flag.{flag['kind']}", at, data_of(flag, workflow))
            yield {"id": _number(webhook.id, flag), "webhook_id": webhook.id, "body": body, "created_at": at}


def _number(webhook_id: str, flag: dict[str, Any]) -> str:
    """The same for the same flag however often it is written; of one clock, in the order of its flags."""
    key = [webhook_id, flag["case_ref"], flag["clock"], flag["subject"], flag["period"], flag["turn"]]
    return f"msg_{flag['turn']:04}{hashlib.sha256(json.dumps(key).encode()).hexdigest()[:28]}"


def data_of(flag: dict[str, Any], workflow: str) -> dict[str, Any]:
    """What a message says of a flag."""
    return {
        "case_ref": flag["case_ref"],
        "workflow": workflow,
        "clock": flag["clock"],
        "subject": flag["subject"] or None,
        "period": flag["period"],
        "kind": flag["kind"],
        "due_on": str(flag["due_on"]),
        "noticed_on": str(flag["noticed_on"]),
    }


def message(kind: str, at: datetime, data: dict[str, Any]) -> str:
    """The body of a message."""
    return json.dumps({"type": kind, "timestamp": at.isoformat(), "data": data}, ensure_ascii=False)


def signature(secret: str, message_id: str, timestamp: int, body: str) -> str:
    """How a message is signed: HMAC-SHA256 over its number, the second it is sent and its body, with dots between.

    This and the names of the headers are those of the Standard Webhooks specification, so that receivers find
    libraries that check it.
    """
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = hmac.digest(key, f"{message_id}.{timestamp}.{body}".encode(), hashlib.sha256)
    return f"v1,{base64.b64encode(signed).decode()}"
