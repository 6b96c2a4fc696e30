"""Sending through a real mail server that refuses, breaks off in the middle, goes away and comes back."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.services.assign import assign
from ehcp_flow.services.list_notices import show_notice, standing_of
from ehcp_flow.services.send_notices import (
    MOST_ATTEMPTS,
    later,
    send_due,
    wait_seconds,
)
from tests.notices.conftest import LATE_DAY, NOON, at, counts, morning, notices_of


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


def test_a_server_that_cannot_be_reached_is_tried_once_a_round(outbox, mail):
    mail.stop()
    assert counts(send_due(outbox, NOON)) == (0, 3, 0, 3, 0)
    assert {row.attempts for row in notices_of(outbox)} == {1}


def test_a_server_that_falls_silent_is_tried_once_a_round(outbox, mail, monkeypatch):
    monkeypatch.setattr("ehcp_flow.services.deliver_mail.SECONDS", 0.3)
    mail.mood = "hangs"
    assert counts(send_due(outbox, NOON)) == (0, 3, 0, 3, 0)
    assert {row.trouble for row in notices_of(outbox)} == {"The mail server 127.0.0.1 does not answer."}
