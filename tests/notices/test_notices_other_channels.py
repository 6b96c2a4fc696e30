"""Encrypted mail with an account, GOV.UK Notify, and what Apprise sends: against servers on this machine."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from ehcp_flow.services.channel_address import channel
from ehcp_flow.services.deliver import Parcel, Undelivered, deliver
from tests.notices.conftest import SENDER, MailServer, at, days_after
from tests.notices.test_notices_outbox import LATE_DAY

KEY = "ehcp-live-" + "0123abcd-4567-89ab-cdef-0123456789ab-" + "89abcdef-0123-4567-89ab-cdef01234567"
PARCEL = Parcel("digest:officer asmith:ab:2025-05-15", "EHCP, 15 May", "Newly late: X1\n", "<p>X1</p>", at(LATE_DAY))


class Web:
    """A web server that keeps what it is asked, and answers as it is told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str], Any]] = []
        self.status, self.answer = 201, dict[str, Any]()
        web = self

        class Handler(BaseHTTPRequestHandler):
            def _any(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                web.asked.append((self.command, self.path, dict(self.headers), body))
                self.send_response(web.status)
                self.end_headers()
                self.wfile.write(json.dumps(web.answer).encode())

            def do_GET(self) -> None:
                self._any()

            def do_POST(self) -> None:
                self._any()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def web() -> Iterator[Web]:
    server = Web()
    yield server
    server.stop()


def notify(web: Web):
    url = f"notify://0f2c1a/asmith@council.example?api=http://127.0.0.1:{web.port}"
    return channel(url, "", {"EHCP_NOTIFY_KEY": KEY})


def test_notify_gets_the_text_the_template_and_our_key_under_a_signed_token(web):
    deliver(notify(web), PARCEL)
    ((method, path, headers, said),) = web.asked
    assert (method, path) == ("POST", "/v2/notifications/email")
    assert said == {
        "email_address": "asmith@council.example",
        "template_id": "0f2c1a",
        "personalisation": {"subject": "EHCP, 15 May", "body": "Newly late: X1\n"},
        "reference": "digest:officer asmith:ab:2025-05-15",
    }
    head, claims, signature = headers["Authorization"].removeprefix("Bearer ").split(".")
    read = [json.loads(base64.urlsafe_b64decode(part + "==")) for part in (head, claims)]
    assert read == [
        {"typ": "JWT", "alg": "HS256"},
        {"iss": "0123abcd-4567-89ab-cdef-0123456789ab", "iat": int(at(LATE_DAY).timestamp())},
    ]
    secret = b"89abcdef-0123-4567-89ab-cdef01234567"
    signed = hmac.digest(secret, f"{head}.{claims}".encode(), hashlib.sha256)
    assert base64.urlsafe_b64decode(signature + "=") == signed


def test_notify_is_asked_first_when_a_notice_is_tried_again(web):
    again = Parcel(PARCEL.key, PARCEL.subject, PARCEL.text, PARCEL.html, PARCEL.at, again=True)
    web.status, web.answer = 200, {"notifications": [{"status": "delivered"}]}
    deliver(notify(web), again)
    assert [(method, path) for method, path, _, _ in web.asked] == [
        ("GET", "/v2/notifications?reference=digest%3Aofficer%20asmith%3Aab%3A2025-05-15")
    ]
    web.answer = {"notifications": [{"status": "technical-failure"}]}
    deliver(notify(web), again)
    assert web.asked[-1][0] == "POST"


@pytest.mark.parametrize(
    ("status", "says", "is_refused"),
    [
        (400, "refused the message (400)", True),
        (403, "does not accept EHCP_NOTIFY_KEY (403)", False),
        (429, "takes no more for now (429)", False),
        (500, "answered 500", False),
    ],
)
def test_what_notify_complains_of_is_said_in_plain_words(web, status, says, is_refused):
    web.status = status
    with pytest.raises(Undelivered) as told:
        deliver(notify(web), PARCEL)
    assert says in told.value.trouble
    assert told.value.is_refused is is_refused
    assert "89abcdef" not in told.value.trouble


def test_notify_gone_is_said(web):
    there = notify(web)
    web.stop()
    with pytest.raises(Undelivered, match=r"GOV\.UK Notify cannot be reached\."):
        deliver(there, PARCEL)


def test_what_goes_through_apprise_arrives(web):
    web.status = 200
    deliver(channel(f"json://token-9f2@127.0.0.1:{web.port}/hook", "", {}), PARCEL)
    ((_, path, _, said),) = web.asked
    assert path == "/hook"
    assert said["title"] == "EHCP, 15 May"
    assert said["message"].strip() == "Newly late: X1"


@pytest.mark.parametrize(("status", "is_refused"), [(404, True), (503, False)])
def test_what_a_channel_of_apprise_answers_is_said_without_its_address(web, status, is_refused, capfd):
    web.status = status
    with pytest.raises(Undelivered) as told:
        deliver(channel(f"json://token-9f2@127.0.0.1:{web.port}/hook", "", {}), PARCEL)
    assert told.value.trouble == f"The channel json answered {status}."
    assert told.value.is_refused is is_refused
    assert capfd.readouterr() == ("", "")


def test_a_channel_of_apprise_that_is_gone_is_said(web):
    there = channel(f"json://token-9f2@127.0.0.1:{web.port}/hook", "", {})
    web.stop()
    with pytest.raises(Undelivered, match=r"^The channel json cannot be reached\.$"):
        deliver(there, PARCEL)


def test_a_teams_workflow_and_slack_are_understood():
    for url in (
        "workflows://prod-1.logic.azure.com:443/643e69f83c8944/signature/",
        "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    ):
        assert channel(url, "", {}).url == url


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost, signed by itself, with its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed: no certificate for the mail server")
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder / "cert.pem"


@pytest.fixture
def encrypted(certificate: Path) -> Iterator[MailServer]:
    """A mail server that takes mail only over TLS and only from clerk."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))

    def is_clerk(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"clerk", b"p@ss/w:rd"), handled=False)

    server = MailServer(tls_context=context, require_starttls=True, auth_required=True, authenticator=is_clerk)
    yield server
    server.stop()


def clerk(server: MailServer, word: str = "p@ss/w:rd"):
    url = f"mailtos://clerk:${{WORD}}@localhost:{server.port}?from={SENDER}&to=asmith@council.example"
    return channel(url, "", {"WORD": word})


def test_mail_goes_encrypted_with_an_account(encrypted, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    deliver(clerk(encrypted), PARCEL)
    assert encrypted.keys == [PARCEL.key]


def test_a_wrong_password_and_a_certificate_nobody_trusts_are_said(encrypted, certificate, monkeypatch):
    with pytest.raises(Undelivered, match=r"localhost has a certificate that is not trusted\."):
        deliver(clerk(encrypted), PARCEL)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with pytest.raises(Undelivered, match=r"localhost does not accept the account or password\."):
        deliver(clerk(encrypted, "wrong"), PARCEL)
    assert encrypted.taken == []


def test_a_server_without_encryption_gets_nothing_over_mailtos(mail):
    with pytest.raises(Undelivered, match="cannot do what the settings ask"):
        deliver(clerk(mail), PARCEL)
    assert mail.taken == []


def test_the_same_notice_carries_the_same_message_id_on_any_day(mail):
    there = channel(f"{mail.url}&to=asmith@council.example", "", {})
    later = Parcel(PARCEL.key, PARCEL.subject, PARCEL.text, PARCEL.html, at(days_after(LATE_DAY, 3)), again=True)
    deliver(there, PARCEL)
    deliver(there, later)
    assert len({letter["Message-ID"] for letter in mail.taken}) == 1
