"""Write once, however often it is asked: the answer is kept under the caller's key, in the same transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ehcp_flow.errors import Conflict
from ehcp_flow.services.moments import seconds_after
from ehcp_flow.services.office import Office
from ehcp_flow.storage import api_tokens
from ehcp_flow.today import now

if TYPE_CHECKING:
    from sqlalchemy import Connection

KEPT_SECONDS = 172_800
"""Two days: longer than any program goes on trying."""


class KeyUsedOtherwise(Conflict):
    """The same key came with another request."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to a write: status, the address of what was made, and the body as JSON text."""

    status: int
    body: str
    location: str = ""
    is_repeated: bool = False


class _OneTransaction:
    """A database inside one transaction: whatever a service reads or writes happens in it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        yield self._connection

    write = snapshot = read


def answer_once(
    office: Office, token_id: str, key: str | None, request: bytes, do: Callable[[Office], Answer]
) -> Answer:
    """What `do` answers, or what it answered when the same token sent the same request with the same key before.

    What is refused is not kept: it may be right the next time. Raises KeyUsedOtherwise if the key came with another
    request, and whatever `do` raises; then nothing is written.
    """
    if key is None:
        return do(office)
    claimed = {
        "token_id": token_id,
        "key": key,
        "request_hash": hashlib.sha256(request).hexdigest(),
        "status": 0,
        "location": "",
        "body": "",
        "body_hash": "",
        "given_at": now(),
    }
    with office.database.write() as connection:
        api_tokens.forget_answers(connection, seconds_after(now(), -KEPT_SECONDS))
        if not api_tokens.claim(connection, claimed):
            return _again(connection, token_id, key, claimed["request_hash"])
        given = do(_within(office, connection))
        kept = {"status": given.status, "location": given.location, "body": given.body}
        api_tokens.fill(connection, token_id, key, **kept, body_hash=hashlib.sha256(given.body.encode()).hexdigest())
    return given


def _again(connection: Connection, token_id: str, key: str, request_hash: object) -> Answer:
    before = api_tokens.answer(connection, token_id, key)
    if before is None or before.request_hash != request_hash:
        raise KeyUsedOtherwise(
            "This Idempotency-Key came with another request before.",
            "Nothing was written.",
            "Use a new key for each new request, and the same one only to repeat it.",
        )
    return Answer(before.status, before.body, before.location, is_repeated=True)


def _within(office: Office, connection: Connection) -> Office:
    """The same office, whose database is the transaction that is already begun."""
    inside = Office(office.settings)
    known = {name: value for name, value in vars(office).items() if name in ("workflows", "calendar")}
    vars(inside).update(known, database=_OneTransaction(connection))
    return inside
