"""Where a webhook may not be: whoever registers one must not be able to reach what only the program's network can."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ehcp_flow.errors import BadInput
from ehcp_flow.services.send_webhooks import post
from ehcp_flow.services.webhook_address import NotThere, address_of, is_public, read_address
from ehcp_flow.services.webhooks import add_webhook
from tests.api.conftest import on_sqlite

SECRET = "whsec_" + "A" * 43 + "="


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/hook",
        "ftp://example.com/hook",
        "file:///etc/passwd",
        "https://user:secret@example.com/",
        "https:///path",
        "https://example.com/#part",
        "https://example.com/ with space",
        "https://example.com/\nX: y",
        "https://exämple.com/",
        "https://example.com:0/",
        "https://example.com:99999/",
        "gopher://127.0.0.1:25/",
        "javascript:alert(1)",
        "",
        "https://" + "a" * 600,
    ],
)
def test_an_address_that_is_none_or_not_over_tls_is_refused(address):
    with pytest.raises(BadInput):
        read_address(address)


def test_without_tls_only_this_machine_and_only_if_it_is_allowed():
    with pytest.raises(BadInput):
        read_address("http://127.0.0.1:8080/")
    with pytest.raises(BadInput):
        read_address("http://10.0.0.1/", allowed=("10.0.0.1",))
    assert read_address("http://127.0.0.1:8080/", allowed=("127.0.0.1",)).port == 8080


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "255.255.255.255",
        "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    ],
)  # fmt: skip
def test_no_disguise_of_a_private_address_is_public(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14"])
def test_a_public_address_is_public(address):
    assert is_public(ipaddress.ip_address(address))


@on_sqlite
@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "0"]
)
def test_this_machine_is_refused_however_it_is_written(office, host):
    with pytest.raises(BadInput):
        add_webhook(office, f"https://{host}/", "")


def test_a_name_that_leads_to_a_private_address_too_is_refused(monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("93.184.215.14", "10.0.0.7")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(NotThere, match="EHCP_WEBHOOK_HOSTS"):
        address_of("two-faced.example", 443)
    assert address_of("two-faced.example", 443, allowed=("two-faced.example",)) == "93.184.215.14"


@on_sqlite
def test_the_name_is_looked_up_again_and_checked_again_each_time_it_is_sent(office, monkeypatch):
    public = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: public)
    add_webhook(office, "https://turncoat.example/", "")
    private = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("169.254.169.254", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: private)
    trouble = post("https://turncoat.example/", SECRET, "msg_1", "{}", datetime(2026, 2, 18, tzinfo=UTC))
    assert "private network" in str(trouble)


@on_sqlite
def test_a_name_that_leads_nowhere_is_said_plainly(office):
    with pytest.raises(BadInput, match="leads nowhere"):
        add_webhook(office, "https://no-such-host.invalid/", "")


def test_a_receiver_that_does_not_listen_is_said_plainly():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    address = f"http://127.0.0.1:{port}/"
    trouble = post(address, SECRET, "msg_1", "{}", datetime(2026, 2, 18, tzinfo=UTC), allowed=("127.0.0.1",))
    assert "cannot be reached" in str(trouble)


@on_sqlite
def test_there_are_not_more_than_twenty(office):
    object.__setattr__(office, "settings", replace(office.settings, webhook_hosts=("127.0.0.1",)))
    for number in range(20):
        add_webhook(office, f"http://127.0.0.1:{8000 + number}/", "")
    with pytest.raises(BadInput, match="20 webhooks already"):
        add_webhook(office, "http://127.0.0.1:9000/", "")
