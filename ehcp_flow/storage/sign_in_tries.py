"""Failed tries to sign in, and the browsers at which people signed in before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from ehcp_flow.storage.account_tables import KnownDevice, SignInTries
from ehcp_flow.storage.tables import sql_table

_tries, _devices = sql_table(SignInTries), sql_table(KnownDevice)


def tries(connection: Connection, counters: Iterable[str]) -> Sequence[Row[Any]]:
    """The failures counted for these; whoever asks is alone in asking until the transaction ends."""
    query = select(_tries).where(_tries.c.counted_for.in_(list(counters))).order_by(_tries.c.counted_for)
    return connection.execute(query.with_for_update()).all()


def add_failure(connection: Connection, counter: str, at: datetime) -> None:
    """Count one failure more."""
    more = update(_tries).where(_tries.c.counted_for == counter)
    if connection.execute(more.values(failures=_tries.c.failures + 1, last_failed_at=at)).rowcount == 0:
        connection.execute(insert(_tries).values(counted_for=counter, failures=1, last_failed_at=at))


def take_back(connection: Connection, counter: str) -> None:
    """Count one failure less."""
    query = update(_tries).where(_tries.c.counted_for == counter, _tries.c.failures > 0)
    connection.execute(query.values(failures=_tries.c.failures - 1))


def forget(connection: Connection, counter: str) -> None:
    """Forget what was counted for one."""
    connection.execute(delete(_tries).where(_tries.c.counted_for == counter))


def forget_before(connection: Connection, moment: datetime) -> None:
    """Forget what is long past."""
    connection.execute(delete(_tries).where(_tries.c.last_failed_at < moment))


def knows_device(connection: Connection, device_hash: str, username: str) -> bool:
    """Whether somebody signed in to this account at this browser before."""
    query = select(_devices.c.username).where(_devices.c.device_hash == device_hash, _devices.c.username == username)
    return connection.execute(query).first() is not None


def note_device(connection: Connection, device_hash: str, username: str, at: datetime) -> None:
    """Note that somebody signed in to this account at this browser."""
    mine = (_devices.c.device_hash == device_hash) & (_devices.c.username == username)
    if connection.execute(update(_devices).where(mine).values(last_used_at=at)).rowcount == 0:
        connection.execute(insert(_devices).values(device_hash=device_hash, username=username, last_used_at=at))


def forget_devices_of(connection: Connection, username: str) -> None:
    """Know an account's browsers no more, as after a change of its password."""
    connection.execute(delete(_devices).where(_devices.c.username == username))
