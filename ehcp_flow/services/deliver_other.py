"""Every channel that Apprise knows: Teams workflows, Slack, and some hundred others."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ehcp_flow.services.deliver import Undelivered

if TYPE_CHECKING:
    from ehcp_flow.services.deliver import Parcel

_CODE = re.compile(r"error=(\d{3})\b")


class _Heard(logging.Handler):
    """Keeps what Apprise complains of, of which we use the number only: the words may hold addresses."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@contextmanager
def _overheard() -> Iterator[_Heard]:
    log, heard = logging.getLogger("apprise"), _Heard()
    before = log.propagate
    log.addHandler(heard)
    log.propagate = False
    try:
        yield heard
    finally:
        log.removeHandler(heard)
        log.propagate = before


def is_understood(url: str) -> bool:
    """Whether Apprise can make something of the address."""
    from apprise import Apprise

    with _overheard():
        return Apprise.instantiate(url, suppress_exceptions=True) is not None


def send_by_apprise(url: str, parcel: Parcel) -> None:
    """Send the plain text through Apprise. Raises Undelivered."""
    from apprise import Apprise, NotifyFormat

    with _overheard() as heard:
        to = Apprise()
        if not to.add(url):
            raise Undelivered("Apprise does not understand the address in the settings.", is_refused=True)
        if to.notify(body=parcel.text, title=parcel.subject, body_format=NotifyFormat.TEXT):
            return
    scheme = url.partition(":")[0]
    code = next((match[1] for said in heard.said if (match := _CODE.search(said))), "")
    if code:
        raise Undelivered(f"The channel {scheme} answered {code}.", is_refused=code in ("400", "404", "410"))
    raise Undelivered(f"The channel {scheme} cannot be reached.")
