"""Accounts, who saw a case, and `ehcp serve`, from the command line."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from ehcp_flow.cli.app import app
from ehcp_flow.cli.arguments import office as office_of_command
from ehcp_flow.errors import EhcpError
from ehcp_flow.services.access import look_at_case
from ehcp_flow.services.office import Office
from ehcp_flow.services.policy import Actor
from ehcp_flow.services.sign_in import whose_link


@pytest.fixture
def ehcp(office: Office, monkeypatch: pytest.MonkeyPatch):
    """Runs a command on the test's database."""
    monkeypatch.setenv("EHCP_DATABASE_URL", office.settings.database_url)
    monkeypatch.setenv("EHCP_BASE_URL", "https://ehcp.example")
    office_of_command.cache_clear()

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    yield run
    office_of_command.cache_clear()


def test_an_account_is_added_with_a_link_that_works(ehcp, office: Office) -> None:
    ehcp("users", "add", "a.smith", "--name", "Alex Smith", "--team", "North")
    done = ehcp("users", "account", "add", "a.smith", "--role", "case_officer")
    assert done.exit_code == 0, done.output
    link = re.search(r"https://ehcp\.example/welcome/(\S+)", done.output)
    assert link
    assert whose_link(office, link[1]) == "a.smith"
    (listed,) = json.loads(ehcp("users", "account", "list", "--json").output)
    assert (listed["name"], listed["role"], listed["teams"]) == ("Alex Smith", "case_officer", ["North"])
    assert listed["has_password"] is False


def test_a_role_is_changed_and_an_account_disabled_and_let_in_again(ehcp) -> None:
    ehcp("users", "account", "add", "bo", "--role", "analyst", "--names")
    said = ehcp("users", "account", "role", "bo", "senior_case_manager", "--all-teams").output
    assert said == "bo is senior case manager, and sees cases of every team.\n"
    ehcp("users", "account", "disable", "bo")
    assert "disabled" in ehcp("users", "account", "list").output
    assert "can sign in again" in ehcp("users", "account", "enable", "bo").output
    assert "0 browsers" in ehcp("users", "account", "sign-out", "bo").output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "bo", "--role", "emperor"), "There is no role emperor.*Choose from: case_officer"),
        (("add", "Bo Peep", "--role", "analyst"), "cannot be a username"),
        (("add", "bo", "--role", "advice_giver"), "answers for a provider"),
        (("add", "bo", "--role", "case_officer", "--team", "Nowhere"), "There is no team Nowhere"),
        (("link", "nobody"), "There is no account nobody"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(ehcp, words: tuple[str, ...], says: str) -> None:
    done = ehcp("users", "account", *words)
    assert isinstance(done.exception, EhcpError)
    assert re.search(says, str(done.exception))


def test_before_there_are_accounts_the_list_says_how_to_begin(ehcp) -> None:
    assert "ehcp serve prints a link" in ehcp("users", "account", "list").output


def test_who_saw_a_case_is_reported(ehcp, office: Office, story) -> None:
    story("N-1", "2026-01-05 request_received source=parent")
    assert "Nobody has looked at N-1" in ehcp("access-report", "N-1").output
    look_at_case(office, Actor("anna", "Anna", "senior_case_manager", teams=None), "N-1", "case page")
    (seen,) = json.loads(ehcp("access-report", "N-1", "--json").output)["seen"]
    assert (seen["username"], seen["what"]) == ("anna", "case page")
    assert "case page" in ehcp("access-report", "N-1").output
    assert ehcp("access-report").exit_code == 2


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@pytest.mark.parametrize("database_kind", ["sqlite"])  # a process takes seconds to start
def test_serve_answers_prints_the_first_link_and_stops_when_told(office: Office, tmp_path: Path) -> None:
    port = free_port()
    environment = {**os.environ, "EHCP_DATABASE_URL": office.settings.database_url, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "ehcp_flow", "serve", "--port", str(port)]
    log = tmp_path / "log"
    with log.open("w") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT)
    try:
        link = wait_for_link(log, port)
        page = httpx.get(link, timeout=120)
        assert page.status_code == 200
        assert "Choose a password" in page.text
        taken = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert taken.returncode == 1
        assert taken.stderr.startswith(f"ehcp: Nothing can listen at 127.0.0.1, port {port}.")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=120)
    assert "Traceback" not in log.read_text()


def wait_for_link(log: Path, port: int) -> str:
    for _ in range(600):
        found = re.search(r"http://127\.0\.0\.1:\d+/welcome/\S+", log.read_text())
        if found and is_up(port):
            return found[0]
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def is_up(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health").text == "ok\n"
    except httpx.TransportError:
        return False
