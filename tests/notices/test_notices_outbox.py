"""Notices are written with the flags, once, and whatever goes wrong with them never costs a flag."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Connection, text

from ehcp_flow.errors import BadInput
from ehcp_flow.services.assign import assign
from ehcp_flow.services.read_channels import read_channels
from ehcp_flow.services.send_notices import send_due
from ehcp_flow.services.show_case import show_case
from ehcp_flow.services.sweep import sweep
from ehcp_flow.storage import flags
from tests.notices.conftest import at, days_after, morning, notices_of

OFFICER = """
    mail: mailto://127.0.0.1:9?from=ehcp@council.example
    officers: {asmith: [asmith@council.example]}
"""
LATE_DAY = date(2025, 5, 15)


@pytest.fixture(autouse=True)
def one_case(story, office, staff):
    story("X1", "2025-04-02 request_received")
    assign(office, "X1", "asmith")


def breaches(office):
    return [str(flag.noticed_on) for flag in show_case(office, "X1", date(2030, 1, 1)).flags if flag.kind == "breach"]


def test_without_a_file_of_channels_nothing_is_written(office):
    assert morning(office, LATE_DAY).notices == 0
    assert notices_of(office) == []
    assert breaches(office) == ["2025-05-15"]


def test_a_night_done_twice_writes_each_notice_once(told):
    office = told(OFFICER)
    assert morning(office, LATE_DAY).notices == 1
    first = notices_of(office)
    assert morning(office, LATE_DAY).notices == 0
    assert notices_of(office) == first
    key = first[0].key
    assert key.startswith("digest:officer asmith:")
    assert key.endswith(":2025-05-15")


def test_one_notice_for_each_channel_and_the_stored_one_holds_no_address(told):
    office = told(
        """
        mail: mailto://clerk:s3cret-word@127.0.0.1:9?from=ehcp@council.example
        officers: {asmith: [asmith@council.example, json://token-9f2@127.0.0.1/hook]}
        """
    )
    assert morning(office, LATE_DAY).notices == 2
    stored = str([tuple(row) for row in notices_of(office)])
    for secret in ("s3cret-word", "clerk", "token-9f2", "asmith@council.example", "mailto:"):
        assert secret not in stored


def test_a_channel_added_the_same_morning_gets_its_notice_when_the_night_is_done_again(told):
    morning(told(OFFICER), LATE_DAY)
    office = told(OFFICER.replace("[asmith@council.example]", "[asmith@council.example, second@council.example]"))
    assert morning(office, LATE_DAY).notices == 1
    assert len({row.text for row in notices_of(office)}) == 1


def test_nights_made_up_later_write_no_old_digests_and_today_tells_everything(told, story, office):
    story("X2", "2025-04-03 request_received")
    assign(office, "X2", "asmith")
    office = told(OFFICER)
    woken = at(date(2025, 5, 20))
    for day in (14, 15, 16, 19, 20):
        sweep(office, date(2025, 5, day), lambda: woken)
    assert [row.business_date for row in notices_of(office)] == [date(2025, 5, 20)]
    assert "NEWLY LATE (2 law)" in notices_of(office)[0].text


def test_after_a_gap_the_next_digest_tells_all_since_the_last_one(told, story, office):
    story("X2", "2025-04-03 request_received")
    assign(office, "X2", "asmith")
    office = told(OFFICER)
    morning(office, date(2025, 5, 14))
    woken = at(date(2025, 5, 20))
    for day in (15, 16, 19, 20):
        sweep(office, date(2025, 5, day), lambda: woken)
    last = notices_of(office)[-1]
    assert last.business_date == date(2025, 5, 20)
    assert "NEWLY LATE (2 law)" in last.text
    assert "What is new since Wednesday 14 May 2025" in last.text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("officers: {asmith: [asmith@council.example]}", "the file needs `mail:`"),
        ("officer: {}", "`officer` is not known here"),
        (
            "officers: {asmith: ['mailto://u:${NO_SUCH_WORD}@x.example?from=a@b.example&to=c@d.example']}",
            "NO_SUCH_WORD is not set",
        ),
    ],
)
def test_a_file_that_cannot_be_used_costs_no_flag_and_the_night_says_so(told, text, says):
    swept = morning(told(text), LATE_DAY)
    assert swept.new_breaches == 1
    assert swept.trouble.startswith("No notices were written.")
    assert says in swept.trouble
    assert breaches(told(text)) == ["2025-05-15"]
    with told(text).database.read() as connection:
        assert flags.runs_of(connection, "sweep", 1)[0].report["trouble"] == swept.trouble


def test_what_could_not_be_written_is_told_on_the_next_morning(told):
    morning(told(OFFICER), date(2025, 5, 14))
    morning(told("oficers: {}"), LATE_DAY)
    office = told(OFFICER)
    morning(office, date(2025, 5, 16))
    assert "NEWLY LATE (1 law)" in notices_of(office, "officer asmith")[-1].text


def test_a_mistake_in_our_own_program_undoes_the_notices_only(told, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("twenty weeks by nothing")

    monkeypatch.setattr("ehcp_flow.services.compose_notices.for_officer", broken)
    office = told(OFFICER)
    swept = morning(office, LATE_DAY)
    assert (swept.new_breaches, swept.notices) == (1, 0)
    assert "ZeroDivisionError" in swept.trouble
    assert breaches(office) == ["2025-05-15"]
    assert notices_of(office) == []


def test_a_mistake_after_the_notices_were_written_takes_them_back(told, monkeypatch):
    def broken(connection: Connection, *_: object) -> None:
        connection.execute(text("SELECT nothing FROM nowhere"))

    monkeypatch.setattr("ehcp_flow.services.write_notices.write_down", broken)
    office = told(OFFICER)
    assert morning(office, LATE_DAY).trouble
    assert breaches(office) == ["2025-05-15"]
    assert notices_of(office) == []


def test_a_missing_file_is_said_in_one_line(tmp_path):
    with pytest.raises(BadInput, match=r"There is no file of channels at .*none\.yaml\. Correct EHCP_CHANNELS"):
        read_channels(tmp_path / "none.yaml")


def test_notices_sent_are_forgotten_after_ninety_days_and_those_given_up_are_kept(told, mail):
    text = OFFICER.replace("mailto://127.0.0.1:9?from=ehcp@council.example", mail.url) + "    even_if_empty: officers\n"
    office = told(text)
    morning(office, LATE_DAY)
    assert send_due(office, at(LATE_DAY)).sent == 1
    morning(office, date(2025, 8, 13))
    assert [row.business_date for row in notices_of(office)] == [LATE_DAY, date(2025, 8, 13)]
    morning(office, days_after(LATE_DAY, 91))
    assert LATE_DAY not in [row.business_date for row in notices_of(office)]
