"""What docs/api.md shows is run: each curl against a real server, and the receiver against a real message."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import uvicorn

from ehcp_flow.services.accounts import add_account
from ehcp_flow.services.api_tokens import SCOPES, add_token
from ehcp_flow.services.open_case import NewPerson, open_case
from ehcp_flow.services.webhook_messages import message, signature
from ehcp_flow.web.api_calls.problems import _BY_STATUS, _SAID
from tests.api.conftest import on_sqlite

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
FENCED = re.findall(r"^```(\w*)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def served(office, web):
    """The page's own case in an application that is really served, and what its two variables hold."""
    add_account(office, "mosaic", "senior_case_manager", teams=["*"])
    secret = add_token(office, "mosaic", "Mosaic, nightly", SCOPES).secret
    person = NewPerson("Kim", "Sample", date(2018, 1, 2))
    day, details = date(2026, 1, 5), {"source": "parent"}
    from ehcp_flow.services.officers import add_officer

    add_officer(office, "nora", "Nora", "North")
    open_case(office, "needs_assessment", "request_received", day, details, person=person, officer="nora")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(web, host="127.0.0.1", port=port, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield {"API": f"http://127.0.0.1:{port}/api/v1", "TOKEN": secret}
    server.should_exit = True
    thread.join()


@on_sqlite
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_every_curl_on_the_page_does_what_it_says(served, tmp_path):
    ran = 0
    for place, (language, block) in enumerate(FENCED):
        if language != "sh" or not block.startswith("curl"):
            continue
        done = subprocess.run(
            ["bash", "-ec", block],
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", **served},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"
        ran += block.count("curl ")
        following, shown = FENCED[place + 1]
        if following == "json" and not shown.startswith('{"type": "flag.'):
            answered = json.loads(done.stdout)
            expected = {name: answered[name] if value == "…" else value for name, value in json.loads(shown).items()}
            assert answered == expected
    assert ran == 17
    assert (tmp_path / "observations.csv").read_text().startswith("case_ref,authority,workflow")
    assert (tmp_path / "observations.parquet").read_bytes().startswith(b"PAR1")
    assert json.loads((tmp_path / "case.json").read_text())["case_ref"] == "NA-2026-0001"


def receiver():
    (code,) = [block for language, block in FENCED if language == "python"]
    names: dict[str, object] = {}
    exec(code, names)
    return names["is_ours"]


def test_the_receiver_on_the_page_knows_our_messages_from_others():
    secret, at = "whsec_" + "A" * 43 + "=", datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
    body, sent, is_ours = message("flag.breach", at, {"case_ref": "X1"}), int(at.timestamp()), receiver()
    headers = {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(sent),
        "Webhook-Signature": signature(secret, "msg_1", sent, body),
    }
    assert is_ours(secret, headers, body.encode(), sent + 10)
    assert not is_ours(secret, headers, body.replace("X1", "X2").encode(), sent + 10)
    assert not is_ours(secret, {**headers, "Webhook-Id": "msg_2"}, body.encode(), sent + 10)
    assert not is_ours(secret, {**headers, "Webhook-Timestamp": str(sent + 1)}, body.encode(), sent + 10)
    assert not is_ours("whsec_" + "B" * 43 + "=", headers, body.encode(), sent + 10)
    assert not is_ours(secret, headers, body.encode(), sent + 301), "an old message that is played again"


def test_the_message_on_the_page_has_the_fields_that_are_sent():
    from ehcp_flow.services.webhook_messages import data_of

    (shown,) = [json.loads(block) for language, block in FENCED if language == "json" and '"flag.breach"' in block]
    flag = {
        name: shown["data"].get(name)
        for name in ("case_ref", "clock", "subject", "period", "kind", "due_on", "noticed_on")
    }
    assert shown["data"] == data_of(flag, "needs_assessment")


def test_the_page_names_every_kind_of_problem_and_every_scope():
    kinds = {kind for _, _, kind, _ in _SAID} | {_BY_STATUS[status][0] for status in (400, 413)}
    assert [kind for kind in sorted(kinds) if f"`{kind}`" not in PAGE] == []
    assert [scope for scope in SCOPES if f"| `{scope}` |" not in PAGE] == []
