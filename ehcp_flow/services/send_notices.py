"""Send the notices that wait, each at least once, in the order in which they were written.

A notice is taken by one conditional update before it is sent, so two senders never send the same at once. If the
sender dies, what it had taken is free again after LEASE_SECONDS; the key that travels with it tells a second copy.
The notices of one channel form a queue: none overtakes an earlier one that could not be delivered yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ehcp_flow.services.deliver import Parcel, Undelivered, deliver, server_of
from ehcp_flow.services.read_channels import read_channels
from ehcp_flow.storage import notices
from ehcp_flow.today import now as this_moment

if TYPE_CHECKING:
    from sqlalchemy import Row

    from ehcp_flow.services.channels import Channels
    from ehcp_flow.services.office import Office

LEASE_SECONDS = 600
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 60, 3_600
MOST_ATTEMPTS = 120
"""Four days and more of hourly attempts: a mail server may be down over a long weekend."""
MOST_REFUSALS = 12
"""Attempts after which a notice that the other side refuses is given up: some seven hours."""


@dataclass(slots=True)
class SendReport:
    """What one round of sending did; `waiting` and `dead` are what is left after it."""

    sent: int = 0
    failed: int = 0
    given_up: int = 0
    waiting: int = 0
    dead: int = 0

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """Counts by name, so that `dict(report)` is the report of a job."""
        return iter([(name, getattr(self, name)) for name in self.__slots__])


@dataclass(slots=True)
class _Round:
    """One round of sending: the moment (None for the real one at each step), and the servers found to be down."""

    office: Office
    channels: Channels
    moment: datetime | None
    report: SendReport = field(default_factory=SendReport)
    down: dict[str, str] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.moment or this_moment()


def send_due(office: Office, now: datetime | None = None) -> SendReport:
    """Send what is due; what does not arrive is tried again later, and given up in the end with its trouble noted.

    Raises BadFile or BadInput if the settings cannot be used, DatabaseTrouble; nothing that waits is lost by that.
    """
    path = office.settings.channels
    with office.database.read() as connection:
        queues = _queues(notices.waiting(connection))
    report = SendReport()
    if path is not None and queues:
        this_round = _Round(office, read_channels(path), now)
        for queue in queues:
            _send_queue(this_round, queue)
        report = this_round.report
    with office.database.read() as connection:
        report.waiting, report.dead = notices.depth(connection)
    return report


def _queues(rows: Sequence[Row[Any]]) -> list[list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[notices.channel_of(row.key)].append(row)
    return list(found.values())


def _send_queue(this_round: _Round, queue: Sequence[Row[Any]]) -> None:
    """Send one channel's notices in order, up to the first that must wait or that somebody else has in hand."""
    for row in queue:
        now = this_round.now
        with this_round.office.database.write() as connection:
            taken = notices.take(connection, row.key, now, later(now, LEASE_SECONDS))
        if taken is None:
            return
        trouble = _hand_over(this_round, taken)
        if not _is_settled(this_round, taken, trouble):
            return


def _hand_over(this_round: _Round, notice: Row[Any]) -> Undelivered | None:
    """Hand a notice to its channel; what kept it from arriving is given back."""
    channel = this_round.channels.marked(notices.channel_of(notice.key))
    if channel is None:
        return Undelivered("The settings no longer name the channel for which it was written.", is_refused=True)
    server = server_of(channel)
    if server in this_round.down:
        return Undelivered(this_round.down[server])
    parcel = Parcel(notice.key, notice.subject, notice.text, notice.html, this_round.now, again=notice.attempts > 1)
    try:
        deliver(channel, parcel)
    except Undelivered as error:
        if error.server:
            this_round.down[server] = error.trouble
        return error
    except Exception as error:  # noqa: BLE001 one notice that cannot be sent must not hold up the others
        return Undelivered(f"It could not be handed over ({type(error).__name__}).", is_refused=True)
    return None


def _is_settled(this_round: _Round, notice: Row[Any], trouble: Undelivered | None) -> bool:
    """Write down what became of a notice; whether it is sent or given up, so that the next in its queue may go."""
    now, report, settled = this_round.now, this_round.report, True
    if trouble is None:
        report.sent += 1
        # The text stays as a record of what was said; the HTML says the same and is many times longer.
        values: dict[str, Any] = {"sent_at": now, "next_try_at": None, "trouble": None, "html": ""}
    elif notice.attempts >= (MOST_REFUSALS if trouble.is_refused else MOST_ATTEMPTS):
        report.given_up += 1
        values = {"given_up_at": now, "next_try_at": None, "trouble": trouble.trouble}
    else:
        report.failed, settled = report.failed + 1, False
        values = {"next_try_at": later(now, wait_seconds(notice.attempts)), "trouble": trouble.trouble}
    with this_round.office.database.write() as connection:
        notices.change(connection, notice.key, **values)
    return settled


def wait_seconds(attempts: int) -> int:
    """How long to wait after so many attempts: a minute, doubled each time, an hour at most.

    >>> [wait_seconds(attempts) for attempts in (1, 2, 3, 7, 100)]
    [60, 120, 240, 3600, 3600]
    """
    doubled: int = FIRST_WAIT_SECONDS * 2 ** min(attempts - 1, 10)
    return min(doubled, LONGEST_WAIT_SECONDS)


def later(moment: datetime, seconds: int) -> datetime:
    """The moment so many seconds later."""
    return datetime.fromtimestamp(moment.timestamp() + seconds, UTC)
