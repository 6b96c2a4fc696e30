"""Slowing down whoever guesses passwords, without letting them lock the account's owner out.

Tries are counted for a browser that is known to the account, and for it alone; anywhere else they are counted for the
pair of account and address, for the address, and for all strangers to the account together. However much strangers
fail, a browser at which somebody signed in before is not slowed down by it.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ehcp_flow.errors import EhcpError
from ehcp_flow.services.moments import seconds_after
from ehcp_flow.storage import sign_in_tries

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

FORGOTTEN_AFTER: Final = 24 * 60 * 60
_FREE: Final = {"device": 5, "pair": 5, "address": 100, "strangers": 100}
# Seconds. Short where many people share a counter, as a whole council may share an address: slow enough for a guesser,
# and nobody is kept out for long by somebody else.
_LONGEST_WAIT: Final = {"device": 15 * 60, "pair": 15 * 60, "address": 20, "strangers": 20}
_IPV6_OF_ONE_PLACE = 64


class TooManyTries(EhcpError):
    """Somebody has to wait before the next try."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        minutes = -(-seconds // 60)
        wait = f"{seconds} seconds" if seconds < 60 else f"{minutes} minute{'' if minutes == 1 else 's'}"
        super().__init__(
            "There were too many tries to sign in.",
            f"Wait {wait} before the next one.",
            "If you have forgotten your password, ask your administrator for a link to choose a new one.",
        )


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a try comes from: the address, and the hash of the browser's own cookie if the account knows it."""

    address: str
    known_device: str | None = None

    def counters(self, username: str) -> list[str]:
        """What a try of this caller is counted for."""
        if self.known_device:
            return [f"device {self.known_device} {username}"]
        place = place_of(self.address)
        return [f"pair {place} {username}", f"address {place}", f"strangers {username}"]


def place_of(address: str) -> str:
    """An address, or the network of an IPv6 one: whoever has one address there has them all."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if found.version == 6:
        return str(ipaddress.ip_network((found, _IPV6_OF_ONE_PLACE), strict=False))
    return str(found)


def count_try(connection: Connection, caller: Caller, username: str, at: datetime) -> None:
    """Count a try as failed before it is made, so that tries made at once are counted too. Raises TooManyTries."""
    counters = caller.counters(username)
    sign_in_tries.forget_before(connection, seconds_after(at, -FORGOTTEN_AFTER))
    found = {row.counted_for: row for row in sign_in_tries.tries(connection, counters)}
    waits = [wait_of(key, row.failures, row.last_failed_at, at) for key, row in found.items()]
    if wait := max(waits, default=0):
        raise TooManyTries(wait)
    for counter in counters:
        sign_in_tries.add_failure(connection, counter, at)


def wait_of(counter: str, failures: int, last_failed_at: datetime, at: datetime) -> int:
    """How many seconds must still pass: twice as many after each further failure, up to the longest for its kind."""
    kind = counter.partition(" ")[0]
    over = failures - _FREE[kind]
    if over < 0:
        return 0
    doubled: int = 1 << min(over + 1, 20)
    return max(0, round(min(doubled, _LONGEST_WAIT[kind]) - (at - last_failed_at).total_seconds()))


def forgive(connection: Connection, caller: Caller, username: str) -> None:
    """After a right password: forget the failures of this browser or pair, and not count the try for the others.

    The address keeps what it has: somebody with an account of their own must not clear it in between guesses.
    """
    for counter in caller.counters(username):
        if counter.startswith(("device ", "pair ")):
            sign_in_tries.forget(connection, counter)
        else:
            sign_in_tries.take_back(connection, counter)
