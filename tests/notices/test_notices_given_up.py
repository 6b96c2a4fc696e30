"""What a channel refuses is given up in the end, listed with its reason, and can be tried anew."""

from __future__ import annotations

from datetime import date

import pytest

from ehcp_flow.errors import NotAllowed, UnknownName
from ehcp_flow.services.assign import assign
from ehcp_flow.services.list_notices import list_notices, retry_notices, show_notice, standing_of
from ehcp_flow.services.send_notices import (
    MOST_REFUSALS,
    later,
    send_due,
)
from tests.notices.conftest import NOON, counts, morning, notices_of


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
