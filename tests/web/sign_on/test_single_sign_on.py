"""Single sign-on against a real OpenID provider, run here by node."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from ehcp_flow.services.accounts import add_account, change_account, list_accounts, show_account
from ehcp_flow.services.office import Office
from ehcp_flow.services.sign_on_accounts import role_names, username_of
from ehcp_flow.services.single_sign_on import SignOnRefused, SingleSignOn
from ehcp_flow.settings import Settings
from ehcp_flow.web.app import create_app

HERE = Path(__file__).parent
BACK = "http://testserver/sign-in/organisation/back"
ROOT = HERE.parents[2]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of a provider at work."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    if not (ROOT / "node_modules" / "oidc-provider").is_dir():
        pytest.skip("the provider is not there: scripts/setup-web could not bring it")
    process = subprocess.Popen(
        ["node", str(HERE / "provider.mjs"), BACK], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    found = next((line.strip() for line in process.stdout if line.startswith("http://")), "")
    assert found, "the provider did not start"
    yield found
    process.terminate()
    process.wait()
    process.stdout.close()


@pytest.fixture
def database_kind() -> str:
    """One kind is enough: what is tried here is the talk with the provider."""
    return os.environ.get("EHCP_TEST_DATABASES", "sqlite").partition(",")[0]


@pytest.fixture
def at_work(office: Office, issuer: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Office, TestClient]]:
    """The application in an office that trusts the provider."""
    monkeypatch.setenv("EHCP_DEBUG", "1")
    trusting = replace(
        office.settings,
        base_url="http://testserver",
        oidc_issuer=issuer,
        oidc_client_id="ehcp",
        oidc_client_secret="a secret for tests only",
        oidc_domain="council.example",
    )
    ours = Office(trusting)
    vars(ours).update({"workflows": office.workflows, "database": office.database})
    with TestClient(create_app(ours), follow_redirects=False) as client:
        yield ours, client


def sign_in_at_provider(address: str, login: str) -> str:
    """Sign in and agree at the provider's own pages, as `alex-as-director` or plain `alex`, who has no role.

    Gives where it sends the browser back to.
    """
    name, _, role = login.partition("-as-")
    with httpx.Client(timeout=120) as browser:
        if role:
            browser.get(httpx.URL(address).copy_with(path=f"/say/{name}/{role}", query=None))
        answer = browser.get(address)
        for _ in range(12):
            if answer.is_redirect:
                where = str(httpx.URL(answer.url).join(answer.headers["location"]))
                if where.startswith(BACK):
                    return where
                answer = browser.get(where)
                continue
            form = re.search(r'<form[^>]*action="([^"]+)"', answer.text)
            prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
            assert form, answer.text
            assert prompt, answer.text
            answer = browser.post(form[1], data={"prompt": prompt[1], "login": name, "password": "any"})
    raise AssertionError("the provider never sent the browser back")


def go_and_come_back(client: TestClient, login: str, wanted: str = "/account") -> httpx.Response:
    leaving = client.get("/sign-in/organisation", params={"next": wanted})
    assert leaving.status_code == 302
    return client.get(sign_in_at_provider(leaving.headers["location"], login))


def test_the_first_sign_in_makes_the_account_with_the_role_the_provider_says(at_work) -> None:
    office, client = at_work
    answer = go_and_come_back(client, "alex-as-case_officer")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    line = show_account(office, "alex")
    assert (line.actor.role, line.actor.name, line.has_password) == ("case_officer", "alex", False)
    assert "alex" in client.get("/account").text


def test_a_role_changed_at_the_provider_is_changed_here_at_the_next_sign_in(at_work) -> None:
    office, client = at_work
    go_and_come_back(client, "bo-as-case_officer")
    go_and_come_back(client, "bo-as-director")
    assert show_account(office, "bo").actor.role == "director"
    assert len(list_accounts(office)) == 1


def test_whoever_has_no_role_at_the_provider_gets_no_account(at_work) -> None:
    office, client = at_work
    answer = go_and_come_back(client, "chris")
    assert answer.status_code == 403
    assert "no role" in answer.text
    assert list_accounts(office) == []


def test_an_account_made_beforehand_keeps_its_teams_and_is_nobody_elses_afterwards(at_work) -> None:
    office, client = at_work
    add_account(office, "dana", "case_officer", teams=["*"])
    assert go_and_come_back(client, "dana-as-case_officer").status_code == 303
    line = show_account(office, "dana")
    assert line.actor.teams is None
    assert line.subject
    assert line.subject.endswith("dana")
    change_account(office, "dana", subject="https://somebody.else another")
    assert go_and_come_back(client, "dana-as-case_officer").status_code == 403


def test_a_disabled_account_stays_shut(at_work) -> None:
    office, client = at_work
    go_and_come_back(client, "eli-as-analyst")
    change_account(office, "eli", is_active=False)
    assert go_and_come_back(client, "eli-as-analyst").status_code == 403
    assert client.get("/account").status_code == 303


def test_an_answer_is_worth_nothing_in_another_browser_nor_a_second_time(at_work) -> None:
    _, client = at_work
    leaving = client.get("/sign-in/organisation")
    back = sign_in_at_provider(leaving.headers["location"], "finn-as-director")
    with TestClient(client.app, follow_redirects=False) as thief:
        assert thief.get(back).status_code == 403
        thief.get("/sign-in/organisation")  # a sign-in of their own does not help
        assert thief.get(back).status_code == 403
        assert thief.get("/account").status_code == 303
    kept = client.cookies["ehcp_sign_on"]
    assert client.get(back).status_code == 303
    client.cookies.set("ehcp_sign_on", kept)
    assert client.get(back).status_code == 403


def test_the_browser_is_never_sent_on_to_another_site(at_work) -> None:
    _, client = at_work
    assert go_and_come_back(client, "gia-as-director", "https://evil.example/").headers["location"] == "/"


def test_an_id_token_for_another_nonce_or_another_service_is_refused(issuer: str) -> None:
    """The token is real and signed; only what we expect of it is changed."""
    real = SingleSignOn(issuer, "ehcp", "a secret for tests only", BACK)

    async def token_of() -> tuple[str, str]:
        where = httpx.URL(sign_in_at_provider(await real.address("s" * 43), "hope-as-director"))
        token = await real._exchange(where.params["code"], "s" * 43)
        return token, httpx.URL(await real.address("s" * 43)).params["nonce"]

    token, nonce = asyncio.run(token_of())
    assert asyncio.run(real._proved(token, nonce))["sub"] == "hope"
    other = SingleSignOn(issuer, "another-service", "", BACK)
    forged = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
    for provider, sent, expected in ((real, token, "another nonce"), (other, token, nonce), (real, forged, nonce)):
        with pytest.raises(SignOnRefused, match="not valid"):
            asyncio.run(provider._proved(sent, expected))


def test_a_token_that_has_run_out_is_refused(issuer: str, today_is: Callable) -> None:
    from datetime import date

    real = SingleSignOn(issuer, "ehcp", "a secret for tests only", BACK)
    where = httpx.URL(sign_in_at_provider(asyncio.run(real.address("t" * 43)), "ivy-as-director"))
    token = asyncio.run(real._exchange(where.params["code"], "t" * 43))
    nonce = httpx.URL(asyncio.run(real.address("t" * 43))).params["nonce"]
    today_is(date(2099, 1, 1))
    with pytest.raises(SignOnRefused, match="not valid"):
        asyncio.run(real._proved(token, nonce))


def test_a_provider_that_calls_itself_otherwise_is_not_trusted(issuer: str) -> None:
    with pytest.raises(SignOnRefused, match="otherwise"):
        asyncio.run(SingleSignOn(f"{issuer}/", "ehcp", "x", BACK).address("s"))


def test_roles_and_names_are_read_as_the_settings_say(law: Office) -> None:
    assert role_names("SEND.Officer=case_officer, SEND.Lead = senior_case_manager") == {
        "SEND.Officer": "case_officer",
        "SEND.Lead": "senior_case_manager",
    }
    settings: Settings = replace(law.settings, oidc_domain="council.example")
    assert username_of(settings, {"preferred_username": "A.Smith@Council.Example", "sub": "1"}) == "a.smith"
    # A guest from elsewhere keeps the whole name, so that it is nobody else's here.
    assert username_of(settings, {"preferred_username": "a.smith@mail.example", "sub": "1"}) == "a.smith@mail.example"
