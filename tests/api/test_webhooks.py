"""Webhooks: told of each new flag at least once, in order, signed, and only where they may be."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from ehcp_flow.errors import BadInput, NotAllowed, UnknownName
from ehcp_flow.services.flagging import raise_flags
from ehcp_flow.services.jobs import MINUTE_JOBS
from ehcp_flow.services.office import Office
from ehcp_flow.services.open_case import NewPerson, open_case
from ehcp_flow.services.record_event import record_event
from ehcp_flow.services.send_webhooks import send_webhooks
from ehcp_flow.services.sweep import sweep
from ehcp_flow.services.webhooks import (
    add_webhook,
    list_webhooks,
    remove_webhook,
    retry_webhook,
    try_webhook,
    webhook_troubles,
)
from ehcp_flow.storage.clock_table import clocks_of
from ehcp_flow.storage.webhooks import webhook
from tests.api.conftest import on_sqlite

NOON = datetime(2026, 2, 18, 12, tzinfo=UTC)


class Receiver(ThreadingHTTPServer):
    """A receiver on this machine that notes what it is told and answers what it is told to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.told: list[tuple[dict[str, str], str]] = []
        self.answers: list[int] = []
        Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"

    @property
    def said(self) -> list[dict[str, object]]:
        return [json.loads(body) for _, body in self.told]


class _Answers(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.told.append(({name.lower(): value for name, value in self.headers.items()}, body))
        status = self.server.answers.pop(0) if self.server.answers else 204
        self.send_response(status)
        if status == 302:
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def here(office: Office, today_is) -> Office:
    """The office on 18 February 2026, which lets webhooks be on this machine; case X1 was due on the 16th."""
    today_is(date(2026, 2, 18))
    open_case(
        office,
        "needs_assessment",
        "request_received",
        date(2026, 1, 5),
        {"source": "parent"},
        case_ref="X1",
        person=NewPerson("Robin", "Example"),
    )
    object.__setattr__(office, "settings", replace(office.settings, webhook_hosts=("127.0.0.1",)))
    return office


def later(minutes: int) -> datetime:
    return datetime.fromtimestamp(NOON.timestamp() + minutes * 60, UTC)


def test_a_breach_is_told_once_after_the_sweep_and_names_nobody(here, receiver):
    add_webhook(here, receiver.url, "Case system")
    sweep(here, date(2026, 2, 18))
    assert receiver.told == [], "nothing is sent inside the night's transaction"
    report = send_webhooks(here)
    assert (report.sent, report.waiting) == (1, 0)
    sweep(here, date(2026, 2, 18))
    send_webhooks(here)
    (said,) = receiver.said
    assert said["type"] == "flag.breach"
    assert said["data"] == {
        "case_ref": "X1",
        "workflow": "needs_assessment",
        "clock": "decide_whether_to_assess",
        "subject": None,
        "period": 1,
        "kind": "breach",
        "due_on": "2026-02-16",
        "noticed_on": "2026-02-18",
    }
    assert "Robin" not in json.dumps(said)
    assert "Example" not in json.dumps(said)


def test_a_message_is_signed_as_the_documentation_says(here, receiver):
    new = add_webhook(here, receiver.url, "Case system")
    sweep(here, date(2026, 2, 18))
    send_webhooks(here)
    headers, body = receiver.told[0]
    key = base64.b64decode(new.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert int(headers["webhook-timestamp"]) == NOON.timestamp()
    assert len(key) == 32


def test_a_late_entry_that_clears_a_breach_is_told_too(here, receiver):
    add_webhook(here, receiver.url, "", ["cleared"])
    sweep(here, date(2026, 2, 18))
    record_event(here, "X1", "assessment_agreed", date(2026, 2, 10))
    send_webhooks(here)
    assert [each["type"] for each in receiver.said] == ["flag.cleared"]


def test_what_comes_near_is_told_when_it_is_asked_for(here, receiver, today_is):
    add_webhook(here, receiver.url, "", ["near"])
    today_is(date(2026, 2, 10))
    sweep(here, date(2026, 2, 10))
    send_webhooks(here)
    assert [each["type"] for each in receiver.said] == ["flag.near"]


def test_what_does_not_arrive_is_tried_again_later_under_the_same_number(here, receiver):
    add_webhook(here, receiver.url, "")
    sweep(here, date(2026, 2, 18))
    receiver.answers = [500, 500, 204]
    assert send_webhooks(here, NOON).failed == 1
    assert send_webhooks(here, NOON).sent == 0, "not before its time"
    assert send_webhooks(here, later(2)).failed == 1
    assert send_webhooks(here, later(3)).sent == 0, "each wait is longer"
    assert send_webhooks(here, later(5)).sent == 1
    assert len({headers["webhook-id"] for headers, _ in receiver.told}) == 1
    assert len(receiver.told) == 3
    assert len({headers["webhook-timestamp"] for headers, _ in receiver.told}) == 3, "signed anew each time"


def test_what_never_arrives_is_given_up_and_holds_up_nothing_and_can_be_tried_again(here, receiver, monkeypatch):
    monkeypatch.setattr("ehcp_flow.services.send_webhooks.MOST_ATTEMPTS", 4)
    new = add_webhook(here, receiver.url, "")
    sweep(here, date(2026, 2, 18))
    record_event(here, "X1", "assessment_agreed", date(2026, 2, 10))
    receiver.answers = [500] * 4
    hour = 0
    while list_webhooks(here)[0].dead == 0:
        hour += 1
        send_webhooks(here, later(61 * hour))
    assert hour == 4
    assert [each["type"] for each in receiver.said] == ["flag.breach"] * 4 + ["flag.cleared"]
    assert webhook_troubles(here)[0].trouble == "The receiver answered 500."
    assert retry_webhook(here, new.id) == 1
    assert send_webhooks(here, later(61 * (hour + 1))).sent == 1
    with pytest.raises(NotAllowed):
        retry_webhook(here, new.id)


def test_no_message_overtakes_an_earlier_one_of_the_same_webhook(here, receiver):
    add_webhook(here, receiver.url, "")
    sweep(here, date(2026, 2, 18))
    record_event(here, "X1", "assessment_agreed", date(2026, 2, 10))
    receiver.answers = [503]
    send_webhooks(here, NOON)
    assert [each["type"] for each in receiver.said] == ["flag.breach"]
    send_webhooks(here, later(2))
    assert [each["type"] for each in receiver.said] == ["flag.breach", "flag.breach", "flag.cleared"]


@on_sqlite
def test_a_redirect_is_not_followed(here, receiver):
    new = add_webhook(here, receiver.url, "")
    receiver.answers = [302]
    assert "which we do not follow" in str(try_webhook(here, new.id))
    assert len(receiver.told) == 1


@on_sqlite
def test_a_test_message_says_that_it_is_only_a_test(here, receiver):
    new = add_webhook(here, receiver.url, "")
    assert try_webhook(here, new.id) is None
    assert receiver.said[0]["type"] == "test"


def test_a_webhook_that_was_removed_is_told_nothing_more_and_its_secret_is_forgotten(here, receiver):
    new = add_webhook(here, receiver.url, "")
    sweep(here, date(2026, 2, 18))
    remove_webhook(here, new.id)
    assert send_webhooks(here).waiting == 0
    assert receiver.told == []
    with here.database.read() as connection:
        row = webhook(connection, new.id)
    assert row is not None
    assert row.secret == ""
    for gone in (remove_webhook, retry_webhook, try_webhook):
        with pytest.raises(UnknownName):
            gone(here, new.id)


def test_a_flag_that_cannot_be_written_is_not_told(here, receiver):
    add_webhook(here, receiver.url, "")
    with pytest.raises(RuntimeError):
        flag_and_fail(here)
    assert send_webhooks(here).waiting == 0


def flag_and_fail(office: Office) -> None:
    with office.database.write() as connection:
        row = next(row._asdict() for row in clocks_of(connection, "X1") if row.clock == "finalise_plan")
        raise_flags(connection, [(row, "breach")], date(2026, 2, 18), {})
        raise RuntimeError


def test_the_scheduler_sends(here, receiver):
    add_webhook(here, receiver.url, "")
    sweep(here, date(2026, 2, 18))
    (job,) = (job for job in MINUTE_JOBS if job.name == "send_webhooks")
    assert job.do(here)["sent"] == 1


@on_sqlite
@pytest.mark.parametrize("kinds", [[], ["breach", "everything"]])
def test_what_a_webhook_is_told_of_is_checked(here, receiver, kinds):
    with pytest.raises(BadInput, match="breach, near, cleared"):
        add_webhook(here, receiver.url, "", kinds)
