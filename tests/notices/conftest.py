"""An office that tells people things: officers, a mail server that can be told to misbehave, and mornings to live through."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
import textwrap
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from ehcp_flow.services.assign import assign
from ehcp_flow.services.office import Office
from ehcp_flow.services.officers import add_officer
from ehcp_flow.services.sweep import Swept, sweep
from ehcp_flow.storage.tables import Notice, sql_table

SENDER = "ehcp@council.example"


def at(day: date, hour: int = 3) -> datetime:
    return datetime.combine(day, time(hour), UTC)


class MailServer:
    """A real SMTP server on this machine. `mood` says how it treats the next mails."""

    def __init__(self, **options: Any) -> None:
        self.mood = "kind"
        self.taken: list[EmailMessage] = []
        self.hangs = asyncio.Event()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._options = options
        self.start()

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **self._options)
        self._controller.start()

    def stop(self) -> None:
        with suppress(AssertionError):
            self._controller.stop()

    @property
    def url(self) -> str:
        return f"mailto://127.0.0.1:{self.port}?from={SENDER}"

    @property
    def keys(self) -> list[str]:
        return [mail["X-EHCP-Key"] for mail in self.taken]

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.taken if mail["To"] == address]

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 aiosmtpd's name
        if self.mood == "breaks off before" or (self.mood == "breaks off for asmith" and address.startswith("asmith")):
            server.transport.close()
        if self.mood == "refuses once":
            self.mood = "kind"
            return "451 come back later"
        if self.mood == "refuses":
            return "550 no such mailbox"
        if self.mood == "asks for patience":
            return "451 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 aiosmtpd's name
        if self.mood == "hangs":
            await self.hangs.wait()
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        self.taken.append(parsed)
        if self.mood == "breaks off after":
            server.transport.close()
        return "250 taken"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture
def told(office: Office, tmp_path: Path) -> Callable[..., Office]:
    """The office with a file of channels: `told('directors: [boss@council.example]')`."""

    def make(text: str, **more: Any) -> Office:
        path = tmp_path / "channels.yaml"
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        made = Office(replace(office.settings, channels=path, **more))
        vars(made).update(workflows=office.workflows, database=office.database)
        return made

    return make


@pytest.fixture
def staff(office: Office) -> None:
    """asmith and bjones of the team North, cwest of South."""
    add_officer(office, "asmith", "Amber Smith", "North")
    add_officer(office, "bjones", "Bo Jones", "North")
    add_officer(office, "cwest", "Cy West", "South")


def morning(office: Office, day: date) -> Swept:
    """The night's work of `day`, at three o'clock of that day."""
    return sweep(office, day, lambda: at(day))


def notices_of(office: Office, recipient: str = "", kind: str = "") -> list[Any]:
    """The notices written for a recipient (for all, if none is named), the earliest first."""
    table = sql_table(Notice)
    query = select(table).order_by(table.c.business_date, table.c.key)
    if recipient:
        query = query.where(table.c.recipient == recipient)
    if kind:
        query = query.where(table.c.kind == kind)
    with office.database.read() as connection:
        return list(connection.execute(query))


def days_after(day: date, number: int) -> date:
    return day + timedelta(days=number)


LATE_DAY = date(2025, 5, 15)
NOON = at(LATE_DAY, 12)


@pytest.fixture
def outbox(story, office, staff, told, mail):
    """Three notices of one morning: asmith's, bjones's, and North's manager's."""
    for ref, officer in (("X1", "asmith"), ("X2", "bjones")):
        story(ref, "2025-04-02 request_received")
        assign(office, ref, officer)
    office = told(
        f"""
        mail: {mail.url}
        officers: {{asmith: [asmith@council.example], bjones: [bjones@council.example]}}
        team_managers: {{North: [boss@council.example]}}
        """
    )
    assert morning(office, LATE_DAY).notices == 3
    return office


def counts(report):
    return report.sent, report.failed, report.given_up, report.waiting, report.dead
