"""Signing in: who gets in, who is slowed down, and that nobody can lock somebody else out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from ehcp_flow.errors import BadInput
from ehcp_flow.services.accounts import add_account, change_account
from ehcp_flow.services.office import Office
from ehcp_flow.services.sessions import begin_session, end_all_sessions, find_session
from ehcp_flow.services.sign_in import WrongPassword, change_password, first_link, make_link, sign_in, use_link
from ehcp_flow.services.throttle import TooManyTries, place_of, wait_of

pytestmark = pytest.mark.usefixtures("quick_hashes")
GOOD = "correct kettle moth"
WRONG = "another guess here"


@pytest.fixture
def alex(office: Office) -> str:
    """An account with a password; signed in at one browser before, whose cookie is given."""
    add_account(office, "alex", "case_officer", teams=["*"])
    return use_link(office, make_link(office, "alex"), GOOD, None).device


def fail(
    office: Office, times: int, address: str = "192.0.2.1", username: str = "alex", device: str | None = None
) -> None:
    for _ in range(times):
        with pytest.raises(WrongPassword):
            sign_in(office, username, WRONG, address, device)


def test_the_right_password_signs_in_and_each_sign_in_has_a_secret_of_its_own(office: Office, alex: str) -> None:
    first = sign_in(office, "Alex ", GOOD, "192.0.2.1", None).session
    second = sign_in(office, "alex", GOOD, "192.0.2.1", None).session
    assert first != second
    found = find_session(office, first)
    assert found
    assert found.actor.username == "alex"


def test_after_five_wrong_tries_the_pair_of_account_and_address_waits(office: Office, alex: str) -> None:
    fail(office, 5)
    with pytest.raises(TooManyTries, match="Wait 2 seconds"):
        sign_in(office, "alex", GOOD, "192.0.2.1", None)


def test_a_stranger_who_fails_does_not_keep_the_owner_out(office: Office, alex: str) -> None:
    fail(office, 5)
    assert sign_in(office, "alex", GOOD, "192.0.2.1", alex).session  # the owner's own browser, even at that address
    assert sign_in(office, "alex", GOOD, "192.0.2.99", None).session  # and any browser at another address


def test_a_browser_that_is_known_to_another_account_is_a_stranger_here(office: Office, alex: str) -> None:
    add_account(office, "bo", "case_officer")
    fail(office, 5, username="bo", device=alex)
    with pytest.raises(TooManyTries):
        sign_in(office, "bo", WRONG, "192.0.2.1", alex)


def test_a_stolen_browser_is_slowed_down_too(office: Office, alex: str) -> None:
    fail(office, 5, device=alex)
    with pytest.raises(TooManyTries):
        sign_in(office, "alex", GOOD, "192.0.2.1", alex)


def test_a_right_password_forgives_the_pair_but_not_the_address(office: Office, alex: str) -> None:
    fail(office, 4)
    sign_in(office, "alex", GOOD, "192.0.2.1", None)
    fail(office, 5)


def test_guesses_at_many_accounts_from_one_address_are_slowed_down(office: Office) -> None:
    for number in range(25):
        fail(office, 4, username=f"nobody{number}")
    with pytest.raises(TooManyTries):
        sign_in(office, "somebody.else", WRONG, "192.0.2.1", None)


@pytest.mark.parametrize(
    ("failures", "wait"),
    [(4, 0), (5, 2), (6, 4), (8, 16), (40, 15 * 60)],
)
def test_the_wait_doubles_up_to_a_quarter_of_an_hour(failures: int, wait: int) -> None:
    at = datetime(2026, 1, 5, 12, tzinfo=UTC)
    assert wait_of("pair 192.0.2.1 alex", failures, at, at) == wait


def test_an_address_that_many_share_waits_twenty_seconds_at_most() -> None:
    at = datetime(2026, 1, 5, 12, tzinfo=UTC)
    assert wait_of("address 192.0.2.1", 5000, at, at) == 20


def test_failures_are_forgotten_after_a_day(office: Office, alex: str, today_is: Callable[[date], None]) -> None:
    today_is(date(2026, 1, 5))
    fail(office, 5)
    today_is(date(2026, 1, 7))
    fail(office, 5)


def test_whoever_has_one_ipv6_address_has_them_all() -> None:
    assert place_of("2001:db8:1:2::1") == place_of("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert place_of("192.0.2.1") == "192.0.2.1"


def test_no_account_and_a_wrong_password_are_told_alike(office: Office, alex: str) -> None:
    said = []
    for username in ("alex", "nobody"):
        with pytest.raises(WrongPassword) as refused:
            sign_in(office, username, WRONG, "192.0.2.1", None)
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_a_disabled_account_is_shut_and_its_sessions_end(office: Office, alex: str) -> None:
    secret = sign_in(office, "alex", GOOD, "192.0.2.1", None).session
    change_account(office, "alex", is_active=False)
    assert find_session(office, secret) is None
    with pytest.raises(WrongPassword):
        sign_in(office, "alex", GOOD, "192.0.2.1", None)


def test_a_link_works_once_and_only_for_a_day(office: Office, today_is: Callable[[date], None]) -> None:
    add_account(office, "bo", "analyst")
    today_is(date(2026, 1, 5))
    link = make_link(office, "bo")
    use_link(office, link, GOOD, None)
    with pytest.raises(BadInput, match="works no more"):
        use_link(office, link, GOOD, None)
    late = make_link(office, "bo")
    today_is(date(2026, 1, 6))
    with pytest.raises(BadInput, match="works no more"):
        use_link(office, late, GOOD, None)


def test_a_weak_password_does_not_use_the_link_up(office: Office) -> None:
    add_account(office, "bo", "analyst")
    link = make_link(office, "bo")
    with pytest.raises(BadInput, match="easy to guess"):
        use_link(office, link, "Password1234", None)
    assert use_link(office, link, GOOD, None).session


def test_a_newer_link_ends_the_older(office: Office) -> None:
    add_account(office, "bo", "analyst")
    older = make_link(office, "bo")
    make_link(office, "bo")
    with pytest.raises(BadInput, match="works no more"):
        use_link(office, older, GOOD, None)


def test_a_changed_password_signs_out_everywhere_else(office: Office, alex: str) -> None:
    elsewhere = begin_session(office, "alex")
    here = change_password(office, "alex", GOOD, "three other words", "192.0.2.1", alex).session
    assert find_session(office, elsewhere) is None
    assert find_session(office, here)
    with pytest.raises(WrongPassword):
        sign_in(office, "alex", GOOD, "192.0.2.7", None)


def test_a_session_ends_after_half_an_hour_idle_and_twelve_hours_in_all(office: Office, alex: str, monkeypatch) -> None:
    from ehcp_flow.services import sessions

    at = {"now": datetime(2026, 1, 5, 8, 0, tzinfo=UTC)}
    monkeypatch.setattr(sessions, "now", lambda: at["now"])
    secret = begin_session(office, "alex")
    for minutes in range(0, 12 * 60, 29):  # never idle for half an hour
        at["now"] = datetime(2026, 1, 5, 8 + minutes // 60, minutes % 60, tzinfo=UTC)
        assert find_session(office, secret), at
    at["now"] = datetime(2026, 1, 5, 20, 1, tzinfo=UTC)
    assert find_session(office, secret) is None

    secret = begin_session(office, "alex")
    at["now"] = datetime(2026, 1, 5, 20, 32, tzinfo=UTC)
    assert find_session(office, secret) is None


def test_signing_out_everywhere_ends_every_session(office: Office, alex: str) -> None:
    secrets = [begin_session(office, "alex") for _ in range(3)]
    assert end_all_sessions(office, "alex") == 4  # the one of the link as well
    assert [find_session(office, secret) for secret in secrets] == [None, None, None]


def test_the_first_link_makes_the_administrator_and_is_made_only_while_there_is_none(office: Office) -> None:
    link = first_link(office)
    assert link
    assert first_link(office) != link  # the first one was not used: here is another
    newest = first_link(office)
    assert newest
    signed_in = find_session(office, use_link(office, newest, GOOD, None).session)
    assert signed_in
    assert signed_in.actor.role == "administrator"
    assert first_link(office) is None


def test_no_secret_rests_in_the_database(office: Office, alex: str) -> None:
    from sqlalchemy import select

    from ehcp_flow.storage.account_tables import KnownDevice, SignInLink, WebSession
    from ehcp_flow.storage.tables import sql_table

    done = sign_in(office, "alex", GOOD, "192.0.2.1", None)
    link = make_link(office, "alex")
    with office.database.read() as connection:
        rows = [
            str(tuple(row))
            for model in (WebSession, SignInLink, KnownDevice)
            for row in connection.execute(select(sql_table(model)))
        ]
    for secret in (done.session, done.device, link):
        assert rows
        assert not any(secret in row for row in rows)
