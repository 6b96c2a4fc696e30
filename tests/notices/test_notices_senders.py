"""Two senders at once, a sender killed with a mail in hand, and a password that must not be repeated."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import datetime

import pytest
from aiosmtpd.smtp import AuthResult

from ehcp_flow.services.assign import assign
from ehcp_flow.services.list_notices import show_notice
from ehcp_flow.services.office import Office
from ehcp_flow.services.read_channels import read_channels
from ehcp_flow.services.send_notices import (
    LEASE_SECONDS,
    later,
    send_due,
)
from tests.notices.conftest import LATE_DAY, NOON, MailServer, morning, notices_of


def test_senders_at_the_same_time_send_each_notice_once(outbox, mail, office_at):
    offices = []
    for _ in range(6):
        other = office_at(outbox.settings.database_url)
        made = Office(replace(other.settings, channels=outbox.settings.channels))
        vars(made).update(workflows=other.workflows, database=other.database)
        offices.append(made)
    start = threading.Barrier(len(offices))
    sent = []

    def work(office: Office) -> None:
        start.wait()
        sent.append(send_due(office, NOON).sent)

    threads = [threading.Thread(target=work, args=(each,)) for each in offices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == 3
    assert len(mail.keys) == len(set(mail.keys)) == 3


def test_a_sender_killed_with_a_mail_in_hand_leaves_it_to_the_next(outbox, mail):
    mail.mood = "hangs"
    environment = {
        **os.environ,
        "EHCP_DATABASE_URL": outbox.settings.database_url,
        "EHCP_CHANNELS": str(outbox.settings.channels),
    }
    sender = subprocess.Popen([sys.executable, "-m", "ehcp_flow", "notices", "send"], env=environment)
    deadline = time.monotonic() + 120
    while not any(row.attempts for row in notices_of(outbox)) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.2)
    sender.send_signal(signal.SIGKILL)
    sender.wait()
    mail.mood = "kind"
    in_hand = [row for row in notices_of(outbox) if row.attempts]
    assert len(in_hand) == 1
    taken_at: datetime = in_hand[0].next_try_at
    assert send_due(outbox, later(taken_at, -LEASE_SECONDS)).sent == 2, "what it had in hand is not free yet"
    assert send_due(outbox, taken_at).sent == 1
    assert len({*mail.keys}) == 3


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_password_is_never_repeated(told, story, office, staff):
    closed = MailServer(auth_required=True, auth_require_tls=False, authenticator=lambda *_: _refusal())
    story("X1", "2025-04-02 request_received")
    assign(office, "X1", "asmith")
    office = told(
        f"""
        mail: mailto://clerk:s3cret-word@127.0.0.1:{closed.port}?from=ehcp@council.example
        officers: {{asmith: [asmith@council.example]}}
        """
    )
    morning(office, LATE_DAY)
    send_due(office, NOON)
    closed.stop()
    row = show_notice(office, "officer asmith")
    assert row.trouble == "The mail server 127.0.0.1 does not accept the account or password."
    assert "s3cret-word" not in str(tuple(row))
    assert "s3cret-word" not in repr(read_channels(office.settings.channels))


def _refusal():
    return AuthResult(success=False, handled=False)
