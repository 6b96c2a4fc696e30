"""Sending through a real mail server that refuses, breaks off in the middle, goes away and comes back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import date, datetime

import pytest
from aiosmtpd.smtp import AuthResult

from ehcp_flow.errors import NotAllowed, UnknownName
from ehcp_flow.services.assign import assign
from ehcp_flow.services.list_notices import list_notices, retry_notices, show_notice, standing_of
from ehcp_flow.services.office import Office
from ehcp_flow.services.read_channels import read_channels
from ehcp_flow.services.send_notices import (
    LEASE_SECONDS,
    MOST_ATTEMPTS,
    MOST_REFUSALS,
    later,
    send_due,
    wait_seconds,
)
from tests.notices.conftest import MailServer, at, morning, notices_of

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


def test_each_notice_arrives_as_text_and_html_with_a_key_and_the_right_headers(outbox, mail):
    assert counts(send_due(outbox, NOON)) == (3, 0, 0, 0, 0)
    (letter,) = mail.to("asmith@council.example")
    assert letter["From"] == "EHCP Flow <ehcp@council.example>"
    assert letter["Subject"] == "EHCP, 15 May: newly late 1 law"
    assert letter["Date"] == "Thu, 15 May 2025 12:00:00 +0000"
    assert letter["X-EHCP-Key"].startswith("digest:officer asmith:")
    assert letter["Message-ID"].endswith("@council.example>")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content_type() == "multipart/alternative"
    text, html = letter.iter_parts()
    assert [part.get_content_type() for part in (text, html)] == ["text/plain", "text/html"]
    assert "X1 · due Wed 14 May · 1 day late" in text.get_content()
    assert "X1" in html.get_content()
    assert max(map(len, letter.as_string().splitlines())) < 998


def test_what_was_sent_is_not_sent_again_and_keeps_its_text(outbox, mail):
    send_due(outbox, NOON)
    assert counts(send_due(outbox, later(NOON, 86_400))) == (0, 0, 0, 0, 0)
    assert len(mail.taken) == 3
    row = show_notice(outbox, "officer asmith")
    assert standing_of(row) == "sent"
    assert "X1" in row.text
    assert row.html == ""


@pytest.mark.parametrize("mood", ["breaks off before", "breaks off after"])
def test_a_server_that_breaks_off_in_the_middle_gets_everything_when_it_is_back(outbox, mail, mood):
    mail.mood = mood
    assert counts(send_due(outbox, NOON)) == (0, 3, 0, 3, 0)
    assert "broke off in the middle" in show_notice(outbox, "officer asmith").trouble
    before = list(mail.keys)
    mail.mood = "kind"
    assert counts(send_due(outbox, later(NOON, 30))) == (0, 0, 0, 3, 0), "not before its time"
    assert counts(send_due(outbox, later(NOON, 60))) == (3, 0, 0, 0, 0)
    assert len(set(mail.keys)) == 3
    assert sorted(mail.keys[len(before) :]) == sorted(set(mail.keys))
    assert len({letter["Message-ID"] for letter in mail.taken}) == 3, "a second copy can be told by its key"


def test_one_mail_that_breaks_off_does_not_hold_up_the_others(outbox, mail):
    mail.mood = "breaks off for asmith"
    assert counts(send_due(outbox, NOON)) == (2, 1, 0, 1, 0)
    mail.mood = "kind"
    assert send_due(outbox, later(NOON, 60)).sent == 1


def test_a_mail_server_down_for_three_nights_gets_every_notice_in_order(outbox, mail, story):
    mail.stop()
    nights = [LATE_DAY, date(2025, 5, 16), date(2025, 5, 19)]
    for number, day in enumerate(nights[1:], 3):
        story(f"X{number}", f"2025-04-0{number} request_received")  # one more is late every morning
        assign(outbox, f"X{number}", "asmith")
        morning(outbox, day)
    hour = NOON
    while hour < at(date(2025, 5, 19), 12):
        assert send_due(outbox, hour).sent == 0
        hour = later(hour, 4 * 3_600)
    waiting = len(notices_of(outbox))
    assert waiting == 7
    assert "cannot be reached" in show_notice(outbox, f"officer asmith:{_mark(outbox)}:2025-05-15").trouble
    mail.start()
    assert counts(send_due(outbox, later(hour, 3_600))) == (waiting, 0, 0, 0, 0)
    assert [letter["X-EHCP-Key"][-10:] for letter in mail.to("asmith@council.example")] == [str(day) for day in nights]
    assert len(set(mail.keys)) == len(mail.keys) == waiting


def _mark(office):
    return notices_of(office, "officer asmith")[0].key.split(":")[2]


def test_no_notice_overtakes_an_earlier_one_of_its_channel(outbox, mail, story):
    mail.mood = "breaks off before"
    for hours in range(6):
        send_due(outbox, later(NOON, hours * 3_600))
    story("X3", "2025-04-03 request_received")
    assign(outbox, "X3", "asmith")
    morning(outbox, date(2025, 5, 16))
    mail.mood = "kind"
    soon = later(NOON, 5 * 3_600 + 60)  # the first waits for 32 minutes more; the second was never tried
    assert send_due(outbox, soon).sent == 0
    send_due(outbox, later(NOON, 6 * 3_600))
    assert [letter["X-EHCP-Key"][-10:] for letter in mail.to("asmith@council.example")] == ["2025-05-15", "2025-05-16"]


def test_after_one_that_failed_its_queue_waits_even_if_the_next_would_go_through(outbox, mail, story):
    story("X3", "2025-04-03 request_received")
    assign(outbox, "X3", "asmith")
    morning(outbox, date(2025, 5, 16))
    mail.mood = "refuses once"
    send_due(outbox, at(date(2025, 5, 16), 12))
    send_due(outbox, at(date(2025, 5, 16), 13))
    for address in ("asmith", "boss"):
        days = [letter["X-EHCP-Key"][-10:] for letter in mail.to(f"{address}@council.example")]
        assert days == ["2025-05-15", "2025-05-16"]


def test_the_waits_double_up_to_an_hour():
    assert [wait_seconds(number) for number in range(1, 9)] == [60, 120, 240, 480, 960, 1_920, 3_600, 3_600]
    three_nights_and_a_weekend = 4 * 24 * 3_600
    assert sum(map(wait_seconds, range(1, MOST_ATTEMPTS))) > three_nights_and_a_weekend


def test_what_is_refused_again_and_again_is_given_up_and_can_be_tried_anew(outbox, mail):
    mail.mood = "refuses"
    moment, given_up = NOON, 0
    for _ in range(MOST_REFUSALS):
        given_up += send_due(outbox, moment).given_up
        moment = later(moment, 3_600)
    assert given_up == 3
    assert counts(send_due(outbox, moment)) == (0, 0, 0, 0, 3)
    dead = list_notices(outbox, dead=True)
    assert {standing_of(row) for row in dead} == {"given up"}
    assert {row.trouble for row in dead} == {"The mail server 127.0.0.1 refused the recipient (550)."}
    mail.mood = "kind"
    assert len(retry_notices(outbox, moment, "officer asmith")) == 1
    assert len(retry_notices(outbox, moment)) == 2
    assert counts(send_due(outbox, moment)) == (3, 0, 0, 0, 0)


def test_patience_asked_for_is_not_a_refusal(outbox, mail):
    mail.mood = "asks for patience"
    moment = NOON
    for _ in range(MOST_REFUSALS + 3):
        assert send_due(outbox, moment).given_up == 0
        moment = later(moment, 3_600)
    mail.mood = "kind"
    assert send_due(outbox, moment).sent == 3


def test_after_a_notice_that_is_given_up_its_queue_goes_on(outbox, mail, story):
    mail.mood = "refuses"
    moment = NOON
    for _ in range(MOST_REFUSALS):
        send_due(outbox, moment)
        moment = later(moment, 3_600)
    story("X3", "2025-04-03 request_received")
    assign(outbox, "X3", "asmith")
    morning(outbox, date(2025, 5, 16))
    mail.mood = "kind"
    send_due(outbox, moment)
    assert [letter["X-EHCP-Key"][-10:] for letter in mail.to("asmith@council.example")] == ["2025-05-16"]


def test_only_what_was_given_up_can_be_retried(outbox, mail):
    send_due(outbox, NOON)
    with pytest.raises(NotAllowed, match="was not given up"):
        retry_notices(outbox, NOON, "officer asmith")
    with pytest.raises(UnknownName, match="There is no notice of nobody"):
        retry_notices(outbox, NOON, "of nobody")


def test_a_channel_no_longer_in_the_settings_is_said_and_tried_again_when_it_is_back(outbox, told, mail):
    emptied = told(f"mail: {mail.url}\nofficers: {{bjones: [bjones@council.example]}}\n")
    assert counts(send_due(emptied, NOON)) == (1, 2, 0, 2, 0)
    assert show_notice(emptied, "officer asmith").trouble == (
        "The settings no longer name the channel for which it was written."
    )
    back = told(
        f"mail: {mail.url}\nofficers: {{asmith: [asmith@council.example]}}\ndirectors: [boss@council.example]\n"
    )
    assert send_due(back, later(NOON, 60)).sent == 2


def test_without_settings_what_waits_is_left_alone(outbox, office):
    assert counts(send_due(office, NOON)) == (0, 0, 0, 3, 0)
    assert {row.attempts for row in notices_of(office)} == {0}


def test_a_server_that_cannot_be_reached_is_tried_once_a_round(outbox, mail):
    mail.stop()
    began = time.perf_counter()
    assert counts(send_due(outbox, NOON)) == (0, 3, 0, 3, 0)
    assert {row.attempts for row in notices_of(outbox)} == {1}
    assert time.perf_counter() - began < 5


def test_a_server_that_falls_silent_is_tried_once_a_round(outbox, mail, monkeypatch):
    monkeypatch.setattr("ehcp_flow.services.deliver_mail.SECONDS", 0.3)
    mail.mood = "hangs"
    assert counts(send_due(outbox, NOON)) == (0, 3, 0, 3, 0)
    assert {row.trouble for row in notices_of(outbox)} == {"The mail server 127.0.0.1 does not answer."}


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
    deadline = time.monotonic() + 20
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
